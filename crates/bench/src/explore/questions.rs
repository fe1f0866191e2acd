//! What is asked.

use anyhow::Result;
use jiff::civil::date;
use varde_permit::Granularity;
use varde_tables::{Condition, Dimension, Measure, Question};

use crate::extract::job::{CONTACTS, DISPENSINGS};

/// The questions by name. DuckDB's script asks the same.
pub(super) fn all() -> Result<[(&'static str, Question); 3]> {
    let code = |name: &str, begins: &[&str]| Condition::Code {
        variable: name.to_owned(),
        begins: begins.iter().map(|code| (*code).to_owned()).collect(),
    };
    let years = Condition::Period { from: date(2018, 1, 1), until: date(2023, 12, 31) };
    let ages = Dimension::Age { width: 10 };
    Ok([
        (
            "three variables",
            question(
                CONTACTS,
                Condition::default(),
                vec![by("contact_type", Granularity::AsIs), by("in_date", Granularity::Year), Dimension::Sex],
                Measure::People,
            )?,
        ),
        (
            "a filter",
            question(
                CONTACTS,
                Condition::All(vec![code("main_condition", &["I", "J"]), years]),
                vec![by("main_condition", Granularity::Prefix(3)), ages.clone()],
                Measure::Events,
            )?,
        ),
        (
            "a mean",
            question(DISPENSINGS, code("atc", &["C"]), vec![Dimension::Sex, ages], Measure::Mean("ddd".to_owned()))?,
        ),
    ])
}

fn by(name: &str, level: Granularity) -> Dimension {
    Dimension::Variable { name: name.to_owned(), level }
}

fn question(dataset: &str, only: Condition, by: Vec<Dimension>, measure: Measure) -> Result<Question> {
    Ok(Question { dataset: dataset.parse()?, only, by, measure })
}
