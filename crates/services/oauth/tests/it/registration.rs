//! Clients, their keys and APIs, as they are registered.

use std::collections::BTreeSet;

use serde_json::json;
use varde_core::{Actor, Clock as _, Component, Problem as _};
use varde_jose::{Algorithm, SigningKey};
use varde_oauth::{Grant, NewClient, RedirectUri, RegistrationError, Tenancy};

use crate::world::{READ, World, clinic, command_line, hospital, jwk, organisation, ward};

fn new() -> NewClient {
    let scopes = [READ.parse().unwrap()].into();
    NewClient { sub_units: [ward()].into(), ..NewClient::new("Journalen", hospital(), Tenancy::SingleTenant, scopes) }
}

fn address() -> BTreeSet<RedirectUri> {
    ["https://journal.test/tilbake".parse().unwrap()].into()
}

#[test]
fn files_of_clients_that_nobody_logs_in_to_need_not_speak_of_it() {
    let file = json!({ "name": "Journalen", "owner": hospital(), "tenancy": "single-tenant", "scopes": [READ] });
    let read: NewClient = serde_json::from_value(file).unwrap();
    assert_eq!(read, NewClient { sub_units: [].into(), ..new() });
    assert_eq!(read.grants, [Grant::ClientCredentials].into());
}

fn fields(error: &RegistrationError) -> Vec<String> {
    error.fields().into_iter().map(|field| format!("{} {}", field.field, field.message)).collect()
}

#[tokio::test]
async fn a_client_that_contradicts_itself_is_refused_with_the_member() {
    let world = World::new().await;
    for (client, expected) in [
        (NewClient { name: " ".to_owned(), ..new() }, "name oauth-name-wrong"),
        (NewClient { owner: organisation(9), ..new() }, "owner oauth-organisation-unknown"),
        (NewClient { owner: ward(), ..new() }, "owner oauth-owner-is-sub-unit"),
        (NewClient { sub_units: [clinic()].into(), ..new() }, "sub_units oauth-not-a-sub-unit"),
        (NewClient { tenancy: Tenancy::MultiTenant, ..new() }, "sub_units oauth-sub-units-without-tenancy"),
        (NewClient { scopes: [].into(), ..new() }, "scopes oauth-scope-unknown"),
        (NewClient { scopes: ["helse:ukjent/les".parse().unwrap()].into(), ..new() }, "scopes oauth-scope-unknown"),
        (NewClient { grants: [].into(), ..new() }, "grants oauth-grants-wrong"),
        (NewClient { grants: [Grant::RefreshToken].into(), ..new() }, "grants oauth-grants-wrong"),
        (NewClient { grants: [Grant::AuthorizationCode].into(), ..new() }, "redirect_uris oauth-redirect-uris-wrong"),
        (NewClient { redirect_uris: address(), ..new() }, "redirect_uris oauth-redirect-uris-wrong"),
        (
            NewClient { post_logout_redirect_uris: address(), ..new() },
            "post_logout_redirect_uris oauth-post-logout-without-login",
        ),
        (
            NewClient { scopes: ["openid".parse().unwrap()].into(), ..new() },
            "scopes oauth-identity-scope-without-login",
        ),
        (NewClient { refresh_hours: 0, ..new() }, "refresh_hours oauth-refresh-hours-wrong"),
    ] {
        let refused = world.instance.server.register_client(&command_line(), client).await.unwrap_err();
        assert_eq!(fields(&refused), [expected]);
    }
}

#[tokio::test]
async fn an_api_is_its_owners_and_its_scopes_are_its_own() {
    let world = World::new().await;
    let server = &world.instance.server;
    let api = |audience: &str, owner, scope: &str, needs: &[&str]| {
        let scopes = json!({ scope: { "needs_details": needs } });
        let api = json!({ "audience": audience, "owner": owner, "name": "API", "scopes": scopes });
        serde_json::from_value(api).unwrap()
    };
    for (wrong, expected) in [
        (
            api("helse prover", hospital(), READ, &[]),
            vec!["audience oauth-audience-wrong", "scopes oauth-scope-of-another-api"],
        ),
        (api("helse:prover", hospital(), "helse:annet/les", &[]), vec!["scopes oauth-scope-of-another-api"]),
        (api("helse:prover", hospital(), READ, &["payment"]), vec!["scopes oauth-detail-unknown"]),
    ] {
        assert_eq!(fields(&server.register_api(&command_line(), &wrong).await.unwrap_err()), expected);
    }
    let taken = server.register_api(&command_line(), &api("helse:prover", clinic(), READ, &[])).await.unwrap_err();
    assert!(matches!(taken, RegistrationError::ApiTaken));
    server
        .register_api(&command_line(), &api("helse:prover", hospital(), READ, &["nhn:sfm:journal-id"]))
        .await
        .unwrap();
    world.pass(2);
    let client = world.single().await;
    let refused = world.instance.token(&client, None, &[]).await;
    assert_eq!(refused.error(), "invalid_authorization_details", "the API wants a detail with this scope");
    let journal = json!({ "type": "nhn:sfm:journal-id", "value": { "journal_id": "j-1" } });
    assert_eq!(world.instance.token(&client, Some(journal), &[]).await.status, 200);
}

