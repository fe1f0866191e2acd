//! JSON: the public register of permits (EHDS art. 57(1)(j)), the keys, and checking a seal.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{Method, header};
use serde::Deserialize;
use serde_json::Value;
use utoipa::OpenApi;
use varde_core::PermitId;
use varde_web::{Failure, Routes, Sent, Visit};

use crate::{Permit, PermitError, Published, Register, pages::Pages};

/// The largest sealed document that is looked at, in bytes.
const LARGEST: usize = 1024 * 1024;

#[derive(OpenApi)]
#[openapi(paths(list, keys, one, sealed, revoke, verify), tags((name = "permits", description = "Issued permits")))]
struct Document;

/// The routes' part of the OpenAPI document.
pub fn open_api() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// The JSON routes.
pub(crate) fn routes() -> Routes<Pages> {
    Routes::new()
        .open_api(Method::GET, "/api/permits", "permit.register.list", list)
        .open_api(Method::GET, "/api/permits/keys", "permit.keys.read", keys)
        .open_api(Method::POST, "/api/permits/verification", "permit.seal.verify", verify)
        .open_api(Method::GET, "/api/permits/{id}", "permit.register.read", one)
        .api(Method::GET, "/api/permits/{id}/sealed", "permit.permit.read", sealed)
        .api(Method::POST, "/api/permits/{id}/revocation", "permit.permit.revoke", revoke)
}

#[utoipa::path(get, path = "/api/permits", tag = "permits",
    responses((status = 200, description = "the public register, newest decision first; no person is named")))]
pub(crate) async fn list(State(register): State<Arc<Register>>) -> Result<Json<Vec<Published>>, Failure> {
    Ok(Json(register.published().await?))
}

#[utoipa::path(get, path = "/api/permits/keys", tag = "permits",
    responses((status = 200, description = "the access body's public keys as a JWK set (RFC 7517)")))]
pub(crate) async fn keys(State(register): State<Arc<Register>>) -> Json<Value> {
    Json(register.keys().jwks())
}

#[utoipa::path(get, path = "/api/permits/{id}", tag = "permits", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "what everybody may know"), (status = 404, description = "no such permit")))]
pub(crate) async fn one(
    State(register): State<Arc<Register>>,
    Path(id): Path<String>,
) -> Result<Json<Published>, Failure> {
    Ok(Json(register.published_one(parse(&id)?).await?))
}

#[utoipa::path(get, path = "/api/permits/{id}/sealed", tag = "permits", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, content_type = "application/jose", description = "the sealed permit, JWS compact (RFC 7515)"),
        (status = 403, description = "not named in it"), (status = 404, description = "no such permit")))]
pub(crate) async fn sealed(
    State(register): State<Arc<Register>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let issued = register.get(&visit.actor, parse(&id)?).await?;
    Ok(([(header::CONTENT_TYPE, "application/jose")], issued.sealed).into_response())
}

/// Why a permit is revoked.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Revocation {
    /// The reason, as its holder is told it.
    reason: String,
    /// That the holder was heard, or that it cannot wait (EHDS art. 63(2)): `true`.
    confirmed: bool,
}

#[utoipa::path(post, path = "/api/permits/{id}/revocation", tag = "permits", params(("id" = uuid::Uuid, Path)),
    request_body = Revocation, responses((status = 200, description = "what everybody may know of the revoked permit"),
        (status = 403, description = "not a handler of the body that decided"), (status = 404, description = "no such permit"),
        (status = 409, description = "revoked already"), (status = 422, description = "no reason, or not confirmed")))]
pub(crate) async fn revoke(
    State(register): State<Arc<Register>>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(body): Sent<Revocation>,
) -> Result<Json<Published>, Failure> {
    let id = parse(&id)?;
    if !body.confirmed {
        return Err(PermitError::NotConfirmed.into());
    }
    Ok(Json(register.revoke(&visit.actor, id, &body.reason).await?.into()))
}

#[utoipa::path(post, path = "/api/permits/verification", tag = "permits", request_body = String,
    responses((status = 200, description = "the seal is whole: what the permit says"),
        (status = 422, description = "the seal is broken, or it is not a permit, or not ours")))]
pub(crate) async fn verify(State(register): State<Arc<Register>>, body: String) -> Result<Json<Permit>, Failure> {
    if body.len() > LARGEST {
        return Err(PermitError::Seal(crate::SealError::NotSealed).into());
    }
    Ok(Json(register.verify(&body)?))
}

pub(crate) fn parse(id: &str) -> Result<PermitId, PermitError> {
    id.parse().map_err(|_| PermitError::NotFound)
}
