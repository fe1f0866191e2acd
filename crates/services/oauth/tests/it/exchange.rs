//! An API that was called exchanges the token for one of another API's (RFC 8693).

use std::collections::BTreeSet;

use serde_json::{Value, json};
use varde_core::identifier::OrganisationNumber;
use varde_jose::Algorithm;
use varde_oauth::{Grant, NewClient, Tenancy};

use crate::world::{Answer, Client, READ, World, clinic, command_line, details, hospital, main_unit, supplier, ward};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const PARENT: &str = "helseid://claims/client/claims/orgnr_parent";
const CHILD: &str = "helseid://claims/client/claims/orgnr_child";
const SUPPLIER: &str = "helseid://claims/client/claims/orgnr_supplier";

/// Registers an API with one scope to read, and says which clients exchange its tokens.
async fn api(world: &World, name: &str, owner: OrganisationNumber, exchanged_by: &[&Client], more: Value) {
    let mut api = json!({
        "audience": name, "owner": owner, "name": name,
        "scopes": { format!("{name}/les"): { "resource": name } },
        "claims": ["orgnr_parent", "orgnr_child", "orgnr_supplier"],
        "exchanged_by": exchanged_by.iter().map(|client| client.id.to_string()).collect::<Vec<_>>(),
    });
    api.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let api = serde_json::from_value(api).unwrap();
    world.instance.server.register_api(&command_line(), &api).await.unwrap();
    // What is known of APIs is at most two seconds old.
    world.pass(2);
}

/// A client that is an API when it calls others.
async fn exchanger(world: &World, owner: OrganisationNumber, tenancy: Tenancy, scopes: &[&str]) -> Client {
    let scopes = scopes.iter().map(|scope| scope.parse().unwrap()).collect();
    let has_ward = tenancy == Tenancy::SingleTenant && owner == hospital();
    let sub_units = if has_ward { BTreeSet::from([ward()]) } else { BTreeSet::new() };
    let grants = BTreeSet::from([Grant::TokenExchange]);
    let new = NewClient { sub_units, grants, ..NewClient::new("Et API", owner, tenancy, scopes) };
    world.registered(new, Algorithm::Es256).await
}

