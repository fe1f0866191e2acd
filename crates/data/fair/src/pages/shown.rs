//! What pages show alike.

use jiff::Timestamp;
use varde_core::CataloguePath;
use varde_web::{Visit, ui::Tone};

use super::HOME;
use crate::{
    Access, Class, Dimension, Evidence, Field, How, Improve, Indicator, Model, Obligation, Outcome, Outline, Place,
    Points, Score,
};

/// The tone of an outcome.
pub(super) const fn tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::Met => Tone::Success,
        Outcome::Partly => Tone::Warning,
        Outcome::NotMet => Tone::Danger,
        Outcome::RightlyRestricted => Tone::Info,
        Outcome::NotRelevant | Outcome::NotJudged => Tone::Neutral,
    }
}

/// An outcome in words, with its tone.
pub(super) fn outcome(visit: &Visit, outcome: Outcome) -> (String, Tone) {
    (visit.t_of("fair-outcome", outcome.name()), tone(outcome))
}

/// The class of points in words, with its tone; `None` when nothing could be had.
pub(super) fn class(visit: &Visit, points: Points) -> Option<(String, Tone)> {
    let class = Class::of(points)?;
    let tone = match class {
        Class::Excellent | Class::Good => Tone::Success,
        Class::Sufficient => Tone::Warning,
        Class::Bad => Tone::Danger,
    };
    Some((visit.t_of("fair-class", class.name()), tone))
}

/// A share in per cent, in words; that nothing counts when nothing does.
pub(super) fn percent(visit: &Visit, percent: Option<u8>) -> String {
    match percent {
        Some(percent) => visit.t_with("fair-percent", &[("percent", u32::from(percent).into())]),
        None => visit.t("fair-percent-none"),
    }
}

/// Points in words.
pub(super) fn points(visit: &Visit, points: Points) -> String {
    let had = points.had().replace('.', if visit.t("fair-decimal") == "," { "," } else { "." });
    let arguments = [("had", had.into()), ("possible", points.possible.into()), ("all", points.all.into())];
    visit.t_with("fair-points", &arguments)
}

/// How many came to each outcome, in words, with its tone.
pub(super) fn counts(visit: &Visit, score: &Score) -> Vec<(String, Tone, u32)> {
    let shown = |(one, count): (Outcome, u32)| (visit.t_of("fair-outcome", one.name()), tone(one), count);
    score.counts().into_iter().map(shown).collect()
}

/// What an indicator asks.
pub(super) fn name(visit: &Visit, indicator: &Indicator) -> String {
    match &indicator.name {
        Some(name) => visit.local(name).to_owned(),
        None => visit.t_of("fair-field", &indicator.id),
    }
}

/// The title of what an indicator belongs to: its obligation where the model has those.
pub(super) fn group(visit: &Visit, dimension: &Dimension, indicator: &Indicator, access: Access) -> (String, String) {
    match indicator.obligation(access) {
        Some(obligation) => (obligation.name().to_owned(), visit.t_of("fair-obligation", obligation.name())),
        None => (dimension.id.clone(), visit.local(&dimension.title).to_owned()),
    }
}

/// The groups of a model with their titles, in the order they are shown.
pub(super) fn groups(visit: &Visit, outline: &Outline) -> Vec<(String, String)> {
    if outline.model == Model::Health {
        let all = Obligation::ALL.iter();
        return all.map(|one| (one.name().to_owned(), visit.t_of("fair-obligation", one.name()))).collect();
    }
    outline.dimensions.iter().map(|one| (one.id.clone(), visit.local(&one.title).to_owned())).collect()
}

/// A piece of evidence as it is shown.
pub(super) struct Shown {
    pub(super) field: String,
    pub(super) term: &'static str,
    /// Empty when nothing is told.
    pub(super) value: String,
    /// What is shown of it: of a term of the EU's lists its code.
    pub(super) text: String,
    /// Whether the value is an address.
    pub(super) link: bool,
}

pub(super) fn evidence(visit: &Visit, all: &[Evidence]) -> Vec<Shown> {
    let one = |one: &Evidence| Shown {
        field: visit.t_of("fair-field", one.field.name()),
        term: if one.field.place() == Place::Known { "" } else { one.field.term() },
        value: one.value.clone(),
        text: code(&one.value).to_owned(),
        link: one.value.starts_with("https://") || one.value.starts_with("http://"),
    };
    all.iter().map(one).collect()
}

/// The code of a term of the EU's lists; any other value as it is.
fn code(value: &str) -> &str {
    const LISTS: &str = "http://publications.europa.eu/resource/authority/";
    let term = value.strip_prefix(LISTS).and_then(|term| term.rsplit('/').next());
    term.filter(|code| !code.is_empty()).unwrap_or(value)
}

/// What to do, in words.
pub(super) fn improve(visit: &Visit, improve: &Improve) -> String {
    match improve.field {
        Some(field) => {
            let how = format!("fair-improve-{}", place(improve.how, field));
            visit.t_with(&how, &[("field", visit.t_of("fair-field", field.name()).into())])
        }
        None => visit.t_of("fair-improve", improve.how.name()),
    }
}

/// Fields of the description are filled in; what others tell for us must be known to them.
fn place(how: How, field: Field) -> &'static str {
    match (how, field.place()) {
        (How::Fill, Place::Distribution) => "fill_distribution",
        (How::Fill, _) => "fill",
        (other, _) => other.name(),
    }
}

/// Where to do it, when there is one place.
pub(super) fn improve_at(improve: &Improve, path: &CataloguePath) -> Option<String> {
    match improve.how {
        How::National | How::Health => Some(format!("/katalog/kontroll/{path}")),
        _ => None,
    }
}

/// The address of a source in a model.
pub(super) fn model_path(path: &CataloguePath, model: Model) -> String {
    format!("{HOME}/{path}/{}", model.name())
}

/// A bar of a plot. The table beside it has the same numbers.
pub(super) struct Bar {
    pub(super) label: String,
    /// In per cent; 0 where nothing counts.
    pub(super) percent: u8,
    pub(super) shown: String,
}

/// When something was computed.
pub(super) fn at(visit: &Visit, time: Timestamp) -> String {
    visit.time(time)
}
