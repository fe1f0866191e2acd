//! What the pages show of the model: words, colours and rows.

use std::collections::{BTreeMap, BTreeSet};

use varde_core::{CataloguePath, Language, PersonId, clock::norway};
use varde_permit::{Cohort, DataNeed, Granularity, PermittedVariable};
use varde_web::{
    Visit,
    ui::{Event, Step, StepState, Tone},
};

use super::design_words;
use crate::{
    AccessService,
    model::{Application, Outcome, State},
    service::{DescribedVariable, ExtractState, File, Ports, Step as TakenStep, ToldOfCodes},
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
        Granularity::Shifted(days) => visit.t_with("access-granularity-shifted", &[("days", i64::from(days).into())]),
        Granularity::Band(width) => visit.t_with("access-granularity-band", &[("width", i64::from(width).into())]),
        Granularity::Rounded(to) => visit.t_with("access-granularity-rounded", &[("to", i64::from(to).into())]),
        Granularity::Prefix(length) => {
            visit.t_with("access-granularity-prefix", &[("length", i64::from(length).into())])
        }
    }
}

/// Whom a need is about in words, one sentence a part, with the names that the catalogue has: the cohort,
/// then how the study is designed.
pub(crate) async fn cohort(ports: &Ports, visit: &Visit, it: &DataNeed) -> Vec<String> {
    let design = design_words::mentioned(&it.design, std::iter::empty());
    let variables: Vec<CataloguePath> = it.cohort.code_variables().into_iter().chain(design).cloned().collect();
    // Without the catalogue the paths are shown: the page is about more than names.
    let known =
        if variables.is_empty() { Vec::new() } else { ports.variables.describe(&variables).await.unwrap_or_default() };
    let mut words = cohort_words(visit, &it.cohort, &known);
    words.extend(design_words::design(visit, &it.design, &known));
    words
}

/// A cohort in words, one sentence a part.
pub(super) fn cohort_words(visit: &Visit, it: &Cohort, known: &[DescribedVariable]) -> Vec<String> {
    match it {
        Cohort::Everyone => vec![visit.t("access-cohort-everyone-words")],
        Cohort::All(parts) => parts.iter().flat_map(|p| cohort_words(visit, p, known)).collect(),
        Cohort::Any(parts) => {
            let words: Vec<String> = parts.iter().flat_map(|p| cohort_words(visit, p, known)).collect();
            vec![visit.t_with("access-cohort-any-words", &[("parts", words.join("; ").into())])]
        }
        Cohort::Not(part) => {
            let words = cohort_words(visit, part, known).join("; ");
            vec![visit.t_with("access-cohort-not-words", &[("part", words.into())])]
        }
        Cohort::HasCode { variable, prefixes } => vec![visit.t_with(
            "access-cohort-code-words",
            &[("variable", named(visit, variable, known).into()), ("codes", prefixes.join(", ").into())],
        )],
        Cohort::Born { from, until } => vec![visit.t_with(
            "access-cohort-born-words",
            &[("from", visit.date(*from).into()), ("until", visit.date(*until).into())],
        )],
        Cohort::Resident { areas } => {
            vec![visit.t_with("access-cohort-resident-words", &[("areas", areas.join(", ").into())])]
        }
        Cohort::Events(events) => {
            let words = design_words::events(visit, events, known);
            vec![visit.t_with("access-cohort-events-words", &[("events", words.into())])]
        }
        Cohort::AtIndex(attribute) => vec![design_words::attribute(visit, attribute)],
    }
}

/// A variable in a sentence: its name and where it is, or its path where the catalogue has no name.
pub(super) fn named(visit: &Visit, variable: &CataloguePath, known: &[DescribedVariable]) -> String {
    let Some(found) = known.iter().find(|d| d.path == *variable) else { return variable.to_string() };
    let (name, dataset) = (visit.local(&found.name), visit.local(&found.dataset));
    visit.t_with("access-cohort-variable", &[("name", name.into()), ("dataset", dataset.into())])
}

