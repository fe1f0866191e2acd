//! The same person without a new login.

use serde_json::json;
use varde_jose::Algorithm;
use varde_oauth::{Grant, NewClient, RefreshTokens, Tenancy};

use super::{IMAGES, JOURNAL, asked, client, code, journal, signed, token, with, with_code, with_refresh, world};
use crate::{
    population::kari,
    world::{Answer, Client, World, clinic, hospital, main_unit, supplier, ward},
};

async fn logged_in(world: &World, client: &Client) -> Answer {
    let code = code(world, client, kari(), asked(client, &format!("openid offline_access {JOURNAL}"))).await;
    let first = token(world, client, with_code(&code), None).await;
    assert_eq!(first.status, 200, "{}", first.body);
    first
}

async fn reusable(world: &World) -> Client {
    let new = NewClient { refresh_tokens: RefreshTokens::Reusable, refresh_hours: 2, ..journal() };
    world.registered(new, Algorithm::Es256).await
}

#[tokio::test]
async fn a_rotating_refresh_token_is_good_once_and_its_second_use_ends_the_login() {
    let world = world().await;
    let client = client(&world).await;
    let first = logged_in(&world, &client).await;
    assert_eq!(first.body["rt_expires_in"], 8 * 3_600);
    world.pass(3_600);
    let second = token(&world, &client, with_refresh(&first), None).await;
    assert_eq!((second.status, &second.body["rt_expires_in"]), (200, &json!(7 * 3_600)), "{}", second.body);
    assert_ne!(first.body["refresh_token"], second.body["refresh_token"]);
    assert_eq!(second.body.get("id_token"), None, "nobody logged in now");
    assert_eq!(first.claims()["auth_time"], second.claims()["auth_time"]);
    assert_eq!(token(&world, &client, with_refresh(&first), None).await.error(), "invalid_grant");
    assert_eq!(token(&world, &client, with_refresh(&second), None).await.error(), "invalid_grant", "the family ended");
    assert_eq!(world.database.entries("oauth.login.ended").await.len(), 1);
}

#[tokio::test]
async fn a_reusable_refresh_token_is_good_until_it_expires() {
    let world = world().await;
    let client = reusable(&world).await;
    let first = logged_in(&world, &client).await;
    for _ in 0..2 {
        world.pass(3_599);
        let again = token(&world, &client, with_refresh(&first), None).await;
        assert_eq!(again.body["refresh_token"], first.body["refresh_token"], "{}", again.body);
    }
    world.pass(2);
    assert_eq!(token(&world, &client, with_refresh(&first), None).await.error(), "invalid_grant");
}

#[tokio::test]
async fn a_refresh_token_is_the_clients_and_bound_to_its_key() {
    let world = world().await;
    let (client, other, mut thief) = (client(&world).await, client(&world).await, client(&world).await);
    let first = logged_in(&world, &client).await;
    assert_eq!(token(&world, &other, with_refresh(&first), None).await.error(), "invalid_grant");
    (thief.id, thief.key) = (client.id, client.key.clone());
    assert_eq!(token(&world, &thief, with_refresh(&first), None).await.error(), "invalid_grant");
    let unknown = vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", "ukjent".to_owned())];
    assert_eq!(token(&world, &client, unknown, None).await.error(), "invalid_grant");
    let without = vec![("grant_type", "refresh_token".to_owned())];
    assert_eq!(token(&world, &client, without, None).await.error(), "invalid_request");
    assert_eq!(token(&world, &client, with_refresh(&first), None).await.status, 200, "nothing was used up");
}

#[tokio::test]
async fn no_refresh_token_for_who_did_not_ask_or_may_not() {
    let world = world().await;
    let client = client(&world).await;
    let code_ = code(&world, &client, kari(), asked(&client, JOURNAL)).await;
    let answer = token(&world, &client, with_code(&code_), None).await;
    assert_eq!((answer.status, answer.body.get("refresh_token")), (200, None));
    assert_eq!(answer.body.get("id_token"), None, "openid was not asked for");
    let new = NewClient { grants: [Grant::AuthorizationCode].into(), ..journal() };
    let refused = world.instance.server.register_client(&crate::world::command_line(), new).await.unwrap_err();
    assert!(refused.to_string().contains("grants"), "offline_access needs refresh_token: {refused}");
}

#[tokio::test]
async fn scopes_are_narrowed_for_one_token_and_never_widened() {
    let world = world().await;
    let client = reusable(&world).await;
    let first = logged_in(&world, &client).await;
    let narrow = token(&world, &client, with(with_refresh(&first), &[("scope", JOURNAL)]), None).await;
    assert_eq!(narrow.claims()["scope"], JOURNAL);
    let wide = token(&world, &client, with(with_refresh(&first), &[("scope", IMAGES)]), None).await;
    assert_eq!(wide.error(), "invalid_scope");
    let again = token(&world, &client, with_refresh(&first), None).await;
    assert_eq!(again.claims()["scope"], first.claims()["scope"]);
}

