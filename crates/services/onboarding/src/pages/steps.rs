//! The second and third step of ordering: the terms, and sending. The terms' page is also where a new
//! version is accepted.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_core::FieldProblem;
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Link, Step as Stage},
};

use super::shown;
use crate::{File, Onboarding, OnboardingError, OrderId};

fn crumbs(visit: &Visit, file: &File) -> Vec<Link> {
    vec![
        Link::new("/tjenester/bestillinger", visit.t("onboarding-orders")),
        Link::new(format!("/tjenester/bestillinger/{}", file.order.id), file.order.reference.clone()),
    ]
}

#[derive(Template)]
#[template(path = "accept.html")]
struct AcceptPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    title: String,
    /// Where this is in ordering; none when only a new version is accepted.
    steps: Vec<Stage>,
    id: OrderId,
    organisation: String,
    terms: Option<shown::Terms>,
    form: Form,
}

async fn terms_page(
    service: &Onboarding,
    visit: &Visit,
    file: &File,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let versions = service.terms(&file.order.service).await?;
    let unsent = file.order.state.is_unsent();
    let page = AcceptPage {
        visit,
        crumbs: crumbs(visit, file),
        title: visit.t_with("onboarding-terms-of", &[("service", visit.local(&file.service.service.title).into())]),
        steps: if unsent { shown::ordering(visit, 1) } else { Vec::new() },
        id: file.order.id,
        organisation: file.organisation.name.clone(),
        terms: versions.last().map(|newest| shown::terms(visit, newest)),
        form,
    };
    Ok(visit.page_with(status, page))
}

/// `GET /tjenester/bestillinger/{id}/vilkar`
pub(super) async fn terms(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    if file.order.state.is_over() || file.power.is_none() {
        return Ok(visit.see(&format!("/tjenester/bestillinger/{id}")));
    }
    terms_page(&service, &visit, &file, Form::new(), StatusCode::OK).await
}

/// `POST /tjenester/bestillinger/{id}/vilkar`
pub(super) async fn accept(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
    form: Form,
) -> Result<Response, Failure> {
    let again = async |message: &str| {
        let file = service.file(&visit.actor, id).await?;
        let form = Form::new().with_problems([FieldProblem::new("accepted", message)]);
        terms_page(&service, &visit, &file, form, StatusCode::UNPROCESSABLE_ENTITY).await
    };
    let (true, Ok(version)) = (form.has("accepted", "yes"), form.value("version").parse::<u32>()) else {
        return again("onboarding-error-accept").await;
    };
    match service.accept_terms(&visit.actor, id, version).await {
        Ok(order) if order.state.is_unsent() => Ok(visit.see(&format!("/tjenester/bestillinger/{id}/send"))),
        Ok(_) => Ok(visit.see(&format!("/tjenester/bestillinger/{id}"))),
        Err(OnboardingError::NewerTerms) => again("onboarding-error-newer").await,
        Err(OnboardingError::Changed) => again("onboarding-error-changed").await,
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "send.html")]
struct SendPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    title: String,
    steps: Vec<Stage>,
    id: OrderId,
    owner: String,
    facts: Vec<(String, String)>,
}

/// `GET /tjenester/bestillinger/{id}/send`
pub(super) async fn review(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    match file.order.state {
        crate::State::TermsAccepted if file.power.is_some() => {}
        crate::State::Draft => return Ok(visit.see(&format!("/tjenester/bestillinger/{id}/vilkar"))),
        _ => return Ok(visit.see(&format!("/tjenester/bestillinger/{id}"))),
    }
    let page = SendPage {
        visit: &visit,
        crumbs: crumbs(&visit, &file),
        title: visit.t("onboarding-send-title"),
        steps: shown::ordering(&visit, 2),
        id,
        owner: service.organisation_name(file.service.service.owner).await?,
        facts: super::order::facts(&service, &visit, &file).await?,
    };
    Ok(visit.page(page))
}

/// `POST /tjenester/bestillinger/{id}/send`
pub(super) async fn submit(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Response, Failure> {
    match service.submit(&visit.actor, id).await {
        Ok(_) => Ok(visit.see(&format!("/tjenester/bestillinger/{id}"))),
        // A newer version came while the page was open: it is to be read first.
        Err(OnboardingError::NewerTerms) => Ok(visit.see(&format!("/tjenester/bestillinger/{id}/vilkar"))),
        Err(error) => Err(error.into()),
    }
}
