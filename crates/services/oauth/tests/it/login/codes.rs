//! From the address of a request to a code, and from a code to tokens.

use serde_json::{Value, json};
use varde_core::LoginLevel;
use varde_jose::Algorithm;
use varde_oauth::{NewClient, Tenancy};

use super::{
    BACK, Browser, IMAGES, JOURNAL, SIGN, address, asked, client, code, journal, led, pushed, token, with, with_code,
    world,
};
use crate::{
    population::{kari, ola},
    world::{Answer, Client, ISSUER, World, clinic, main_unit, supplier},
};

/// Where the login begins, with the fields of its query.
fn to_login(answer: &Answer) -> Value {
    let (there, fields) = led(answer);
    assert_eq!(there, "https://varde.test/logg-inn");
    fields
}

async fn page(world: &World, path: &str, status: u16) -> String {
    let answer = Browser::default().get(world, path).await;
    assert_eq!(answer.status, status, "{path}: {}", answer.body);
    assert!(answer.headers.get("location").is_none(), "nobody is sent anywhere");
    answer.body.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_person_logs_in_and_goes_back_with_code_state_and_iss() {
    let world = world().await;
    let client = client(&world).await;
    let request = pushed(&world, &client, asked(&client, JOURNAL)).await;
    let mut browser = Browser::default();
    let fields = to_login(&browser.come(&world, &client, &request).await);
    assert_eq!(fields, json!({ "til": address(&client.id.to_string(), &request) }));
    world.pass(120);
    browser.log_in(&world, kari(), LoginLevel::Substantial).await;
    let (there, fields) = led(&browser.get(&world, fields["til"].as_str().unwrap()).await);
    assert_eq!((there.as_str(), &fields["state"], &fields["iss"]), (BACK, &json!("tilstand"), &json!(ISSUER)));
    assert!(fields["code"].as_str().unwrap().len() >= 43 && fields.as_object().unwrap().len() == 3, "{fields}");
    let entries = world.database.entries("oauth.login.given").await;
    let [entry] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!(entry["persons"], json!([kari()]), "it stands on the person's chain");
    let answer = token(&world, &client, with_code(fields["code"].as_str().unwrap()), None).await;
    assert_eq!(answer.claims()["aud"], "helse:journal");
    assert_eq!(world.database.entries("oauth.token.issued").await[0]["persons"], json!([kari()]));
}

#[tokio::test]
async fn who_is_logged_in_already_goes_straight_back() {
    let world = world().await;
    let client = client(&world).await;
    code(&world, &client, kari(), asked(&client, JOURNAL)).await;
}

#[tokio::test]
async fn nobody_is_sent_anywhere_by_an_address_that_is_not_good() {
    let world = world().await;
    let (client, other) = (client(&world).await, client(&world).await);
    let request = pushed(&world, &client, asked(&client, JOURNAL)).await;
    let (id, other) = (client.id.to_string(), other.id.to_string());
    let unpushed = format!("/connect/authorize?client_id={id}&redirect_uri={BACK}&response_type=code&scope=openid");
    for wrong in [
        "/connect/authorize".to_owned(),
        unpushed,
        address(&other, &request),
        address(&id, "urn:ietf:params:oauth:request_uri:ukjent"),
        address(&id, "https://journal.test/request"),
        format!("{}&client_id={id}", address(&id, &request)),
    ] {
        page(&world, &wrong, 422).await;
    }
    let mut browser = Browser::of(&world, kari(), LoginLevel::High).await;
    let with_more = format!("{}&state=en-annen&redirect_uri=https://evil.test", address(&id, &request));
    let (there, fields) = led(&browser.get(&world, &with_more).await);
    assert_eq!((there.as_str(), &fields["state"]), (BACK, &json!("tilstand")), "what was pushed counts");
}

#[tokio::test]
async fn a_request_is_good_once() {
    let world = world().await;
    let client = client(&world).await;
    let request = pushed(&world, &client, asked(&client, JOURNAL)).await;
    let mut browser = Browser::of(&world, kari(), LoginLevel::High).await;
    assert!(led(&browser.come(&world, &client, &request).await).1["code"].is_string());
    let again = browser.come(&world, &client, &request).await;
    assert_eq!((again.status, again.headers.get("location")), (422, None));
}

#[tokio::test]
async fn a_request_is_good_for_a_minute_and_then_for_as_long_as_a_login_takes() {
    let world = world().await;
    let client = client(&world).await;
    let request = pushed(&world, &client, asked(&client, JOURNAL)).await;
    world.pass(60);
    page(&world, &address(&client.id.to_string(), &request), 422).await;
    let request = pushed(&world, &client, asked(&client, JOURNAL)).await;
    let mut browser = Browser::default();
    world.pass(59);
    to_login(&browser.come(&world, &client, &request).await);
    world.pass(599);
    to_login(&browser.come(&world, &client, &request).await);
    world.pass(1);
    assert_eq!(browser.come(&world, &client, &request).await.status, 422);
}

#[tokio::test]
async fn a_request_that_was_opened_in_one_browser_is_not_answered_in_another() {
    let world = world().await;
    let client = client(&world).await;
    let request = pushed(&world, &client, asked(&client, JOURNAL)).await;
    let mut first = Browser::default();
    to_login(&first.come(&world, &client, &request).await);
    let mut other = Browser::of(&world, ola(), LoginLevel::High).await;
    assert_eq!(other.come(&world, &client, &request).await.status, 422);
    first.log_in(&world, kari(), LoginLevel::High).await;
    assert!(led(&first.come(&world, &client, &request).await).1["code"].is_string());
}

#[tokio::test]
async fn prompt_none_tells_the_client_and_shows_nothing() {
    let world = world().await;
    let client = client(&world).await;
    let form = || with(asked(&client, JOURNAL), &[("prompt", "none")]);
    let request = pushed(&world, &client, form()).await;
    let (there, fields) = led(&Browser::default().come(&world, &client, &request).await);
    assert_eq!((there.as_str(), &fields["error"], &fields["iss"]), (BACK, &json!("login_required"), &json!(ISSUER)));
    assert_eq!(fields["state"], "tilstand");
    assert_eq!(world.database.entries("oauth.login.refused").await.len(), 1);
    code(&world, &client, kari(), form()).await;
}

#[tokio::test]
async fn prompt_login_and_max_age_ask_for_a_login_of_their_own() {
    let world = world().await;
    let client = client(&world).await;
    for asks in [("prompt", "login"), ("max_age", "60"), ("max_age", "0")] {
        let mut browser = Browser::of(&world, kari(), LoginLevel::High).await;
        world.pass(61);
        let request = pushed(&world, &client, with(asked(&client, JOURNAL), &[asks])).await;
        let fields = to_login(&browser.come(&world, &client, &request).await);
        assert_eq!(fields["ny"], "ja", "{asks:?}");
        let still = to_login(&browser.come(&world, &client, &request).await);
        assert_eq!(still["ny"], "ja", "coming back without having logged in is not enough");
        browser.log_in(&world, kari(), LoginLevel::High).await;
        world.pass(1);
        assert!(led(&browser.come(&world, &client, &request).await).1["code"].is_string(), "{asks:?}");
    }
}

#[tokio::test]
async fn level_high_is_asked_for_when_the_client_or_the_api_wants_it() {
    let world = world().await;
    let client = client(&world).await;
    let high = with(asked(&client, JOURNAL), &[("acr_values", "idporten-loa-high")]);
    for form in [high, asked(&client, SIGN)] {
        let request = pushed(&world, &client, form).await;
        let mut browser = Browser::of(&world, kari(), LoginLevel::Substantial).await;
        let fields = to_login(&browser.come(&world, &client, &request).await);
        assert_eq!(fields["niva"], "hoyt");
        browser.log_in(&world, kari(), LoginLevel::High).await;
        assert!(led(&browser.come(&world, &client, &request).await).1["code"].is_string());
    }
    let either = with(asked(&client, JOURNAL), &[("acr_values", "idporten-loa-high idporten-loa-substantial ukjent")]);
    let request = pushed(&world, &client, either).await;
    let mut browser = Browser::of(&world, kari(), LoginLevel::Substantial).await;
    assert!(led(&browser.come(&world, &client, &request).await).1["code"].is_string(), "either will do");
}

#[tokio::test]
async fn who_cancels_the_login_goes_back_with_access_denied() {
    let world = world().await;
    let client = client(&world).await;
    let request = pushed(&world, &client, asked(&client, JOURNAL)).await;
    let back = format!("{}&avbrutt=ja", address(&client.id.to_string(), &request));
    let mut browser = Browser::default();
    to_login(&browser.get(&world, &back).await);
    let (there, fields) = led(&browser.get(&world, &back).await);
    assert_eq!(
        (there.as_str(), &fields["error"], &fields["state"]),
        (BACK, &json!("access_denied"), &json!("tilstand"))
    );
}

async fn refused(world: &World, client: &Client, code: &str, changes: &[(&'static str, &str)]) -> String {
    let answer = token(world, client, with(with_code(code), changes), None).await;
    assert_eq!(answer.status, 400, "{changes:?}: {}", answer.body);
    answer.error().to_owned()
}

#[tokio::test]
async fn a_wrong_or_missing_verifier() {
    let world = world().await;
    let client = client(&world).await;
    let code = code(&world, &client, kari(), asked(&client, JOURNAL)).await;
    assert_eq!(refused(&world, &client, &code, &[("code_verifier", "")]).await, "invalid_request");
    for wrong in ["short", &"a".repeat(43), &"a".repeat(129)] {
        assert_eq!(refused(&world, &client, &code, &[("code_verifier", wrong)]).await, "invalid_grant");
    }
    assert_eq!(token(&world, &client, with_code(&code), None).await.status, 200, "a mistake does not use it up");
}

#[tokio::test]
async fn a_code_for_another_address_or_none() {
    let world = world().await;
    let client = client(&world).await;
    let code = code(&world, &client, kari(), asked(&client, JOURNAL)).await;
    assert_eq!(refused(&world, &client, &code, &[("redirect_uri", "")]).await, "invalid_request");
    assert_eq!(refused(&world, &client, &code, &[("redirect_uri", "https://journal.test/")]).await, "invalid_grant");
    assert_eq!(refused(&world, &client, "ukjent", &[]).await, "invalid_grant");
    assert_eq!(refused(&world, &client, &code, &[("code", "")]).await, "invalid_request");
}

#[tokio::test]
async fn a_code_of_another_client() {
    let world = world().await;
    let (client, other) = (client(&world).await, client(&world).await);
    let code = code(&world, &client, kari(), asked(&client, JOURNAL)).await;
    assert_eq!(refused(&world, &other, &code, &[]).await, "invalid_grant");
    assert_eq!(token(&world, &client, with_code(&code), None).await.status, 200);
    assert_eq!(refused(&world, &other, &code, &[]).await, "invalid_grant");
    assert!(world.database.entries("oauth.login.ended").await.is_empty(), "nobody ends another's login");
}

#[tokio::test]
async fn a_code_that_is_too_old() {
    let world = world().await;
    let client = client(&world).await;
    let code = code(&world, &client, kari(), asked(&client, JOURNAL)).await;
    world.pass(60);
    assert_eq!(refused(&world, &client, &code, &[]).await, "invalid_grant");
}

#[tokio::test]
async fn a_code_that_is_used_again_ends_what_came_from_it() {
    let world = world().await;
    let client = client(&world).await;
    let code = code(&world, &client, kari(), asked(&client, &format!("openid offline_access {JOURNAL}"))).await;
    let first = token(&world, &client, with_code(&code), None).await;
    assert_eq!(first.status, 200, "{}", first.body);
    world.pass(1);
    assert_eq!(refused(&world, &client, &code, &[]).await, "invalid_grant");
    let owner = world.single().await;
    let form = super::signed(&owner, vec![("token", first.access_token().to_owned())], None);
    assert_eq!(world.instance.post("/connect/introspect", &form, &[]).await.body["active"], false);
    let refreshed = token(&world, &client, super::with_refresh(&first), None).await;
    assert_eq!(refreshed.error(), "invalid_grant");
    let ended = world.database.entries("oauth.login.ended").await;
    assert_eq!((ended.len(), &ended[0]["persons"]), (1, &json!([kari()])));
}

#[tokio::test]
async fn a_code_that_is_bound_to_a_key() {
    let world = world().await;
    let (client, mut thief) = (client(&world).await, client(&world).await);
    let named = client.holder.public().thumbprint();
    let form = with(asked(&client, JOURNAL), &[("dpop_jkt", &named)]);
    let code = code(&world, &client, kari(), form).await;
    (thief.id, thief.key) = (client.id, client.key.clone());
    assert_eq!(refused(&world, &thief, &code, &[]).await, "invalid_grant", "the client's statement, another key");
    assert_eq!(token(&world, &client, with_code(&code), None).await.status, 200);
}

#[tokio::test]
async fn one_token_for_each_api() {
    let world = world().await;
    let client = client(&world).await;
    let code =
        code(&world, &client, kari(), asked(&client, &format!("openid offline_access {JOURNAL} {IMAGES}"))).await;
    assert_eq!(refused(&world, &client, &code, &[]).await, "invalid_target", "several, and none named");
    assert_eq!(refused(&world, &client, &code, &[("resource", "helse:prover")]).await, "invalid_target");
    let first = token(&world, &client, with(with_code(&code), &[("resource", "helse:journal")]), None).await;
    assert_eq!(
        (&first.claims()["aud"], &first.claims()["scope"]),
        (&json!("helse:journal"), &json!(format!("{JOURNAL} offline_access openid")))
    );
    let more = with(super::with_refresh(&first), &[("resource", "helse:bilder")]);
    let second = token(&world, &client, more, None).await;
    assert_eq!(second.claims()["aud"], "helse:bilder");
    assert_eq!(first.claims()["sub"], second.claims()["sub"]);
}

#[tokio::test]
async fn a_supplier_needs_the_delegation_when_the_token_is_given() {
    let world = world().await;
    let owner = NewClient { tenancy: Tenancy::MultiTenant, owner: supplier(), sub_units: [].into(), ..journal() };
    let scopes = ["openid", "helse:prover/les"].map(|scope| scope.parse().unwrap());
    let new = NewClient { scopes: scopes.into(), ..owner };
    let client = world.registered(new, Algorithm::Es256).await;
    let details = json!([main_unit(clinic())]).to_string();
    let form = || with(asked(&client, "openid helse:prover/les"), &[("authorization_details", &details)]);
    let none = code(&world, &client, kari(), form()).await;
    assert_eq!(refused(&world, &client, &none, &[]).await, "access_denied");
    world.said.delegate(clinic(), "prover");
    let claims = token(&world, &client, with_code(&none), None).await.claims();
    assert_eq!(claims["helseid://claims/client/claims/orgnr_parent"], clinic().as_str());
    let unsaid = code(&world, &client, kari(), asked(&client, "openid helse:prover/les")).await;
    assert_eq!(refused(&world, &client, &unsaid, &[]).await, "invalid_authorization_details");
    let said = token(&world, &client, with_code(&unsaid), Some(main_unit(clinic()))).await;
    assert_eq!(said.status, 200, "the statement may say so: {}", said.body);
}
