//! What is told of a person: to the client by its scopes, to an API by what it registered.

use std::sync::atomic::Ordering;

use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use varde_jose::sha256;

use super::{IMAGES, JOURNAL, WHO, asked, client, code, id_token, token, with_code, with_refresh, world};
use crate::{
    population::{kari, name, number, ola},
    world::{Answer, Client, ISSUER, World},
};

const PID: &str = "helseid://claims/identity/pid";
const PSEUDONYM: &str = "helseid://claims/identity/pid_pseudonym";
const HPR: &str = "helseid://claims/hpr/hpr_number";
const USERINFO: &str = "https://varde.test/connect/userinfo";

async fn logged_in(world: &World, client: &Client, person: varde_core::PersonId, scope: &str) -> Answer {
    let code = code(world, client, person, asked(client, scope)).await;
    let answer = token(world, client, with_code(&code), None).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

#[tokio::test]
async fn an_id_token_says_what_the_scopes_ask() {
    let world = world().await;
    let client = client(&world).await;
    let answer = logged_in(&world, &client, kari(), &format!("{} {JOURNAL}", WHO.join(" "))).await;
    let (claims, now) = (id_token(&answer), world.now());
    assert_eq!(crate::world::part(answer.body["id_token"].as_str().unwrap(), 0)["alg"], "ES256");
    for (name, value) in [
        ("iss", json!(ISSUER)),
        ("aud", json!(client.id.to_string())),
        ("nonce", json!("n-1")),
        ("iat", json!(now)),
        ("exp", json!(now + 300)),
        ("auth_time", json!(now)),
        ("acr", json!("idporten-loa-high")),
        ("name", json!(name(kari()))),
        (PID, json!(number(kari()).digits_for_storage())),
        ("helseid://claims/identity/security_level", json!("4")),
        ("helseid://claims/identity/assurance_level", json!("high")),
        (HPR, json!("9144900")),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    let hash = varde_jose::decode(&sha256(answer.access_token().as_bytes())).unwrap();
    assert_eq!(claims["at_hash"], varde_jose::encode(&hash[..16]));
    assert!(claims["sid"].is_string() && claims["sub"].is_string() && claims[PSEUDONYM].is_string());
    let bare = id_token(&logged_in(&world, &client, kari(), "openid").await);
    for name in [PID, PSEUDONYM, HPR, "name", "helseid://claims/identity/security_level"] {
        assert_eq!(bare.get(name), None, "{name}");
    }
    assert_eq!(bare["sub"], claims["sub"]);
}

#[tokio::test]
async fn an_api_decides_what_its_tokens_say_and_the_client_cannot() {
    let world = world().await;
    let client = client(&world).await;
    let journal = logged_in(&world, &client, kari(), JOURNAL).await.claims();
    assert_eq!(journal[PID], number(kari()).digits_for_storage(), "without a scope for it");
    assert_eq!((&journal[HPR], &journal["client_id"]), (&json!("9144900"), &json!(client.id.to_string())));
    let images = logged_in(&world, &client, kari(), &format!("{} {IMAGES}", WHO.join(" "))).await.claims();
    assert_eq!((images.get(PID), images.get(HPR), images.get("name")), (None, None, None), "whatever the client asks");
    assert_ne!(journal[PSEUDONYM], images[PSEUDONYM], "two owners cannot compare");
    assert_eq!(journal["sub"], images["sub"], "one client, one subject");
    assert_eq!(logged_in(&world, &client, ola(), JOURNAL).await.claims().get(HPR), None);
}

#[tokio::test]
async fn who_is_authorised_no_longer_has_no_number_in_any_token() {
    let world = world().await;
    let client = client(&world).await;
    world.people.lost_authorisation.store(true, Ordering::Relaxed);
    let answer = logged_in(&world, &client, kari(), &format!("{} {JOURNAL}", WHO.join(" "))).await;
    assert_eq!((answer.claims().get(HPR), id_token(&answer).get(HPR)), (None, None));
    let told = ask(&world, &client, "GET", answer.access_token(), "DPoP", unchanged()).await;
    let details = &told.body["helseid://claims/hpr/hpr_details"];
    assert_eq!(details, &json!({ "hpr_number": 9_144_900, "approvals": [] }), "the person's own client sees why");
}

#[tokio::test]
async fn nobody_is_the_same_to_two_clients() {
    let world = world().await;
    let (one, other) = (client(&world).await, client(&world).await);
    let scope = "openid helseid://scopes/identity/pid_pseudonym";
    let first = id_token(&logged_in(&world, &one, kari(), scope).await);
    let second = id_token(&logged_in(&world, &other, kari(), scope).await);
    assert_ne!(first["sub"], second["sub"]);
    assert_ne!(first["sid"], second["sid"]);
    assert_eq!(first[PSEUDONYM], second[PSEUDONYM], "the same owner");
}

#[tokio::test]
async fn registers_are_asked_for_what_is_told_and_say_to_whom() {
    let world = world().await;
    let client = client(&world).await;
    logged_in(&world, &client, kari(), &format!("openid {IMAGES}")).await;
    assert!(world.people.told.lock().unwrap().is_empty(), "nothing was wanted");
    logged_in(&world, &client, kari(), &format!("openid profile {JOURNAL}")).await;
    let told = world.people.told.lock().unwrap().clone();
    let [(first, to_api, api), (_, to_client, own)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((*first, to_api.national_number, to_api.name), (kari(), true, false));
    assert_eq!(api.audience.as_deref(), Some("helse:journal"));
    assert_eq!((to_client.national_number, to_client.name, own.audience.clone()), (false, true, None));
}

/// The userinfo endpoint with a proof by the client's key, changed before it is signed.
async fn ask(
    world: &World,
    client: &Client,
    method: &str,
    token: &str,
    scheme: &str,
    change: crate::world::Change,
) -> Answer {
    let proof = client.proof(None, |header, claims| {
        claims.insert("htu".to_owned(), json!(USERINFO));
        claims.insert("htm".to_owned(), json!(method));
        claims.insert("ath".to_owned(), json!(sha256(token.as_bytes())));
        change(header, claims);
    });
    let request = Request::builder().method(method).uri("/connect/userinfo").header("dpop", proof);
    let request = request.header("authorization", format!("{scheme} {token}"));
    world.instance.send(request.body(Body::empty()).unwrap()).await
}

fn unchanged() -> crate::world::Change {
    Box::new(|_, _| {})
}

#[tokio::test]
async fn userinfo_tells_the_same_and_what_the_register_of_health_personnel_says() {
    let world = world().await;
    let client = client(&world).await;
    let answer = logged_in(&world, &client, kari(), &format!("{} {JOURNAL}", WHO.join(" "))).await;
    for method in ["GET", "POST"] {
        let told = ask(&world, &client, method, answer.access_token(), "DPoP", unchanged()).await;
        assert_eq!(told.status, 200, "{}", told.body);
        assert_eq!((&told.body["sub"], &told.body[PID]), (&id_token(&answer)["sub"], &id_token(&answer)[PID]));
        let details = &told.body["helseid://claims/hpr/hpr_details"];
        assert_eq!((&details["hpr_number"], &details["approvals"][0]["profession"]), (&json!(9_144_900), &json!("LE")));
        assert_eq!(told.headers["cache-control"], "no-store");
    }
    assert_eq!(world.database.entries("oauth.userinfo.read").await[0]["persons"], json!([kari()]));
    let alone = logged_in(&world, &client, ola(), "openid helseid://scopes/hpr/hpr_number").await;
    assert_eq!(alone.claims()["aud"], ISSUER, "no API: a token for the endpoint itself");
    let told = ask(&world, &client, "GET", alone.access_token(), "DPoP", unchanged()).await;
    assert_eq!(told.body.as_object().unwrap().keys().collect::<Vec<_>>(), ["sub"], "Ola is not in that register");
}

#[tokio::test]
async fn userinfo_is_for_whoever_has_the_key_of_a_token_that_is_good() {
    let world = world().await;
    let (client, other) = (client(&world).await, client(&world).await);
    let answer = logged_in(&world, &client, kari(), &format!("openid offline_access {JOURNAL}")).await;
    let good = answer.access_token();
    let claim = |name, value| crate::world::claim(name, value);
    for (what, told) in [
        ("another's key", ask(&world, &other, "GET", good, "DPoP", unchanged()).await),
        ("Bearer", ask(&world, &client, "GET", good, "Bearer", unchanged()).await),
        ("no token", ask(&world, &client, "GET", "token", "DPoP", unchanged()).await),
        ("wrong ath", ask(&world, &client, "GET", good, "DPoP", claim("ath", json!("x"))).await),
        ("no ath", ask(&world, &client, "GET", good, "DPoP", claim("ath", Value::Null)).await),
        ("wrong htm", ask(&world, &client, "GET", good, "DPoP", claim("htm", json!("POST"))).await),
        ("wrong htu", ask(&world, &client, "GET", good, "DPoP", claim("htu", json!(ISSUER))).await),
    ] {
        assert_eq!(told.status, 401, "{what}: {}", told.body);
        assert!(told.headers["www-authenticate"].to_str().unwrap().starts_with("DPoP "), "{what}");
    }
    let once = claim("jti", json!("once"));
    assert_eq!(ask(&world, &client, "GET", good, "DPoP", once).await.status, 200);
    let again = ask(&world, &client, "GET", good, "DPoP", claim("jti", json!("once"))).await;
    assert_eq!((again.status, again.error()), (401, "invalid_dpop_proof"));
    let bare = logged_in(&world, &client, kari(), JOURNAL).await;
    assert_eq!(ask(&world, &client, "GET", bare.access_token(), "DPoP", unchanged()).await.status, 401, "no openid");
    let machine = world.single().await;
    let machines = world.instance.token(&machine, None, &[]).await;
    assert_eq!(ask(&world, &machine, "GET", machines.access_token(), "DPoP", unchanged()).await.status, 401, "nobody");
    let nothing = world.instance.get("/connect/userinfo").await;
    assert_eq!(nothing.status, 401);
    token(&world, &client, with_refresh(&answer), None).await;
    token(&world, &client, with_refresh(&answer), None).await;
    assert_eq!(ask(&world, &client, "GET", good, "DPoP", unchanged()).await.status, 401, "the login has ended");
}
