//! Test tokens: each fault that can be ordered is one that our own API refuses, and nothing else about
//! them is wrong. Outside a demonstration there are none.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use varde_jose::{Algorithm, SigningKey};
use varde_oauth::Tenancy;

use crate::{
    api::{RIGHTS, WHO, call},
    world::{Answer, READ, World, hospital, part},
};

async fn order(world: &World, wanted: &Value) -> Answer {
    let request = Request::post("/api/test-tokens").header("content-type", "application/json");
    world.instance.send(request.body(Body::from(wanted.to_string())).unwrap()).await
}

/// An order that is met by what our own API takes.
fn good() -> Value {
    json!({
        "audience": "varde:api", "scopes": [RIGHTS],
        "claims": { "helseid://claims/client/claims/orgnr_parent": hospital() },
        "proofs": [{ "method": "GET", "url": WHO }],
    })
}

/// What our own API says to what was ordered.
async fn tried(world: &World, wanted: &Value) -> Answer {
    let made = order(world, wanted).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_eq!(made.headers["cache-control"], "no-store");
    call(&world.instance, made.access_token(), made.body["proofs"][0].as_str().unwrap().to_owned()).await
}

async fn refused(change: impl FnOnce(&mut Value), code: &str) {
    let world = World::demo().await;
    let mut wanted = good();
    change(&mut wanted);
    let (status, told) = tried(&world, &wanted).await.challenged();
    assert_eq!((status, told.as_str()), (401, code));
    assert_eq!(tried(&world, &good()).await.status, 200, "without the fault it is taken");
}

macro_rules! token_faults {
    ($($name:ident)*) => { $(
        #[tokio::test]
        async fn $name() {
            refused(|wanted| wanted["fault"] = json!(stringify!($name)), "invalid_token").await;
        }
    )* };
}

token_faults! { invalid_issuer invalid_audience invalid_signing_key expired missing_typ }

macro_rules! proof_faults {
    ($($name:ident)*) => { $(
        #[tokio::test]
        async fn $name() {
            refused(|wanted| wanted["proofs"][0]["fault"] = json!(stringify!($name)), "invalid_dpop_proof").await;
        }
    )* };
}

proof_faults! {
    no_htu no_htm iat_past iat_future no_ath no_alg no_jwk no_jti symmetric_alg private_key wrong_typ bad_signature
}

#[tokio::test]
async fn each_fault_is_in_what_was_made_and_nowhere_else() {
    let world = World::demo().await;
    let proof = async |fault: Option<&str>| {
        let mut wanted = good();
        wanted["proofs"][0]["fault"] = json!(fault);
        let made = order(&world, &wanted).await;
        let proof = made.body["proofs"][0].as_str().unwrap().to_owned();
        (part(&proof, 0), part(&proof, 1))
    };
    let (header, claims) = proof(None).await;
    assert_eq!((header["typ"].as_str(), header["alg"].as_str()), (Some("dpop+jwt"), Some("ES256")));
    assert_eq!((claims["htm"].as_str(), claims["htu"].as_str()), (Some("GET"), Some(WHO)));
    for (fault, name) in [("no_htu", "htu"), ("no_htm", "htm"), ("no_ath", "ath"), ("no_jti", "jti")] {
        let (head, body) = proof(Some(fault)).await;
        assert!(body.get(name).is_none() && body.as_object().unwrap().len() == 4, "{fault}");
        assert_eq!(head["alg"], "ES256");
    }
    for (fault, name) in [("no_alg", "alg"), ("no_jwk", "jwk")] {
        let (head, body) = proof(Some(fault)).await;
        assert!(head.get(name).is_none() && head.as_object().unwrap().len() == 2, "{fault}");
        assert_eq!(body.as_object().unwrap().len(), 5);
    }
    assert_eq!(proof(Some("symmetric_alg")).await.0["alg"], "HS256");
    assert_eq!(proof(Some("wrong_typ")).await.0["typ"], "JWT");
    let private = proof(Some("private_key")).await.0;
    assert_eq!(varde_jose::decode(private["jwk"]["d"].as_str().unwrap()).unwrap().len(), 32);
    let iat = |claims: Value| claims["iat"].as_i64().unwrap() - world.now();
    assert_eq!(iat(proof(Some("iat_past")).await.1), -3_600);
    assert_eq!(iat(proof(Some("iat_future")).await.1), 3_600);
}

