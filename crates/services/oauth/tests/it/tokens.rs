//! What is in a token, and who gets none.

use serde_json::{Value, json};
use varde_jose::Algorithm;
use varde_oauth::{NewClient, Tenancy};

use crate::world::{
    OTHER, READ, WRITE, World, clinic, command_line, details, hospital, main_unit, organisation, supplier, ward,
};

const PARENT: &str = "helseid://claims/client/claims/orgnr_parent";
const CHILD: &str = "helseid://claims/client/claims/orgnr_child";
const SUPPLIER: &str = "helseid://claims/client/claims/orgnr_supplier";

#[tokio::test]
async fn an_organisations_own_client_gets_a_token_that_names_it() {
    let world = World::new().await;
    let client = world.single().await;
    let answer = world.instance.token(&client, None, &[("scope", READ)]).await;
    let claims = answer.claims();
    assert_eq!(answer.body["token_type"], "DPoP");
    assert_eq!(answer.body["expires_in"], 600);
    assert_eq!(answer.body["scope"], READ);
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(claims["aud"], "helse:prover");
    assert_eq!(claims["sub"], client.id.to_string());
    assert_eq!(claims["exp"], world.now() + 600);
    assert_eq!(claims["cnf"]["jkt"], client.holder.public().thumbprint());
    assert_eq!(claims[PARENT], hospital().as_str());
    assert_eq!(claims.get(CHILD), None);
    assert_eq!(claims.get(SUPPLIER), None);
    let header = crate::world::part(answer.access_token(), 0);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("ES256")));
}

#[tokio::test]
async fn a_sub_unit_is_named_when_the_client_is_registered_for_it() {
    let world = World::new().await;
    let client = world.single().await;
    let own = |number: &str| {
        let mut detail = details(number);
        detail["practitioner_role"]["organization"]["identifier"]["system"] = json!("urn:oid:2.16.578.1.12.4.1.4.101");
        detail
    };
    let claims = world.instance.token(&client, Some(own(ward().as_str())), &[]).await.claims();
    assert_eq!((&claims[PARENT], &claims[CHILD]), (&json!(hospital()), &json!(ward())));
    for wrong in [own(clinic().as_str()), main_unit(clinic())] {
        let refused = world.instance.token(&client, Some(wrong), &[]).await;
        assert_eq!(refused.error(), "invalid_authorization_details");
    }
}

#[tokio::test]
async fn a_suppliers_client_acts_for_who_delegated_to_it_and_for_nobody_else() {
    let world = World::new().await;
    let client = world.client(Tenancy::MultiTenant, &[READ, WRITE], Algorithm::Es256).await;
    let ask = async |details: Option<Value>| world.instance.token(&client, details, &[("scope", READ)]).await;
    assert_eq!(ask(None).await.error(), "invalid_authorization_details", "for whom must be said");
    assert_eq!(ask(Some(main_unit(clinic()))).await.error(), "access_denied", "nothing is delegated");
    let delegation = world.said.delegate(clinic(), "prover");
    let claims = ask(Some(main_unit(clinic()))).await.claims();
    assert_eq!((&claims[PARENT], &claims[SUPPLIER]), (&json!(clinic()), &json!(supplier())));
    assert_eq!(ask(Some(main_unit(hospital()))).await.error(), "access_denied", "another's delegation opens nothing");
    assert_eq!(ask(Some(main_unit(ward()))).await.error(), "invalid_authorization_details", "a sub-unit delegates not");
    let unknown = ask(Some(main_unit(organisation(9)))).await;
    assert_eq!(unknown.error(), "invalid_authorization_details");
    world.said.withdraw(delegation);
    assert_eq!(ask(Some(main_unit(clinic()))).await.error(), "access_denied", "withdrawn");
}

#[tokio::test]
async fn a_scope_that_no_resource_opens_is_never_a_suppliers() {
    let world = World::new().await;
    let client = world.client(Tenancy::MultiTenant, &[READ, WRITE], Algorithm::Es256).await;
    world.said.delegate(clinic(), "prover");
    let refused = world.instance.token(&client, Some(main_unit(clinic())), &[("scope", WRITE)]).await;
    assert_eq!(refused.error(), "access_denied");
}

#[tokio::test]
async fn without_a_delegation_register_no_supplier_gets_a_token_and_reads_why() {
    let world = World::new().await;
    let client = world.client(Tenancy::MultiTenant, &[READ], Algorithm::Es256).await;
    world.said.delegate(clinic(), "prover");
    let alone = world.another(false).await;
    let refused = alone.token(&client, Some(main_unit(clinic())), &[]).await;
    assert_eq!(refused.error(), "access_denied");
    assert!(refused.body["error_description"].as_str().unwrap().contains("no delegations are kept here"));
}

