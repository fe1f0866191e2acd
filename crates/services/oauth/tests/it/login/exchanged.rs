//! A person's token, exchanged by the API that it is for (RFC 8693).

use serde_json::{Value, json};
use varde_core::LoginLevel;
use varde_jose::Algorithm;
use varde_oauth::{Grant, NewClient, Tenancy};

use super::{BACK, Browser, JOURNAL, asked, client, code, led, pushed, token, with, with_code, with_refresh, world};
use crate::{
    population::{kari, number},
    world::{Answer, Client, READ, World, clinic, command_line, hospital},
};

const DOSES: &str = "helse:doser/les";
const STRICT: &str = "helse:doser/endre";

/// The journal's API, which calls another that also wants to know who logged in.
async fn exchanging(world: &World) -> Client {
    let doses = json!({
        "audience": "helse:doser", "owner": clinic(), "name": "Doser",
        "claims": ["pid", "pid_pseudonym", "security_level", "orgnr_parent"],
        "scopes": { DOSES: {}, STRICT: { "level": "high" } },
    });
    let register = async |api: Value| {
        let api = serde_json::from_value(api).unwrap();
        world.instance.server.register_api(&command_line(), &api).await.unwrap();
        world.pass(2);
    };
    register(doses).await;
    let scopes = [DOSES, STRICT].map(|scope| scope.parse().unwrap()).into();
    let new = NewClient {
        grants: [Grant::TokenExchange].into(),
        ..NewClient::new("Journalens API", hospital(), Tenancy::SingleTenant, scopes)
    };
    let client = world.registered(new, Algorithm::Es256).await;
    register(json!({
        "audience": "helse:journal", "owner": hospital(), "name": "Journal", "claims": ["orgnr_parent"],
        "scopes": { JOURNAL: {}, super::SIGN: { "level": "high" } }, "exchanged_by": [client.id],
    }))
    .await;
    client
}

async fn exchange(world: &World, client: &Client, subject: &str, more: &[(&'static str, &str)]) -> Answer {
    let access_token = "urn:ietf:params:oauth:token-type:access_token";
    let form = vec![
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange".to_owned()),
        ("subject_token", subject.to_owned()),
        ("subject_token_type", access_token.to_owned()),
    ];
    token(world, client, with(form, more), None).await
}

#[tokio::test]
async fn the_person_is_kept_and_is_somebody_else_to_the_next_client() {
    let world = world().await;
    let (journal, api) = (client(&world).await, exchanging(&world).await);
    let code = code(&world, &journal, kari(), asked(&journal, JOURNAL)).await;
    let subject = token(&world, &journal, with_code(&code), None).await;
    world.pass(120);
    let answer = exchange(&world, &api, subject.access_token(), &[("scope", DOSES)]).await;
    let (before, after) = (subject.claims(), answer.claims());
    assert_ne!(before["sub"], after["sub"], "pairwise");
    assert_eq!(before["auth_time"], after["auth_time"]);
    assert_eq!(after["helseid://claims/identity/pid"], number(kari()).digits_for_storage());
    assert_eq!(before.get("helseid://claims/identity/pid"), None, "claims are the other API's to decide");
    assert_eq!(after["helseid://claims/identity/security_level"], "4");
    assert_eq!(after["act"], json!({ "sub": api.id.to_string() }));
    assert_eq!(after["exp"], before["exp"]);
    let issued = world.database.entries("oauth.token.issued").await;
    let of_doses = issued.iter().find(|entry| entry["details"]["audience"] == "helse:doser").unwrap();
    assert_eq!(of_doses["persons"], json!([kari()]));
    let again = exchange(&world, &api, subject.access_token(), &[("scope", DOSES)]).await;
    assert_eq!(again.claims()["sub"], after["sub"], "the same person is the same to the same client");
}

#[tokio::test]
async fn a_level_is_kept_and_never_raised() {
    let world = world().await;
    let (journal, api) = (client(&world).await, exchanging(&world).await);
    let request = pushed(&world, &journal, asked(&journal, JOURNAL)).await;
    let mut browser = Browser::of(&world, kari(), LoginLevel::Substantial).await;
    let (there, fields) = led(&browser.come(&world, &journal, &request).await);
    assert_eq!(there, BACK);
    let subject = token(&world, &journal, with_code(fields["code"].as_str().unwrap()), None).await;
    let answer = exchange(&world, &api, subject.access_token(), &[("scope", DOSES)]).await;
    assert_eq!(answer.claims()["helseid://claims/identity/security_level"], "3");
    let refused = exchange(&world, &api, subject.access_token(), &[("scope", STRICT)]).await;
    assert_eq!(refused.error(), "unmet_authentication_requirements");
}

#[tokio::test]
async fn an_id_token_and_a_refresh_token_are_not_exchanged_whatever_they_are_called() {
    let world = world().await;
    let (journal, api) = (client(&world).await, exchanging(&world).await);
    let scope = format!("openid offline_access {JOURNAL}");
    let code = code(&world, &journal, kari(), asked(&journal, &scope)).await;
    let subject = token(&world, &journal, with_code(&code), None).await;
    for member in ["id_token", "refresh_token"] {
        let refused = exchange(&world, &api, subject.body[member].as_str().unwrap(), &[("scope", DOSES)]).await;
        assert_eq!(refused.error(), "invalid_request", "{member}");
    }
    exchange(&world, &api, subject.access_token(), &[("scope", DOSES)]).await.claims();
}

#[tokio::test]
async fn when_the_login_ends_so_does_what_was_exchanged() {
    let world = world().await;
    let (journal, api) = (client(&world).await, exchanging(&world).await);
    let scope = format!("openid offline_access {JOURNAL}");
    let code = code(&world, &journal, kari(), asked(&journal, &scope)).await;
    let first = token(&world, &journal, with_code(&code), None).await;
    let exchanged = exchange(&world, &api, first.access_token(), &[("scope", DOSES)]).await;
    let new = NewClient::new("Eieren", clinic(), Tenancy::None, [READ.parse().unwrap()].into());
    let owner = world.registered(new, Algorithm::Es256).await;
    let active = async || {
        let form = super::signed(&owner, vec![("token", exchanged.access_token().to_owned())], None);
        world.instance.post("/connect/introspect", &form, &[]).await.body["active"].as_bool().unwrap()
    };
    assert!(active().await);
    let second = token(&world, &journal, with_refresh(&first), None).await;
    second.claims();
    token(&world, &journal, with_refresh(&first), None).await;
    assert!(!active().await, "a refresh token that was shown twice ended the login");
    let refused = exchange(&world, &api, first.access_token(), &[("scope", DOSES)]).await;
    assert_eq!(refused.error(), "invalid_request");
}
