//! Generated codebooks for property tests.

use jiff::civil::Date;
use proptest::{collection::vec, option, prelude::*};
use varde_core::LocalisedText;

use super::{Codebook, CodebookCode, CodebookVariable, FieldType};
use crate::model::{
    rule::RowRule,
    value::{Bound, Bounds, Identification, Ranges},
};

/// Text as it may stand in a cell: quotes, separators and line breaks inside, no blanks at the ends.
fn text() -> impl Strategy<Value = String> {
    "[A-Za-zæøåÆØÅ0-9 ;,\"'\n|–]{0,20}".prop_map(|t| t.trim().to_owned())
}

fn words() -> impl Strategy<Value = String> {
    "[A-Za-zæøå][A-Za-zæøå ;\"]{0,10}[a-z]"
}

fn localised(nb: impl Strategy<Value = String>) -> impl Strategy<Value = LocalisedText> {
    (nb, text(), text()).prop_map(|(nb, nn, en)| LocalisedText::new(nb, nn, en))
}

fn date() -> impl Strategy<Value = Date> {
    (1900_i16..2200, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| Date::constant(y, m, d))
}

fn dates() -> impl Strategy<Value = (Option<Date>, Option<Date>)> {
    (option::of(date()), option::of(date())).prop_map(|(a, b)| match (a, b) {
        (Some(a), Some(b)) if b < a => (Some(b), Some(a)),
        other => other,
    })
}

fn bound(of_dates: bool) -> BoxedStrategy<Bound> {
    let named = "[a-z][A-Za-z0-9_]{0,8}".prop_map(Bound::Named);
    if of_dates {
        prop_oneof![date().prop_map(Bound::Date), named].boxed()
    } else {
        prop_oneof!["-?[0-9]{1,5}(\\.[0-9]{1,3})?".prop_map(Bound::Number), named].boxed()
    }
}

fn bounds(of_dates: bool) -> impl Strategy<Value = Bounds> {
    (option::of(bound(of_dates)), option::of(bound(of_dates))).prop_map(|(low, high)| Bounds { low, high })
}

fn ranges(field_type: FieldType) -> BoxedStrategy<Ranges> {
    match field_type {
        FieldType::Number | FieldType::Date | FieldType::DateTime => {
            let of_dates = field_type != FieldType::Number;
            (bounds(of_dates), bounds(of_dates)).prop_map(|(normal, maximum)| Ranges { normal, maximum }).boxed()
        }
        _ => Just(Ranges::default()).boxed(),
    }
}

fn code() -> impl Strategy<Value = CodebookCode> {
    ("[0-9A-Z]{1,4}", localised(words()), dates()).prop_map(|(value, text, (introduced, retired))| CodebookCode {
        value,
        text,
        introduced,
        retired,
    })
}

fn codes(field_type: FieldType) -> BoxedStrategy<Vec<CodebookCode>> {
    if field_type == FieldType::List { vec(code(), 1..5).boxed() } else { Just(Vec::new()).boxed() }
}

fn variable() -> impl Strategy<Value = CodebookVariable> {
    let types = FieldType::ALL.map(|(t, _)| t);
    (0..types.len()).prop_map(move |i| types[i]).prop_flat_map(|field_type| {
        let texts = (text(), text(), localised(text()), localised(text()), text());
        let flags = (any::<bool>(), any::<bool>(), any::<bool>());
        let numbers = (option::of(0_u32..9999), option::of(0_u32..9), "[A-Za-z0-9 ;\"]{0,10}");
        let identification = option::of((0..4_usize).prop_map(|i| Identification::ALL[i]));
        let extra = (option::of("[a-z/]{1,5}"), identification, option::of("[a-z0-9]{1,6}"));
        let values = (codes(field_type), ranges(field_type), dates());
        (texts, flags, numbers, extra, values).prop_map(move |(texts, flags, numbers, extra, values)| {
            let mut variable = CodebookVariable {
                id: String::new(),
                form: texts.0,
                report_name: texts.1,
                label: texts.2,
                help: texts.3,
                comment: texts.4,
                required: flags.0,
                field_type,
                codes: values.0,
                ranges: values.1,
                length: numbers.0,
                allowed: numbers.2,
                decimals: numbers.1,
                activates: flags.1,
                sub_question: flags.2,
                introduced: values.2.0,
                retired: values.2.1,
                table: String::new(),
                column: String::new(),
                unit: extra.0,
                identification: extra.1,
                code_system: extra.2,
                rules: Vec::new(),
            };
            variable.date_by_codes();
            variable
        })
    })
}

/// A codebook of a few tables and up to a dozen variables.
pub(crate) fn codebook() -> impl Strategy<Value = Codebook> {
    vec(variable(), 1..12).prop_map(|mut variables| {
        for (number, variable) in variables.iter_mut().enumerate() {
            variable.table = format!("Tabell {}", number % 3);
            variable.column = format!("FELT_{number}");
            // Another variable of the same table: every third one is.
            if let Some(other) = number.checked_sub(3) {
                let rule = format!(">= FELT_{other}; tom hvis FELT_{other} = 1 | 2");
                variable.rules = RowRule::list(&rule).unwrap_or_default();
            }
            variable.id = format!("T{}_FELT_{number}", number % 3);
        }
        Codebook { variables }
    })
}