async fn exchange(world: &World, client: &Client, token: &str, more: &[(&'static str, &str)]) -> Answer {
    let nonce = world.instance.nonce(client).await;
    let mut form = vec![("subject_token", token), ("subject_token_type", ACCESS_TOKEN)];
    for (name, value) in more {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    let mut form = client.form(client.assertion(|_, _| {}), &form);
    form.retain(|(name, _)| *name != "grant_type");
    form.push(("grant_type", GRANT.to_owned()));
    world.instance.post("/connect/token", &form, &[client.proof(Some(&nonce), |_, _| {})]).await
}

async fn is_active(world: &World, owner: &Client, token: &str) -> bool {
    let form = owner.form(owner.assertion(|_, _| {}), &[("token", token)]);
    world.instance.post("/connect/introspect", &form, &[]).await.body["active"].as_bool().unwrap()
}

/// The hospital's API `helse:inn`, called by the hospital's own client, calls the clinic's `helse:ut`.
struct Own {
    world: World,
    caller: Client,
    api: Client,
}

impl Own {
    async fn new() -> Self {
        let world = World::new().await;
        api(&world, "helse:ut", clinic(), &[], json!({})).await;
        let exchanging = exchanger(&world, hospital(), Tenancy::SingleTenant, &["helse:ut/les"]).await;
        api(&world, "helse:inn", hospital(), &[&exchanging], json!({})).await;
        let caller = world.client(Tenancy::SingleTenant, &["helse:inn/les"], Algorithm::Es256).await;
        Self { world, caller, api: exchanging }
    }

    async fn subject(&self) -> String {
        let answer = self.world.instance.token(&self.caller, None, &[]).await;
        answer.access_token().to_owned()
    }

    async fn exchange(&self, token: &str, more: &[(&'static str, &str)]) -> Answer {
        exchange(&self.world, &self.api, token, more).await
    }
}

#[tokio::test]
async fn an_api_gets_a_token_for_its_caller_that_says_who_acts() {
    let own = Own::new().await;
    let mut named = details(ward().as_str());
    named["practitioner_role"]["organization"]["identifier"]["system"] = json!("urn:oid:2.16.578.1.12.4.1.4.101");
    let subject = own.world.instance.token(&own.caller, Some(named), &[]).await;
    own.world.pass(100);
    let answer = own.exchange(subject.access_token(), &[("scope", "helse:ut/les")]).await;
    let claims = answer.claims();
    assert_eq!(answer.body["issued_token_type"], ACCESS_TOKEN);
    assert_eq!((&answer.body["token_type"], &answer.body["scope"]), (&json!("DPoP"), &json!("helse:ut/les")));
    assert_eq!((&claims["aud"], &claims["sub"]), (&json!("helse:ut"), &json!(own.caller.id.to_string())));
    assert_eq!(claims["client_id"], own.api.id.to_string());
    assert_eq!(claims["act"], json!({ "sub": own.api.id.to_string() }));
    assert_eq!(claims["cnf"]["jkt"], own.api.holder.public().thumbprint(), "bound to the key of who acts");
    assert_eq!((&claims[PARENT], &claims[CHILD]), (&json!(hospital()), &json!(ward())), "for whom is kept");
    assert_eq!(claims.get(SUPPLIER), None);
    assert_eq!(claims["exp"], subject.claims()["exp"], "no longer than the subject token");
    assert_eq!(answer.body["expires_in"], 500);
}

#[tokio::test]
async fn the_entry_names_the_token_that_was_exchanged_and_not_the_token_itself() {
    let own = Own::new().await;
    let subject = own.subject().await;
    let answer = own.exchange(&subject, &[]).await;
    let entries = own.world.database.entries("oauth.token.issued").await;
    let exchanged = |entry: &&Value| entry["details"]["audience"] == "helse:ut";
    let text = entries.iter().find(exchanged).unwrap().to_string();
    let before = crate::world::part(&subject, 1)["jti"].as_str().unwrap().to_owned();
    assert!(text.contains(&before) && text.contains("exchanged_from"), "{text}");
    assert!(!text.contains(&subject) && !text.contains(answer.access_token()));
    assert_eq!(entries.len(), 2);
}

#[tokio::test]
async fn what_is_no_good_access_token_for_this_api_is_refused_by_name() {
    let own = Own::new().await;
    let subject = own.subject().await;
    let other = own.world.single().await;
    let for_another = own.world.instance.token(&other, None, &[]).await.access_token().to_owned();
    let sign = |key: &varde_jose::SigningKey, kind: &str| {
        key.sign(kind, crate::world::part(&subject, 1).as_object().unwrap()).unwrap()
    };
    let (forged, wrong_type) = (sign(&own.caller.key, "at+jwt"), sign(&own.api.key, "JWT"));
    let kind = |name: &'static str| ("subject_token_type", name);
    let requested = |name: &'static str| ("requested_token_type", name);
    for (what, token, more, error) in [
        ("a token for another API", &for_another, vec![], "invalid_request"),
        ("signed by somebody else", &forged, vec![], "invalid_request"),
        ("no access token by its header", &wrong_type, vec![], "invalid_request"),
        ("nothing that is a token", &"token".to_owned(), vec![], "invalid_request"),
        (
            "said to be a refresh token",
            &subject,
            vec![kind("urn:ietf:params:oauth:token-type:refresh_token")],
            "invalid_request",
        ),
        (
            "said to be an ID token",
            &subject,
            vec![kind("urn:ietf:params:oauth:token-type:id_token")],
            "invalid_request",
        ),
        ("said to be any JWT", &subject, vec![kind("urn:ietf:params:oauth:token-type:jwt")], "invalid_request"),
        ("without its type", &subject, vec![kind("")], "invalid_request"),
        (
            "for a refresh token",
            &subject,
            vec![requested("urn:ietf:params:oauth:token-type:refresh_token")],
            "invalid_request",
        ),
        ("for an ID token", &subject, vec![requested("urn:ietf:params:oauth:token-type:id_token")], "invalid_request"),
        ("with an actor's token", &subject, vec![("actor_token", subject.as_str())], "invalid_request"),
        ("with an actor's type", &subject, vec![("actor_token_type", ACCESS_TOKEN)], "invalid_request"),
        ("for the API itself", &subject, vec![("resource", "helse:inn")], "invalid_target"),
        ("for no API", &subject, vec![("resource", "helse:annet")], "invalid_target"),
        ("for two APIs", &subject, vec![("resource", "helse:ut"), ("audience", "helse:prover")], "invalid_target"),
        ("for scopes of no API", &subject, vec![("scope", "openid")], "invalid_target"),
        ("for another's scope", &subject, vec![("scope", READ)], "invalid_scope"),
        ("for scopes there that it has not", &subject, vec![("audience", "helse:prover")], "invalid_scope"),
    ] {
        let refused = own.exchange(token, &more).await;
        assert_eq!(refused.error(), error, "{what}: {}", refused.body);
        assert!(!refused.body.to_string().contains(token.as_str()) || token.len() < 10, "{what}");
    }
    let named = own.exchange(&subject, &[("audience", "helse:ut"), ("requested_token_type", ACCESS_TOKEN)]).await;
    assert_eq!(named.claims()["aud"], "helse:ut");
}

#[tokio::test]
async fn a_token_that_expired_was_revoked_or_whose_client_ended_is_not_exchanged() {
    let own = Own::new().await;
    let (first, second) = (own.subject().await, own.subject().await);
    let form = own.caller.form(own.caller.assertion(|_, _| {}), &[("token", &first)]);
    own.world.instance.post("/connect/revocation", &form, &[]).await;
    let revoked = own.exchange(&first, &[]).await;
    assert_eq!(revoked.error(), "invalid_request");
    own.exchange(&second, &[]).await.claims();
    own.world.instance.server.end_client(&command_line(), own.caller.id).await.unwrap();
    own.world.pass(2);
    assert_eq!(own.exchange(&second, &[]).await.error(), "invalid_request", "its client has ended");
    let own = Own::new().await;
    let old = own.subject().await;
    own.world.pass(600);
    assert_eq!(own.exchange(&old, &[]).await.error(), "invalid_request", "expired");
}

#[tokio::test]
async fn only_the_api_that_was_called_exchanges_and_nobody_else_learns_whether_a_token_is_good() {
    let own = Own::new().await;
    let subject = own.subject().await;
    let colleague = exchanger(&own.world, hospital(), Tenancy::SingleTenant, &["helse:ut/les"]).await;
    let stranger = exchanger(&own.world, clinic(), Tenancy::SingleTenant, &["helse:ut/les"]).await;
    let mut told = BTreeSet::new();
    for client in [&colleague, &stranger] {
        let refused = exchange(&own.world, client, &subject, &[]).await;
        assert_eq!(refused.error(), "invalid_request");
        told.insert(refused.body.to_string());
    }
    own.world.pass(600);
    told.insert(exchange(&own.world, &colleague, &subject, &[]).await.body.to_string());
    assert_eq!(told.len(), 1, "{told:?}");
    let plain = own.world.client(Tenancy::SingleTenant, &["helse:ut/les"], Algorithm::Es256).await;
    assert_eq!(exchange(&own.world, &plain, &subject, &[]).await.error(), "unauthorized_client");
}

#[tokio::test]
async fn an_api_names_its_owners_own_clients_alone() {
    let world = World::new().await;
    let another = exchanger(&world, clinic(), Tenancy::SingleTenant, &[READ]).await;
    let register = async |by: Value, address: Value| {
        let api = json!({
            "audience": "helse:inn", "owner": hospital(), "name": "Inn", "scopes": { "helse:inn/les": {} },
            "exchanged_by": by, "address": address,
        });
        world.instance.server.register_api(&command_line(), &serde_json::from_value(api).unwrap()).await
    };
    for (by, address, fields) in [
        (json!([another.id.to_string()]), json!(null), "exchanged_by"),
        (json!(["00000000-0000-0000-0000-000000000001"]), json!(null), "exchanged_by"),
        (json!([]), json!("http://inn.test/"), "address"),
        (json!([]), json!("https://inn.test/a?b=c"), "address"),
        (json!([]), json!("https://inn.test/a#b"), "address"),
        (json!([]), json!("https://kari@inn.test/"), "address"),
    ] {
        let refused = register(by, address).await.unwrap_err();
        assert!(refused.to_string().ends_with(fields), "{refused}");
    }
    register(json!([]), json!("https://inn.test/a")).await.unwrap();
}

#[tokio::test]
async fn details_are_kept_and_cannot_be_sent_again() {
    let own = Own::new().await;
    let subject = own.subject().await;
    let nonce = own.world.instance.nonce(&own.api).await;
    let assertion = own.api.assertion(|_, claims| {
        claims.insert("assertion_details".to_owned(), main_unit(hospital()));
    });
    let mut form = own.api.form(assertion, &[("subject_token", &subject), ("subject_token_type", ACCESS_TOKEN)]);
    form.retain(|(name, _)| *name != "grant_type");
    form.push(("grant_type", GRANT.to_owned()));
    let refused = own.world.instance.post("/connect/token", &form, &[own.api.proof(Some(&nonce), |_, _| {})]).await;
    assert_eq!(refused.error(), "invalid_authorization_details");
}

#[tokio::test]
async fn the_journal_is_kept_for_the_other_api() {
    let world = World::new().await;
    let wants = json!({ "claims": ["journal_id"], "scopes": {
        "helse:ut/les": { "needs_details": ["nhn:sfm:journal-id"] },
    } });
    api(&world, "helse:ut", clinic(), &[], wants).await;
    let exchanging = exchanger(&world, hospital(), Tenancy::SingleTenant, &["helse:ut/les"]).await;
    api(&world, "helse:inn", hospital(), &[&exchanging], json!({})).await;
    let caller = world.client(Tenancy::SingleTenant, &["helse:inn/les"], Algorithm::Es256).await;
    let journal = json!({ "type": "nhn:sfm:journal-id", "value": { "journal_id": "J-1" } });
    let with = world.instance.token(&caller, Some(journal), &[]).await;
    assert_eq!(with.claims().get("nhn:sfm:journal_id"), None, "the first API has not registered it");
    let claims = exchange(&world, &exchanging, with.access_token(), &[]).await.claims();
    assert_eq!(claims["nhn:sfm:journal_id"], "J-1");
    let without = world.instance.token(&caller, None, &[]).await;
    let refused = exchange(&world, &exchanging, without.access_token(), &[]).await;
    assert_eq!(refused.error(), "invalid_authorization_details", "what the subject token lacks is lacking");
}

#[tokio::test]
async fn terms_and_delegations_are_asked_anew() {
    let world = World::new().await;
    api(&world, "helse:ut", clinic(), &[], json!({ "needs_terms": true })).await;
    let exchanging = exchanger(&world, supplier(), Tenancy::MultiTenant, &["helse:ut/les"]).await;
    api(&world, "helse:inn", supplier(), &[&exchanging], json!({})).await;
    let caller = world.client(Tenancy::SingleTenant, &["helse:inn/les"], Algorithm::Es256).await;
    let subject = world.instance.token(&caller, None, &[]).await;
    let ask = async || exchange(&world, &exchanging, subject.access_token(), &[]).await;
    assert_eq!(ask().await.error(), "invalid_scope", "the hospital has not accepted the other API's terms");
    world.said.accept(hospital(), "helse:ut");
    assert_eq!(ask().await.error(), "access_denied", "nor has it delegated the other API to the supplier");
    let delegation = world.said.delegate(hospital(), "helse:ut");
    let answer = ask().await;
    let claims = answer.claims();
    assert_eq!((&claims[PARENT], &claims[SUPPLIER]), (&json!(hospital()), &json!(supplier())));
    let owner = world
        .registered(NewClient::new("Eieren", clinic(), Tenancy::None, [READ.parse().unwrap()].into()), Algorithm::Es256)
        .await;
    assert!(is_active(&world, &owner, answer.access_token()).await);
    world.said.withdraw(delegation);
    assert!(!is_active(&world, &owner, answer.access_token()).await);
    assert_eq!(ask().await.error(), "access_denied");
}

#[tokio::test]
async fn a_token_ends_with_the_one_that_it_was_exchanged_for() {
    let own = Own::new().await;
    let new = NewClient::new("Eieren", clinic(), Tenancy::None, [READ.parse().unwrap()].into());
    let owner = own.world.registered(new, Algorithm::Es256).await;
    let subject = own.subject().await;
    let answer = own.exchange(&subject, &[]).await;
    assert!(is_active(&own.world, &owner, answer.access_token()).await);
    let form = own.caller.form(own.caller.assertion(|_, _| {}), &[("token", &subject)]);
    own.world.instance.post("/connect/revocation", &form, &[]).await;
    assert!(!is_active(&own.world, &owner, answer.access_token()).await);
}

#[tokio::test]
async fn without_an_organisation_there_is_none_after_the_exchange_either() {
    let world = World::new().await;
    api(&world, "helse:ut", clinic(), &[], json!({})).await;
    let bare = exchanger(&world, hospital(), Tenancy::None, &["helse:ut/les"]).await;
    let own = exchanger(&world, hospital(), Tenancy::SingleTenant, &["helse:ut/les"]).await;
    api(&world, "helse:inn", hospital(), &[&bare, &own], json!({})).await;
    let caller = world.client(Tenancy::None, &["helse:inn/les"], Algorithm::Es256).await;
    let subject = world.instance.token(&caller, None, &[]).await;
    assert_eq!(exchange(&world, &bare, subject.access_token(), &[]).await.claims().get(PARENT), None);
    let refused = exchange(&world, &own, subject.access_token(), &[]).await;
    assert_eq!(refused.error(), "invalid_authorization_details", "an exchange adds no organisation");
    let named = world.client(Tenancy::SingleTenant, &["helse:inn/les"], Algorithm::Es256).await;
    let subject = world.instance.token(&named, None, &[]).await;
    let refused = exchange(&world, &bare, subject.access_token(), &[]).await;
    assert_eq!(refused.error(), "invalid_authorization_details", "and takes none away");
}

#[tokio::test]
async fn three_exchanges_are_made_one_after_the_other_and_no_fourth() {
    let world = World::new().await;
    let name = |n: usize| format!("helse:ledd{n}");
    let scope = |n: usize| format!("helse:ledd{n}/les");
    api(&world, &name(5), hospital(), &[], json!({})).await;
    let mut clients = Vec::new();
    for n in (1..5).rev() {
        let client = exchanger(&world, hospital(), Tenancy::SingleTenant, &[&scope(n + 1)]).await;
        api(&world, &name(n), hospital(), &[&client], json!({})).await;
        clients.insert(0, client);
    }
    let caller = world.client(Tenancy::SingleTenant, &[&scope(1)], Algorithm::Es256).await;
    let mut token = world.instance.token(&caller, None, &[]).await.access_token().to_owned();
    for client in &clients[..3] {
        token = exchange(&world, client, &token, &[]).await.access_token().to_owned();
    }
    let claims = crate::world::part(&token, 1);
    let id = |n: usize| json!(clients[n].id.to_string());
    assert_eq!(claims["act"], json!({ "sub": id(2), "act": { "sub": id(1), "act": { "sub": id(0) } } }));
    assert_eq!(claims["sub"], caller.id.to_string());
    let refused = exchange(&world, &clients[3], &token, &[]).await;
    assert_eq!(refused.error(), "invalid_request");
    assert!(refused.body["error_description"].as_str().unwrap().contains("three times"));
}
