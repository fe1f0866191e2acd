//! The desk of a service's owner.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_core::{FieldProblem, Problem as _};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Event, Link, Tone},
};

use super::shown;
use crate::{Answer, Onboarding, OnboardingError, OrderId};

#[derive(Template)]
#[template(path = "desk.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    waiting: Vec<shown::Row>,
    others: Vec<shown::Row>,
}

/// `GET /tjenester/behandling`
pub(super) async fn list(State(service): State<Onboarding>, visit: Visit) -> Result<Response, Failure> {
    let (waiting, others): (Vec<_>, Vec<_>) =
        service.desk(&visit.actor).await?.into_iter().partition(|one| one.order.state.waits());
    let rows = |list: &[_]| shown::rows(&visit, "/tjenester/behandling", list);
    let page = ListPage { visit: &visit, waiting: rows(&waiting), others: rows(&others) };
    Ok(visit.page(page))
}

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    title: String,
    id: OrderId,
    state: String,
    tone: Tone,
    facts: Vec<(String, String)>,
    reason: String,
    waits: bool,
    may_decide: bool,
    answers: Vec<Choice>,
    events: Vec<Event>,
    form: Form,
}

async fn case_page(
    service: &Onboarding,
    visit: &Visit,
    id: OrderId,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    let about = &file.service.service;
    let answer = |class: &crate::InformationClass| {
        let name = visit.local(&class.title);
        let label = visit.t_with("onboarding-answer-grant", &[("class", name.into())]);
        let asked = class.id == file.order.wanted.class;
        let hint = if asked { "onboarding-answer-asked" } else { "onboarding-answer-other" };
        Choice::new(class.id.as_str(), label).hint(visit.t(hint))
    };
    let mut answers: Vec<Choice> = about.classes.iter().map(answer).collect();
    // No class is called so: names have no underscore.
    let refusal = Choice::new(REFUSE, visit.t("onboarding-answer-refuse"));
    answers.push(refusal.hint(visit.t("onboarding-answer-refuse-hint")));
    let page = CasePage {
        visit,
        crumbs: vec![Link::new("/tjenester/behandling", visit.t("onboarding-desk"))],
        title: format!("{}, {}", visit.local(&about.title), file.organisation.name),
        id,
        state: visit.t_of("onboarding-state", file.order.state.name()),
        tone: shown::tone(file.order.state),
        facts: super::order::facts(service, visit, &file).await?,
        reason: file.order.decision.as_ref().map(|decision| decision.reason.clone()).unwrap_or_default(),
        waits: file.order.state.waits(),
        may_decide: service.may_decide(&visit.actor, &file).await?,
        answers,
        events: shown::events(service, visit, &file).await?,
        form,
    };
    Ok(visit.page_with(status, page))
}

/// The answer that is a no.
const REFUSE: &str = "_refuse";

/// `GET /tjenester/behandling/{id}`
pub(super) async fn show(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Response, Failure> {
    case_page(&service, &visit, id, Form::new(), StatusCode::OK).await
}

/// `POST /tjenester/behandling/{id}`
pub(super) async fn decide(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
    form: Form,
) -> Result<Response, Failure> {
    let reason = form.value("reason").to_owned();
    let answer = match form.value("answer") {
        REFUSE => Some(Answer::Refuse { reason }),
        class => class.parse().ok().map(|class| Answer::Grant { class, reason }),
    };
    let outcome = match answer {
        Some(answer) => service.decide(&visit.actor, id, &answer).await,
        None => Err(OnboardingError::Invalid(vec![FieldProblem::new("answer", "onboarding-error-answer")])),
    };
    match outcome {
        Ok(_) => Ok(visit.see(&format!("/tjenester/behandling/{id}"))),
        Err(error @ OnboardingError::Invalid(_)) => {
            let form = form.with_problems(error.fields());
            case_page(&service, &visit, id, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}
