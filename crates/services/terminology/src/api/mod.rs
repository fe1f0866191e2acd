//! JSON: editions, differences, whom an edition touches; and FHIR.

mod batch;
mod cors;
mod fhir;

use axum::{Json, extract::State};
use http::Method;
use serde::Serialize;
use utoipa::OpenApi;
use varde_web::{Failure, Id, Routes, Visit};

use crate::{Difference, Edition, EditionId, Impact, Key, Kind, Status, Terminology, Wording};

#[derive(OpenApi)]
#[openapi(
    paths(editions, difference, impact),
    tags((name = "terminology", description = "Code systems in editions; the FHIR operations are at /fhir/r4 and /fhir/r5"))
)]
struct Document;

/// The description of the context's API.
pub fn open_api() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// The routes for programs.
pub(crate) fn routes() -> Routes<Terminology> {
    const READ: &str = "terminology.content.read";
    Routes::new()
        .api(Method::GET, "/api/terminology/editions", READ, editions)
        .api(Method::GET, "/api/terminology/editions/{old}/difference/{new}", READ, difference)
        .api(Method::GET, "/api/terminology/editions/{id}/impact", "terminology.impact.read", impact)
        .merge(fhir::routes())
}

/// An edition as programs see it.
#[derive(Debug, Serialize)]
pub(crate) struct EditionDocument {
    id: EditionId,
    kind: Kind,
    key: Key,
    url: String,
    title: Wording,
    version: String,
    revision: i32,
    status: Status,
    valid: varde_core::Period,
    digest: varde_core::Digest,
    size: usize,
    published_at: Option<jiff::Timestamp>,
}

impl EditionDocument {
    fn of(edition: &Edition) -> Self {
        Self {
            id: edition.id,
            kind: edition.subject.kind(),
            key: edition.subject.key().clone(),
            url: edition.subject.url().to_owned(),
            title: edition.subject.title().clone(),
            version: edition.version.clone(),
            revision: edition.revision,
            status: edition.status,
            valid: edition.valid,
            digest: edition.digest,
            size: edition.size,
            published_at: edition.published_at,
        }
    }
}

#[utoipa::path(get, path = "/api/terminology/editions", tag = "terminology",
    responses((status = 200, description = "every edition that one may see, by kind and key, the newest first")))]
pub(crate) async fn editions(
    State(service): State<Terminology>,
    visit: Visit,
) -> Result<Json<Vec<EditionDocument>>, Failure> {
    Ok(Json(service.editions(&visit.actor).await?.iter().map(EditionDocument::of).collect()))
}

/// What changed between two editions.
#[derive(Debug, Serialize)]
pub(crate) struct DifferenceDocument {
    from: EditionDocument,
    to: EditionDocument,
    difference: Difference,
}

#[utoipa::path(get, path = "/api/terminology/editions/{old}/difference/{new}", tag = "terminology",
    params(("old" = uuid::Uuid, Path), ("new" = uuid::Uuid, Path)),
    responses((status = 200, description = "codes added, removed, renamed, moved, retired and revived"),
        (status = 404, description = "no such edition"),
        (status = 422, description = "the two are not of the same code system")))]
pub(crate) async fn difference(
    State(service): State<Terminology>,
    visit: Visit,
    Id((old, new)): Id<(EditionId, EditionId)>,
) -> Result<Json<DifferenceDocument>, Failure> {
    let (from, to, difference) = service.difference(&visit.actor, old, new).await?;
    let (from, to) = (EditionDocument::of(&from), EditionDocument::of(&to));
    Ok(Json(DifferenceDocument { from, to, difference }))
}

#[utoipa::path(get, path = "/api/terminology/editions/{id}/impact", tag = "terminology",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "the variables whose codes it changes, and how many permits in force are about them"),
        (status = 403, description = "not the owner's steward"), (status = 404, description = "no such edition")))]
pub(crate) async fn impact(
    State(service): State<Terminology>,
    visit: Visit,
    Id(id): Id<EditionId>,
) -> Result<Json<Impact>, Failure> {
    Ok(Json(service.impact(&visit.actor, id).await?))
}
