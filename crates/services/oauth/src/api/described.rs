//! What is said of details and of APIs, so that clients find out what to send without being told:
//! `/connect/authorization_details_types` (OAuth 2.0 RAR Metadata) and the metadata of protected
//! resources (RFC 9728).

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use varde_jose::Algorithm;

use crate::{
    Api, AuthorisationServer,
    api::{answer, metadata::kept, path},
    model::{details, details_schema},
    service::failed,
};

/// The types and their schemas: they change with the program only.
static TYPES: LazyLock<Value> = LazyLock::new(details_schema::described);

/// What each type of details looks like.
pub(super) async fn details_types() -> Response {
    kept(&TYPES)
}

/// The public keys that have been withdrawn, newest first: whoever keeps a token or an attest as proof
/// checks its signature by them (ATT-2). Nothing that comes now is signed with one of these.
pub(super) async fn withdrawn_keys(State(server): State<Arc<AuthorisationServer>>) -> Response {
    match server.keyring.keys().await {
        Ok(keys) => kept(keys.withdrawn()),
        Err(error) => answer::refused(&server, &failed(&error)),
    }
}

/// What an API asks of whoever calls it, by its short name or by the path of its address here.
pub(super) async fn protected_resource(
    State(server): State<Arc<AuthorisationServer>>,
    Path(resource): Path<String>,
) -> Response {
    let apis = match server.known.apis().await {
        Ok(apis) => apis,
        Err(error) => return answer::refused(&server, &failed(&error)),
    };
    let address = format!("{}/{resource}", server.issuer());
    match apis.named(&resource).or_else(|| apis.named(&address)) {
        Some(api) => kept(&resource_metadata(server.issuer(), api)),
        None => {
            let words = "no such resource: see the documentation of the API for its name";
            (StatusCode::NOT_FOUND, Json(json!({ "error": "invalid_target", "error_description": words })))
                .into_response()
        }
    }
}

fn resource_metadata(issuer: &str, api: &Api) -> Value {
    let algorithms: Vec<_> = Algorithm::STRONG.map(Algorithm::name).into();
    let mut metadata = json!({
        "resource": api.identifier(),
        "resource_name": api.name,
        "authorization_servers": [issuer],
        "jwks_uri": format!("{issuer}{}", path::KEYS),
        "scopes_supported": api.scopes.keys().collect::<Vec<_>>(),
        "bearer_methods_supported": ["header"],
        "dpop_signing_alg_values_supported": algorithms,
        "dpop_bound_access_tokens_required": true,
        "authorization_details_types_supported": details::TYPES,
    });
    if let Some(required) = required_types(api) {
        metadata["authorization_details_types_required"] = required;
    }
    metadata
}

/// The types that every token for the API must hold, as an expression (draft-zehavi-oauth-rar-metadata,
/// "Required types expression"): all of them, or one of the sets that its scopes need. None when a scope
/// needs none.
fn required_types(api: &Api) -> Option<Value> {
    let sets: BTreeSet<&BTreeSet<String>> = api.scopes.values().map(|rules| &rules.needs_details).collect();
    if sets.iter().any(|set| set.is_empty()) {
        return None;
    }
    let sets: Vec<Value> = sets.into_iter().map(|set| json!({ "allOf": set })).collect();
    match sets.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(json!({ "or": several })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(scopes: Value) -> Api {
        let api = json!({ "audience": "a:b", "owner": "310000019", "name": "B", "scopes": scopes });
        serde_json::from_value(api).unwrap()
    }

    #[test]
    fn what_every_scope_needs_is_required() {
        let needs = |types: &[&str]| json!({ "needs_details": types });
        let both = needs(&["helseid_authorization", "nhn:tillitsrammeverk:parameters"]);
        let one = needs(&["helseid_authorization"]);
        for (scopes, required) in [
            (json!({ "a:b/x": both, "a:b/y": both }), Some(json!({ "allOf": both["needs_details"] }))),
            (json!({ "a:b/x": one, "a:b/y": {} }), None),
            (json!({}), None),
            (
                json!({ "a:b/x": both, "a:b/y": one }),
                Some(json!({ "or": [{ "allOf": ["helseid_authorization"] }, { "allOf": both["needs_details"] }] })),
            ),
        ] {
            assert_eq!(required_types(&api(scopes.clone())), required, "{scopes}");
        }
    }
}
