//! The JSON API.

use axum::Router;
use http::StatusCode;
use serde_json::{Value, json};
use varde_web::testing::{call, request};

use crate::{
    site::site,
    world::{CLINIC, World, number},
};

async fn get(site: &Router, who: &str, path: &str) -> (StatusCode, Value) {
    call(site, who, path, None).await
}

async fn post(site: &Router, who: &str, path: &str, body: Value) -> (StatusCode, Value) {
    call(site, who, path, Some(body)).await
}

fn order() -> Value {
    json!({
        "service": "persontjenesten", "organisation": number(CLINIC),
        "wanted": {
            "class": "full", "basis": { "law": "folkeregisterloven", "section": "§ 10-2" },
            "need": "Riktige adresser.", "contact": { "email": "kari@example.org", "language": "nn" },
        },
    })
}

#[tokio::test]
async fn a_program_of_a_suppliers_orders_and_follows() {
    let world = World::new().await;
    let site = site(&world);
    let (_, services) = get(&site, "", "/api/onboarding/services").await;
    assert_eq!(services[0]["id"], "persontjenesten");
    let (_, terms) = get(&site, "", "/api/onboarding/services/persontjenesten/terms").await;
    assert_eq!(terms[0]["version"], 1);
    let (status, draft) = post(&site, "supplier", "/api/onboarding/orders", order()).await;
    assert_eq!((status, draft["state"].as_str()), (StatusCode::CREATED, Some("draft")), "{draft}");
    let path = format!("/api/onboarding/orders/{}", draft["id"].as_str().unwrap());
    let early = post(&site, "supplier", &format!("{path}/submission"), json!({})).await;
    assert_eq!((early.0, early.1["code"].as_str()), (StatusCode::CONFLICT, Some("onboarding.not_now")));

    let mut changed = order()["wanted"].clone();
    changed["need"] = json!("Riktige navn.");
    let change = json!({ "revision": draft["revision"], "wanted": changed });
    let put = async |change: &Value| request(&site, "supplier", "nb", "PUT", &path, &change.to_string()).await;
    assert_eq!(put(&change).await.status, StatusCode::OK);
    let refused = put(&change).await;
    let (status, problem) = (refused.status, refused.json());
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("onboarding.changed")));
    post(&site, "supplier", &format!("{path}/acceptance"), json!({ "version": 1 })).await;
    let (status, sent) = post(&site, "supplier", &format!("{path}/submission"), json!({})).await;
    assert_eq!((status, sent["sent_by"]["kind"].as_str()), (StatusCode::OK, Some("delegation")), "{sent}");

    let (_, desk) = get(&site, "handler", "/api/onboarding/desk").await;
    assert_eq!(desk[0]["organisation_name"], "Fjordgløtt legesenter");
    let no_reason = json!({ "answer": "refuse", "reason": "" });
    let (status, problem) = post(&site, "handler", &format!("{path}/decision"), no_reason).await;
    assert_eq!((status, problem["fields"][0]["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("reason")));
    let yes = json!({ "answer": "grant", "class": "full" });
    let (status, granted) = post(&site, "handler", &format!("{path}/decision"), yes).await;
    assert_eq!((status, granted["state"].as_str()), (StatusCode::OK, Some("granted")), "{granted}");
    let (_, whole) = get(&site, "leader", &path).await;
    assert_eq!(
        (whole["terms"]["accepted"].as_bool(), whole["happened"].as_array().map(Vec::len)),
        (Some(true), Some(5))
    );
    assert!(!whole.to_string().contains("person\""), "who did it is on the log, not here: {whole}");
    let (_, mine) = get(&site, "leader", "/api/onboarding/orders").await;
    assert_eq!(mine[0]["reference"], "26/00001");
    let (status, _) = post(&site, "leader", &format!("{path}/use"), json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT, "not before it was tested");
    let (_, ended) = post(&site, "leader", &format!("{path}/end"), json!({})).await;
    assert_eq!(ended["state"], "ended");
}

#[tokio::test]
async fn a_no_says_what_is_wrong() {
    let world = World::new().await;
    let site = site(&world);
    let orders = "/api/onboarding/orders";
    assert_eq!(post(&site, "", orders, order()).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(post(&site, "stranger", orders, order()).await.0, StatusCode::FORBIDDEN);
    assert_eq!(get(&site, "", orders).await.0, StatusCode::UNAUTHORIZED);
    let mut wrong = order();
    wrong["wanted"]["basis"]["section"] = json!("§ 1");
    let (status, problem) = post(&site, "leader", orders, wrong).await;
    assert_eq!((status, problem["fields"][0]["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("basis")));
    let mut typing_error = order();
    typing_error["wanted"]["klass"] = json!("full");
    let (status, problem) = post(&site, "leader", orders, typing_error).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(problem["detail"].as_str().unwrap().contains("klass"), "{problem}");
    let mut nowhere = order();
    nowhere["service"] = json!("ukjent");
    assert_eq!(post(&site, "leader", orders, nowhere).await.0, StatusCode::NOT_FOUND);
    assert_eq!(get(&site, "leader", &format!("{orders}/{}", uuid::Uuid::nil())).await.0, StatusCode::NOT_FOUND);
    let service = json!({ "id": "ny" });
    let (status, _) = post(&site, "leader", "/api/onboarding/services", service).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "it is no service");
    let terms = json!({ "text": { "nb": "a", "nn": "b", "en": "c" }, "applies_from": "2030-01-01T00:00:00Z" });
    let (status, _) = post(&site, "leader", "/api/onboarding/services/persontjenesten/terms", terms).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}