/// How finely a variable is delivered, and what is made of its rows, in words.
pub(crate) fn permitted(visit: &Visit, it: &PermittedVariable, known: &[DescribedVariable]) -> String {
    let granularity = granularity(visit, it.granularity);
    match design_words::measure(visit, &it.measure, known) {
        Some(measure) => format!("{granularity}. {measure}"),
        None => granularity,
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
    let mut paths: Vec<_> = needed.iter().map(|n| n.variable.clone()).collect();
    let measures = needed.iter().map(|n| &n.measure);
    paths.extend(design_words::mentioned(&application.content.need.design, measures).cloned());
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
                granularity: permitted(visit, &n.asked(), &described),
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

/// Names by person, as far as they are known and may be seen.
pub(crate) type Names = BTreeMap<PersonId, String>;

/// The names of those whom the page of an application shows: who is named in it, and who took its steps.
pub(crate) async fn names(ports: &Ports, visit: &Visit, file: &File) -> Names {
    let steps = file.steps.iter().filter_map(|step| step.by);
    let shown: BTreeSet<PersonId> = file.application.content.persons.iter().copied().chain(steps).collect();
    let shown: Vec<PersonId> = shown.into_iter().collect();
    ports.directory.names(&visit.actor, &file.matter(), &shown).await
}

/// These persons' names; empty where one is not known.
pub(crate) fn by_name(persons: &[PersonId], names: &Names) -> Vec<String> {
    persons.iter().map(|person| names.get(person).cloned().unwrap_or_default()).collect()
}

/// What the application was told of code systems: where to read more, and in words.
pub(crate) fn news(visit: &Visit, file: &File) -> Vec<(String, String)> {
    let text = |told: &ToldOfCodes| {
        visit.t_with(
            "access-news-edition",
            &[
                ("system", visit.local(&told.title).into()),
                ("version", told.version.as_str().into()),
                ("date", visit.date(told.told_at.to_zoned(norway()).date()).into()),
                ("count", told.variables.into()),
            ],
        )
    };
    file.news.iter().map(|told| (format!("/kodeverk/{}", told.key), text(told))).collect()
}

/// What happened, newest first.
pub(crate) fn timeline(visit: &Visit, file: &File, names: &Names) -> Vec<Event> {
    let event = |step: &TakenStep| Event {
        when: visit.time(step.at),
        datetime: step.at.to_string(),
        title: visit.t_of("access-event", &step.kind),
        text: step.by.and_then(|person| names.get(&person).cloned()).unwrap_or_default(),
        link: None,
        tone: if step.kind == "question" { Tone::Warning } else { Tone::Info },
    };
    file.steps.iter().rev().map(event).collect()
}

/// Who reads what followed from a decision: what they can do about it differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    Applicant,
    Handler,
}

/// What followed from a decision, in words.
pub(crate) struct OutcomeShown {
    pub(crate) permit: String,
    pub(crate) state: String,
    pub(crate) tone: Tone,
    /// What it means, and what can be done now.
    pub(crate) text: String,
    /// Why the permit was revoked, and when.
    pub(crate) revoked: Option<(String, String)>,
    /// Whether the room is open.
    pub(crate) room: bool,
    /// Whether something has been delivered, so that there is a page of it.
    pub(crate) deliveries: bool,
    /// Whether the reader can let a held extract go on.
    pub(crate) confirm: bool,
}

/// What followed from the decision; `None` while nothing has, or when nothing was granted.
pub(crate) async fn outcome(ports: &Ports, visit: &Visit, file: &File, reader: Reader) -> Option<OutcomeShown> {
    file.decision.as_ref()?;
    let found = ports.outcomes.of(&visit.actor, file.application.id).await?;
    let (code, tone) = match (&found.revoked, found.extract) {
        (Some(_), _) => ("revoked", Tone::Danger),
        (None, Some(ExtractState::Delivered)) => (ExtractState::Delivered.name(), Tone::Success),
        (None, Some(ExtractState::Held)) => (ExtractState::Held.name(), Tone::Warning),
        (None, Some(ExtractState::Empty)) => (ExtractState::Empty.name(), Tone::Warning),
        (None, Some(ExtractState::Stopped)) => (ExtractState::Stopped.name(), Tone::Danger),
        (None, Some(ExtractState::InTheMaking) | None) => (ExtractState::InTheMaking.name(), Tone::Info),
    };
    let text = match reader {
        Reader::Applicant => visit.t_of("access-outcome-applicant", code),
        Reader::Handler => visit.t_of("access-outcome-handler", code),
    };
    Some(OutcomeShown {
        permit: found.permit.to_string(),
        state: visit.t_of("access-outcome-state", code),
        tone,
        text,
        deliveries: found.delivered,
        room: reader == Reader::Applicant && code == ExtractState::Delivered.name(),
        confirm: reader == Reader::Handler && code == ExtractState::Held.name(),
        revoked: found.revoked.map(|(at, reason)| (visit.time(at), reason)),
    })
}
