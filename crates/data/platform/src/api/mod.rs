//! The JSON routes: releases, counts and manifests.

mod products;
mod quality;

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::Method,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::OpenApi;
use varde_core::{CataloguePath, ExtractId, Period, ReleaseId};
use varde_permit::{Cohort, Design};
use varde_web::{Failure, Id, Routes, Sent, Visit};

use crate::Platform;

/// The most faults that one answer lists; the CSV beside the release has them all.
pub(crate) const MOST_FAULTS: usize = 1000;

#[derive(OpenApi)]
#[openapi(paths(
    releases,
    release,
    faults,
    approve,
    extract,
    count,
    quality::quality,
    quality::approve,
    quality::withdraw,
    quality::used_by,
    quality::thresholds,
    quality::demand,
    products::products,
    products::product,
    products::lineage,
))]
struct Document;

/// The description of the JSON routes.
pub fn open_api() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

pub(crate) fn routes() -> Routes<Arc<Platform>> {
    Routes::new()
        .api(Method::GET, "/api/releases", "platform.release.read", releases)
        .api(Method::GET, "/api/releases/{id}", "platform.release.read", release)
        .api(Method::GET, "/api/releases/{id}/faults", "platform.release.read", faults)
        .api(Method::POST, "/api/releases/{id}/approve", "platform.release.approve", approve)
        .api(Method::GET, "/api/releases/{id}/quality", "platform.release.read", quality::quality)
        .api(Method::POST, "/api/releases/{id}/approve-held", "platform.release.approve", quality::approve)
        .api(Method::POST, "/api/releases/{id}/withdraw", "platform.release.withdraw", quality::withdraw)
        .api(Method::GET, "/api/releases/{id}/used-by", "platform.release.used_by", quality::used_by)
        .api(Method::GET, "/api/thresholds/{source}/{dataset}", "platform.release.read", quality::thresholds)
        .api(Method::POST, "/api/thresholds/{source}/{dataset}", "platform.threshold.set", quality::demand)
        .api(Method::GET, "/api/products", "platform.release.read", products::products)
        .api(Method::GET, "/api/products/{source}/{dataset}", "platform.release.read", products::product)
        .api(Method::GET, "/api/releases/{id}/lineage", "platform.release.read", products::lineage)
        .api(Method::GET, "/api/extracts/{id}", "platform.extract.read", extract)
        .api(Method::POST, "/api/cohorts/count", "platform.cohort.count", count)
}

/// All releases.
#[utoipa::path(get, path = "/api/releases", tag = "platform", responses((status = 200, description = "All releases")))]
async fn releases(visit: Visit, State(platform): State<Arc<Platform>>) -> Result<Response, Failure> {
    Ok(Json(platform.releases(&visit.actor).await?).into_response())
}

/// One release with its quality.
#[utoipa::path(get, path = "/api/releases/{id}", tag = "platform", params(("id" = String, Path)),
    responses((status = 200, description = "The release")))]
async fn release(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id(id): Id<ReleaseId>,
) -> Result<Response, Failure> {
    Ok(Json(platform.release(&visit.actor, id).await?).into_response())
}

/// The rows of an import that could not be used: line, column, reason.
#[utoipa::path(get, path = "/api/releases/{id}/faults", tag = "platform", params(("id" = String, Path)),
    responses((status = 200, description = "The first thousand faults")))]
async fn faults(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id(id): Id<ReleaseId>,
) -> Result<Response, Failure> {
    Ok(Json(platform.faults(&visit.actor, id, MOST_FAULTS).await?).into_response())
}

/// Approves a release.
#[utoipa::path(post, path = "/api/releases/{id}/approve", tag = "platform", params(("id" = String, Path)),
    responses((status = 200, description = "The release, approved")))]
async fn approve(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id(id): Id<ReleaseId>,
) -> Result<Response, Failure> {
    platform.approve(&visit.actor, id).await?;
    Ok(Json(platform.release(&visit.actor, id).await?).into_response())
}

/// What is told of an extract: nothing about who is in it.
#[derive(Serialize)]
struct Told {
    status: &'static str,
    manifest: Option<varde_permit::Manifest>,
    signature: Option<String>,
    delivered_at: Option<jiff::Timestamp>,
}

/// An extract's manifest with its seal.
#[utoipa::path(get, path = "/api/extracts/{id}", tag = "platform", params(("id" = String, Path)),
    responses((status = 200, description = "The extract's status, manifest and seal")))]
async fn extract(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id(id): Id<ExtractId>,
) -> Result<Response, Failure> {
    let record = platform.extract(&visit.actor, id).await?;
    let (manifest, signature) = (record.manifest, record.signature);
    Ok(Json(Told { status: record.status.name(), manifest, signature, delivered_at: record.delivered_at })
        .into_response())
}

/// A question about how many people.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CountRequest {
    cohort: Cohort,
    #[serde(default)]
    design: Design,
    period: Period,
    datasets: Vec<CataloguePath>,
}

/// About how many people a rule finds, and how many controls and family a design adds, rounded to ten.
#[utoipa::path(post, path = "/api/cohorts/count", tag = "platform",
    responses((status = 200, description = "The number, rounded; fewer than ten is not told apart")))]
async fn count(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Sent(asked): Sent<CountRequest>,
) -> Result<Response, Failure> {
    let CountRequest { cohort, design, period, datasets } = asked;
    Ok(Json(platform.count(&visit.actor, &cohort, &design, period, &datasets).await?).into_response())
}
