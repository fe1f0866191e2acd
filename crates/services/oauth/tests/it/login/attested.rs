//! The attest of the trust framework, for a professional who logged in.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use varde_core::{LoginLevel, PersonId};
use varde_jose::Algorithm;
use varde_oauth::{NewClient, RefreshTokens, Tenancy};

use super::{BACK, Browser, asked, code, journal, led, object, push, pushed, signed, token, with_code, with_refresh};
use crate::{
    population::{kari, number, ola},
    world::{Answer, Client, READ, World, clinic, command_line, hospital, ward},
};

const CLAIM: &str = "nhn:tillitsrammeverk:parameters";
const RECORDS: &str = "helse:dokumenter/les";
const LISTS: &str = "helse:lister/les";

/// A world with an API for one patient at a time, one that wants no identifiers, and a client for both.
async fn world() -> (World, Client) {
    let world = super::world().await;
    let records = json!({
        "audience": "helse:dokumenter", "owner": clinic(), "name": "Dokumenter",
        "claims": ["trust_framework", "pid", "hpr_number", "orgnr_parent"],
        "scopes": { RECORDS: { "needs_details": [CLAIM], "needs_patient": true } },
    });
    let lists = json!({
        "audience": "helse:lister", "owner": clinic(), "name": "Lister", "claims": ["trust_framework"],
        "scopes": { LISTS: {} },
    });
    for api in [records, lists] {
        let api = serde_json::from_value(api).unwrap();
        world.instance.server.register_api(&command_line(), &api).await.unwrap();
    }
    world.pass(2);
    let mut new = NewClient { refresh_tokens: RefreshTokens::Reusable, ..journal() };
    new.scopes.extend([RECORDS, LISTS].map(|scope| scope.parse().unwrap()));
    let client = world.registered(new, Algorithm::Es256).await;
    (world, client)
}

fn unit(number: varde_core::identifier::OrganisationNumber) -> Value {
    json!({ "id": number, "system": "urn:oid:2.16.578.1.12.4.1.4.101" })
}

fn of_person(person: PersonId) -> Value {
    json!({ "id": number(person).digits_for_storage(), "system": "urn:oid:2.16.578.1.12.4.1.4.1" })
}

/// What a doctor at the ward attests for a patient.
fn attest() -> Value {
    json!({
        "type": CLAIM,
        "practitioner": {
            "authorization": { "code": "LE", "system": "urn:oid:2.16.578.1.12.4.1.1.9060" },
            "legal_entity": unit(hospital()),
            "point_of_care": unit(ward()),
        },
        "care_relation": {
            "purpose_of_use": { "code": "TREAT", "system": "urn:oid:2.16.840.1.113883.1.11.20448" },
            "decision_ref": { "ref_id": "beslutning-1", "user_selected": true },
        },
        "patients": [{ "identifier": of_person(ola()) }],
    })
}

fn with(pointer: &str, value: Value) -> Value {
    let mut attest = attest();
    *attest.pointer_mut(pointer).unwrap() = value;
    attest
}

/// A token for the scope, on the strength of a new login, with that in the client's statement.
async fn ask(world: &World, client: &Client, scope: &str, details: Value) -> Answer {
    // A browser's session of its own.
    world.pass(1);
    let code = code(world, client, kari(), asked(client, scope)).await;
    token(world, client, with_code(&code), Some(details)).await
}

#[tokio::test]
async fn an_attest_that_holds_is_a_claim_completed_by_the_registers() {
    let (world, client) = world().await;
    let claims = ask(&world, &client, RECORDS, attest()).await.claims();
    let attest = &claims[CLAIM];
    assert_eq!(attest["practitioner"]["identifier"]["id"], number(kari()).digits_for_storage());
    assert_eq!(attest["practitioner"]["hpr_nr"]["id"], "9144900");
    assert_eq!(attest["care_relationship"]["decision_ref"]["id"], "beslutning-1", "in the one spelling that is kept");
    assert_eq!(attest["patients"][0]["identifier"], of_person(ola()));
    assert_eq!(attest.get("type"), None);
}

