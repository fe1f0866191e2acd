//! JSON: drafts that products make by themselves, and what a client does about itself.

mod wire;

use std::sync::Arc;

use axum::{Json, body::Bytes, extract::State};
use http::{HeaderMap, Method, StatusCode};
use utoipa::OpenApi;
use varde_web::{Failure, Routes, Sent, Visit};

use crate::{SelfService, SelfServiceError};
use wire::{DraftRequest, KeyAnswer, Made, OwnClient, Replacement};

#[derive(OpenApi)]
#[openapi(
    paths(make_draft, own_client, replace_own_client, add_own_key),
    tags((name = "self-service", description = "Clients that set themselves up"))
)]
struct Document;

/// The description of the context's API.
pub fn open_api() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// The API's routes.
pub(crate) fn routes() -> Routes<Arc<SelfService>> {
    const DRAFTS: &str = "/api/self-service/v1/client-drafts";
    const CLIENT: &str = "/api/self-service/v1/client";
    const SECRET: &str = "/api/self-service/v1/client-secret";
    Routes::new()
        .open_api(Method::POST, DRAFTS, "ask for a client by an API key", make_draft)
        .api(Method::GET, CLIENT, "self_service.own_client.read", own_client)
        .api(Method::PUT, CLIENT, "self_service.own_client.replace", replace_own_client)
        .api(Method::POST, SECRET, "self_service.own_client.add_key", add_own_key)
}

#[utoipa::path(post, path = "/api/self-service/v1/client-drafts", tag = "self-service", request_body = DraftRequest,
    params(("api-key" = String, Header, description = "the product's API key, made by the vendor on its page")),
    responses((status = 201, body = Made, description = "the client id, and the page where the organisation confirms it"),
        (status = 401, description = "the api-key is missing, unknown or withdrawn"),
        (status = 409, description = "the product is multi-tenant or has been ended"),
        (status = 422, description = "something in the body is wrong, or the key is private; see the fields"),
        (status = 429, description = "too many drafts: wait a while")))]
pub(crate) async fn make_draft(
    State(service): State<Arc<SelfService>>,
    headers: HeaderMap,
    Sent(request): Sent<DraftRequest>,
) -> Result<(StatusCode, Json<Made>), Failure> {
    let api_key = headers.get("api-key").and_then(|value| value.to_str().ok()).ok_or(SelfServiceError::ApiKey)?;
    let client = service.make_draft(api_key, request.into_draft()?).await?;
    Ok((StatusCode::CREATED, Json(Made::of(client.id))))
}

#[utoipa::path(get, path = "/api/self-service/v1/client", tag = "self-service",
    responses((status = 200, body = OwnClient, description = "how each scope and claim of the token's client stands"),
        (status = 401, description = "no access token of a client"), (status = 403, description = "the scope varde:api/self_service is missing"),
        (status = 404, description = "the client was not made in self-service"), (status = 429, description = "too many requests")))]
pub(crate) async fn own_client(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
) -> Result<Json<OwnClient>, Failure> {
    Ok(Json(OwnClient::from(service.own_client(&visit.actor).await?)))
}

#[utoipa::path(put, path = "/api/self-service/v1/client", tag = "self-service", request_body = Replacement,
    responses((status = 200, body = OwnClient, description = "all is replaced, and what is left out is removed; what asks for more waits for the organisation"),
        (status = 401, description = "no access token of a client"), (status = 403, description = "the scope varde:api/self_service is missing"),
        (status = 404, description = "the client was not made in self-service"),
        (status = 422, description = "something in the body is wrong; see the fields"), (status = 429, description = "too many requests")))]
pub(crate) async fn replace_own_client(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Sent(replacement): Sent<Replacement>,
) -> Result<Json<OwnClient>, Failure> {
    let settings = replacement.into_settings()?;
    Ok(Json(OwnClient::from(service.replace_own_client(&visit.actor, settings).await?)))
}

#[utoipa::path(post, path = "/api/self-service/v1/client-secret", tag = "self-service", request_body = Object,
    responses((status = 200, body = KeyAnswer, description = "the public key in the body is the client's from now on, beside those it has"),
        (status = 401, description = "no access token of a client"), (status = 403, description = "the scope varde:api/self_service is missing"),
        (status = 404, description = "the client was not made in self-service"),
        (status = 409, description = "three keys are there already, or one of that name, or keys are read from an address"),
        (status = 422, description = "no public key that can be used here, or a private one"), (status = 429, description = "too many requests")))]
pub(crate) async fn add_own_key(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    body: Bytes,
) -> Result<Json<KeyAnswer>, Failure> {
    Ok(Json(KeyAnswer::from(service.add_own_key(&visit.actor, &body).await?)))
}
