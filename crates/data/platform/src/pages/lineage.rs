//! What a release is made of, and what is made of it.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use varde_core::ReleaseId;
use varde_web::{Failure, Id, Visit, ui::Link};

use super::products::told;
use crate::{LineageView, Platform, ReleaseRecord, product::MadeColumn};

#[derive(Template)]
#[template(path = "product/lineage.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    release: ReleaseRecord,
    view: LineageView,
}

impl Page<'_> {
    fn how(&self, column: &MadeColumn) -> String {
        told(self.visit, column)
    }
}

/// `GET /register/{id}/opphav`.
pub(super) async fn show(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id(id): Id<ReleaseId>,
) -> Result<Response, Failure> {
    let (release, view) = platform.lineage(&visit.actor, id).await?;
    let crumbs = vec![
        Link::new("/register", visit.t("platform-releases")),
        Link::new(format!("/register/{id}"), release.dataset.to_string()),
    ];
    Ok(visit.page(Page { visit: &visit, crumbs, release, view }))
}
