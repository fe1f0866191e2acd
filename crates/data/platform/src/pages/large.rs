//! The page on which the access body lets a large extract go on.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_core::PermitId;
use varde_web::{Failure, Form, Id, Visit, ui::Link};

use super::{Asked, answer};
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
pub(super) async fn ask((visit, State(platform), Id(permit)): Asked<PermitId>) -> Result<Response, Failure> {
    let page = page(&platform, &visit, permit, Form::new()).await?;
    Ok(visit.page(page))
}

/// `POST /tillatelser/{id}/stort-uttrekk`.
pub(super) async fn confirm(
    (visit, State(platform), Id(permit)): Asked<PermitId>,
    form: Form,
) -> Result<Response, Failure> {
    let said =
        LetGo { reason: form.value("reason").to_owned(), background_check: form.value("background_check").to_owned() };
    let done = platform.confirm(&visit.actor, permit, &said).await;
    let again = |problems| page(&platform, &visit, permit, form.with_problems(problems));
    answer(&visit, done, format!("/tillatelser/{permit}/stort-uttrekk"), again).await
}

async fn page<'a>(
    platform: &Platform,
    visit: &'a Visit,
    permit: PermitId,
    form: Form,
) -> Result<LargePage<'a>, PlatformError> {
    let record = platform.may_confirm(&visit.actor, permit).await?;
    let crumbs = vec![Link::new(format!("/tillatelser/{permit}"), record.title.clone())];
    let limit = platform.large().people;
    Ok(LargePage { visit, crumbs, permit, record, limit, form })
}
