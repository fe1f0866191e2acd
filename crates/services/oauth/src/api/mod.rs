//! The endpoints over HTTP.

mod answer;
mod described;
mod given;
mod metadata;
mod par;
mod token;
mod userinfo;

use std::sync::Arc;

use axum::http::Method;
use varde_web::Routes;

use crate::{AuthorisationServer, pages, resource, test_tokens};

/// Where the parts of the server are, below the issuer.
pub(crate) mod path {
    pub(crate) const PAR: &str = "/connect/par";
    pub(crate) const AUTHORIZE: &str = "/connect/authorize";
    pub(crate) const USERINFO: &str = "/connect/userinfo";
    pub(crate) const END_SESSION: &str = "/connect/endsession";
    pub(crate) const TOKEN: &str = "/connect/token";
    pub(crate) const INTROSPECTION: &str = "/connect/introspect";
    pub(crate) const REVOCATION: &str = "/connect/revocation";
    pub(crate) const KEYS: &str = "/.well-known/openid-configuration/jwks";
    pub(crate) const WITHDRAWN_KEYS: &str = "/connect/expiredjwks";
    pub(crate) const DETAILS_TYPES: &str = "/connect/authorization_details_types";
    pub(crate) const RESOURCE_METADATA: &str = "/.well-known/oauth-protected-resource/";
    pub(crate) const OPENID_METADATA: &str = "/.well-known/openid-configuration";
    pub(crate) const OAUTH_METADATA: &str = "/.well-known/oauth-authorization-server";
}

/// How programs come to our API, and in a demonstration the test tokens. The rest describes itself as
/// RFC 8414 asks.
pub fn open_api(server: &AuthorisationServer) -> utoipa::openapi::OpenApi {
    let mut whole = resource::open_api(server.issuer());
    whole.merge(test_tokens::open_api(server));
    whole
}

/// The context's routes. Clients prove themselves by signatures, so that the policy's part is in
/// what they are registered for.
pub fn routes(server: Arc<AuthorisationServer>) -> Routes {
    let tests = test_tokens::routes(&server);
    Routes::new()
        .merge(tests)
        .open_api(Method::GET, path::OPENID_METADATA, "oauth.metadata.read", metadata::openid)
        .open_api(Method::GET, path::OAUTH_METADATA, "oauth.metadata.read", metadata::oauth)
        .open_api(Method::GET, path::KEYS, "oauth.keys.read", metadata::keys)
        .open_api(Method::GET, path::WITHDRAWN_KEYS, "oauth.keys.read", described::withdrawn_keys)
        .open_api(Method::GET, path::DETAILS_TYPES, "oauth.metadata.read", described::details_types)
        .open_api(
            Method::GET,
            "/.well-known/oauth-protected-resource/{*resource}",
            "oauth.metadata.read",
            described::protected_resource,
        )
        .open_api(Method::POST, path::PAR, "oauth.login.ask", par::push)
        .open_api(Method::GET, path::USERINFO, "oauth.login.read", userinfo::userinfo)
        .open_api(Method::POST, path::USERINFO, "oauth.login.read", userinfo::userinfo)
        .merge(pages::routes())
        .open_api(Method::POST, path::TOKEN, "oauth.token.issue", token::token)
        .open_api(Method::POST, path::INTROSPECTION, "oauth.token.introspect", given::introspect)
        .open_api(Method::POST, path::REVOCATION, "oauth.token.revoke", given::revoke)
        .with_state(server)
}
