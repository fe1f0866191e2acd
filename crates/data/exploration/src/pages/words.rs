//! Questions and numbers in words.

use varde_core::CataloguePath;
use varde_engine::tabulate::Group;
use varde_permit::Granularity;
use varde_web::Visit;

use crate::{
    model::{Condition, Dimension, Explorable, Measure},
    store::Kept,
};

/// What a question is called: the asker's name for it, else what it asks.
pub(super) fn title(visit: &Visit, kept: &Kept, dataset: Option<&Explorable>) -> String {
    if let Some(name) = &kept.name {
        return name.clone();
    }
    let name = dataset.map_or_else(|| kept.question.dataset.to_string(), |one| visit.local(&one.name).to_owned());
    let by: Vec<String> = kept.question.by.iter().map(|by| inside(&dimension(visit, by, dataset))).collect();
    let measured = inside(&measure(visit, &kept.question.measure, dataset));
    if by.is_empty() {
        return visit.t_with("exploration-title-count", &[("dataset", name.into()), ("measure", measured.into())]);
    }
    let by = by.join(&visit.t("exploration-and"));
    visit
        .t_with("exploration-title-table", &[("dataset", name.into()), ("measure", measured.into()), ("by", by.into())])
}

/// About so many people; noise can make few of them none.
pub(super) fn people(visit: &Visit, about: u64) -> String {
    if about == 0 { visit.t("exploration-few") } else { visit.number(i64::try_from(about).unwrap_or(i64::MAX)) }
}

/// A text as it begins a heading.
fn begin(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A text as it stands inside a sentence; abbreviations stay as they are.
fn inside(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if letters.clone().next().is_some_and(char::is_lowercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

/// What a cell is of.
pub(super) fn measure(visit: &Visit, measure: &Measure, dataset: Option<&Explorable>) -> String {
    begin(&match measure.number() {
        None => visit.t_of("exploration-measure", measure.name()),
        Some(number) => {
            let label = inside(&variable(visit, number, dataset));
            visit.t_with(&format!("exploration-measure-{}", measure.name()), &[("variable", label.into())])
        }
    })
}

/// What a table is crossed by.
pub(super) fn dimension(visit: &Visit, by: &Dimension, dataset: Option<&Explorable>) -> String {
    begin(&match by {
        Dimension::Age { width } => visit.t_with("exploration-by-age", &[("width", i64::from(*width).into())]),
        Dimension::Sex => visit.t("exploration-by-sex"),
        Dimension::County => visit.t("exploration-by-county"),
        Dimension::Variable { name, level: Granularity::AsIs } => variable(visit, name, dataset),
        Dimension::Variable { name, level } => {
            format!("{}, {}", variable(visit, name, dataset), self::level(visit, *level))
        }
    })
}

/// How finely.
pub(super) fn level(visit: &Visit, level: Granularity) -> String {
    match level {
        Granularity::Year => visit.t("exploration-level-year"),
        Granularity::Month => visit.t("exploration-level-month"),
        Granularity::Prefix(length) => {
            visit.t_with("exploration-level-prefix", &[("length", i64::from(length).into())])
        }
        Granularity::Band(width) => visit.t_with("exploration-level-band", &[("width", i64::from(width).into())]),
        _ => visit.t("exploration-level-all"),
    }
}

fn variable(visit: &Visit, name: &str, dataset: Option<&Explorable>) -> String {
    let known = dataset.and_then(|dataset| dataset.variable(name));
    known.map_or_else(|| name.to_owned(), |one| visit.local(&one.label).to_owned())
}

/// A group of a dimension.
pub(super) fn group(visit: &Visit, by: &Dimension, group: &Group, dataset: Option<&Explorable>) -> String {
    match (by, group) {
        (_, Group::Missing) => visit.t("exploration-missing"),
        (_, Group::Truth(truth)) => visit.t_of("exploration-truth", if *truth { "yes" } else { "no" }),
        (Dimension::Sex, Group::Code(code)) => visit.t_of("exploration-sex", code),
        (Dimension::Age { .. }, band) => visit.t_with("exploration-years", &[("band", band.to_string().into())]),
        (Dimension::Variable { name, .. }, Group::Code(code)) => {
            let known = dataset.and_then(|dataset| dataset.variable(name)).and_then(|one| one.code(code));
            known.map_or_else(|| code.clone(), |text| format!("{code} {}", visit.local(text)))
        }
        (_, other) => other.to_string(),
    }
}

/// The conditions of a question, one a line.
pub(super) fn conditions(visit: &Visit, only: &Condition, open: &[Explorable], own: &CataloguePath) -> Vec<String> {
    match only {
        Condition::All(parts) => parts.iter().map(|part| condition(visit, part, open, own)).collect(),
        one => vec![condition(visit, one, open, own)],
    }
}

fn condition(visit: &Visit, only: &Condition, open: &[Explorable], own: &CataloguePath) -> String {
    let each = |parts: &[Condition], joint: &str| {
        let all: Vec<String> = parts.iter().map(|part| condition(visit, part, open, own)).collect();
        format!("({})", all.join(&visit.t(joint)))
    };
    let dataset = |path: &CataloguePath| open.iter().find(|one| &one.path == path);
    match only {
        Condition::All(parts) => each(parts, "exploration-and"),
        Condition::Any(parts) => each(parts, "exploration-or"),
        Condition::Not(part) => {
            visit.t_with("exploration-not", &[("condition", condition(visit, part, open, own).into())])
        }
        Condition::Code { variable: name, begins } => visit.t_with(
            "exploration-only-code",
            &[("variable", variable(visit, name, dataset(own)).into()), ("codes", begins.join(", ").into())],
        ),
        Condition::Has { variable: path, begins } => {
            let other = path.parent();
            let other = other.as_ref().and_then(dataset);
            let name = other.map_or_else(|| path.to_string(), |one| visit.local(&one.name).to_owned());
            visit.t_with(
                "exploration-only-has",
                &[
                    ("dataset", name.into()),
                    ("variable", variable(visit, path.name(), other).into()),
                    ("codes", begins.join(", ").into()),
                ],
            )
        }
        Condition::Period { from, until } => visit.t_with(
            "exploration-only-period",
            &[("from", visit.date(*from).into()), ("until", visit.date(*until).into())],
        ),
        Condition::Age { from, until } => visit
            .t_with("exploration-only-age", &[("from", i64::from(*from).into()), ("until", i64::from(*until).into())]),
        Condition::Sex(sex) => {
            visit.t_with("exploration-only-sex", &[("sex", visit.t_of("exploration-sex", sex).into())])
        }
        Condition::County(counties) => {
            visit.t_with("exploration-only-county", &[("counties", counties.join(", ").into())])
        }
    }
}
