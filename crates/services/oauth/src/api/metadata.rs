//! What the server says of itself (RFC 8414; OpenID Connect Discovery): nothing that it does not do.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use varde_jose::Algorithm;

use crate::{
    AuthorisationServer, Grant,
    api::{answer, path},
    model::details,
    service::failed,
};

/// Seconds for which clients may keep metadata and keys.
const KEPT: &str = "public, max-age=3600";

/// `/.well-known/openid-configuration`.
pub(super) async fn openid(State(server): State<Arc<AuthorisationServer>>) -> Response {
    described(&server).await
}

/// `/.well-known/oauth-authorization-server`: the same.
pub(super) async fn oauth(State(server): State<Arc<AuthorisationServer>>) -> Response {
    described(&server).await
}

/// The public keys that tokens are checked with, the next one among them.
pub(super) async fn keys(State(server): State<Arc<AuthorisationServer>>) -> Response {
    match server.keyring.keys().await {
        Ok(keys) => kept(&keys.published()),
        Err(error) => answer::refused(&server, &failed(&error)),
    }
}

async fn described(server: &AuthorisationServer) -> Response {
    match server.known.apis().await {
        Ok(apis) => {
            let scopes: Vec<_> = apis.scopes().into_iter().map(|scope| scope.as_str().to_owned()).collect();
            kept(&metadata(server.issuer(), scopes))
        }
        Err(error) => answer::refused(server, &failed(&error)),
    }
}

fn metadata(issuer: &str, scopes: Vec<String>) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    let algorithms: Vec<_> = Algorithm::STRONG.map(Algorithm::name).into();
    json!({
        "issuer": issuer,
        "token_endpoint": at(path::TOKEN),
        "introspection_endpoint": at(path::INTROSPECTION),
        "revocation_endpoint": at(path::REVOCATION),
        "jwks_uri": at(path::KEYS),
        "scopes_supported": scopes,
        // Nobody logs in here yet: the member must be there (RFC 8414, section 2), and is empty.
        "response_types_supported": [],
        "grant_types_supported": [Grant::ClientCredentials.name()],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "introspection_endpoint_auth_methods_supported": ["private_key_jwt"],
        "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_methods_supported": ["private_key_jwt"],
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
        "dpop_signing_alg_values_supported": algorithms,
        "authorization_details_types_supported": details::TYPES,
    })
}

fn kept(body: &Value) -> Response {
    let mut response = Json(body).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(KEPT));
    response
}