#[tokio::test]
async fn a_client_without_tenancy_names_nobody() {
    let world = World::new().await;
    let client = world.client(Tenancy::None, &[READ], Algorithm::Es256).await;
    let claims = world.instance.token(&client, None, &[]).await.claims();
    assert_eq!(claims.get(PARENT), None);
    let refused = world.instance.token(&client, Some(main_unit(hospital())), &[]).await;
    assert_eq!(refused.error(), "invalid_authorization_details");
}

#[tokio::test]
async fn scopes_are_the_clients_and_of_one_api() {
    let world = World::new().await;
    let client = world.client(Tenancy::SingleTenant, &[READ, WRITE, OTHER], Algorithm::Es256).await;
    world.said.accept(hospital(), "helse:timer");
    let ask = async |more: &[(&'static str, &str)]| world.instance.token(&client, None, more).await;
    assert_eq!(ask(&[]).await.error(), "invalid_target", "all the client's scopes belong to two APIs");
    let one = ask(&[("resource", "helse:prover")]).await;
    assert_eq!(one.body["scope"], format!("{READ} {WRITE}"), "no scope: all that the client has there");
    let other = ask(&[("resource", "helse:timer")]).await;
    assert_eq!(other.claims()["aud"], "helse:timer");
    assert_eq!(crate::world::part(other.access_token(), 0)["alg"], "RS256", "as that API asks");
    let both = format!("{READ} {OTHER}");
    assert_eq!(ask(&[("scope", &both)]).await.error(), "invalid_target");
    assert_eq!(ask(&[("scope", &both), ("resource", "helse:timer")]).await.body["scope"], OTHER);
    assert_eq!(ask(&[("resource", "helse:annet")]).await.error(), "invalid_target");
    assert_eq!(ask(&[("resource", "helse:timer"), ("resource", "helse:prover")]).await.error(), "invalid_target");
    assert_eq!(ask(&[("scope", READ), ("resource", "helse:timer")]).await.error(), "invalid_scope");
    assert_eq!(ask(&[("scope", "helse:prover/slett")]).await.error(), "invalid_scope");
    assert_eq!(ask(&[("scope", "openid")]).await.error(), "invalid_scope", "nobody logs in");
}

#[tokio::test]
async fn scopes_whose_terms_nobody_accepted_are_rejected() {
    let world = World::new().await;
    let client = world.client(Tenancy::SingleTenant, &[OTHER], Algorithm::Es256).await;
    let refused = world.instance.token(&client, None, &[]).await;
    assert_eq!(refused.error(), "invalid_scope", "nothing is left");
    let wide = world.client(Tenancy::SingleTenant, &[READ, OTHER], Algorithm::Es256).await;
    let partly = world.instance.token(&wide, None, &[]).await;
    assert_eq!((&partly.body["scope"], &partly.body["rejected_scope"]), (&json!(READ), &json!(OTHER)));
    assert_eq!(partly.claims()["scope"], READ);
    world.said.accept(hospital(), "helse:timer");
    assert_eq!(world.instance.token(&client, None, &[]).await.body["scope"], OTHER);
    let alone = world.another(false).await;
    let partly = alone.token(&wide, None, &[]).await;
    assert_eq!(partly.body["rejected_scope"], OTHER, "where no terms are kept nobody has accepted any");
}

#[tokio::test]
async fn the_entry_is_on_the_log_before_the_token_leaves() {
    let world = World::new().await;
    let client = world.client(Tenancy::MultiTenant, &[READ], Algorithm::Es256).await;
    let delegation = world.said.delegate(clinic(), "prover");
    let answer = world.instance.token(&client, Some(main_unit(clinic())), &[]).await;
    let entries = world.database.entries("oauth.token.issued").await;
    let [entry] = entries.as_slice() else { panic!("{entries:?}") };
    let text = entry.to_string();
    let id = answer.claims()["jti"].as_str().unwrap().to_owned();
    for said in [&id, &client.id.to_string(), clinic().as_str(), supplier().as_str(), &delegation.to_string(), READ] {
        assert!(text.contains(said), "{said} is not in {text}");
    }
    assert!(!text.contains(answer.access_token()));
    world.instance.token(&client, Some(main_unit(hospital())), &[]).await;
    assert_eq!(world.database.entries("oauth.token.issued").await.len(), 1, "a refusal gives nothing");
}

#[tokio::test]
async fn what_ends_is_refused_within_two_seconds() {
    let world = World::new().await;
    let (client, other) = (world.single().await, world.single().await);
    let (server, actor) = (&world.instance.server, crate::world::command_line());
    for client in [&client, &other] {
        world.instance.token(client, None, &[]).await.claims();
    }
    server.end_client(&actor, client.id).await.unwrap();
    server.remove_key(&actor, other.id, other.key.id()).await.unwrap();
    world.pass(2);
    for client in [&client, &other] {
        let refused = world.instance.token(client, None, &[]).await;
        assert_eq!((refused.status, refused.error()), (401, "invalid_client"));
    }
}

#[tokio::test]
async fn a_key_is_good_for_a_year() {
    let world = World::new().await;
    let client = world.single().await;
    world.instance.token(&client, None, &[]).await.claims();
    world.pass(365 * 86_400);
    world.instance.server.tend().await.unwrap();
    world.pass(86_400);
    assert_eq!(world.instance.token(&client, None, &[]).await.error(), "invalid_client");
}

#[tokio::test]
async fn requests_that_are_no_requests_are_refused_by_name() {
    let world = World::new().await;
    let client = world.single().await;
    let nonce = world.instance.nonce(&client).await;
    let send = async |form: Vec<(&'static str, String)>| {
        let proof = client.proof(Some(&nonce), |_, _| {});
        world.instance.post("/connect/token", &form, &[proof]).await.error().to_owned()
    };
    let form = || client.form(client.assertion(|_, _| {}), &[]);
    let without = |name: &str| form().into_iter().filter(|(n, _)| *n != name).collect::<Vec<_>>();
    let with = |name: &'static str, value: &str| {
        let mut form = without(name);
        form.push((name, value.to_owned()));
        form
    };
    let mut twice = form();
    twice.push(("grant_type", "client_credentials".to_owned()));
    for (what, form, error) in [
        ("no grant_type", without("grant_type"), "invalid_request"),
        ("a parameter twice", twice, "invalid_request"),
        ("the implicit grant", with("grant_type", "implicit"), "unsupported_grant_type"),
        ("a password", with("grant_type", "password"), "unsupported_grant_type"),
        ("a grant it is not registered for", with("grant_type", "authorization_code"), "unauthorized_client"),
        ("no client_assertion", without("client_assertion"), "invalid_request"),
        ("no client_assertion_type", without("client_assertion_type"), "invalid_request"),
        ("another client_assertion_type", with("client_assertion_type", "saml2-bearer"), "invalid_request"),
        ("another client_id", with("client_id", "somebody"), "invalid_client"),
        ("scopes that are none", with("scope", "a  b"), "invalid_scope"),
    ] {
        assert_eq!(send(form).await, error, "{what}");
    }
    assert_eq!(send(without("client_id")).await, "", "the assertion names the client");
}

#[tokio::test]
async fn claims_that_are_settled_for_a_client_stand_in_tokens_for_the_apis_that_want_them() {
    let world = World::new().await;
    let server = &world.instance.server;
    for (audience, wants) in [
        ("helse:fysio", vec!["herid", "avdeling", "client_id", "helseid://claims/client/claims/orgnr_parent"]),
        ("helse:nysgjerrig", vec![]),
    ] {
        let api = json!({
            "audience": audience, "owner": hospital(), "name": "Fysio", "claims": ["orgnr_parent"],
            "client_claims": wants, "scopes": { format!("{audience}/les"): {} },
        });
        server.register_api(&command_line(), &serde_json::from_value(api).unwrap()).await.unwrap();
    }
    world.pass(2);
    let scopes = ["helse:fysio/les", "helse:nysgjerrig/les"].map(|scope| scope.parse().unwrap()).into();
    let claim = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let claims = [claim("herid", "1234"), claim("hemmelig", "x"), claim("client_id", "falsk"), claim(PARENT, "999")];
    let new =
        NewClient { claims: claims.into(), ..NewClient::new("Journalen", hospital(), Tenancy::SingleTenant, scopes) };
    let client = world.registered(new, Algorithm::Es256).await;
    let given = world.instance.token(&client, None, &[("scope", "helse:fysio/les")]).await.claims();
    assert_eq!(given["herid"], "1234");
    assert_eq!(given.get("avdeling"), None, "the API wants it, and nothing is settled for the client");
    assert_eq!(given.get("hemmelig"), None, "settled, and the API does not want it");
    assert_eq!(given["client_id"], client.id.to_string(), "no name takes the place of one that means something");
    assert_eq!(given[PARENT], hospital().as_str());
    let without = world.instance.token(&client, None, &[("scope", "helse:nysgjerrig/les")]).await.claims();
    assert_eq!(without.get("herid"), None, "this API wants none");
    // The client says so itself, where its statement is signed: it is not the client's to settle.
    let nonce = world.instance.nonce(&client).await;
    let assertion = client.assertion(|_, claims| drop(claims.insert("herid".to_owned(), json!("9999"))));
    let form = client.form(assertion, &[("scope", "helse:fysio/les"), ("herid", "8888")]);
    let proof = client.proof(Some(&nonce), |_, _| {});
    assert_eq!(world.instance.post("/connect/token", &form, &[proof]).await.claims()["herid"], "1234");
}
