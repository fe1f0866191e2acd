//! Revoking a permit: the reason, what follows, and a yes that is meant.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use varde_core::{PermitId, Problem};
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
    // Everything that is wrong is told at once.
    let no_reason = form.value("reason").trim().is_empty().then_some(PermitError::NoReason);
    let not_confirmed = (form.value("confirmed") != "yes").then_some(PermitError::NotConfirmed);
    let problems: Vec<_> = no_reason.iter().chain(&not_confirmed).flat_map(Problem::fields).collect();
    if !problems.is_empty() {
        return page(&pages, &visit, id, form.with_problems(problems), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    pages.register.revoke(&visit.actor, id, form.value("reason")).await?;
    Ok(visit.see(&format!("/tillatelser/{id}")))
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
