//! The page on which the access body lets a large extract go on.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_core::{PermitId, Problem as _};
use varde_web::{Failure, Form, Id, Visit, ui::Link};

use crate::{ExtractRecord, ExtractStatus, LetGo, Platform, PlatformError};

#[derive(Template)]
#[template(path = "large.html")]
struct LargePage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    permit: PermitId,
    record: ExtractRecord,
    limit: u64,
    form: Form,
}

impl LargePage<'_> {
    fn waits(&self) -> bool {
        self.record.status == ExtractStatus::Held
    }
}

/// `GET /tillatelser/{id}/stort-uttrekk`.
pub(super) async fn ask(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id(permit): Id<PermitId>,
) -> Result<Response, Failure> {
    page(&platform, &visit, permit, Form::new(), StatusCode::OK).await
}

/// `POST /tillatelser/{id}/stort-uttrekk`.
pub(super) async fn confirm(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id(permit): Id<PermitId>,
    form: Form,
) -> Result<Response, Failure> {
    let said =
        LetGo { reason: form.value("reason").to_owned(), background_check: form.value("background_check").to_owned() };
    match platform.confirm(&visit.actor, permit, &said).await {
        Ok(()) => Ok(visit.see(&format!("/tillatelser/{permit}/stort-uttrekk"))),
        Err(problem @ PlatformError::NothingSaid { .. }) => {
            let form = form.with_problems(problem.fields());
            page(&platform, &visit, permit, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn page(
    platform: &Platform,
    visit: &Visit,
    permit: PermitId,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let record = platform.may_confirm(&visit.actor, permit).await?;
    let crumbs = vec![Link::new(format!("/tillatelser/{permit}"), record.title.clone())];
    let limit = platform.large().people;
    Ok(visit.page_with(status, LargePage { visit, crumbs, permit, record, limit, form }))
}
