//! What the pages show of the model: words, colours and rows.

use varde_core::{Actor, Language};
use varde_permit::{Cohort, Granularity};
use varde_web::{
    Visit,
    ui::{Event, Step, StepState, Tone},
};

use crate::{
    AccessService,
    model::{Application, Outcome, State},
    service::{DescribedVariable, File, Ports},
};

/// The colour of a state.
pub(crate) const fn tone(state: State) -> Tone {
    match state {
        State::Draft | State::Withdrawn => Tone::Neutral,
        State::Submitted | State::Processing => Tone::Info,
        State::AwaitingAnswer => Tone::Warning,
        State::Decided => Tone::Success,
    }
}

/// The colour of an outcome.
pub(crate) const fn outcome_tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::All => Tone::Success,
        Outcome::Part => Tone::Warning,
        Outcome::No => Tone::Danger,
    }
}

/// One application in a list.
pub(crate) struct Row {
    pub(crate) href: String,
    pub(crate) reference: String,
    pub(crate) title: String,
    pub(crate) organisation: String,
    pub(crate) state: String,
    pub(crate) tone: Tone,
    pub(crate) date: String,
}

/// Rows for a list of applications; `base` is where their pages are.
pub(crate) async fn rows(service: &AccessService, visit: &Visit, base: &str, list: Vec<Application>) -> Vec<Row> {
    let mut rows = Vec::with_capacity(list.len());
    for application in list {
        let organisation = service.ports().directory.organisation(application.organisation).await;
        let title = &application.content.title;
        rows.push(Row {
            href: format!("{base}/{}", application.id),
            reference: application.reference.clone(),
            title: if title.is_empty() { visit.t("access-untitled") } else { title.clone() },
            organisation,
            state: visit.t_of("access-state", application.state.name()),
            tone: tone(application.state),
            date: visit.time(application.submitted_at.unwrap_or(application.created_at)),
        });
    }
    rows
}

/// A granularity in words.
pub(crate) fn granularity(visit: &Visit, granularity: Granularity) -> String {
    match granularity {
        Granularity::AsIs => visit.t("access-granularity-as-is"),
        Granularity::Month => visit.t("access-granularity-month"),
        Granularity::Year => visit.t("access-granularity-year"),
        Granularity::RelativeDays => visit.t("access-granularity-relative-days"),
        Granularity::Band(width) => visit.t_with("access-granularity-band", &[("width", i64::from(width).into())]),
        Granularity::Prefix(length) => {
            visit.t_with("access-granularity-prefix", &[("length", i64::from(length).into())])
        }
    }
}

/// A cohort in words, one sentence a part.
pub(crate) fn cohort(visit: &Visit, it: &Cohort) -> Vec<String> {
    match it {
        Cohort::Everyone => vec![visit.t("access-cohort-everyone-words")],
        Cohort::All(parts) => parts.iter().flat_map(|p| cohort(visit, p)).collect(),
        Cohort::Any(parts) => {
            let words: Vec<String> = parts.iter().flat_map(|p| cohort(visit, p)).collect();
            vec![visit.t_with("access-cohort-any-words", &[("parts", words.join("; ").into())])]
        }
        Cohort::Not(part) => {
            vec![visit.t_with("access-cohort-not-words", &[("part", cohort(visit, part).join("; ").into())])]
        }
        Cohort::HasCode { variable, prefixes } => vec![visit.t_with(
            "access-cohort-code-words",
            &[("variable", variable.as_str().to_owned().into()), ("codes", prefixes.join(", ").into())],
        )],
        Cohort::Born { from, until } => vec![visit.t_with(
            "access-cohort-born-words",
            &[("from", visit.date(*from).into()), ("until", visit.date(*until).into())],
        )],
        Cohort::Resident { areas } => {
            vec![visit.t_with("access-cohort-resident-words", &[("areas", areas.join(", ").into())])]
        }
    }
}

/// One needed variable in a table.
pub(crate) struct VariableRow {
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) language: Language,
    pub(crate) dataset: String,
    pub(crate) granularity: String,
    pub(crate) reason: String,
}

/// The needed variables with their names from the catalogue.
pub(crate) async fn variables(ports: &Ports, visit: &Visit, application: &Application) -> Vec<VariableRow> {
    let needed = &application.content.need.variables;
    let paths: Vec<_> = needed.iter().map(|n| n.variable.clone()).collect();
    let described = ports.variables.describe(&paths).await.unwrap_or_default();
    needed
        .iter()
        .map(|n| {
            let found: Option<&DescribedVariable> = described.iter().find(|d| d.path == n.variable);
            VariableRow {
                path: n.variable.to_string(),
                name: found.map_or_else(|| n.variable.to_string(), |d| visit.local(&d.name).to_owned()),
                language: found.map_or(visit.language, |d| d.name.language_used(visit.language)),
                dataset: found.map_or_else(String::new, |d| visit.local(&d.dataset).to_owned()),
                granularity: granularity(visit, n.granularity),
                reason: n.reason.clone(),
            }
        })
        .collect()
}

/// How far the application has come: written, sent, handled, decided.
pub(crate) fn steps(visit: &Visit, state: State) -> Vec<Step> {
    let reached = match state {
        State::Draft | State::Withdrawn => 0,
        State::Submitted | State::Processing | State::AwaitingAnswer => 2,
        State::Decided => 4,
    };
    ["write", "send", "handle", "decide"]
        .iter()
        .enumerate()
        .map(|(place, step)| Step {
            label: visit.t_of("access-step", step),
            href: None,
            state: match place.cmp(&reached) {
                std::cmp::Ordering::Less => StepState::Done,
                std::cmp::Ordering::Equal => StepState::Current,
                std::cmp::Ordering::Greater => StepState::Ahead,
            },
        })
        .collect()
}

/// What happened, newest first.
pub(crate) async fn timeline(ports: &Ports, visit: &Visit, actor: &Actor, file: &File) -> Vec<Event> {
    let mut events = Vec::new();
    for step in file.steps.iter().rev() {
        let by = match step.by {
            Some(person) => ports.directory.person(actor, person).await,
            None => String::new(),
        };
        events.push(Event {
            when: visit.time(step.at),
            datetime: step.at.to_string(),
            title: visit.t_of("access-event", &step.kind),
            text: by,
            link: None,
            tone: if step.kind == "question" { Tone::Warning } else { Tone::Info },
        });
    }
    events
}
