//! What was observed in the data: availability of a dataset, statistics of a variable.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Response},
};
use varde_web::{Failure, Visit};

use super::catalogue::as_at;
use crate::pages::{Service, path, query};

/// Shows which variable of a dataset has values in which year: declared, observed, both, or a
/// contradiction.
#[utoipa::path(get, path = "/api/catalogue/availability/{source}/{dataset}", tag = "catalogue",
    params(("source" = String, Path, description = "such as npr"), ("dataset" = String, Path, description = "such as contact"),
        ("as_at" = Option<String>, Query, description = "declared as recorded at this time (RFC 3339)")),
    responses((status = 200, description = "years, and for each variable its standing in each of them"),
        (status = 404, description = "no such dataset then")))]
pub(super) async fn of_dataset(
    visit: Visit,
    State(service): State<Service>,
    Path((source, dataset)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let wanted = path(&format!("{source}/{dataset}"))?;
    let found = service.availability(&visit.actor, &wanted, as_at(&query(raw))?).await?;
    found.map(|(_, availability)| Json(availability).into_response()).ok_or_else(Failure::not_found)
}

/// Shows the statistics of a variable: small numbers withheld, the rest rounded.
#[utoipa::path(get, path = "/api/catalogue/statistics/{path}", tag = "catalogue",
    params(("path" = String, Path, description = "such as npr/contact/main_condition")),
    responses((status = 200, description = "year by year; null when nothing was observed"),
        (status = 404, description = "no such variable")))]
pub(super) async fn of_variable(
    visit: Visit,
    State(service): State<Service>,
    Path(wanted): Path<String>,
) -> Result<Response, Failure> {
    let found = service.statistics(&visit.actor, &path(&wanted)?).await?;
    found.map(|(_, statistics)| Json(statistics).into_response()).ok_or_else(Failure::not_found)
}
