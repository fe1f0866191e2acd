//! What a release is made of, and what is made of it.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_core::ReleaseId;
use varde_web::{Failure, Id, Visit, ui::Link};

use super::{Asked, products::told, way_to};
use crate::{LineageView, ReleaseRecord, product::MadeColumn};

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
pub(super) async fn show((visit, State(platform), Id(id)): Asked<ReleaseId>) -> Result<Response, Failure> {
    let (release, view) = platform.lineage(&visit.actor, id).await?;
    Ok(visit.page(Page { visit: &visit, crumbs: way_to(&visit, &release), release, view }))
}
