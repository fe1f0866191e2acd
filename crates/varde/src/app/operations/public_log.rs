//! The log as anybody may fetch it, at the addresses of C2SP tlog-tiles below `/log/`. Leaves are
//! salted commitments: nothing in it is personal.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use varde_web::Failure;

use super::Operations;

/// `GET /log/checkpoint`.
#[utoipa::path(get, path = "/log/checkpoint", tag = "log", responses(
    (status = 200, content_type = "text/plain", description = "the signed checkpoint (C2SP tlog-checkpoint)"),
    (status = 404, description = "nothing was entered yet")))]
pub(super) async fn checkpoint(State(operations): State<Arc<Operations>>) -> Result<Response, Failure> {
    published(&operations, "checkpoint").await
}

/// `GET /log/tile/…`.
#[utoipa::path(get, path = "/log/tile/{tile}", tag = "log",
    params(("tile" = String, Path, description = "`<L>/<N>[.p/<W>]` or `entries/<N>[.p/<W>]` (C2SP tlog-tiles)")),
    responses((status = 200, content_type = "application/octet-stream", description = "the tile; it never changes"),
        (status = 404, description = "no such tile")))]
pub(super) async fn tile(
    State(operations): State<Arc<Operations>>,
    Path(tile): Path<String>,
) -> Result<Response, Failure> {
    published(&operations, &format!("tile/{tile}")).await
}

async fn published(operations: &Operations, address: &str) -> Result<Response, Failure> {
    let found = operations.log.published(address).await?.ok_or_else(Failure::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, found.content_type),
        (header::CACHE_CONTROL, found.cache_control),
        // A verifier may be a page of somebody else's; there is nothing here to protect.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    Ok((headers, found.bytes).into_response())
}
