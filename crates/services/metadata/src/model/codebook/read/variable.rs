//! The variable that a row begins.

use super::row::Row;
use crate::model::{
    codebook::{CodebookVariable, FieldType, Reason},
    rule::RowRule,
    value::Identification,
};

/// The variable that a row begins. `None` when its type is unknown, which is then a problem.
pub(super) fn variable(row: &mut Row<'_>) -> Option<CodebookVariable> {
    row.must("type");
    let field_type = row.parse("type", FieldType::from_name, |value| Reason::UnknownType { value });
    let (introduced, retired) = row.period();
    let code = row.code((introduced, retired));
    if code.is_some() && field_type.is_some_and(|t| t != FieldType::List) {
        row.wrong("listeverdier", Reason::ValuesOutsideList);
    }
    let required = row.yes("obligatorisk");
    let ranges = row.ranges();
    let rules = rules(row);
    let identification =
        row.parse("identifisering", Identification::from_name, |value| Reason::UnknownIdentification { value });
    Some(CodebookVariable {
        id: row.cell("variabel_id").to_owned(),
        form: row.cell("skjemanavn").to_owned(),
        report_name: row.cell("navn_i_rapporteket").to_owned(),
        label: row.text("ledetekst", "ledetekst_nn", "ledetekst_en"),
        help: row.text("hjelpetekst", "hjelpetekst_nn", "hjelpetekst_en"),
        comment: row.cell("kommentar").to_owned(),
        required,
        field_type: field_type?,
        codes: code.into_iter().collect(),
        ranges,
        length: row.small_number("antall_tegn"),
        allowed: row.raw("lovlige_tegn").to_owned(),
        decimals: row.small_number("desimaler"),
        activates: row.yes("aktiveringsspoersmaal"),
        sub_question: row.yes("underspoersmaal"),
        introduced,
        retired,
        table: row.cell("tabell").to_owned(),
        column: row.cell("fysisk_feltnavn").to_owned(),
        unit: row.optional("enhet"),
        identification,
        code_system: row.optional("kodeverk"),
        rules,
    })
}

/// What must hold beside other variables.
fn rules(row: &mut Row<'_>) -> Vec<RowRule> {
    RowRule::list(row.cell("regler")).unwrap_or_else(|value| {
        row.wrong("regler", Reason::NoRule { value });
        Vec::new()
    })
}
