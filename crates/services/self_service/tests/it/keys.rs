//! Keys that are handed in.

use crate::world::{CLINIC, World, id, number, private_key, public_key};

#[tokio::test]
async fn a_public_key_is_taken_and_a_private_one_refused_loudly() {
    let world = World::new().await;
    let client = world.active().await;
    let (page, keys) = (format!("/klienter/klient/{client}"), format!("/klienter/klient/{client}/nokler"));
    let private = world.post("vendor", &keys, &[("_jwk", &private_key().to_string())]).await;
    assert_eq!(private.status, 422);
    assert!(private.body.contains("STOPP: Du limte inn en privat nøkkel"), "{}", private.body);
    assert!(!private.body.contains("AAAAAAAAAA"), "it is not shown again");
    for junk in ["", "{}", "hei", r#"{"kty":"oct","k":"AAAA"}"#] {
        let refused = world.post("vendor", &keys, &[("_jwk", junk)]).await;
        assert_eq!(refused.status, 422, "{junk}");
        assert!(refused.body.contains("ikke en offentlig nøkkel vi kan bruke"), "{junk}");
    }
    assert_eq!(world.database.entries("self_service.key.handed_in").await.len(), 0);
    assert_eq!(world.post("vendor", &keys, &[("_jwk", &public_key("en").to_string())]).await.location(), page);
    assert!(world.get("vendor", &page).await.body.contains("<code>en</code>"));
    let taken = world.post("vendor", &keys, &[("_jwk", &public_key("en").to_string())]).await;
    assert!(taken.body.contains("har eller har hatt en nøkkel med det navnet"), "{}", taken.body);
    let reported = world.said.reported.lock().unwrap().clone();
    assert!(reported.contains(&("key".to_owned(), number(CLINIC), "helse:prover".to_owned())));
}

#[tokio::test]
async fn three_keys_overlap_and_one_that_is_removed_is_gone() {
    let world = World::new().await;
    let client = world.active().await;
    let keys = format!("/klienter/klient/{client}/nokler");
    for kid in ["en", "to", "tre"] {
        assert_eq!(world.post("leader", &keys, &[("_jwk", &public_key(kid).to_string())]).await.status, 303);
    }
    let fourth = world.post("vendor", &keys, &[("_jwk", &public_key("fire").to_string())]).await;
    assert!(fourth.body.contains("har tre nøkler fra før"), "{}", fourth.body);
    assert_eq!(world.post("vendor", &format!("{keys}/fjern"), &[("kid", "en")]).await.status, 303);
    assert_eq!(world.registry.keys_of(id(&client)), ["to", "tre"]);
    assert_eq!(world.post("vendor", &format!("{keys}/fjern"), &[("kid", "en")]).await.status, 404);
    assert_eq!(world.post("stranger", &keys, &[("_jwk", &public_key("x").to_string())]).await.status, 403);
    assert_eq!(world.post("vendor-low", &keys, &[("_jwk", &public_key("x").to_string())]).await.status, 403);
}

#[tokio::test]
async fn a_key_that_ends_soon_is_told_of() {
    let world = World::new().await;
    let client = world.active().await;
    let (page, keys) = (format!("/klienter/klient/{client}"), format!("/klienter/klient/{client}/nokler"));
    world.post("vendor", &keys, &[("_jwk", &public_key("en").to_string())]).await;
    assert!(!world.get("vendor", &page).await.body.contains("Går snart ut"));
    world.pass(340 * 24 * 3600);
    assert!(world.get("vendor", &page).await.body.contains("Går snart ut"));
    world.pass(30 * 24 * 3600);
    assert!(world.get("vendor", &page).await.body.contains("Har gått ut"));
}

#[tokio::test]
async fn a_draft_has_no_keys() {
    let world = World::new().await;
    let client = world.draft(&world.system("single-tenant", &[]).await).await;
    let (path, key) = (format!("/klienter/klient/{client}/nokler"), public_key("en").to_string());
    assert_eq!(world.post("vendor", &path, &[("_jwk", &key)]).await.status, 409);
}
