//! What clients meet at the token endpoint is remembered, so that whoever sets one up can be told.

use serde_json::json;
use varde_core::{Actor, Component};
use varde_jose::{Algorithm, SigningKey};
use varde_oauth::{CallOutcome, Tenancy};

use crate::world::{Client, OTHER, READ, World, clinic, command_line, main_unit};

/// What was remembered of the client, the kinds and the clock.
async fn remembered(world: &World, client: &Client) -> Vec<(CallOutcome, Option<i64>)> {
    world.instance.server.write_calls().await.unwrap();
    let calls = world.instance.server.calls(&command_line(), client.id).await.unwrap();
    let mut kinds: Vec<_> = calls.into_iter().map(|call| (call.outcome, call.clock)).collect();
    kinds.sort();
    kinds
}

/// The one kind beside being asked for a nonce, which comes first in each call.
async fn refused(world: &World, client: &Client) -> (CallOutcome, Option<i64>) {
    let all = remembered(world, client).await;
    let [other] =
        all.into_iter().filter(|(kind, _)| *kind != CallOutcome::Nonce).collect::<Vec<_>>().try_into().unwrap();
    other
}

#[tokio::test]
async fn each_reason_to_refuse_is_told_apart() {
    let world = World::new().await;
    let now = world.now();
    for (claim, value, expected) in [
        ("iat", json!(now + 95), (CallOutcome::Clock, Some(95))),
        ("exp", json!(now - 60), (CallOutcome::Clock, Some(-60))),
        ("exp", json!(now + 500), (CallOutcome::Clock, None)),
        ("aud", json!("https://annen.test"), (CallOutcome::Audience, None)),
        ("jti", json!(null), (CallOutcome::Assertion, None)),
    ] {
        let client = world.single().await;
        let nonce = world.instance.nonce(&client).await;
        let assertion = client.assertion(|_, claims| drop(claims.insert(claim.to_owned(), value)));
        let form = client.form(assertion, &[]);
        let answer = world.instance.post("/connect/token", &form, &[client.proof(Some(&nonce), |_, _| {})]).await;
        assert!(!answer.error().is_empty());
        assert_eq!(refused(&world, &client).await, expected, "{claim}");
    }
}

#[tokio::test]
async fn keys_proofs_scopes_terms_and_delegations_are_told_apart() {
    let world = World::new().await;
    let unknown = world.single().await;
    let nonce = world.instance.nonce(&unknown).await;
    let form = unknown.form(unknown.assertion(|header, _| header["kid"] = json!("annen")), &[]);
    world.instance.post("/connect/token", &form, &[unknown.proof(Some(&nonce), |_, _| {})]).await;
    assert_eq!(refused(&world, &unknown).await.0, CallOutcome::UnknownKey);
    let since = varde_store::testing::START - jiff::SignedDuration::from_secs(60);
    assert_eq!(world.instance.server.with_unknown_key(since).await.unwrap(), [unknown.id]);

    let mut forged = world.single().await;
    let kid = forged.key.id().to_owned();
    forged.key = SigningKey::generate(Algorithm::Es256).unwrap();
    let form = forged.form(forged.assertion(|header, _| header["kid"] = json!(kid)), &[]);
    world.instance.post("/connect/token", &form, &[forged.proof(Some(&nonce), |_, _| {})]).await;
    assert_eq!(refused(&world, &forged).await.0, CallOutcome::Signature);

    let bare = world.single().await;
    let form = bare.form(bare.assertion(|_, _| {}), &[]);
    world.instance.post("/connect/token", &form, &[]).await;
    assert_eq!(refused(&world, &bare).await.0, CallOutcome::ProofMissing);

    let late = world.single().await;
    let form = late.form(late.assertion(|_, _| {}), &[]);
    let proof = late.proof(Some(&nonce), |_, claims| drop(claims.insert("iat".to_owned(), json!(world.now() - 300))));
    world.instance.post("/connect/token", &form, &[proof]).await;
    assert_eq!(refused(&world, &late).await, (CallOutcome::Clock, Some(-300)));

    let greedy = world.single().await;
    world.instance.token(&greedy, None, &[("scope", "helse:prover/skriv")]).await;
    assert_eq!(refused(&world, &greedy).await.0, CallOutcome::Scope);

    let terms = world.client(Tenancy::SingleTenant, &[OTHER], Algorithm::Es256).await;
    world.instance.token(&terms, None, &[]).await;
    assert_eq!(refused(&world, &terms).await.0, CallOutcome::Terms);

    let many = world.client(Tenancy::MultiTenant, &[READ], Algorithm::Es256).await;
    world.instance.token(&many, Some(main_unit(clinic())), &[]).await;
    assert_eq!(refused(&world, &many).await.0, CallOutcome::Delegation);
}

