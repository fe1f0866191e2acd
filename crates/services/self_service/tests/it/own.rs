//! What a client does about itself.

use serde_json::json;

use crate::{
    registry::get,
    world::{ERASE, READ, World, id, private_key, public_key},
};

const CLIENT: &str = "/api/self-service/v1/client";
const SECRET: &str = "/api/self-service/v1/client-secret";

#[tokio::test]
async fn a_client_sees_how_it_stands_and_asks_for_more() {
    let world = World::new().await;
    let client = world.active().await;
    let me = format!("client {client}");
    let own = world.get(&me, CLIENT).await;
    assert_eq!(own.status, 200, "{}", own.body);
    let ok = json!({ "scope": READ, "status": "ok", "statusReason": null });
    assert_eq!((&own.json()["apiScopes"], &own.json()["confirmationPath"]), (&json!([ok]), &json!(null)));
    let more =
        json!({ "apiScopes": [READ, ERASE], "audienceSpecificClientClaims": [{ "key": "herid", "value": "1" }] });
    let asked = world.api(&me, "PUT", CLIENT, &more).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let pending = json!({ "scope": ERASE, "status": "pending", "statusReason": "not_confirmed" });
    assert_eq!(asked.json()["apiScopes"], json!([ok, pending]));
    let claim = json!({ "key": "herid", "activeClaimValue": null, "pendingClaimValue": "1", "status": "pending" });
    assert_eq!(asked.json()["audienceSpecificClientClaims"], json!([claim]));
    let confirm = asked.json()["confirmationPath"].as_str().unwrap().to_owned();
    assert_eq!(world.post("leader", &confirm, &[("answer", "yes")]).await.status, 303);
    assert_eq!(get(&world.registry.clients)[&id(&client)].settings.scopes.len(), 2);
    let other = json!({ "apiScopes": [ERASE], "audienceSpecificClientClaims": [{ "key": "herid", "value": "2" }] });
    let changed = world.api(&me, "PUT", CLIENT, &other).await.json();
    assert_eq!(changed["audienceSpecificClientClaims"][0]["status"], "updatePending");
    let wiped = world.api(&me, "PUT", CLIENT, &json!({ "apiScopes": [ERASE] })).await.json();
    assert_eq!(wiped["audienceSpecificClientClaims"], json!([]), "what is left out is removed");
    let none = world.api(&me, "PUT", CLIENT, &json!({ "apiScopes": null })).await;
    assert_eq!(none.problem(), (422, "self_service.invalid".to_owned(), vec!["apiScopes".to_owned()]));
}

#[tokio::test]
async fn a_client_hands_in_its_next_key() {
    let world = World::new().await;
    let client = world.active().await;
    let me = format!("client {client}");
    let added = world.api(&me, "POST", SECRET, &public_key("neste")).await;
    assert_eq!((added.status, &added.json()["kid"]), (200, &json!("neste")), "{}", added.body);
    assert_eq!(added.json()["expiration"], "2027-11-22T12:00:00Z");
    assert_eq!(world.api(&me, "POST", SECRET, &private_key()).await.problem().1, "self_service.private_key");
    assert_eq!(world.api(&me, "POST", SECRET, &public_key("neste")).await.problem().1, "self_service.key_name_taken");
    for kid in ["to", "tre"] {
        assert_eq!(world.api(&me, "POST", SECRET, &public_key(kid)).await.status, 200);
    }
    assert_eq!(world.api(&me, "POST", SECRET, &public_key("fire")).await.problem().1, "self_service.too_many_keys");
    for _ in 0..20 {
        world.get(&me, CLIENT).await;
    }
    assert_eq!(world.get(&me, CLIENT).await.status, 429);
    world.pass(10);
    assert_eq!(world.get(&me, CLIENT).await.status, 200);
}

#[tokio::test]
async fn nobody_else_manages_a_client_so() {
    let world = World::new().await;
    let client = world.active().await;
    assert_eq!(world.get("", CLIENT).await.status, 401);
    assert_eq!(world.get("vendor", CLIENT).await.status, 403);
    assert_eq!(world.get(&format!("other-scope {client}"), CLIENT).await.status, 403);
    let stranger = format!("client {}", uuid::Uuid::from_u128(7));
    assert_eq!(world.get(&stranger, CLIENT).await.problem().1, "self_service.not_a_client_of_ours");
    world.post("leader", &format!("/klienter/klient/{client}/avslutt"), &[]).await;
    assert_eq!(world.get(&format!("client {client}"), CLIENT).await.problem().1, "self_service.not_active");
    assert_eq!(world.api(&format!("client {client}"), "POST", SECRET, &public_key("x")).await.status, 409);
}
