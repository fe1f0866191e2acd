//! The decision on a request, as the access body's form gives it.

use axum::{extract::State as Service, http::StatusCode, response::Response};
use varde_core::{FieldProblem, Problem as _, ProblemKind};
use varde_web::{Failure, Form, Id, Visit};

use super::request;
use crate::{
    Exploration,
    model::statistics::{Outcome, Proposal, RequestId},
};

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