#[tokio::test]
async fn success_is_remembered_and_strangers_are_not() {
    let world = World::new().await;
    let client = world.single().await;
    assert_eq!(world.instance.token(&client, None, &[]).await.status, 200);
    assert_eq!(remembered(&world, &client).await, [(CallOutcome::TokenGiven, None), (CallOutcome::Nonce, None)]);
    let mut stranger = world.single().await;
    stranger.id = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    world.instance.nonce(&stranger).await;
    world.instance.server.write_calls().await.unwrap();
    assert_eq!(
        world.database.entries("oauth.calls.noted").await.len(),
        1,
        "nothing is written of who is not registered"
    );
    let flows = Actor::system(Component::Flows);
    assert!(world.instance.server.calls(&flows, client.id).await.is_err());
}

#[tokio::test]
async fn self_service_registers_under_its_own_id_and_keeps_keys_as_they_are_published() {
    let world = World::new().await;
    let (server, myself) = (&world.instance.server, Actor::system(Component::SelfService));
    let id = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    let new = |scopes: &[&str]| {
        let scopes = scopes.iter().map(|scope| scope.parse().unwrap()).collect();
        varde_oauth::NewClient::new("Journalen", crate::world::hospital(), Tenancy::SingleTenant, scopes)
    };
    for scopes in [&[READ][..], &[READ], &[READ, OTHER]] {
        server.put_client(&myself, id, new(scopes)).await.unwrap();
    }
    assert_eq!(world.database.entries("oauth.client.registered").await.len(), 1);
    assert_eq!(world.database.entries("oauth.client.changed").await.len(), 1, "the same again changes nothing");
    let public = |key: &SigningKey| varde_jose::PublicKey::from_jwk(&key.public().to_jwk()).unwrap();
    let (one, two) = (SigningKey::generate(Algorithm::Es256).unwrap(), SigningKey::generate(Algorithm::Es256).unwrap());
    let kids = async || {
        let (_, keys) = server.client(&myself, id).await.unwrap();
        keys.into_iter().map(|key| key.id).collect::<Vec<_>>()
    };
    server.set_keys(&myself, id, &[public(&one), public(&two)]).await.unwrap();
    assert_eq!(kids().await.len(), 2);
    server.set_keys(&myself, id, &[public(&two)]).await.unwrap();
    assert_eq!(kids().await, [two.id()]);
    server.set_keys(&myself, id, &[public(&one)]).await.unwrap();
    assert_eq!(kids().await, [one.id()], "a key that was gone may come back");
    server.remove_key(&myself, id, one.id()).await.unwrap();
    server.set_keys(&myself, id, &[public(&one)]).await.unwrap_err();
    assert!(kids().await.is_empty(), "one that somebody removed may not");
    let other = varde_oauth::NewClient { owner: clinic(), ..new(&[READ]) };
    server.put_client(&myself, id, other).await.unwrap_err();
    server.end_client(&myself, id).await.unwrap();
    server.put_client(&myself, id, new(&[READ])).await.unwrap_err();
}
