//! A relation: what it says, how far it goes, what was decided; deciding it and taking it back.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use varde_core::{FieldProblem, Problem as _};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Event, Link, Tone},
};

use super::{
    HOME, crumbs, day, query, seen,
    shown::{self, One, Words},
};
use crate::{
    CodeLine, Harmonisation, HarmonisationError, RelationView,
    relation::{RelationId, State as RelationState},
    service::{DECIDE, WITHDRAW},
};

#[derive(Template)]
#[template(path = "harmonisation/relation.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    path: String,
    as_at: Option<String>,
    from: One,
    to: One,
    kind: String,
    state: (String, Tone),
    coverage: (String, Tone),
    changed: Vec<String>,
    facts: Vec<(String, String)>,
    codes: Vec<CodeRow>,
    transformation: String,
    reason: String,
    /// The relation that took its place.
    by: Option<String>,
    events: Vec<Event>,
    seen: u32,
    outcomes: Vec<Choice>,
    /// Whether the actor could decide it, had somebody else proposed it.
    own: bool,
    may_withdraw: bool,
}

struct CodeRow {
    code: String,
    text: Words,
    to: String,
    to_text: Words,
    /// What is said where there is no counterpart.
    without: String,
}

/// `GET /harmonisering/relasjoner/{id}?dag=…`.
pub(super) async fn show(
    State(service): State<Harmonisation>,
    visit: Visit,
    Id(id): Id<RelationId>,
    raw: RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    page(&service, &visit, id, form).await
}

/// `POST /harmonisering/relasjoner/{id}/avgjor`.
pub(super) async fn decide(
    State(service): State<Harmonisation>,
    visit: Visit,
    Id(id): Id<RelationId>,
    form: Form,
) -> Result<Response, Failure> {
    let outcome = match form.value("decision") {
        "accept" => service.decide(&visit.actor, id, seen(&form), true, form.value("reason")).await,
        "reject" => service.decide(&visit.actor, id, seen(&form), false, form.value("reason")).await,
        _ => {
            let (view, _) = service.relation(&visit.actor, id, None).await?;
            service.check_with(&visit.actor, DECIDE, &view).await?;
            Err(HarmonisationError::Invalid(vec![FieldProblem::new("decision", "harmonisation-error-decision")]))
        }
    };
    after(&service, &visit, id, form, outcome).await
}

/// `POST /harmonisering/relasjoner/{id}/trekk`.
pub(super) async fn withdraw(
    State(service): State<Harmonisation>,
    visit: Visit,
    Id(id): Id<RelationId>,
    form: Form,
) -> Result<Response, Failure> {
    let outcome = service.withdraw(&visit.actor, id, seen(&form), form.value("why")).await;
    let outcome = outcome.map_err(|error| match error {
        // The page has two forms: the reason of this one has a name of its own.
        HarmonisationError::Invalid(problems) => {
            let own = |problem: FieldProblem| FieldProblem { field: "why".to_owned(), ..problem };
            HarmonisationError::Invalid(problems.into_iter().map(own).collect())
        }
        other => other,
    });
    after(&service, &visit, id, form, outcome).await
}

async fn after(
    service: &Harmonisation,
    visit: &Visit,
    id: RelationId,
    form: Form,
    outcome: Result<(), HarmonisationError>,
) -> Result<Response, Failure> {
    match outcome {
        Ok(()) => Ok(visit.see(&format!("{HOME}/relasjoner/{id}"))),
        Err(error @ HarmonisationError::Invalid(_)) => {
            page(service, visit, id, form.with_problems(error.fields())).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(service: &Harmonisation, visit: &Visit, id: RelationId, form: Form) -> Result<Response, Failure> {
    let (day, wrong) = day(&form, service.today());
    let form = form.with_problems(wrong);
    let (view, versions) = service.relation(&visit.actor, id, day).await?;
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let open = day.is_none()
        && (view.state == RelationState::Proposed
            || (view.state == RelationState::Accepted && view.must_be_looked_at()));
    let may_decide = open && service.may_with(&visit.actor, DECIDE, &view);
    let ends = matches!(view.state, RelationState::Proposed | RelationState::Accepted);
    let page = Page {
        crumbs: crumbs(visit),
        path: format!("{HOME}/relasjoner/{id}"),
        as_at: day.map(|day| visit.date(day)),
        from: One::of(visit, &view.from),
        to: One::of(visit, &view.to),
        kind: visit.t_of("harmonisation-kind", view.kind.name()),
        state: shown::state(visit, &view),
        coverage: shown::coverage(visit, &view.coverage),
        changed: view.changed.iter().map(|one| visit.t_of("harmonisation-changed", one.name())).collect(),
        facts: facts(visit, &view),
        codes: view.codes.iter().map(|line| code(visit, line)).collect(),
        transformation: view.transformation.clone(),
        reason: view.reason.clone(),
        by: view.ending.as_ref().and_then(|(_, _, by)| *by).map(|by| format!("{HOME}/relasjoner/{by}")),
        events: shown::history(visit, &versions),
        seen: view.version,
        outcomes: if may_decide { outcomes(visit, &view) } else { Vec::new() },
        own: open && !may_decide && service.is_own(&visit.actor, &view),
        may_withdraw: day.is_none() && ends && service.may_with(&visit.actor, WITHDRAW, &view),
        form,
        visit,
    };
    Ok(visit.page_with(status, page))
}

fn outcomes(visit: &Visit, view: &RelationView) -> Vec<Choice> {
    let accept = if view.must_be_looked_at() { "harmonisation-still-holds" } else { "harmonisation-accept" };
    let choice = |value: &str, key: &str| Choice::new(value, visit.t(key));
    vec![choice("accept", accept), choice("reject", "harmonisation-reject")]
}

fn code(visit: &Visit, line: &CodeLine) -> CodeRow {
    let without = match (&line.to, line.without) {
        (Some(_), _) => String::new(),
        (None, true) => visit.t("harmonisation-code-nothing"),
        (None, false) => visit.t("harmonisation-code-open"),
    };
    CodeRow {
        code: line.code.clone(),
        text: Words::of(visit, &line.text),
        to: line.to.clone().unwrap_or_default(),
        to_text: Words::of(visit, &line.to_text),
        without,
    }
}

fn facts(visit: &Visit, view: &RelationView) -> Vec<(String, String)> {
    let mut facts = vec![(visit.t("harmonisation-in-skos"), format!("skos:{}", view.skos))];
    let mut fact = |key: &str, value: String| {
        if !value.is_empty() {
            facts.push((visit.t(key), value));
        }
    };
    fact("harmonisation-proposed-for", view.proposed_for.clone());
    fact("harmonisation-claimed", view.claimed.clone().unwrap_or_default());
    if let Some(decision) = &view.decision {
        fact("harmonisation-decided-at", visit.time(decision.at));
        fact("harmonisation-decided-by", decision.organisation.clone());
        fact("harmonisation-decided-because", decision.reason.clone());
    }
    if let Some((at, why, _)) = &view.ending {
        fact("harmonisation-ended-at", visit.time(*at));
        fact("harmonisation-ended-because", why.clone());
    }
    facts
}
