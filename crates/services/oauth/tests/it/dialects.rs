//! How the public clients speak: HelseID's library for .NET and for Java, and the municipalities'
//! client in Kotlin. They differ, and all must work.

use serde_json::{Value, json};
use varde_jose::{Algorithm, Claims};
use varde_oauth::Tenancy;

use crate::world::{Client, READ, World, clinic, details, main_unit};

const PARENT: &str = "helseid://claims/client/claims/orgnr_parent";

fn says(client: &Client, details: Option<&Value>, kind: &str, life: i64) -> String {
    client.assertion(|header, claims: &mut Claims| {
        header["typ"] = json!(kind);
        let made = claims["iat"].as_i64().unwrap();
        claims.insert("exp".to_owned(), json!(made + life));
        if let Some(details) = details {
            claims.insert("assertion_details".to_owned(), details.clone());
        }
    })
}

#[tokio::test]
async fn dotnet_leaves_a_colon_sends_one_object_and_makes_a_new_statement_after_the_nonce() {
    let world = World::new().await;
    let client = world.client(Tenancy::MultiTenant, &[READ], Algorithm::Ps256).await;
    world.said.delegate(clinic(), "prover");
    let detail = details(&format!("NO:ORGNR:{}:", clinic().as_str()));
    let form = || client.form(says(&client, Some(&detail), "client-authentication+jwt", 60), &[("scope", READ)]);
    let first = world.instance.post("/connect/token", &form(), &[client.proof(None, |_, _| {})]).await;
    assert_eq!(first.error(), "use_dpop_nonce");
    let nonce = first.headers["dpop-nonce"].to_str().unwrap();
    let second = world.instance.post("/connect/token", &form(), &[client.proof(Some(nonce), |_, _| {})]).await;
    assert_eq!(second.claims()[PARENT], clinic().as_str());
}

#[tokio::test]
async fn java_sends_a_list_and_the_same_statement_again_after_the_nonce() {
    let world = World::new().await;
    let client = world.client(Tenancy::MultiTenant, &[READ], Algorithm::Es512).await;
    world.said.delegate(clinic(), "prover");
    let list = json!([main_unit(clinic()), { "type": "nhn:sfm:journal-id", "value": { "journal_id": "j-1" } }]);
    let form = client.form(says(&client, Some(&list), "client-authentication+jwt", 30), &[("scope", READ)]);
    let first = world.instance.post("/connect/token", &form, &[client.proof(None, |_, _| {})]).await;
    assert_eq!(first.error(), "use_dpop_nonce");
    let nonce = first.headers["dpop-nonce"].to_str().unwrap();
    let second = world.instance.post("/connect/token", &form, &[client.proof(Some(nonce), |_, _| {})]).await;
    assert_eq!(second.claims()[PARENT], clinic().as_str());
}

#[tokio::test]
async fn kotlin_sends_no_scope_signs_with_ps512_and_lives_five_seconds() {
    let world = World::new().await;
    let client = world.client(Tenancy::SingleTenant, &[READ], Algorithm::Ps512).await;
    let form = || client.form(says(&client, None, "JWT", 5), &[]);
    let first = world.instance.post("/connect/token", &form(), &[client.proof(None, |_, _| {})]).await;
    assert_eq!(first.error(), "use_dpop_nonce");
    let nonce = first.headers["dpop-nonce"].to_str().unwrap();
    let second = world.instance.post("/connect/token", &form(), &[client.proof(Some(nonce), |_, _| {})]).await;
    assert_eq!(second.claims()["scope"], READ);
}
