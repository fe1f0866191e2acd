//! Proof of possession at the token endpoint, each way in which it can be wrong (RFC 9449, section
//! 4.3, and OpenID's FAPI 2.0 conformance suite). What belongs to an API alone (`ath`) is tested with
//! the check itself.

use serde_json::json;

use crate::{
    faults::{no_proofs, written_otherwise, wrong_proofs},
    world::{Answer, Client, TOKEN, World, claim},
};

async fn send(world: &World, client: &Client, proofs: &[String]) -> Answer {
    let form = client.form(client.assertion(|_, _| {}), &[]);
    world.instance.post("/connect/token", &form, proofs).await
}

#[tokio::test]
async fn a_wrong_proof_is_refused() {
    let world = World::new().await;
    let client = world.single().await;
    let nonce = world.instance.nonce(&client).await;
    let cases = wrong_proofs(&client, world.now(), ("POST", TOKEN));
    for (what, change) in cases {
        let proof = client.proof(Some(&nonce), |header, claims| change(header, claims));
        let answer = send(&world, &client, &[proof]).await;
        assert_eq!((answer.status, answer.error()), (400, "invalid_dpop_proof"), "{what}");
    }
}

#[tokio::test]
async fn what_is_no_proof_is_refused() {
    let world = World::new().await;
    let client = world.single().await;
    let nonce = world.instance.nonce(&client).await;
    let good = || client.proof(Some(&nonce), |_, _| {});
    let one = no_proofs(&client, good).into_iter().map(|(what, proof)| (what, vec![proof]));
    for (what, proofs) in one.chain([("none", vec![]), ("two", vec![good(), good()])]) {
        let answer = send(&world, &client, &proofs).await;
        assert_eq!((answer.status, answer.error()), (400, "invalid_dpop_proof"), "{what}");
    }
}

#[tokio::test]
async fn what_is_only_written_otherwise_is_taken() {
    let world = World::new().await;
    let client = world.single().await;
    let nonce = world.instance.nonce(&client).await;
    let mut cases = written_otherwise(world.now(), TOKEN);
    cases.push(("an ath where there is no token", claim("ath", json!("AAAA"))));
    for (what, change) in cases {
        let proof = client.proof(Some(&nonce), |header, claims| change(header, claims));
        let answer = send(&world, &client, &[proof]).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.body);
    }
}

#[tokio::test]
async fn the_nonce_must_be_ours_and_not_too_old() {
    let world = World::new().await;
    let client = world.single().await;
    let nonce = world.instance.nonce(&client).await;
    for wrong in ["", "nonce", "AAAAAAAAAAAA"] {
        let answer = send(&world, &client, &[client.proof(Some(wrong), |_, _| {})]).await;
        assert_eq!((answer.status, answer.error()), (400, "use_dpop_nonce"), "{wrong}");
        assert!(answer.headers.contains_key("dpop-nonce"));
    }
    world.pass(240);
    let answer = send(&world, &client, &[client.proof(Some(&nonce), |_, _| {})]).await;
    assert_eq!(answer.error(), "use_dpop_nonce", "four minutes later");
    let other = world.another(true).await;
    let nonce = other.nonce(&client).await;
    let answer = send(&world, &client, &[client.proof(Some(&nonce), |_, _| {})]).await;
    assert_eq!(answer.status, 200, "all servers on a database know each other's");
}

#[tokio::test]
async fn a_proof_is_good_once_whichever_server_is_asked() {
    let world = World::new().await;
    let client = world.single().await;
    let proof = client.proof(Some(&world.instance.nonce(&client).await), |_, _| {});
    assert_eq!(send(&world, &client, std::slice::from_ref(&proof)).await.status, 200);
    let other = world.another(true).await;
    for instance in [&world.instance, &other] {
        let form = client.form(client.assertion(|_, _| {}), &[]);
        let refused = instance.post("/connect/token", &form, std::slice::from_ref(&proof)).await;
        assert_eq!((refused.status, refused.error()), (400, "invalid_dpop_proof"));
    }
}
