//! Writing a codebook, so that reading it gives the same codebook again.

use super::{
    Codebook, CodebookCode, CodebookVariable, FieldType,
    columns::{CLASSIC, EXTRA},
};
use crate::model::value::{Bound, Bounds};

/// The codebook as a file: UTF-8 with byte order mark (spreadsheets need it to see æøå), semicolon,
/// ISO dates. The extra columns are left out when no variable uses any of them.
pub fn write(codebook: &Codebook) -> Vec<u8> {
    let extra = codebook.variables.iter().any(uses_extra);
    let columns: Vec<&str> = CLASSIC.into_iter().chain(EXTRA.into_iter().filter(|_| extra)).collect();
    let mut out = csv::WriterBuilder::new().delimiter(b';').from_writer("\u{feff}".as_bytes().to_vec());
    // Writing to memory cannot fail.
    let _ = out.write_record(&columns);
    for variable in &codebook.variables {
        let rows: Vec<Option<&CodebookCode>> =
            if variable.codes.is_empty() { vec![None] } else { variable.codes.iter().map(Some).collect() };
        for code in rows {
            let _ = out.write_record(columns.iter().map(|column| cell(variable, code, column)));
        }
    }
    out.into_inner().unwrap_or_default()
}

fn uses_extra(variable: &CodebookVariable) -> bool {
    let translated = |text: &varde_core::LocalisedText| !text.nn.is_empty() || !text.en.is_empty();
    variable.unit.is_some()
        || variable.identification.is_some()
        || variable.code_system.is_some()
        || !variable.rules.is_empty()
        || translated(&variable.label)
        || translated(&variable.help)
        || variable.codes.iter().any(|c| translated(&c.text))
}

fn cell(variable: &CodebookVariable, code: Option<&CodebookCode>, column: &str) -> String {
    let text = |t: &str| t.to_owned();
    let show = |t: Option<String>| t.unwrap_or_default();
    let yes_no = |b: bool| if b { "Ja" } else { "Nei" }.to_owned();
    match column {
        "skjemanavn" => text(&variable.form),
        "navn_i_rapporteket" => text(&variable.report_name),
        "ledetekst" => text(&variable.label.nb),
        "ledetekst_nn" => text(&variable.label.nn),
        "ledetekst_en" => text(&variable.label.en),
        "obligatorisk" => yes_no(variable.required),
        "type" => text(variable.field_type.name()),
        "listeverdier" => show(code.map(|c| c.value.clone())),
        "listetekst" => show(code.map(|c| c.text.nb.clone())),
        "listetekst_nn" => show(code.map(|c| c.text.nn.clone())),
        "listetekst_en" => show(code.map(|c| c.text.en.clone())),
        "antall_tegn" => show(variable.length.map(|n| n.to_string())),
        "lovlige_tegn" => text(&variable.allowed),
        "desimaler" => show(variable.decimals.map(|n| n.to_string())),
        "aktiveringsspoersmaal" => yes_no(variable.activates),
        "underspoersmaal" => yes_no(variable.sub_question),
        "innfoert_dato" => show(code.map_or(variable.introduced, |c| c.introduced).map(|d| d.to_string())),
        "utfaset_dato" => show(code.map_or(variable.retired, |c| c.retired).map(|d| d.to_string())),
        "tabell" => text(&variable.table),
        "fysisk_feltnavn" => text(&variable.column),
        "kommentar" => text(&variable.comment),
        "variabel_id" => text(&variable.id),
        "hjelpetekst" => text(&variable.help.nb),
        "hjelpetekst_nn" => text(&variable.help.nn),
        "hjelpetekst_en" => text(&variable.help.en),
        "enhet" => show(variable.unit.clone()),
        "identifisering" => show(variable.identification.map(|i| i.name().to_owned())),
        "kodeverk" => show(variable.code_system.clone()),
        "regler" => variable.rules.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        _ => interval(variable, column),
    }
}

/// One of the eight interval columns.
fn interval(variable: &CodebookVariable, column: &str) -> String {
    let Bounds { low, high } =
        if column.starts_with("normal") { &variable.ranges.normal } else { &variable.ranges.maximum };
    let bound = if column.contains("_start_") { low } else { high };
    let of_dates = matches!(variable.field_type, FieldType::Date | FieldType::DateTime);
    let date_column = column.ends_with("dato");
    match bound {
        Some(Bound::Date(date)) if date_column => format!("'{date}'"),
        Some(Bound::Number(number)) if !date_column => number.clone(),
        Some(Bound::Named(name)) if date_column == of_dates => name.clone(),
        _ => String::new(),
    }
}
