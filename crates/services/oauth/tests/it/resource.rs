//! What Varde's own API takes of tokens and proofs, and what it refuses (RFC 6750; RFC 9068; RFC 9449;
//! OpenID's FAPI 2.0 conformance suite).

use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use varde_jose::{Algorithm, SigningKey};
use varde_oauth::Tenancy;

use crate::{
    api::{CATALOGUE, RIGHTS, WHO, ask, call},
    faults::{no_proofs, written_otherwise, wrong_proofs},
    world::{Answer, Client, READ, World, claim, clinic, command_line, hospital, main_unit},
};

const TOKEN: (u16, &str) = (401, "invalid_token");
const PROOF: (u16, &str) = (401, "invalid_dpop_proof");

fn is(answer: &Answer, expected: (u16, &str), what: &str) {
    let (status, code) = answer.challenged();
    assert_eq!((status, code.as_str()), expected, "{what}: {}", answer.body);
}

async fn token(world: &World, client: &Client) -> String {
    world.instance.token(client, None, &[]).await.access_token().to_owned()
}

#[tokio::test]
async fn a_program_acts_for_its_organisation_with_what_its_token_opens() {
    let world = World::new().await;
    let client = world.program().await;
    let token = token(&world, &client).await;
    let answer = call(&world.instance, &token, client.good(&token)).await;
    let hospital = "00000000-0000-0000-0000-000000000064";
    let expected = json!({
        "subject": { "client": { "client": client.id } }, "roles": [], "organisation": hospital,
        "supplier": null, "purpose": null, "scopes": [CATALOGUE, RIGHTS],
    });
    assert_eq!((answer.status, &answer.body), (200, &expected));
    let entries = world.database.entries("oauth.token.used").await;
    assert_eq!(entries.len(), 1, "the call is on the log before it is answered");
    assert_eq!(entries[0]["actor"]["subject"]["client"]["client"], json!(client.id));
    let narrow = world.instance.token(&client, None, &[("scope", RIGHTS)]).await;
    let narrow = narrow.access_token();
    let answer = call(&world.instance, narrow, client.good(narrow)).await;
    assert_eq!(answer.body["scopes"], json!([RIGHTS]));
}

#[tokio::test]
async fn a_supplier_acts_for_whoever_has_let_it_and_both_see_the_call() {
    let world = World::new().await;
    let owner = world.program().await;
    let mut api = json!({ "audience": "varde:api", "owner": hospital(), "name": "Varde",
        "scopes": { RIGHTS: { "resource": "varde" }, CATALOGUE: {} }, "claims": ["orgnr_parent", "orgnr_supplier"] });
    let server = &world.instance.server;
    server.register_api(&command_line(), &serde_json::from_value(api.take()).unwrap()).await.unwrap();
    world.pass(2);
    assert!(server.register_own_api(hospital()).await.unwrap(), "a claim was missing");
    world.pass(2);
    assert!(!server.register_own_api(hospital()).await.unwrap(), "what an operator registered stays");
    let client = world.client(Tenancy::MultiTenant, &[RIGHTS], Algorithm::Es256).await;
    let delegation = world.said.delegate(clinic(), "varde");
    let token = world.instance.token(&client, Some(main_unit(clinic())), &[]).await.access_token().to_owned();
    let answer = call(&world.instance, &token, client.good(&token)).await;
    assert_eq!(answer.body["organisation"], "00000000-0000-0000-0000-000000000066", "{}", answer.body);
    assert_eq!(answer.body["supplier"], "00000000-0000-0000-0000-000000000067");
    let sql = "SELECT payload FROM work.event WHERE name = 'oauth.delegation.used' AND payload->>'kind' = 'call'";
    let told: Vec<Value> = sqlx::query_scalar(sql).fetch_all(&mut world.database.owner().await).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["delegations"], &told[0]["client"]), (&json!([delegation]), &json!(client.id)));
    world.said.withdraw(delegation);
    world.pass(2);
    is(&call(&world.instance, &token, client.good(&token)).await, TOKEN, "the delegation was ended two seconds ago");
    drop(owner);
}