#[tokio::test]
async fn keys_come_and_go() {
    let world = World::new().await;
    let client = world.single().await;
    let (server, actor) = (&world.instance.server, command_line());
    let add = async |key: &SigningKey| server.add_key(&actor, client.id, &jwk(key)).await;
    let key = || SigningKey::generate(Algorithm::Es256).unwrap();
    assert!(matches!(add(&client.key).await, Err(RegistrationError::KeyNameTaken)));
    add(&key()).await.unwrap();
    add(&key()).await.unwrap();
    assert!(matches!(add(&key()).await, Err(RegistrationError::TooManyKeys)));
    server.remove_key(&actor, client.id, client.key.id()).await.unwrap();
    assert!(matches!(server.remove_key(&actor, client.id, client.key.id()).await, Err(RegistrationError::NoSuchKey)));
    assert!(matches!(add(&client.key).await, Err(RegistrationError::KeyNameTaken)), "a key that went stays away");
    let mut private = client.key.public().to_jwk();
    private.insert("d".to_owned(), json!("AAAA"));
    let private = serde_json::to_vec(&private).unwrap();
    for wrong in [private.as_slice(), b"{}", b"key", br#"{"kty":"oct","k":"AAAA"}"#] {
        let refused = server.add_key(&actor, client.id, wrong).await.unwrap_err();
        assert!(matches!(refused, RegistrationError::Key(_)), "{refused}");
    }
    let [(found, keys)] = server.clients(&actor, hospital()).await.unwrap().try_into().unwrap();
    assert_eq!((found.id, keys.len()), (client.id, 2));
    server.end_client(&actor, client.id).await.unwrap();
    assert!(matches!(server.end_client(&actor, client.id).await, Err(RegistrationError::NoSuchClient)));
    assert!(matches!(add(&key()).await, Err(RegistrationError::NoSuchClient)));
}

#[tokio::test]
async fn nobody_registers_without_the_policys_say() {
    let world = World::new().await;
    let client = world.single().await;
    let server = &world.instance.server;
    for actor in [Actor::anonymous(), Actor::system(Component::Flows)] {
        assert!(matches!(server.register_client(&actor, new()).await, Err(RegistrationError::Refused(_))));
        assert!(matches!(server.clients(&actor, hospital()).await, Err(RegistrationError::Refused(_))));
        server.end_client(&actor, client.id).await.unwrap_err();
        server.add_key(&actor, client.id, &jwk(&SigningKey::generate(Algorithm::Es256).unwrap())).await.unwrap_err();
    }
    assert_eq!(world.instance.token(&client, None, &[]).await.status, 200, "nothing happened");
}

#[tokio::test]
async fn clients_whose_last_key_ends_are_known_before_it_does() {
    let world = World::new().await;
    let server = &world.instance.server;
    let client = server.register_client(&command_line(), new()).await.unwrap().id;
    let ended = server.register_client(&command_line(), new()).await.unwrap().id;
    for one in [client, ended] {
        let key = serde_json::to_vec(&SigningKey::generate(Algorithm::Es256).unwrap().public().to_jwk()).unwrap();
        server.add_key(&command_line(), one, &key).await.unwrap();
    }
    server.end_client(&command_line(), ended).await.unwrap();
    let day = jiff::SignedDuration::from_hours(24);
    let now = world.database.clock().now();
    let (_, keys) = server.client(&command_line(), client).await.unwrap();
    let ends = keys[0].valid_until;
    let ending = async |until| server.last_keys_ending(until).await.unwrap();
    assert_eq!(ending(now + day * 364).await, []);
    let ours: Vec<_> = ending(ends).await.into_iter().filter(|(one, _)| [client, ended].contains(one)).collect();
    assert_eq!(ours, [(client, ends)], "who has ended needs no key");
    world.pass(350 * 86_400);
    let key = serde_json::to_vec(&SigningKey::generate(Algorithm::Es256).unwrap().public().to_jwk()).unwrap();
    server.add_key(&command_line(), client, &key).await.unwrap();
    assert!(!ending(ends).await.iter().any(|(one, _)| *one == client), "a newer key lasts longer");
}