#[tokio::test]
async fn the_unit_changes_with_each_statement() {
    let world = world().await;
    let client = reusable(&world).await;
    let first = logged_in(&world, &client).await;
    let unit = json!({
        "type": "helseid_authorization",
        "practitioner_role": { "organization": { "identifier": {
            "system": "urn:oid:2.16.578.1.12.4.1.4.101", "type": "ENH", "value": ward().as_str(),
        } } },
    });
    let child = "helseid://claims/client/claims/orgnr_child";
    assert_eq!(first.claims().get(child), None);
    let at_ward = token(&world, &client, with_refresh(&first), Some(unit.clone())).await;
    assert_eq!(at_ward.claims()[child], ward().as_str());
    assert_eq!(token(&world, &client, with_refresh(&first), None).await.claims().get(child), None);
    let details = json!([main_unit(hospital())]).to_string();
    let form = with(asked(&client, &format!("offline_access {JOURNAL}")), &[("authorization_details", &details)]);
    let code = code(&world, &client, kari(), form).await;
    let bound = token(&world, &client, with_code(&code), None).await;
    let twice = token(&world, &client, with_refresh(&bound), Some(unit)).await;
    assert_eq!(twice.error(), "access_denied");
    assert!(twice.body["error_description"].as_str().unwrap().starts_with("HID-DOUBLE-STRUCTURE"));
}

#[tokio::test]
async fn delegations_are_asked_anew() {
    let world = world().await;
    let scopes = ["offline_access", "helse:prover/les"].map(|scope| scope.parse().unwrap());
    let new = NewClient {
        tenancy: Tenancy::MultiTenant,
        owner: supplier(),
        sub_units: [].into(),
        scopes: scopes.into(),
        refresh_tokens: RefreshTokens::Reusable,
        ..journal()
    };
    let client = world.registered(new, Algorithm::Es256).await;
    let delegation = world.said.delegate(clinic(), "prover");
    let code = code(&world, &client, kari(), asked(&client, "offline_access helse:prover/les")).await;
    let first = token(&world, &client, with_code(&code), Some(main_unit(clinic()))).await;
    assert_eq!(first.status, 200, "{}", first.body);
    world.said.withdraw(delegation);
    let gone = token(&world, &client, with_refresh(&first), Some(main_unit(clinic()))).await;
    assert_eq!(gone.error(), "access_denied");
}

#[tokio::test]
async fn a_client_asks_about_its_refresh_token_and_ends_it() {
    let world = world().await;
    let (client, other) = (client(&world).await, client(&world).await);
    let first = logged_in(&world, &client).await;
    let refresh = || vec![("token", first.body["refresh_token"].as_str().unwrap().to_owned())];
    let ask = async |path: &str, who: &Client| world.instance.post(path, &signed(who, refresh(), None), &[]).await.body;
    let told = ask("/connect/introspect", &client).await;
    assert_eq!((&told["active"], &told["client_id"]), (&json!(true), &json!(client.id.to_string())));
    assert_eq!(told.get("sub"), None, "nothing of the person");
    assert_eq!(ask("/connect/introspect", &other).await, json!({ "active": false }));
    ask("/connect/revocation", &other).await;
    assert_eq!(ask("/connect/introspect", &client).await["active"], true, "another's revocation does nothing");
    ask("/connect/revocation", &client).await;
    assert_eq!(ask("/connect/introspect", &client).await, json!({ "active": false }));
    assert_eq!(token(&world, &client, with_refresh(&first), None).await.error(), "invalid_grant");
    let owner = world.single().await;
    let form = signed(&owner, vec![("token", first.access_token().to_owned())], None);
    assert_eq!(world.instance.post("/connect/introspect", &form, &[]).await.body["active"], false);
}

#[tokio::test]
async fn what_has_ended_is_forgotten() {
    let world = world().await;
    let client = reusable(&world).await;
    logged_in(&world, &client).await;
    let count = async |table: &str| -> i64 {
        let sql = match table {
            "login" => "SELECT count(*) FROM oauth.login",
            "refresh_token" => "SELECT count(*) FROM oauth.refresh_token",
            _ => "SELECT count(*) FROM oauth.pushed_request",
        };
        sqlx::query_scalar(sql).fetch_one(&mut world.database.owner().await).await.unwrap()
    };
    world.pass(7_000);
    world.instance.server.tend().await.unwrap();
    assert_eq!((count("login").await, count("refresh_token").await, count("pushed_request").await), (1, 1, 0));
    world.pass(3_000);
    world.instance.server.tend().await.unwrap();
    assert_eq!((count("login").await, count("refresh_token").await), (0, 0));
}
