//! Requests and plans in words.

use varde_web::{Visit, ui::Tone};

use crate::{
    model::{
        Explorable, Question,
        statistics::{Request, State, Statistic},
    },
    pages::words as of,
};

/// A request as a row of a list.
pub(super) struct Row {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) dataset: String,
    pub(super) state: String,
    pub(super) tone: Tone,
    pub(super) sent: String,
    pub(super) until: String,
    pub(super) late: bool,
}

/// Requests as rows.
pub(super) fn rows(visit: &Visit, requests: &[Request]) -> Vec<Row> {
    requests.iter().map(|request| row(visit, request)).collect()
}

fn row(visit: &Visit, request: &Request) -> Row {
    let until = request.deadlines().filter(|_| request.state == State::Sent);
    Row {
        href: format!("/statistikk/bestilling/{}", request.id),
        title: title(visit, request),
        dataset: request.content.plan.dataset.to_string(),
        state: state(visit, request.state),
        tone: tone(request.state),
        sent: request.sent_at.map(|at| visit.time(at)).unwrap_or_default(),
        until: until.map(|until| visit.date(until.assessed)).unwrap_or_default(),
        late: request.is_late(visit.clock().today()),
    }
}

/// What a request is called; a draft may have no title yet.
pub(super) fn title(visit: &Visit, request: &Request) -> String {
    if request.content.title.is_empty() {
        return visit.t("statistics-untitled");
    }
    request.content.title.clone()
}

/// How far it has come.
pub(super) fn state(visit: &Visit, state: State) -> String {
    visit.t_of("statistics-state", state.name())
}

/// And its colour.
pub(super) const fn tone(state: State) -> Tone {
    match state {
        State::Draft | State::Withdrawn => Tone::Neutral,
        State::Sent | State::Approved => Tone::Info,
        State::Published => Tone::Success,
        State::Unmade => Tone::Warning,
        State::Refused => Tone::Danger,
    }
}

/// A plan in words.
pub(super) struct Plan {
    pub(super) dataset: String,
    pub(super) conditions: Vec<String>,
    pub(super) by: Vec<String>,
    pub(super) measure: String,
    pub(super) treatment: String,
}

/// A plan in words; `described` are the datasets as they are, or were, described.
pub(super) fn plan(visit: &Visit, plan: &Question, rounding: Option<u64>, described: &[Explorable]) -> Plan {
    let dataset = described.iter().find(|one| one.path == plan.dataset);
    Plan {
        dataset: dataset.map_or_else(|| plan.dataset.to_string(), |one| visit.local(&one.name).to_owned()),
        conditions: of::conditions(visit, &plan.only, described, &plan.dataset),
        by: plan.by.iter().map(|by| of::dimension(visit, by, dataset)).collect(),
        measure: of::measure(visit, &plan.measure, dataset),
        treatment: treatment(visit, rounding),
    }
}

/// The plan of a published table in words, with everything as it was described then.
pub(super) fn plan_of(visit: &Visit, statistic: &Statistic) -> Plan {
    let described: Vec<Explorable> = std::iter::once(&statistic.dataset).chain(&statistic.others).cloned().collect();
    plan(visit, &statistic.plan, statistic.rounding, &described)
}

/// What whoever reads a published table must know. `withheld` is the text on a number that is not told; it is left
/// out where there is none.
pub(super) fn notes(visit: &Visit, statistic: &Statistic, withheld: &str) -> String {
    let any_withheld = statistic.cells.iter().any(|cell| cell.people.is_none());
    let pulled_in = statistic.plan.measure.number().is_some();
    let keys = [
        Some("statistics-note-unlisted"),
        any_withheld.then_some(withheld),
        pulled_in.then_some("statistics-note-pulled-in"),
        Some("statistics-note-reserved"),
    ];
    let notes: Vec<String> = keys.into_iter().flatten().map(|key| visit.t(key)).collect();
    format!("{}. {}", treatment(visit, statistic.rounding), notes.join(" "))
}

/// How numbers are told.
pub(super) fn treatment(visit: &Visit, rounding: Option<u64>) -> String {
    match rounding {
        None => visit.t("statistics-exact"),
        Some(base) => {
            let base = i64::try_from(base).unwrap_or(i64::MAX);
            visit.t_with("statistics-rounded", &[("base", base.into())])
        }
    }
}
