//! What is said of details, of APIs and of keys that sign no more.

use serde_json::json;
use varde_jose::{Jws, KeySet};

use crate::world::{READ, World, command_line, hospital, organisation};

#[tokio::test]
async fn the_metadata_name_where_the_types_of_details_are_described() {
    let world = World::new().await;
    let metadata = world.instance.get("/.well-known/openid-configuration").await.body;
    let endpoint = metadata["authorization_details_types_metadata_endpoint"].as_str().unwrap();
    let told = world.instance.get(endpoint.strip_prefix(crate::world::ISSUER).unwrap()).await;
    assert_eq!((told.status, told.headers["content-type"].to_str().unwrap()), (200, "application/json"));
    let types = told.body["authorization_details_types_metadata"].as_object().unwrap();
    let supported: Vec<_> = metadata["authorization_details_types_supported"].as_array().unwrap().iter().collect();
    assert_eq!(types.len(), supported.len());
    assert!(supported.iter().all(|kind| types[kind.as_str().unwrap()]["schema"].is_object()));
}

#[tokio::test]
async fn an_api_is_described_by_its_name_and_by_its_address() {
    let world = World::new().await;
    let api = json!({
        "audience": "helse:attest", "owner": hospital(), "name": "Med attest",
        "address": "https://varde.test/attest",
        "scopes": { "helse:attest/les": {
            "needs_details": ["helseid_authorization", "nhn:tillitsrammeverk:parameters"],
        } },
    });
    let api = serde_json::from_value(api).unwrap();
    world.instance.server.register_api(&command_line(), &api).await.unwrap();
    world.pass(2);
    let ask =
        async |resource: &str| world.instance.get(&format!("/.well-known/oauth-protected-resource/{resource}")).await;
    let told = ask("attest").await;
    assert_eq!(told.status, 200);
    assert_eq!(told.body["resource"], "https://varde.test/attest", "as RFC 9728 asks, the address it was made of");
    assert_eq!(told.body["authorization_servers"], json!(["https://varde.test"]));
    assert_eq!(told.body["scopes_supported"], json!(["helse:attest/les"]));
    assert_eq!(told.body["dpop_bound_access_tokens_required"], true);
    let both = json!({ "allOf": ["helseid_authorization", "nhn:tillitsrammeverk:parameters"] });
    assert_eq!(told.body["authorization_details_types_required"], both);
    assert_eq!(ask("helse:attest").await.body, told.body);
    let plain = ask("helse:prover").await.body;
    assert_eq!(plain["resource"], "helse:prover");
    assert_eq!(plain.get("authorization_details_types_required"), None);
    assert!(plain["scopes_supported"].as_array().unwrap().contains(&json!(READ)));
    assert_eq!((ask("helse:ukjent").await.status, ask("annet/sted").await.status), (404, 404));
}

#[tokio::test]
async fn an_api_can_be_asked_for_by_its_address() {
    let world = World::new().await;
    let client = world.single().await;
    let asked = world.instance.token(&client, None, &[("resource", "https://prover.test/")]).await;
    assert_eq!(asked.error(), "invalid_target");
    let api = json!({
        "audience": "helse:prover", "owner": hospital(), "name": "Prøvesvar", "scopes": { READ: {} },
        "address": "https://prover.test/",
    });
    world.instance.server.register_api(&command_line(), &serde_json::from_value(api).unwrap()).await.unwrap();
    world.pass(2);
    let asked = world.instance.token(&client, None, &[("resource", "https://prover.test/")]).await;
    assert_eq!(asked.claims()["aud"], "helse:prover", "the short name stays the audience");
    assert_ne!(organisation(0), organisation(1));
}

#[tokio::test]
async fn what_a_withdrawn_key_signed_can_still_be_proven() {
    let world = World::new().await;
    let client = world.single().await;
    let token = world.instance.token(&client, None, &[]).await.access_token().to_owned();
    let withdrawn = async || world.instance.get("/connect/expiredjwks").await.body;
    assert_eq!(withdrawn().await, json!({ "keys": [] }));
    for _ in 0..70 {
        world.pass(86_400);
        world.instance.server.tend().await.unwrap();
    }
    let current = world.instance.get("/.well-known/openid-configuration/jwks").await.body;
    let keys = |set: &serde_json::Value| KeySet::parse(set.to_string().as_bytes()).unwrap();
    let expected =
        varde_jose::Expected { types: &["at+jwt"], algorithms: &[varde_jose::Algorithm::Es256], largest: 16 * 1024 };
    let proven = |set: &serde_json::Value| {
        let jws = Jws::parse(&token, &expected).unwrap();
        let keys = keys(set);
        keys.find(jws.header().key_id.as_deref(), jws.header().algorithm).is_ok_and(|key| jws.verify(key).is_ok())
    };
    assert!(!proven(&current), "nothing is believed by it any more");
    assert!(proven(&withdrawn().await), "what was kept as proof can be checked");
}