#[tokio::test]
async fn a_wrong_proof_is_refused() {
    let world = World::new().await;
    let client = world.program().await;
    let token = token(&world, &client).await;
    let mut cases = wrong_proofs(&client, world.now(), ("GET", WHO));
    cases.extend([
        ("no ath", claim("ath", Value::Null)),
        ("ath of another token", claim("ath", json!(varde_jose::sha256(b"other")))),
        ("the token itself as ath", claim("ath", json!(token))),
    ]);
    for (what, change) in cases {
        let proof = client.proof_at(("GET", WHO), &token, |header, claims| change(header, claims));
        is(&call(&world.instance, &token, proof).await, PROOF, what);
    }
    assert!(world.database.entries("oauth.token.used").await.is_empty());
}

#[tokio::test]
async fn what_is_no_proof_is_refused() {
    let world = World::new().await;
    let client = world.program().await;
    let token = token(&world, &client).await;
    let mut cases = no_proofs(&client, || client.good(&token));
    cases.extend([("the access token", token.clone()), ("empty", String::new())]);
    for (what, proof) in cases {
        is(&call(&world.instance, &token, proof).await, PROOF, what);
    }
    let with = format!("DPoP {token}");
    let none = ask(&world.instance, &[("authorization", with.clone())]).await;
    is(&none, PROOF, "no proof");
    let two = [("authorization", with), ("dpop", client.good(&token)), ("dpop", client.good(&token))];
    is(&ask(&world.instance, &two).await, PROOF, "two proofs");
}

#[tokio::test]
async fn what_is_only_written_otherwise_is_taken() {
    let world = World::new().await;
    let client = world.program().await;
    let token = token(&world, &client).await;
    let mut cases = written_otherwise(world.now(), WHO);
    cases.extend([
        ("htu with an escape that need not be", claim("htu", json!("https://varde.test/api/who/%6de"))),
        ("a nonce that nobody asked for", claim("nonce", json!("of another server"))),
    ]);
    for (what, change) in cases {
        let proof = client.proof_at(("GET", WHO), &token, |header, claims| change(header, claims));
        let answer = call(&world.instance, &token, proof).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.body);
    }
    for scheme in ["DPOP", "dpop"] {
        let sent = [("authorization", format!("{scheme} {token}")), ("dpop", client.good(&token))];
        assert_eq!(ask(&world.instance, &sent).await.status, 200, "{scheme}");
    }
    let proof = client.proof_at(("GET", WHO), &token, |_, _| {});
    let query = Request::get("/api/who/me?x=1").header("authorization", format!("DPoP {token}")).header("dpop", proof);
    assert_eq!(world.instance.send(query.body(Body::empty()).unwrap()).await.status, 200, "a query is not in htu");
    let proof = client.proof_at(("POST", WHO), &token, |_, _| {});
    let post = Request::post("/api/who/me").header("authorization", format!("DPoP {token}")).header("dpop", proof);
    assert_eq!(world.instance.send(post.body(Body::empty()).unwrap()).await.status, 200, "another method");
}

#[tokio::test]
async fn a_bound_token_is_no_bearers_and_comes_once() {
    let world = World::new().await;
    let client = world.program().await;
    let token = token(&world, &client).await;
    let proof = || ("dpop", client.good(&token));
    let authorization = |text: String| ("authorization", text);
    for scheme in ["Bearer", "bearer"] {
        let sent = [authorization(format!("{scheme} {token}")), proof()];
        is(&ask(&world.instance, &sent).await, TOKEN, scheme);
    }
    let twice = [authorization(format!("DPoP {token}")), authorization(format!("DPoP {token}")), proof()];
    is(&ask(&world.instance, &twice).await, (400, "invalid_request"), "two tokens");
    is(&ask(&world.instance, &[authorization("DPoP".to_owned()), proof()]).await, (400, "invalid_request"), "no token");
    let basic = ask(&world.instance, &[authorization("Basic dTpw".to_owned()), proof()]).await;
    assert_eq!((basic.status, &basic.body["subject"]), (200, &json!("anonymous")), "another's scheme opens nothing");
    let page =
        Request::get("/who").header("authorization", format!("DPoP {token}")).header("dpop", client.good(&token));
    let page = world.instance.send(page.body(Body::empty()).unwrap()).await;
    assert_eq!(page.body["subject"], "anonymous", "tokens are for the API, not for pages");
}

