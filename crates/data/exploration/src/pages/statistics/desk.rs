//! The access body's desk of requests for statistics, and the decision.

use askama::Template;
use axum::{extract::State as Service, http::StatusCode, response::Response};
use varde_core::{FieldProblem, Problem as _, ProblemKind};
use varde_web::{Failure, Form, Id, Visit, ui::Link};

use super::{
    request, to_home,
    words::{self, Row},
};
use crate::{
    Exploration,
    model::statistics::{Outcome, Proposal, RequestId},
};

#[derive(Template)]
#[template(path = "exploration/statistics/desk.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    here: String,
    rows: Vec<Row>,
}

/// `GET /statistikk/saker`.
pub(super) async fn list(Service(service): Service<Exploration>, visit: Visit) -> Result<Response, Failure> {
    let requests = service.requests_on_desk(&visit.actor).await?;
    let page = Page {
        crumbs: vec![to_home(&visit)],
        here: visit.t("statistics-desk"),
        rows: requests.iter().map(|request| words::row(&visit, request)).collect(),
        visit: &visit,
    };
    Ok(visit.page(page))
}

/// `POST /statistikk/bestilling/{id}/vedtak`.
pub(super) async fn decide(
    Service(service): Service<Exploration>,
    visit: Visit,
    Id(id): Id<RequestId>,
    form: Form,
) -> Result<Response, Failure> {
    let problems = match Outcome::from_name(form.value("outcome")) {
        None => vec![FieldProblem::new("outcome", "statistics-error-outcome")],
        Some(outcome) => {
            let text = |field: &str| form.value(field).to_owned();
            let proposal = Proposal { outcome, risks: text("risks"), reasons: text("reasons") };
            match service.decide_request(&visit.actor, id, &proposal).await {
                Ok(_) => return Ok(visit.see(&format!("/statistikk/bestilling/{id}"))),
                Err(error) if error.kind() == ProblemKind::Invalid => error.fields(),
                Err(error) => return Err(error.into()),
            }
        }
    };
    let case = service.case(&visit.actor, id).await?;
    request::page(&service, &visit, case, form.with_problems(problems), StatusCode::UNPROCESSABLE_ENTITY).await
}
