//! The JSON API, with the shell around it.

use http::StatusCode;
use serde_json::{Value, json};
use varde_web::testing::call;

use crate::{
    site::site,
    world::{self, CLINIC, DEPARTMENT, OTHER_SUPPLIER, SUPPLIER, World, number},
};

fn wanted(from: usize, to: usize) -> Option<Value> {
    Some(json!({ "resource": "nhn-helseid", "from": number(from), "to": number(to) }))
}

#[tokio::test]
async fn a_right_is_given_read_and_ended() {
    let world = World::new().await;
    let site = site(&world);
    let (_, sides) = call(&site, "leader", "/api/delegation/organisations", None).await;
    assert_eq!(sides[0]["name"], "Fjordgløtt legesenter");
    let give = "/api/delegation/rights";
    let before = varde_core::Clock::now(world.database.clock());
    world.later(60);
    let (status, given) = call(&site, "leader", give, wanted(CLINIC, SUPPLIER)).await;
    assert_eq!((status, given["to"].as_str()), (StatusCode::CREATED, Some(number(SUPPLIER).as_str())));
    let (status, problem) = call(&site, "leader", give, wanted(CLINIC, SUPPLIER)).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("delegation.already_given")));

    let rights = format!("/api/delegation/organisations/{}/rights", number(CLINIC));
    let (_, found) = call(&site, "leader", &rights, None).await;
    assert_eq!(found["given"], json!([given]));
    assert_eq!(found["names"][number(SUPPLIER).as_str()], "Journalhuset");
    let (_, found) = call(&site, "leader", &format!("{rights}?valid={before}"), None).await;
    assert_eq!(found["given"], json!([]), "before it was given");

    let id = given["id"].as_str().unwrap();
    let received = format!("/api/delegation/organisations/{}/rights/{id}", number(SUPPLIER));
    let outside = format!("/api/delegation/organisations/{}/rights/{id}", number(OTHER_SUPPLIER));
    assert_eq!(call(&site, "supplier", &outside, None).await.0, StatusCode::NOT_FOUND);
    let end = format!("{received}/revocation");
    let (status, _) = call(&site, "supplier", &end, Some(json!({ "applies_from": before }))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "before it was given");
    let (status, ended) = call(&site, "supplier", &end, Some(json!({}))).await;
    assert_eq!((status, ended["kind"].as_str()), (StatusCode::OK, Some("revoke_by_receiver")));
    assert_eq!(call(&site, "supplier", &end, Some(json!({}))).await.0, StatusCode::CONFLICT);
    let (_, changes) = call(&site, "supplier", &received, None).await;
    assert_eq!(changes.as_array().unwrap().len(), 2);
    assert!(!changes.to_string().contains("person"), "who did it is on the log, not here: {changes}");
}

#[tokio::test]
async fn a_no_says_why() {
    let world = World::new().await;
    let site = site(&world);
    let give = "/api/delegation/rights";
    assert_eq!(call(&site, "", give, wanted(CLINIC, SUPPLIER)).await.0, StatusCode::UNAUTHORIZED);
    let (status, problem) = call(&site, "low", give, wanted(CLINIC, SUPPLIER)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(problem["detail"].as_str().unwrap().contains("MinID"), "{problem}");
    let (status, problem) = call(&site, "leader", give, wanted(DEPARTMENT, SUPPLIER)).await;
    assert_eq!((status, problem["fields"][0]["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("from")));
    let several = json!({ "resource": ["nhn-helseid", "x"], "from": number(CLINIC), "to": number(SUPPLIER) });
    assert_eq!(call(&site, "leader", give, Some(several)).await.0, StatusCode::UNPROCESSABLE_ENTITY, "one at a time");
    assert_eq!(call(&site, "supplier", give, wanted(CLINIC, SUPPLIER)).await.0, StatusCode::FORBIDDEN);
    let nobody = format!("/api/delegation/organisations/{}/rights", number(DEPARTMENT));
    assert_eq!(call(&site, "leader", &nobody, None).await.0, StatusCode::NOT_FOUND, "a sub unit has none");
}

#[tokio::test]
async fn the_registry_is_open_to_read_and_closed_to_write() {
    let world = World::new().await;
    let site = site(&world);
    let all = "/api/delegation/resources";
    let (status, found) = call(&site, "", &format!("{all}?q=databehandler"), None).await;
    assert_eq!((status, found[0]["version"].as_u64()), (StatusCode::OK, Some(1)));
    assert_eq!(call(&site, "", &format!("{all}?q=ingenting"), None).await.1, json!([]));
    let (_, one) = call(&site, "", &format!("{all}/nhn-helseid"), None).await;
    assert_eq!(one["competent_authority"]["name"], "Norsk helsenett SF");
    for missing in ["nhn-annet", "IKKE ET NAVN".replace(' ', "%20").as_str()] {
        assert_eq!(call(&site, "", &format!("{all}/{missing}"), None).await.0, StatusCode::NOT_FOUND, "{missing}");
    }
    let batch = json!([world::resource("nhn-annet")]);
    assert_eq!(call(&site, "leader", all, Some(batch.clone())).await.0, StatusCode::FORBIDDEN);
    let (status, outcome) = call(&site, "operator", all, Some(batch)).await;
    assert_eq!((status, outcome), (StatusCode::OK, json!([{ "id": "nhn-annet", "version": 1, "changed": true }])));
}