#[tokio::test]
async fn a_proof_is_good_once_at_whichever_instance() {
    let world = World::new().await;
    let client = world.program().await;
    let token = token(&world, &client).await;
    let proof = client.good(&token);
    assert_eq!(call(&world.instance, &token, proof.clone()).await.status, 200);
    let other = world.another(true).await;
    for instance in [&world.instance, &other] {
        is(&call(instance, &token, proof.clone()).await, PROOF, "again");
    }
    assert_eq!(call(&other, &token, client.good(&token)).await.status, 200);
    let stranger = world.program().await;
    is(&call(&other, &token, stranger.good(&token)).await, TOKEN, "a proof with another key than the token's");
}

#[tokio::test]
async fn a_token_is_for_one_api_and_from_one_issuer() {
    let world = World::new().await;
    world.program().await;
    let client = world.single().await;
    let token = world.instance.token(&client, None, &[("scope", READ)]).await.access_token().to_owned();
    is(&call(&world.instance, &token, client.good(&token)).await, TOKEN, "another API's token");
    let forger = SigningKey::generate(Algorithm::Es256).unwrap();
    let claims = crate::world::object(crate::world::part(&token, 1));
    let head = crate::world::part(&token, 0);
    for (what, token) in [
        ("signed by somebody else", forger.sign("at+jwt", &claims).unwrap()),
        ("signed by somebody else in our key's name", forger.sign_with(&head, &claims).unwrap()),
        ("the client's statement", client.assertion(|_, _| {})),
        ("no token", "token".to_owned()),
    ] {
        is(&call(&world.instance, &token, client.good(&token)).await, TOKEN, what);
    }
}

#[tokio::test]
async fn a_token_that_was_ended_is_refused_within_seconds() {
    let world = World::new().await;
    let client = world.program().await;
    let (first, second) = (token(&world, &client).await, token(&world, &client).await);
    for token in [&first, &second] {
        assert_eq!(call(&world.instance, token, client.good(token)).await.status, 200);
    }
    let form = client.form(client.assertion(|_, _| {}), &[("token", &first)]);
    assert_eq!(world.instance.post("/connect/revocation", &form, &[]).await.status, 200);
    world.pass(2);
    is(&call(&world.instance, &first, client.good(&first)).await, TOKEN, "revoked");
    assert_eq!(call(&world.instance, &second, client.good(&second)).await.status, 200);
    world.instance.server.end_client(&command_line(), client.id).await.unwrap();
    world.pass(4);
    is(&call(&world.instance, &second, client.good(&second)).await, TOKEN, "its client was ended");
}

#[tokio::test]
async fn a_token_is_good_until_it_expires_also_when_the_key_changes_meanwhile() {
    let world = World::new().await;
    let client = world.program().await;
    // The first key signs for a month; the next is published a day before it does.
    let day = 24 * 3_600;
    world.pass(29 * day);
    world.instance.server.tend().await.unwrap();
    world.pass(day - 60);
    let before = token(&world, &client).await;
    world.pass(120);
    world.instance.server.tend().await.unwrap();
    let after = token(&world, &client).await;
    assert_ne!(crate::world::part(&before, 0)["kid"], crate::world::part(&after, 0)["kid"]);
    for token in [&before, &after] {
        let answer = call(&world.instance, token, client.good(token)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    world.pass(600);
    is(&call(&world.instance, &before, client.good(&before)).await, TOKEN, "expired");
}