#[tokio::test]
async fn a_token_has_the_claims_that_were_ordered() {
    let world = World::demo().await;
    let now = world.now();
    let with = |claims: Value| {
        let mut wanted = good();
        wanted["claims"].as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        wanted
    };
    for (what, claims) in [
        ("expired four seconds ago", json!({ "exp": now - 4 })),
        ("good in four seconds", json!({ "nbf": now + 4 })),
        ("a list of one audience", json!({ "aud": ["varde:api"] })),
        ("a claim of one's own", json!({ "colour": { "deep": "blue" } })),
        ("no scope", json!({ "scope": null })),
    ] {
        let answer = tried(&world, &with(claims)).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.body);
    }
    let mut list = good();
    list["scope_as_array"] = json!(true);
    let made = order(&world, &list).await;
    assert_eq!(part(made.access_token(), 1)["scope"], json!([RIGHTS]));
    assert_eq!(tried(&world, &list).await.body["scopes"], json!([RIGHTS]));
    let child = "helseid://claims/client/claims/orgnr_child";
    let parent = "helseid://claims/client/claims/orgnr_parent";
    for (what, claims) in [
        ("expired six seconds ago", json!({ "exp": now - 6 })),
        ("no exp", json!({ "exp": null })),
        ("exp as a text", json!({ "exp": "later" })),
        ("good in six seconds", json!({ "nbf": now + 6 })),
        ("made in six seconds", json!({ "iat": now + 6 })),
        ("two audiences", json!({ "aud": ["varde:api", "other:api"] })),
        ("no audience", json!({ "aud": null })),
        ("an audience that begins as ours", json!({ "aud": "varde:api2" })),
        ("an issuer with a slash", json!({ "iss": "https://varde.test/" })),
        ("no issuer", json!({ "iss": null })),
        ("bound to no key", json!({ "cnf": null })),
        ("bound to a certificate", json!({ "cnf": { "x5t#S256": "AAAA" } })),
        ("bound to another key", json!({ "cnf": { "jkt": "AAAA" } })),
        ("no jti", json!({ "jti": null })),
        ("no client", json!({ "client_id": null })),
        ("about a person", json!({ "sub": "somebody" })),
        ("a scope that is a number", json!({ "scope": 7 })),
        ("a scope in a list that is a number", json!({ "scope": [RIGHTS, 7] })),
        ("scopes with two spaces", json!({ "scope": "a  b" })),
        ("an organisation of a number that cannot be", json!({ parent: "123456789" })),
        ("an organisation that is a number", json!({ parent: 7 })),
        ("a sub-unit of nobody", json!({ parent: null, child: hospital() })),
        ("an organisation that is not there", json!({ parent: crate::world::organisation(9) })),
    ] {
        let (status, code) = tried(&world, &with(claims)).await.challenged();
        assert_eq!((status, code.as_str()), (401, "invalid_token"), "{what}");
    }
}

#[tokio::test]
async fn one_binds_a_token_to_a_key_of_ones_own() {
    let world = World::demo().await;
    let key = SigningKey::generate(Algorithm::Es384).unwrap();
    let mut wanted = good();
    wanted["key"] = Value::Object(key.public().to_jwk());
    let both = order(&world, &wanted).await;
    assert_eq!((both.status, both.body["code"].as_str()), (422, Some("oauth.test_token_wrong")));
    wanted["proofs"] = json!([]);
    let made = order(&world, &wanted).await;
    assert_eq!(part(made.access_token(), 1)["cnf"]["jkt"], key.public().thumbprint());
    let two = json!({ "audience": "varde:api", "proofs": [
        { "method": "GET", "url": format!("{WHO}?a=b#c") }, { "method": "POST", "url": WHO, "fault": "no_htm" } ] });
    let made = order(&world, &two).await;
    let proofs = made.body["proofs"].as_array().unwrap();
    assert_eq!((proofs.len(), part(proofs[0].as_str().unwrap(), 1)["htu"].as_str()), (2, Some(WHO)));
}

