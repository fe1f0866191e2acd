//! What a client asks before the person comes, and each way in which it can be wrong (OpenID's FAPI
//! 2.0 conformance suite; RFC 9126; RFC 9101).

use serde_json::{Value, json};
use varde_core::LoginLevel;
use varde_jose::Algorithm;
use varde_oauth::{Grant, NewClient, Tenancy};

use super::{
    BACK, Browser, IMAGES, JOURNAL, VERIFIER, WHO, asked, client, journal, led, object, push, pushed, signed, with,
    world,
};
use crate::{
    population::kari,
    world::{Client, ISSUER, READ, World, claim, details, hospital, main_unit, supplier},
};

const PAR: &str = "https://varde.test/connect/par";

async fn refused(world: &World, client: &Client, changes: &[(&'static str, &str)]) -> String {
    let answer = push(world, client, with(asked(client, JOURNAL), changes)).await;
    assert!((400..=401).contains(&answer.status), "{changes:?}: {}", answer.body);
    answer.error().to_owned()
}

#[tokio::test]
async fn a_good_request_gets_an_address_for_a_minute() {
    let world = world().await;
    let client = client(&world).await;
    let answer = push(&world, &client, asked(&client, JOURNAL)).await;
    assert_eq!((answer.status, &answer.body["expires_in"]), (201, &json!(60)));
    let address = answer.body["request_uri"].as_str().unwrap();
    assert!(address.starts_with("urn:ietf:params:oauth:request_uri:") && address.len() > 60, "{address}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(world.database.entries("oauth.login.asked").await.len(), 1);
}

#[tokio::test]
async fn what_must_be_there_and_is_not() {
    let world = world().await;
    let client = client(&world).await;
    for name in ["client_id", "response_type", "redirect_uri", "scope", "code_challenge", "code_challenge_method"] {
        assert_eq!(refused(&world, &client, &[(name, "")]).await, "invalid_request", "{name}");
    }
}

#[tokio::test]
async fn pkce_is_s256_and_nothing_less() {
    let world = world().await;
    let client = client(&world).await;
    for wrong in [
        &[("code_challenge", VERIFIER), ("code_challenge_method", "plain")][..],
        &[("code_challenge_method", "S512")],
        &[("code_challenge", "short")],
        &[("code_challenge", "dBjftJeZ4CVP+mB92K27uhbUJU1p1r/wW1gFWFOEjXk")],
    ] {
        assert_eq!(refused(&world, &client, wrong).await, "invalid_request", "{wrong:?}");
    }
}

#[tokio::test]
async fn an_address_that_is_not_the_clients_letter_by_letter() {
    let world = world().await;
    let client = client(&world).await;
    for other in [
        "https://evil.test/tilbake",
        "https://journal.test/tilbake/",
        "https://journal.test/tilbake?a=b",
        "http://journal.test/tilbake",
    ] {
        assert_eq!(refused(&world, &client, &[("redirect_uri", other)]).await, "invalid_request", "{other}");
    }
}

#[tokio::test]
async fn a_request_uri_inside_a_pushed_request() {
    let world = world().await;
    let client = client(&world).await;
    let uri = pushed(&world, &client, asked(&client, JOURNAL)).await;
    assert_eq!(refused(&world, &client, &[("request_uri", &uri)]).await, "invalid_request");
}

#[tokio::test]
async fn a_request_by_get() {
    let world = world().await;
    assert_eq!(world.instance.get("/connect/par?client_id=a").await.status, 405);
}

#[tokio::test]
async fn a_parameter_that_comes_twice() {
    let world = world().await;
    let client = client(&world).await;
    for name in ["scope", "state", "redirect_uri", "client_assertion", "code_challenge"] {
        let mut form = signed(&client, asked(&client, JOURNAL), None);
        let again = form.iter().find(|(known, _)| *known == name).cloned().unwrap();
        form.push(again);
        let answer = world.instance.post("/connect/par", &form, &[]).await;
        assert_eq!((answer.status, answer.error()), (400, "invalid_request"), "{name}");
    }
}

#[tokio::test]
async fn a_request_without_proof_of_the_client() {
    let world = world().await;
    let client = client(&world).await;
    let bare = world.instance.post("/connect/par", &asked(&client, JOURNAL), &[]).await;
    assert_eq!((bare.status, bare.error()), (400, "invalid_request"));
    let form = signed(&client, asked(&client, JOURNAL), None);
    assert_eq!(world.instance.post("/connect/par", &form, &[]).await.status, 201);
    let again = world.instance.post("/connect/par", &form, &[]).await;
    assert_eq!((again.status, again.error()), (401, "invalid_client"), "a statement is good once");
    let other = client_of_nobody(&world).await;
    let form = signed(&client, asked(&other, JOURNAL), None);
    let refused = world.instance.post("/connect/par", &form, &[]).await;
    assert_eq!((refused.status, refused.error()), (401, "invalid_client"), "another's client_id");
}

/// A client that nobody logs in to.
async fn client_of_nobody(world: &World) -> Client {
    world.client(Tenancy::SingleTenant, &[READ], Algorithm::Es256).await
}

#[tokio::test]
async fn a_client_that_nobody_logs_in_to() {
    let world = world().await;
    let client = client_of_nobody(&world).await;
    let answer = push(&world, &client, asked(&client, READ)).await;
    assert_eq!((answer.status, answer.error()), (400, "unauthorized_client"));
}

#[tokio::test]
async fn what_is_asked_for_must_be_the_clients_and_there() {
    let world = world().await;
    let client = client(&world).await;
    for (changes, code) in [
        (&[("scope", READ)][..], "invalid_scope"),
        (&[("scope", "profile")], "invalid_scope"),
        (&[("scope", "openid  profile")], "invalid_scope"),
        (&[("resource", "helse:ukjent")], "invalid_target"),
        (&[("resource", "helse:bilder")], "invalid_target"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("response_type", "code id_token")], "unsupported_response_type"),
        (&[("response_mode", "fragment")], "invalid_request"),
        (&[("prompt", "consent")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("max_age", "-1")], "invalid_request"),
        (&[("authorization_details", "[")], "invalid_authorization_details"),
        (&[("authorization_details", r#"[{"type":"payment"}]"#)], "invalid_authorization_details"),
    ] {
        assert_eq!(refused(&world, &client, changes).await, code, "{changes:?}");
    }
    let both = format!("{JOURNAL} {IMAGES}");
    let one = with(asked(&client, &both), &[("resource", "helse:journal")]);
    assert_eq!(push(&world, &client, one).await.error(), "invalid_target", "a scope of no resource");
    let mut form = with(asked(&client, &both), &[("resource", "helse:journal")]);
    form.push(("resource", "helse:bilder".to_owned()));
    assert_eq!(push(&world, &client, form).await.status, 201, "resource may come several times");
}

#[tokio::test]
async fn a_long_state_and_nonce_come_through_and_longer_ones_do_not() {
    let world = world().await;
    let client = client(&world).await;
    let (long, longer) = ("s".repeat(2_048), "s".repeat(2_049));
    assert_eq!(refused(&world, &client, &[("state", &longer)]).await, "invalid_request");
    assert_eq!(refused(&world, &client, &[("nonce", &longer)]).await, "invalid_request");
    let form = with(asked(&client, "openid"), &[("state", &long), ("nonce", &long)]);
    let request = pushed(&world, &client, form).await;
    let mut browser = Browser::of(&world, kari(), LoginLevel::High).await;
    let (_, fields) = led(&browser.come(&world, &client, &request).await);
    assert_eq!(fields["state"], long);
    let answer = super::token(&world, &client, super::with_code(fields["code"].as_str().unwrap()), None).await;
    assert_eq!(super::id_token(&answer)["nonce"], long);
}

#[tokio::test]
async fn a_key_that_is_named_must_be_the_key_that_is_proven() {
    let world = world().await;
    let (client, other) = (client(&world).await, client(&world).await);
    let thumbprint = client.holder.public().thumbprint();
    let proof = |client: &Client| client.proof(None, |_, claims| claim("htu", json!(PAR))(&mut Value::Null, claims));
    let ask = async |named: &str, proofs: &[String]| {
        let form = signed(&client, with(asked(&client, JOURNAL), &[("dpop_jkt", named)]), None);
        let answer = world.instance.post("/connect/par", &form, proofs).await;
        (answer.status, answer.error().to_owned())
    };
    let good = (201, String::new());
    assert_eq!(ask(&thumbprint, &[]).await, good);
    assert_eq!(ask("", &[proof(&client)]).await, good);
    assert_eq!(ask(&thumbprint, &[proof(&client)]).await, good);
    let wrong_proof = (400, "invalid_dpop_proof".to_owned());
    assert_eq!(ask(&thumbprint, &[proof(&other)]).await, wrong_proof);
    assert_eq!(ask("", &[proof(&client), proof(&client)]).await, wrong_proof, "several proofs");
    assert_eq!(ask("", &[client.proof(None, |_, _| {})]).await, wrong_proof, "a proof for another address");
    let once = proof(&client);
    assert_eq!(ask("", std::slice::from_ref(&once)).await, good);
    assert_eq!(ask("", &[once]).await, wrong_proof, "the same proof again");
    assert_eq!(ask("thumbprint", &[]).await, (400, "invalid_request".to_owned()));
    let stale = client.proof(Some("another"), |_, claims| claim("htu", json!(PAR))(&mut Value::Null, claims));
    assert_eq!(ask("", &[stale]).await, (400, "use_dpop_nonce".to_owned()), "a nonce that is not ours");
}

#[tokio::test]
async fn a_signed_request_is_believed_when_it_is_the_clients_and_for_us() {
    let world = world().await;
    let (client, other) = (client(&world).await, client(&world).await);
    let all: Value = asked(&client, JOURNAL)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let bare = || vec![("client_id", client.id.to_string())];
    let send = async |object: String| {
        let answer = push(&world, &client, with(bare(), &[("request", &object)])).await;
        (answer.status, answer.error().to_owned())
    };
    assert_eq!(send(object(&client, all.clone(), |_, _| {})).await, (201, String::new()));
    let later = world.now();
    let cases: Vec<(&str, crate::world::Change)> = vec![
        ("iss is another", claim("iss", json!("somebody"))),
        ("no iss", claim("iss", Value::Null)),
        ("no aud", claim("aud", Value::Null)),
        ("another server's aud", claim("aud", json!("https://other.test"))),
        ("aud of several", claim("aud", json!([ISSUER, "https://other.test"]))),
        ("no exp", claim("exp", Value::Null)),
        ("exp past", claim("exp", json!(later - 60))),
        ("exp two hours ahead", claim("exp", json!(later + 7_200))),
        ("nbf ahead", claim("nbf", json!(later + 70))),
        ("nbf two hours back", claim("nbf", json!(later - 7_200))),
        ("a sub: it could be a statement", claim("sub", json!(client.id.to_string()))),
        ("a request inside", claim("request", json!("x"))),
        ("a request_uri inside", claim("request_uri", json!("x"))),
        ("a statement inside", claim("client_assertion", json!("x"))),
        ("alg none", Box::new(|header, _| header["alg"] = json!("none"))),
        ("typ of a proof", Box::new(|header, _| header["typ"] = json!("dpop+jwt"))),
        ("an unknown kid", Box::new(|header, _| header["kid"] = json!("another"))),
    ];
    for (what, change) in cases {
        let object = object(&client, all.clone(), |header, claims| change(header, claims));
        assert_eq!(send(object).await, (400, "invalid_request_object".to_owned()), "{what}");
    }
    let by_another = object(&other, all.clone(), claim_iss(&client));
    assert_eq!(send(by_another).await, (400, "invalid_request_object".to_owned()), "another's key");
    assert_eq!(send("request".to_owned()).await, (400, "invalid_request_object".to_owned()));
    let statement = client.assertion(|_, _| {});
    assert_eq!(send(statement).await, (400, "invalid_request_object".to_owned()), "a statement is no request");
    let different =
        with(asked(&client, JOURNAL), &[("state", "en annen"), ("request", &object(&client, all, |_, _| {}))]);
    assert_eq!(push(&world, &client, different).await.error(), "invalid_request_object", "two readings");
}

fn claim_iss(client: &Client) -> impl FnOnce(&mut Value, &mut varde_jose::Claims) + use<> {
    let id = client.id.to_string();
    move |_, claims| drop(claims.insert("iss".to_owned(), json!(id)))
}

#[tokio::test]
async fn details_come_in_the_request_or_in_the_statement() {
    let world = world().await;
    let client = client(&world).await;
    let ward = json!([main_unit(hospital())]);
    let in_object = || {
        let object = object(&client, json!({ "authorization_details": ward }), |_, _| {});
        with(asked(&client, JOURNAL), &[("request", &object)])
    };
    assert_eq!(push(&world, &client, in_object()).await.status, 201);
    let form = signed(&client, in_object(), Some(main_unit(hospital())));
    let twice = world.instance.post("/connect/par", &form, &[]).await;
    assert_eq!((twice.status, twice.error()), (400, "access_denied"));
    assert!(twice.body["error_description"].as_str().unwrap().starts_with("HID-DOUBLE-STRUCTURE"));
    let other = details(&format!("NO:ORGNR:{}", supplier().as_str()));
    let form = with(asked(&client, JOURNAL), &[("authorization_details", &other.to_string())]);
    assert_eq!(push(&world, &client, form).await.error(), "invalid_authorization_details", "another main unit");
}

#[tokio::test]
async fn weak_signatures_of_requests_are_for_clients_of_the_national_profile_alone() {
    let world = world().await;
    for (national_profile, expected) in [(false, "invalid_client"), (true, "")] {
        let new = NewClient { national_profile, ..journal() };
        let client = world.registered(new, Algorithm::Rs256).await;
        let object = object(&client, json!({ "scope": JOURNAL }), |_, _| {});
        let answer = push(&world, &client, with(asked(&client, JOURNAL), &[("request", &object)])).await;
        assert_eq!(answer.error(), expected, "{}", answer.body);
    }
}

#[tokio::test]
async fn a_native_program_comes_back_to_any_port_of_its_own_machine() {
    let world = world().await;
    let new = NewClient {
        redirect_uris: ["http://127.0.0.1/tilbake".parse().unwrap()].into(),
        post_logout_redirect_uris: [].into(),
        grants: [Grant::AuthorizationCode].into(),
        scopes: WHO[..2].iter().map(|scope| scope.parse().unwrap()).collect(),
        ..journal()
    };
    let client = world.registered(new, Algorithm::Es256).await;
    let form = with(asked(&client, "openid"), &[("redirect_uri", "http://127.0.0.1:49152/tilbake")]);
    let request = pushed(&world, &client, form).await;
    let mut browser = Browser::of(&world, kari(), LoginLevel::High).await;
    assert_eq!(led(&browser.come(&world, &client, &request).await).0, "http://127.0.0.1:49152/tilbake");
    let form = with(asked(&client, "openid"), &[("redirect_uri", BACK)]);
    assert_eq!(push(&world, &client, form).await.error(), "invalid_request");
}
