//! Our own keys, as they come and go.

use serde_json::{Value, json};
use varde_jose::{Algorithm, Expected, Jws, KeySet};

use crate::world::{ISSUER, World, part};

const DAY: u64 = 86_400;
const EXPECTED: Expected<'static> =
    Expected { types: &["at+jwt"], algorithms: &[Algorithm::Es256], largest: 16 * 1024 };

async fn published(world: &World) -> KeySet {
    let answer = world.instance.get("/.well-known/openid-configuration/jwks").await;
    KeySet::parse(answer.body.to_string().as_bytes()).unwrap()
}

async fn verifies(world: &World, token: &str) -> bool {
    let jws = Jws::parse(token, &EXPECTED).unwrap();
    match published(world).await.find(jws.header().key_id.as_deref(), Algorithm::Es256) {
        Ok(key) => jws.verify(key).is_ok(),
        Err(_) => false,
    }
}

fn kid(token: &str) -> String {
    part(token, 0)["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_change_of_keys_is_published_a_day_ahead_and_loses_no_request() {
    let world = World::new().await;
    let client = world.single().await;
    let (server, instance) = (&world.instance.server, &world.instance);
    let first = instance.token(&client, None, &[]).await;
    let old = kid(first.access_token());
    assert_eq!(published(&world).await.keys().len(), 2, "one for each algorithm");
    world.pass(29 * DAY - 1);
    server.tend().await.unwrap();
    assert_eq!(published(&world).await.keys().len(), 2, "not yet");
    world.pass(1);
    server.tend().await.unwrap();
    assert_eq!(published(&world).await.keys().len(), 4, "the next ones, a day ahead");
    world.pass(DAY - 1);
    let last = instance.token(&client, None, &[]).await;
    assert_eq!(kid(last.access_token()), old, "the old one signs to the end");
    world.pass(1);
    let next = instance.token(&client, None, &[]).await;
    assert_ne!(kid(next.access_token()), old, "and then the new one");
    world.pass(598);
    server.tend().await.unwrap();
    assert!(verifies(&world, last.access_token()).await, "what the old one signed holds until it expires");
    world.pass(603);
    server.tend().await.unwrap();
    assert!(!published(&world).await.keys().any(|key| key.id() == Some(old.as_str())), "and then it is withdrawn");
    assert_eq!(instance.token(&client, None, &[]).await.status, 200);
    assert_eq!(world.database.entries("oauth.signing_key.withdrawn").await.len(), 2);
}

#[tokio::test]
async fn after_a_long_stop_there_is_still_a_key_and_a_day_of_warning() {
    let world = World::new().await;
    let client = world.single().await;
    let old = kid(world.instance.token(&client, None, &[]).await.access_token());
    world.pass(90 * DAY);
    world.instance.server.tend().await.unwrap();
    assert_eq!(kid(world.instance.token(&client, None, &[]).await.access_token()), old);
    world.pass(DAY);
    assert_ne!(kid(world.instance.token(&client, None, &[]).await.access_token()), old);
}

#[tokio::test]
async fn servers_on_one_database_have_the_same_keys() {
    let world = World::new().await;
    let other = world.another(true).await;
    let path = "/.well-known/openid-configuration/jwks";
    assert_eq!(world.instance.get(path).await.body, other.get(path).await.body);
    assert_eq!(world.database.entries("oauth.signing_key.published").await.len(), 2);
    let made = world.database.entries("oauth.secret.made").await;
    let names: std::collections::BTreeSet<_> = made.iter().map(|entry| entry["resource"].to_string()).collect();
    assert_eq!(names.len(), made.len(), "each secret was made once: {names:?}");
}

#[tokio::test]
async fn private_halves_leave_the_database_sealed_only() {
    let world = World::new().await;
    let keys = world.instance.get("/.well-known/openid-configuration/jwks").await.body;
    for key in keys["keys"].as_array().unwrap() {
        for private in ["d", "p", "q", "dp", "dq", "qi"] {
            assert_eq!(key.get(private), None);
        }
    }
}

#[tokio::test]
async fn metadata_says_what_is_done_and_nothing_else() {
    let world = World::new().await;
    let openid = world.instance.get("/.well-known/openid-configuration").await;
    let oauth = world.instance.get("/.well-known/oauth-authorization-server").await;
    assert_eq!(openid.body, oauth.body);
    let said = &openid.body;
    assert_eq!(said["issuer"], ISSUER);
    let grants = ["client_credentials", "authorization_code", "refresh_token"].map(Value::from).to_vec();
    let grants = [grants, vec!["urn:ietf:params:oauth:grant-type:token-exchange".into()]].concat();
    for (name, value) in [
        ("grant_types_supported", json!(grants)),
        ("token_endpoint_auth_methods_supported", json!(["private_key_jwt"])),
        ("require_pushed_authorization_requests", json!(true)),
        ("response_types_supported", json!(["code"])),
        ("response_modes_supported", json!(["query"])),
        ("code_challenge_methods_supported", json!(["S256"])),
        ("authorization_response_iss_parameter_supported", json!(true)),
        ("subject_types_supported", json!(["pairwise"])),
        ("id_token_signing_alg_values_supported", json!(["ES256"])),
        ("prompt_values_supported", json!(["none", "login"])),
        ("acr_values_supported", json!(["idporten-loa-substantial", "idporten-loa-high"])),
    ] {
        assert_eq!(said[name], value, "{name}");
    }
    let scopes = said["scopes_supported"].as_array().unwrap();
    assert!([crate::world::READ, "openid"].iter().all(|scope| scopes.contains(&Value::from(*scope))));
    for absent in ["registration_endpoint", "device_authorization_endpoint", "check_session_iframe"] {
        assert_eq!(said.get(absent), None);
    }
    let by_get = ["authorization_endpoint", "end_session_endpoint", "authorization_details_types_metadata_endpoint"];
    for (name, value) in said.as_object().unwrap().iter().filter(|(name, _)| name.ends_with("_endpoint")) {
        let path = value.as_str().unwrap().strip_prefix(ISSUER).unwrap();
        if by_get.contains(&name.as_str()) {
            let status = world.instance.get(path).await.status;
            assert!([200, 303, 422].contains(&status), "{name}: {status}");
            continue;
        }
        let answer = world.instance.post(path, &[], &[]).await;
        assert!([400, 401].contains(&answer.status), "{name}: {}", answer.status);
        assert!(!answer.error().is_empty(), "{name} answers as OAuth asks");
    }
}
