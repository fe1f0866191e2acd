//! What pages show alike.

use jiff::Timestamp;
use varde_core::{LocalisedText, Period};
use varde_web::{
    Visit,
    ui::{Event, Tone},
};

use super::HOME;
use crate::{
    RelationVersion, RelationView, Side, Version,
    code::Coverage,
    relation::{State, Target},
};

pub(super) use varde_web::ui::Words;

/// One of two variables, as rows show it.
pub(super) struct One {
    /// Its page.
    pub(super) href: String,
    pub(super) name: Words,
    pub(super) source: Words,
    pub(super) path: String,
    pub(super) period: String,
    pub(super) kind: String,
    pub(super) known: bool,
}

impl One {
    pub(super) fn of(visit: &Visit, side: &Side) -> Self {
        let kind = side.data_type.map(|kind| visit.t_of("harmonisation-type", kind.name())).unwrap_or_default();
        let unit = side.unit.as_deref().unwrap_or_default();
        Self {
            href: page(&side.target),
            name: Words::of(visit, &side.name),
            source: Words::of(visit, &side.source),
            path: match &side.target {
                Target::Variable(path) => path.to_string(),
                Target::Represented(_) => String::new(),
            },
            period: side.valid.map(|valid| period(visit, valid)).unwrap_or_default(),
            kind: if unit.is_empty() { kind } else { format!("{kind}, {unit}") },
            known: side.known,
        }
    }
}

/// The page of a variable or a represented variable.
pub(super) fn page(target: &Target) -> String {
    match target {
        Target::Variable(path) => format!("/katalog/variabel/{path}"),
        Target::Represented(id) => format!("{HOME}/variabler/{id}"),
    }
}

/// A period in words.
pub(super) fn period(visit: &Visit, period: Period) -> String {
    let from = visit.date(period.from);
    match period.until {
        None => visit.t_with("harmonisation-since", &[("from", from.into())]),
        Some(until) => {
            visit.t_with("harmonisation-between", &[("from", from.into()), ("until", visit.date(until).into())])
        }
    }
}

/// How far codes are mapped, in words with a tone. What is partial is never told as anything else.
pub(super) fn coverage(visit: &Visit, coverage: &Coverage) -> (String, Tone) {
    let number = |n: &usize| (*n).into();
    match coverage {
        Coverage::NotCoded => (visit.t("harmonisation-coverage-not_coded"), Tone::Neutral),
        Coverage::NotComparable => (visit.t("harmonisation-coverage-not_comparable"), Tone::Warning),
        Coverage::SameSystem { system } => {
            (visit.t_with("harmonisation-coverage-same_system", &[("system", system.into())]), Tone::Neutral)
        }
        Coverage::Partly { mapped, of } => {
            let numbers = [("mapped", number(mapped)), ("of", number(of))];
            (visit.t_with("harmonisation-coverage-partly", &numbers), Tone::Warning)
        }
        Coverage::Whole { of } => (visit.t_with("harmonisation-coverage-whole", &[("of", number(of))]), Tone::Success),
    }
}

/// Where a relation is on its way, in words with its tone.
pub(super) fn state(visit: &Visit, view: &RelationView) -> (String, Tone) {
    if view.must_be_looked_at() {
        return (visit.t("harmonisation-look-again"), Tone::Danger);
    }
    (visit.t_of("harmonisation-state", view.state.name()), tone(view.state))
}

const fn tone(state: State) -> Tone {
    match state {
        State::Proposed => Tone::Info,
        State::Accepted => Tone::Success,
        State::Rejected => Tone::Danger,
        State::Withdrawn | State::Superseded => Tone::Neutral,
    }
}

/// A relation in a list.
pub(super) struct Row {
    pub(super) href: String,
    pub(super) from: One,
    pub(super) kind: String,
    pub(super) to: One,
    pub(super) state: (String, Tone),
    pub(super) coverage: (String, Tone),
    pub(super) transformation: String,
    pub(super) decided: String,
}

impl Row {
    pub(super) fn of(visit: &Visit, view: &RelationView) -> Self {
        let decided = view.decision.as_ref().map(|decision| {
            let by = [visit.time(decision.at), decision.organisation.clone()];
            by.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
        });
        Self {
            href: format!("{HOME}/relasjoner/{}", view.id),
            from: One::of(visit, &view.from),
            kind: visit.t_of("harmonisation-kind", view.kind.name()),
            to: One::of(visit, &view.to),
            state: state(visit, view),
            coverage: coverage(visit, &view.coverage),
            transformation: view.transformation.clone(),
            decided: decided.unwrap_or_default(),
        }
    }
}

/// What happened to a relation, the newest first.
pub(super) fn history(visit: &Visit, versions: &[RelationVersion]) -> Vec<Event> {
    let event = |version: &RelationVersion| {
        let content = &version.content;
        let said = match content.state {
            State::Proposed => content.reason.clone(),
            State::Accepted | State::Rejected => {
                content.decision.as_ref().map(|decision| decision.reason.clone()).unwrap_or_default()
            }
            State::Withdrawn | State::Superseded => {
                content.ending.as_ref().map(|ending| ending.reason.clone()).unwrap_or_default()
            }
        };
        let title = visit.t_of("harmonisation-state", content.state.name());
        happened(visit, version.at, title, said, tone(content.state))
    };
    versions.iter().map(event).collect()
}

/// The versions of something that has a name.
pub(super) fn versions<T, I>(
    visit: &Visit,
    versions: &[Version<T, I>],
    name: impl Fn(&T) -> &LocalisedText,
) -> Vec<Event> {
    let event = |version: &Version<T, I>| {
        let title = visit.t_with("harmonisation-version", &[("number", version.number.into())]);
        happened(visit, version.at, title, visit.local(name(&version.content)).to_owned(), Tone::Info)
    };
    versions.iter().map(event).collect()
}

/// Something that happened, on a timeline.
fn happened(visit: &Visit, at: Timestamp, title: String, text: String, tone: Tone) -> Event {
    Event { when: visit.time(at), datetime: at.to_string(), title, text, link: None, tone }
}

/// A share from 0 to 1 as a percentage in words.
pub(super) fn percent(visit: &Visit, share: f64) -> String {
    let n = (share * 100.0).round() as i64;
    visit.t_with("harmonisation-percent", &[("n", n.into())])
}
