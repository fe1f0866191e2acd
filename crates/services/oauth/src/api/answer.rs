//! Answers of OAuth endpoints: JSON that is never kept, and refusals as clients read them.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;

use crate::{
    AuthorisationServer,
    fault::{Code, Fault},
    protocol::parameters::Parameters,
};

/// The header that gives a nonce.
const NONCE: &str = "dpop-nonce";

/// An answer that no cache may keep (RFC 6749, section 5.1).
pub(super) fn good(body: &impl Serialize) -> Response {
    not_kept(Json(body).into_response())
}

/// A refusal, with the nonce to use from now on when that is what it asks for.
pub(super) fn refused(server: &AuthorisationServer, fault: &Fault) -> Response {
    tracing::info!(code = fault.code.name(), "an OAuth request was refused");
    let status = StatusCode::from_u16(fault.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let body = json!({ "error": fault.code.name(), "error_description": fault.description });
    let mut response = not_kept((status, Json(body)).into_response());
    if fault.code == Code::UseDpopNonce
        && let Ok(nonce) = HeaderValue::from_str(&server.nonce_now())
    {
        response.headers_mut().insert(NONCE, nonce);
    }
    response
}

/// The form in a body.
///
/// # Errors
/// [`Code::InvalidRequest`] when the body is no form.
pub(super) fn form(headers: &HeaderMap, body: &[u8]) -> Result<Parameters, Fault> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(FORM) {
        return Err(Fault::new(Code::InvalidRequest, "the body must be application/x-www-form-urlencoded"));
    }
    Parameters::read(body)
}

/// The address of an endpoint as clients know it.
///
/// # Errors
/// [`Code::ServerError`] when the issuer is no address, which opening the server rules out.
pub(super) fn address(server: &AuthorisationServer, path: &str) -> Result<Uri, Fault> {
    let wrong = |_| Fault::new(Code::ServerError, "the issuer is no address");
    format!("{}{path}", server.issuer()).parse().map_err(wrong)
}

fn not_kept(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
