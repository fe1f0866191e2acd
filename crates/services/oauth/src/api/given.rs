//! `/connect/introspect` and `/connect/revocation`.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};
use serde_json::json;

use crate::{AuthorisationServer, api::answer};

/// Whether a token is good.
pub(super) async fn introspect(
    State(server): State<Arc<AuthorisationServer>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let told = async { server.introspect(&answer::form(&headers, &body)?).await };
    match told.await {
        Ok(told) => answer::good(&told),
        Err(fault) => answer::refused(&server, &fault),
    }
}

/// The end of a token.
pub(super) async fn revoke(
    State(server): State<Arc<AuthorisationServer>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let ended = async { server.revoke(&answer::form(&headers, &body)?).await };
    match ended.await {
        Ok(()) => answer::good(&json!({})),
        Err(fault) => answer::refused(&server, &fault),
    }
}
