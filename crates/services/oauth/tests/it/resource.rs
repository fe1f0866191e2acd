//! What Varde's own API takes of tokens and proofs, and what it refuses (RFC 6750; RFC 9068; RFC 9449;
//! OpenID's FAPI 2.0 conformance suite).

use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use varde_jose::{Algorithm, SigningKey, encode};
use varde_oauth::Tenancy;

use crate::{
    api::{CATALOGUE, RIGHTS, WHO, ask, call},
    world::{Answer, Change, Client, READ, World, claim, clinic, command_line, hospital, main_unit},
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

/// Sets or, with `null`, removes a member of the header.
fn header(name: &'static str, value: Value) -> Change {
    Box::new(move |header, _| match &value {
        Value::Null => drop(header.as_object_mut().unwrap().remove(name)),
        value => header[name] = value.clone(),
    })
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
    let entries = world.entries("oauth.token.used").await;
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
    let now = world.now();
    let mut private = client.holder.public().to_jwk();
    private.insert("d".to_owned(), json!("AAAA"));
    let other = SigningKey::generate(Algorithm::Es256).unwrap();
    let cases: Vec<(&str, Change)> = vec![
        ("no typ", header("typ", Value::Null)),
        ("typ JWT", header("typ", json!("JWT"))),
        ("typ of an access token", header("typ", json!("at+jwt"))),
        ("no alg", Box::new(|header, _| header["alg"] = Value::Null)),
        ("alg none", header("alg", json!("none"))),
        ("alg HS256", header("alg", json!("HS256"))),
        ("alg RS256 over an EC key", header("alg", json!("RS256"))),
        ("alg of another curve", header("alg", json!("ES384"))),
        ("no jwk", header("jwk", Value::Null)),
        ("a jwk that is a text", header("jwk", json!("key"))),
        ("a private key in jwk", header("jwk", Value::Object(private))),
        ("a symmetric key in jwk", header("jwk", json!({ "kty": "oct", "k": "AAAA" }))),
        ("another's key in jwk", header("jwk", Value::Object(other.public().to_jwk()))),
        ("a critical extension", header("crit", json!(["htm"]))),
        ("no jti", claim("jti", Value::Null)),
        ("an empty jti", claim("jti", json!(""))),
        ("a jti that is a number", claim("jti", json!(7))),
        ("a jti of 257 characters", claim("jti", json!("a".repeat(257)))),
        ("no htm", claim("htm", Value::Null)),
        ("another htm", claim("htm", json!("POST"))),
        ("htm in lower case", claim("htm", json!("get"))),
        ("no htu", claim("htu", Value::Null)),
        ("htu of another path", claim("htu", json!("https://varde.test/api/who/you"))),
        ("htu of another server", claim("htu", json!("https://other.test/api/who/me"))),
        ("htu with another port", claim("htu", json!("https://varde.test:8443/api/who/me"))),
        ("htu with another scheme", claim("htu", json!("http://varde.test/api/who/me"))),
        ("htu without a host", claim("htu", json!("/api/who/me"))),
        ("no iat", claim("iat", Value::Null)),
        ("iat as a text", claim("iat", json!("now"))),
        ("iat an hour past", claim("iat", json!(now - 3_600))),
        ("iat an hour ahead", claim("iat", json!(now + 3_600))),
        ("no ath", claim("ath", Value::Null)),
        ("ath of another token", claim("ath", json!(varde_jose::sha256(b"other")))),
        ("the token itself as ath", claim("ath", json!(token))),
        ("exp past", claim("exp", json!(now - 60))),
        ("nbf ahead", claim("nbf", json!(now + 60))),
    ];
    for (what, change) in cases {
        let proof = client.proof_at(("GET", WHO), &token, |header, claims| change(header, claims));
        is(&call(&world.instance, &token, proof).await, PROOF, what);
    }
    assert!(world.entries("oauth.token.used").await.is_empty());
}

#[tokio::test]
async fn what_is_no_proof_is_refused() {
    let world = World::new().await;
    let client = world.program().await;
    let token = token(&world, &client).await;
    let proof = client.good(&token);
    let (message, _) = proof.rsplit_once('.').unwrap();
    let (_, signature) = client.good(&token).rsplit_once('.').map(|(m, s)| (m.to_owned(), s.to_owned())).unwrap();
    let rsa = SigningKey::generate(Algorithm::Rs256).unwrap();
    let (head, claims) = (json!({ "typ": "dpop+jwt", "jwk": rsa.public().to_jwk() }), crate::world::part(&proof, 1));
    let rs256 = rsa.sign_with(&head, &crate::world::object(claims)).unwrap();
    let twice = encode(r#"{"htm":"GET","htm":"GET"}"#);
    let long = |_: &mut Value, claims: &mut varde_jose::Claims| {
        claims.insert("x".to_owned(), json!("a".repeat(9_000)));
    };
    for (what, proof) in [
        ("no token at all", "proof".to_owned()),
        ("the access token", token.clone()),
        ("another proof's signature", format!("{message}.{signature}")),
        ("no signature", format!("{message}.")),
        ("RS256", rs256),
        ("a member twice", format!("{}.{twice}.{signature}", proof.split('.').next().unwrap())),
        ("too long", client.proof_at(("GET", WHO), &token, long)),
        ("empty", String::new()),
    ] {
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
    let now = world.now();
    let cases: Vec<(&str, Change)> = vec![
        ("htu with a query", claim("htu", json!(format!("{WHO}?x=1")))),
        ("htu with a fragment", claim("htu", json!(format!("{WHO}#x")))),
        ("htu with host and scheme in capitals", claim("htu", json!("HTTPS://VARDE.test/api/who/me"))),
        ("htu with the usual port", claim("htu", json!("https://varde.test:443/api/who/me"))),
        ("htu with an escape that need not be", claim("htu", json!("https://varde.test/api/who/%6de"))),
        ("iat 10 seconds past", claim("iat", json!(now - 10))),
        ("iat 10 seconds ahead", claim("iat", json!(now + 10))),
        ("exp ahead", claim("exp", json!(now + 60))),
        ("nbf past", claim("nbf", json!(now - 60))),
        ("claims that nobody knows", claim("colour", json!("blue"))),
        ("a nonce that nobody asked for", claim("nonce", json!("of another server"))),
        ("typ as a whole media type", header("typ", json!("application/dpop+jwt"))),
    ];
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