#[tokio::test]
async fn what_does_not_hold_is_refused_by_rule_and_without_numbers() {
    let (world, client) = world().await;
    let refused = async |scope: &str, details: Value| {
        let answer = ask(&world, &client, scope, details).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
        let text = answer.body["error_description"].as_str().unwrap().to_owned();
        for person in [kari(), ola()] {
            assert!(!text.contains(number(person).digits_for_storage()), "{text}");
        }
        (answer.error().to_owned(), text)
    };
    let about = |person| json!({ "identifier": of_person(person), "legal_entity": unit(hospital()), "point_of_care": unit(ward()) });
    for (scope, details, rule) in [
        (RECORDS, with("/practitioner", about(ola())), "ATT-11"),
        (RECORDS, with("/practitioner/legal_entity", unit(clinic())), "ATT-13"),
        (RECORDS, with("/practitioner/point_of_care", unit(clinic())), "ATT-18"),
        (RECORDS, with("/practitioner/point_of_care", unit(hospital())), "ATT-19"),
        (RECORDS, with("/practitioner/authorization/code", json!("SP")), "ATT-32"),
        (RECORDS, with("/care_relation/purpose_of_use/code", json!("HRESCH")), "ATT-38"),
        (RECORDS, with("/patients", json!([])), "ATT-6"),
        (LISTS, attest(), "ATT-5"),
    ] {
        let (error, text) = refused(scope, details).await;
        assert_eq!(error, "invalid_authorization_details", "{text}");
        assert!(text.starts_with(&format!("{rule}: ")), "{rule}: {text}");
    }
    let (error, text) = refused(RECORDS, json!({ "type": CLAIM })).await;
    assert_eq!((error.as_str(), text.contains("care_relationship")), ("invalid_authorization_details", true), "{text}");
    world.pass(1);
    let nothing = code(&world, &client, kari(), asked(&client, RECORDS)).await;
    let without = token(&world, &client, with_code(&nothing), None).await;
    assert_eq!(without.error(), "invalid_authorization_details", "the API wants an attest");
}

#[tokio::test]
async fn a_login_at_a_lower_level_attests_nothing() {
    let (world, client) = world().await;
    let request = pushed(&world, &client, asked(&client, RECORDS)).await;
    let mut browser = Browser::of(&world, kari(), LoginLevel::Substantial).await;
    let (there, fields) = led(&browser.come(&world, &client, &request).await);
    assert_eq!(there, BACK);
    let refused = token(&world, &client, with_code(fields["code"].as_str().unwrap()), Some(attest())).await;
    assert_eq!(refused.error(), "unmet_authentication_requirements");
    assert!(refused.body["error_description"].as_str().unwrap().starts_with("ATT-9"));
}

#[tokio::test]
async fn without_a_register_of_health_personnel_no_attest_is_taken_and_the_reason_is_said() {
    let (world, client) = world().await;
    world.people.without_personnel.store(true, Ordering::Relaxed);
    let refused = ask(&world, &client, RECORDS, attest()).await;
    assert_eq!(refused.error(), "access_denied");
    assert!(
        refused.body["error_description"].as_str().unwrap().contains("no register of health personnel is kept here")
    );
}

#[tokio::test]
async fn an_attest_from_the_login_is_tried_anew_at_each_refresh() {
    let (world, client) = world().await;
    let request = object(&client, json!({ "authorization_details": [attest()] }), |_, _| {});
    let form = super::with(asked(&client, &format!("openid offline_access {RECORDS}")), &[("request", &request)]);
    let code = code(&world, &client, kari(), form).await;
    let first = token(&world, &client, with_code(&code), None).await;
    assert!(first.claims()[CLAIM].is_object());
    world.people.lost_authorisation.store(true, Ordering::Relaxed);
    let refused = token(&world, &client, with_refresh(&first), None).await;
    assert_eq!(refused.error(), "invalid_authorization_details");
    assert!(refused.body["error_description"].as_str().unwrap().starts_with("ATT-32"), "{}", refused.body);
}

#[tokio::test]
async fn nobody_attests_for_a_program() {
    let (world, _) = world().await;
    let client = world.client(Tenancy::SingleTenant, &[READ], Algorithm::Es256).await;
    let refused = world.instance.token(&client, Some(attest()), &[]).await;
    assert_eq!(refused.error(), "invalid_authorization_details");
    assert!(refused.body["error_description"].as_str().unwrap().starts_with("ATT-11"));
}

