//! `POST /api/test-tokens`, and what the description of the API says of tokens.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use utoipa::OpenApi;
use varde_web::{Failure, Routes, Sent};

use crate::{
    AuthorisationServer,
    test_tokens::{
        fault::{ProofFault, TokenFault},
        mint::{Minted, Wanted, WantedProof},
    },
};

#[derive(OpenApi)]
#[openapi(
    paths(mint),
    components(schemas(Wanted, WantedProof, Minted, TokenFault, ProofFault)),
    tags((name = "test tokens", description = "Tokens with any claims and every fault, in demonstrations only"))
)]
struct Document;

/// The description; nothing where there are no test tokens.
pub(crate) fn open_api(server: &AuthorisationServer) -> utoipa::openapi::OpenApi {
    if server.keyring.test_key().is_some() { Document::openapi() } else { utoipa::openapi::OpenApi::default() }
}

/// The route; none where there are no test tokens.
pub(crate) fn routes(server: &AuthorisationServer) -> Routes<Arc<AuthorisationServer>> {
    if server.keyring.test_key().is_none() {
        return Routes::new();
    }
    Routes::new().open_api(Method::POST, "/api/test-tokens", "oauth.test_token.mint, in demonstrations", mint)
}

#[utoipa::path(post, path = "/api/test-tokens", tag = "test tokens", request_body = Wanted,
    responses((status = 200, body = Minted, description = "a token, and proofs for the requests that were named"),
        (status = 422, description = "it cannot be made; see the fields")))]
pub(crate) async fn mint(
    State(server): State<Arc<AuthorisationServer>>,
    Sent(wanted): Sent<Wanted>,
) -> Result<Response, Failure> {
    let key = server.keyring.test_key().ok_or_else(Failure::not_found)?;
    let mut response = Json(server.mint(key, &wanted)?).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
