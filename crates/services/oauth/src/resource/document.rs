//! How programs come to our API, for its description.

use utoipa::openapi::{
    ComponentsBuilder, OpenApi,
    security::{ClientCredentials, Flow, OAuth2, Scopes, SecurityScheme},
};
use varde_core::ApiScope;

use crate::api::path;

/// What the description says beside the scopes: OpenAPI has no words for tokens bound to a key.
const HOW: &str = "Programs: client_credentials with private_key_jwt, tokens bound to a key (RFC 9449). Send \
                   `Authorization: DPoP` and a proof in the header `DPoP` with each request. People log in instead.";

/// The security scheme `program`, with every scope.
pub(crate) fn open_api(issuer: &str) -> OpenApi {
    let scopes = Scopes::from_iter(ApiScope::ALL.map(|scope| (scope.name(), "")));
    let flow = ClientCredentials::new(format!("{issuer}{}", path::TOKEN), scopes);
    let scheme = SecurityScheme::OAuth2(OAuth2::with_description([Flow::ClientCredentials(flow)], HOW));
    let mut document = OpenApi::default();
    document.components = Some(ComponentsBuilder::new().security_scheme("program", scheme).build());
    document
}