#[tokio::test]
async fn an_order_that_cannot_be_met_names_what_is_wrong() {
    let world = World::demo().await;
    let proof = |method: &str, url: &str| json!({ "audience": "a", "proofs": [{ "method": method, "url": url }] });
    let many: Vec<_> = (0..21).map(|_| json!({ "method": "GET", "url": WHO })).collect();
    for (wanted, field) in [
        (json!({ "audience": "" }), "audience"),
        (json!({ "audience": "a", "client_id": "" }), "client_id"),
        (json!({ "audience": "a", "claims": { "x": "a".repeat(9_000) } }), "claims"),
        (json!({ "audience": "a", "proofs": many }), "proofs"),
        (proof("get", WHO), "proofs.method"),
        (proof("GET", "ftp://varde.test/"), "proofs.url"),
        (json!({ "audience": "a", "key": { "kty": "oct", "k": "AAAA" } }), "key"),
    ] {
        let answer = order(&world, &wanted).await;
        assert_eq!((answer.status, answer.body["fields"][0]["field"].as_str()), (422, Some(field)), "{}", answer.body);
    }
    for (wanted, told) in [
        (json!({}), "audience"),
        (json!({ "audience": "a", "colour": 1 }), "colour"),
        (json!({ "audience": "a", "fault": "lazy" }), "fault"),
        (proof("GET", "nowhere"), "proofs[0].url"),
    ] {
        let answer = order(&world, &wanted).await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert!(answer.body["detail"].as_str().unwrap().contains(told), "{}", answer.body);
    }
}

#[tokio::test]
async fn outside_a_demonstration_there_are_none_and_none_is_believed() {
    let world = World::demo().await;
    let made = order(&world, &good()).await;
    let (token, proof) = (made.access_token(), made.body["proofs"][0].as_str().unwrap());
    let kid = part(token, 0)["kid"].as_str().unwrap().to_owned();
    let keys = async |instance: &crate::world::Instance| {
        instance.get("/.well-known/openid-configuration/jwks").await.body.to_string().contains(&kid)
    };
    assert!(keys(&world.instance).await, "published, so that other APIs can check test tokens");
    // A server that is no demonstration, on the same database.
    let real = world.another(true).await;
    assert!(!keys(&real).await);
    assert_eq!(call(&real, token, proof.to_owned()).await.challenged(), (401, "invalid_token".to_owned()));
    let request = Request::post("/api/test-tokens").header("content-type", "application/json");
    let answer = real.send(request.body(Body::from(good().to_string())).unwrap()).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn introspection_knows_test_tokens_where_they_are_made() {
    let world = World::demo().await;
    let owner = world.client(Tenancy::SingleTenant, &[READ], Algorithm::Es256).await;
    let active = async |wanted: Value, instance: &crate::world::Instance| {
        let token = order(&world, &wanted).await.access_token().to_owned();
        let form = owner.form(owner.assertion(|_, _| {}), &[("token", &token)]);
        instance.post("/connect/introspect", &form, &[]).await.body["active"].as_bool().unwrap()
    };
    let of = |audience: &str, fault: Option<&str>| json!({ "audience": audience, "fault": fault });
    assert!(active(of("helse:prover", None), &world.instance).await);
    assert!(!active(of("helse:prover", Some("expired")), &world.instance).await);
    assert!(!active(of("helse:prover", Some("invalid_issuer")), &world.instance).await);
    assert!(!active(of("helse:prover", Some("invalid_signing_key")), &world.instance).await);
    assert!(!active(of("other:api", None), &world.instance).await, "not the owner's API");
    assert!(!active(of("helse:prover", None), &world.another(true).await).await);
}
