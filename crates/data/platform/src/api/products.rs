//! Data products and what releases are made of, as JSON.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use varde_core::{CataloguePath, ReleaseId};
use varde_web::{Failure, Id, Visit};

use crate::{Freshness, LineageView, Platform, ProductRecord};

#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    record: ProductRecord,
    freshness: Freshness,
}

/// All data products, each with its versions and how it stands to its sources.
#[utoipa::path(get, path = "/api/products", tag = "platform", responses((status = 200, description = "The products")))]
pub(super) async fn products(visit: Visit, State(platform): State<Arc<Platform>>) -> Result<Response, Failure> {
    let all = platform.products(&visit.actor).await?;
    let listed = all.into_iter().map(|(record, freshness)| Listed { record, freshness });
    Ok(Json(listed.collect::<Vec<_>>()).into_response())
}

/// One data product: its versions, when it was made, and what keeps its draft from being put in force.
#[utoipa::path(get, path = "/api/products/{source}/{dataset}", tag = "platform",
    params(("source" = String, Path), ("dataset" = String, Path)),
    responses((status = 200, description = "The product")))]
pub(super) async fn product(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id((source, dataset)): Id<(String, String)>,
) -> Result<Response, Failure> {
    let path: CataloguePath = format!("{source}/{dataset}").parse().map_err(|_| Failure::not_found())?;
    Ok(Json(platform.product(&visit.actor, &path).await?).into_response())
}

#[derive(Serialize)]
struct Told {
    release: ReleaseId,
    dataset: CataloguePath,
    #[serde(flatten)]
    lineage: LineageView,
}

/// What a release is made of, column by column, and what is made of it.
#[utoipa::path(get, path = "/api/releases/{id}/lineage", tag = "platform", params(("id" = String, Path)),
    responses((status = 200, description = "The lineage in both directions")))]
pub(super) async fn lineage(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id(id): Id<ReleaseId>,
) -> Result<Response, Failure> {
    let (release, lineage) = platform.lineage(&visit.actor, id).await?;
    Ok(Json(Told { release: id, dataset: release.dataset, lineage }).into_response())
}
