//! Revoking a permit: the reason, what follows, and a yes that is meant.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use varde_core::{PermitId, Problem as _};
use varde_web::{Failure, Form, Visit, ui::Link};

use super::Pages;
use crate::{PermitError, api};

#[derive(Template)]
#[template(path = "revoke.html")]
struct RevokePage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    id: PermitId,
    title: String,
    /// Whether it was revoked before.
    revoked: bool,
    form: Form,
}

/// `GET /tillatelser/{id}/trekk-tilbake`.
pub(super) async fn ask(visit: Visit, State(pages): State<Pages>, Path(id): Path<String>) -> Result<Response, Failure> {
    page(&pages, &visit, api::parse(&id)?, Form::new(), StatusCode::OK).await
}

/// `POST /tillatelser/{id}/trekk-tilbake`.
pub(super) async fn revoke(
    visit: Visit,
    State(pages): State<Pages>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id = api::parse(&id)?;
    let done = match form.value("confirmed") {
        "yes" => pages.register.revoke(&visit.actor, id, form.value("reason")).await.map(drop),
        _ => Err(PermitError::NotConfirmed),
    };
    match done {
        Ok(()) => Ok(visit.see(&format!("/tillatelser/{id}"))),
        Err(error @ (PermitError::NoReason | PermitError::NotConfirmed)) => {
            let form = form.with_problems(error.fields());
            page(&pages, &visit, id, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn page(pages: &Pages, visit: &Visit, id: PermitId, form: Form, status: StatusCode) -> Result<Response, Failure> {
    let issued = pages.register.may_revoke(&visit.actor, id).await?;
    let crumbs = vec![
        Link::new("/tillatelser", visit.t("permit-register")),
        Link::new(format!("/tillatelser/{id}"), issued.permit.title.clone()),
    ];
    let (title, revoked) = (issued.permit.title, issued.revoked.is_some());
    Ok(visit.page_with(status, RevokePage { visit, crumbs, id, title, revoked, form }))
}
