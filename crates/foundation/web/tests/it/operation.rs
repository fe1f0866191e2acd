//! Health, readiness, figures and the API's description.

use std::{net::SocketAddr, sync::atomic::Ordering};

use axum::{body::Body, extract::ConnectInfo};
use http::{Request, StatusCode};
use serde_json::json;

use crate::{browser::World, site};

#[tokio::test]
async fn alive_and_ready_are_told_apart() {
    let world = World::new().await;
    let (web, parts) = site::web(&world.store, "http://127.0.0.1:8080");
    let mut browser = world.browser().clone_onto(web.router());
    let ready = browser.get("/ready").await;
    assert_eq!(ready.json(), json!({ "status": "ok", "checks": { "database": "ok", "log": "ok" } }));
    parts.log_answers.store(false, Ordering::SeqCst);
    let ready = browser.get("/ready").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.json(), json!({ "status": "failed", "checks": { "database": "ok", "log": "failed" } }));
    assert_eq!(browser.get("/health").await.status, StatusCode::OK);
}

#[tokio::test]
async fn figures_are_for_this_machine_and_operators() {
    varde_web::telemetry::start_figures();
    let world = World::new().await;
    let mut browser = world.browser();
    browser.get("/feil/404").await;
    let from = |address: &str, header: Option<&str>| {
        let mut request = Request::get("/metrics").body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(address.parse::<SocketAddr>().unwrap()));
        if let Some(name) = header {
            request.headers_mut().insert(http::HeaderName::try_from(name).unwrap(), "1.2.3.4".parse().unwrap());
        }
        request
    };
    let local = browser.send(from("127.0.0.1:5000", None)).await;
    assert_eq!(local.status, StatusCode::OK);
    let line = r#"http_server_request_duration_seconds_count{method="GET",route="/feil/{kind}",status="404"}"#;
    assert!(local.body.contains(line), "{}", local.body);
    assert_eq!(browser.send(from("127.0.0.1:5000", Some("x-forwarded-for"))).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.send(from("10.0.0.1:5000", None)).await.status, StatusCode::NOT_FOUND);
    browser.log_in("drift").await;
    assert_eq!(browser.get("/metrics").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_api_is_described() {
    let world = World::new().await;
    let document = world.browser().get("/api/openapi.json").await.json();
    assert_eq!(document["info"]["title"], "Varde");
    assert!(document["paths"]["/ready"]["get"]["responses"]["503"].is_object());
}

#[tokio::test]
async fn the_record_knows_every_route() {
    let world = World::new().await;
    let (web, _) = site::web(&world.store, "http://127.0.0.1:8080");
    let lines: Vec<String> = web
        .records()
        .iter()
        .map(|r| format!("{:5} {:28} {} {}", r.method, r.path, if r.open { "open  " } else { "policy" }, r.action))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}
