//! How good releases are, and what is demanded of them, as JSON.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use varde_core::{CataloguePath, ReleaseId};
use varde_web::{Failure, Id, Sent, Visit};

use crate::{Platform, quality::Thresholds};

/// How good a release is: the report, what it lacks, and, for the data holder, what changed. Others than the
/// data holder read it with small groups withheld and the rest rounded.
#[utoipa::path(get, path = "/api/releases/{id}/quality", tag = "platform", params(("id" = String, Path)),
    responses((status = 200, description = "The report; null until the job has looked")))]
pub(super) async fn quality(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id(id): Id<ReleaseId>,
) -> Result<Response, Failure> {
    Ok(Json(platform.quality(&visit.actor, id).await?).into_response())
}

/// Why something is done.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Because {
    reason: String,
}

/// Approves a release that is held back, with the reason.
#[utoipa::path(post, path = "/api/releases/{id}/approve-held", tag = "platform", params(("id" = String, Path)),
    responses((status = 200, description = "The release, approved")))]
pub(super) async fn approve(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id(id): Id<ReleaseId>,
    Sent(because): Sent<Because>,
) -> Result<Response, Failure> {
    platform.approve_because(&visit.actor, id, &because.reason).await?;
    Ok(Json(platform.release(&visit.actor, id).await?).into_response())
}

/// Withdraws a release; gives what was made from it.
#[utoipa::path(post, path = "/api/releases/{id}/withdraw", tag = "platform", params(("id" = String, Path)),
    responses((status = 200, description = "The extracts that were made from it")))]
pub(super) async fn withdraw(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id(id): Id<ReleaseId>,
    Sent(because): Sent<Because>,
) -> Result<Response, Failure> {
    Ok(Json(platform.withdraw(&visit.actor, id, &because.reason).await?).into_response())
}

/// The extracts that were made from a release, or are being made.
#[utoipa::path(get, path = "/api/releases/{id}/used-by", tag = "platform", params(("id" = String, Path)),
    responses((status = 200, description = "The extracts, with their permits")))]
pub(super) async fn used_by(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id(id): Id<ReleaseId>,
) -> Result<Response, Failure> {
    Ok(Json(platform.used_by(&visit.actor, id).await?).into_response())
}

/// What is demanded of a dataset's releases: every version, the newest first.
#[utoipa::path(get, path = "/api/thresholds/{source}/{dataset}", tag = "platform",
    params(("source" = String, Path), ("dataset" = String, Path)),
    responses((status = 200, description = "The versions")))]
pub(super) async fn thresholds(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id((source, dataset)): Id<(String, String)>,
) -> Result<Response, Failure> {
    Ok(Json(platform.thresholds(&visit.actor, &path(&source, &dataset)?).await?).into_response())
}

/// What is demanded from now on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Demanded {
    /// The version that it changes; 0 when there is none.
    seen: i32,
    demands: Thresholds,
    reason: String,
}

/// Demands something of a dataset's releases. Those that wait are judged anew.
#[utoipa::path(post, path = "/api/thresholds/{source}/{dataset}", tag = "platform",
    params(("source" = String, Path), ("dataset" = String, Path)),
    responses((status = 200, description = "The versions")))]
pub(super) async fn demand(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id((source, dataset)): Id<(String, String)>,
    Sent(demanded): Sent<Demanded>,
) -> Result<Response, Failure> {
    let path = path(&source, &dataset)?;
    let Demanded { seen, demands, reason } = demanded;
    platform.set_thresholds(&visit.actor, &path, (seen, demands), &reason).await?;
    Ok(Json(platform.thresholds(&visit.actor, &path).await?).into_response())
}

fn path(source: &str, dataset: &str) -> Result<CataloguePath, Failure> {
    format!("{source}/{dataset}").parse().map_err(|_| Failure::not_found())
}
