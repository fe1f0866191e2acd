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
    model::{claims::LEVELS, details, id_token, scope},
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
            let of_apis = apis.scopes().into_iter().map(|scope| scope.as_str());
            let scopes = scope::IDENTITY.into_iter().chain(of_apis).map(str::to_owned).collect();
            kept(&metadata(server.issuer(), scopes))
        }
        Err(error) => answer::refused(server, &failed(&error)),
    }
}

fn metadata(issuer: &str, scopes: Vec<String>) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    let algorithms: Vec<_> = Algorithm::STRONG.map(Algorithm::name).into();
    let mut described = json!({
        "issuer": issuer,
        "token_endpoint": at(path::TOKEN),
        "introspection_endpoint": at(path::INTROSPECTION),
        "revocation_endpoint": at(path::REVOCATION),
        "jwks_uri": at(path::KEYS),
        "scopes_supported": scopes,
        "grant_types_supported": Grant::ALL.map(Grant::name),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "introspection_endpoint_auth_methods_supported": ["private_key_jwt"],
        "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_methods_supported": ["private_key_jwt"],
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
        "dpop_signing_alg_values_supported": algorithms,
        "authorization_details_types_supported": details::TYPES,
        "authorization_details_types_metadata_endpoint": at(path::DETAILS_TYPES),
    });
    if let (Value::Object(all), Value::Object(of_login)) = (&mut described, login_metadata(issuer, &algorithms)) {
        all.extend(of_login);
    }
    described
}

/// How people log in (OpenID Connect Discovery, section 3; RFC 9126, section 5; RFC 9207, section 3;
/// RFC 9101, section 10.5).
fn login_metadata(issuer: &str, algorithms: &[&str]) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    json!({
        "pushed_authorization_request_endpoint": at(path::PAR),
        "require_pushed_authorization_requests": true,
        "authorization_endpoint": at(path::AUTHORIZE),
        "userinfo_endpoint": at(path::USERINFO),
        "end_session_endpoint": at(path::END_SESSION),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "prompt_values_supported": ["none", "login"],
        "acr_values_supported": LEVELS.map(|(acr, _)| acr),
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [Algorithm::Es256.name()],
        "claims_supported": id_token::CLAIMS,
        "claims_parameter_supported": false,
        "request_parameter_supported": true,
        "request_uri_parameter_supported": true,
        "require_request_uri_registration": false,
        "require_signed_request_object": false,
        "request_object_signing_alg_values_supported": algorithms,
    })
}

pub(super) fn kept(body: &Value) -> Response {
    let mut response = Json(body).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(KEPT));
    response
}