#[tokio::test]
async fn an_attest_from_the_login_is_in_every_token_and_comes_in_one_place() {
    let (world, client) = world().await;
    let scope = format!("openid offline_access {RECORDS}");
    let unsigned = super::with(asked(&client, &scope), &[("authorization_details", &json!([attest()]).to_string())]);
    let refused = push(&world, &client, unsigned).await;
    assert_eq!(refused.error(), "invalid_authorization_details");
    assert!(refused.body["error_description"].as_str().unwrap().starts_with("ATT-2"));
    let parameters = json!({ "authorization_details": [attest()] });
    let request = object(&client, parameters, |_, _| {});
    let form = super::with(asked(&client, &scope), &[("request", &request)]);
    let code = code(&world, &client, kari(), form).await;
    let first = token(&world, &client, with_code(&code), None).await;
    assert!(first.claims()[CLAIM].is_object());
    let again = token(&world, &client, with_refresh(&first), None).await;
    assert_eq!(again.claims()[CLAIM], first.claims()[CLAIM]);
    let twice = token(&world, &client, with_refresh(&first), Some(attest())).await;
    assert_eq!(twice.error(), "access_denied");
    assert!(twice.body["error_description"].as_str().unwrap().starts_with("HID-DOUBLE-STRUCTURE"));
}

#[tokio::test]
async fn an_attest_in_a_statement_is_for_that_token_alone() {
    let (world, client) = world().await;
    let first = ask(&world, &client, &format!("openid offline_access {RECORDS} {LISTS}"), attest()).await;
    assert_eq!(first.error(), "invalid_target", "two APIs");
    world.pass(1);
    let code = code(&world, &client, kari(), asked(&client, &format!("openid offline_access {RECORDS}"))).await;
    let first = token(&world, &client, with_code(&code), Some(attest())).await;
    let again = token(&world, &client, with_refresh(&first), None).await;
    assert_eq!(again.error(), "invalid_authorization_details", "the API wants an attest in each");
    let other = with("/care_relation/decision_ref/ref_id", json!("beslutning-2"));
    let again = token(&world, &client, with_refresh(&first), Some(other)).await;
    assert_eq!(again.claims()[CLAIM]["care_relationship"]["decision_ref"]["id"], "beslutning-2");
}

#[tokio::test]
async fn the_log_and_the_tables_hold_no_number_and_the_log_the_decision() {
    let (world, client) = world().await;
    let scope = format!("openid offline_access {RECORDS}");
    let request = object(&client, json!({ "authorization_details": [attest()] }), |_, _| {});
    let code = code(&world, &client, kari(), super::with(asked(&client, &scope), &[("request", &request)])).await;
    token(&world, &client, with_code(&code), None).await.claims();
    let issued = world.database.entries("oauth.token.issued").await;
    let entry = issued.last().unwrap();
    assert_eq!(
        (&entry["details"]["decision"], &entry["details"]["purpose_of_use"]),
        (&json!("beslutning-1"), &json!("TREAT"))
    );
    assert_eq!(entry["persons"], json!([kari()]), "the professional's chain has it");
    let sql = "SELECT string_agg(body, ' ') || (SELECT string_agg(t::text, ' ') FROM oauth.login t) || \
               (SELECT string_agg(t::text, ' ') FROM oauth.pushed_request t) || \
               (SELECT string_agg(encode(details, 'escape'), ' ') FROM oauth.token_basis) FROM log.entry";
    let all: String = sqlx::query_scalar(sql).fetch_one(&mut world.database.owner().await).await.unwrap();
    for person in [kari(), ola()] {
        assert!(!all.contains(number(person).digits_for_storage()));
    }
    assert!(!all.contains("practitioner"), "what is kept of an attest is sealed");
}

#[tokio::test]
async fn a_long_attest_is_had_by_introspection_only() {
    let (world, client) = world().await;
    let mut long = attest();
    let department = json!({ "id": "1", "system": "https://hospital.test", "name": "Æ".repeat(200) });
    long["patients"] = (0..10).map(|_| json!({ "department": department })).collect();
    let short = ask(&world, &client, LISTS, with("/patients", json!([]))).await;
    assert!(short.claims()[CLAIM].is_object());
    let answer = ask(&world, &client, LISTS, long).await;
    assert_eq!(answer.claims().get(CLAIM), None);
    assert!(answer.access_token().len() < 4_096);
    let new = NewClient::new("Eieren", clinic(), Tenancy::None, [READ.parse().unwrap()].into());
    let owner = world.registered(new, Algorithm::Es256).await;
    let form = signed(&owner, vec![("token", answer.access_token().to_owned())], None);
    let told = world.instance.post("/connect/introspect", &form, &[]).await.body;
    assert_eq!(told[CLAIM]["patients"].as_array().unwrap().len(), 10, "{told}");
    assert_eq!(told[CLAIM].pointer("/practitioner/identifier"), None, "that API has not registered it");
}

#[tokio::test]
async fn an_api_that_has_not_registered_the_attest_gets_none() {
    let (world, client) = world().await;
    let answer = ask(&world, &client, super::JOURNAL, attest()).await;
    assert_eq!(answer.claims().get(CLAIM), None);
}
