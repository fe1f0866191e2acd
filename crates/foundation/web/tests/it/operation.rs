//! Health, readiness, figures and the API's description.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, atomic::Ordering},
};

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

#[tokio::test]
async fn a_program_acts_by_its_token_and_not_by_a_cookie() {
    varde_web::telemetry::start_figures();
    let world = World::new().await;
    let mut browser = world.browser();
    browser.log_in("kari").await;
    let by = |token: &str| {
        Request::get("/metrics").header("authorization", format!("Bearer {token}")).body(Body::empty()).unwrap()
    };
    assert_eq!(browser.send(by("operator")).await.status, StatusCode::OK);
    let mut bad = by("bad");
    bad.headers_mut().insert("accept", "application/json".parse().unwrap());
    let answer = browser.send(bad).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::UNAUTHORIZED, "application/problem+json"));
    assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    assert_eq!(answer.json()["detail"], "another token");
    // A program's post needs no token against forgery: no browser sends its header by itself.
    let post = Request::post("/api/number").header("content-type", "application/json");
    let post = post.header("authorization", "Bearer operator").body(Body::from("1")).unwrap();
    assert_eq!(browser.send(post).await.body, "2");
}

/// Log lines of a test.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_log_line_names_the_route_and_the_trace_but_nothing_that_was_asked_for() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.log_in("kari").await;
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    // While there is one subscriber only, whether a line is wanted is asked of the thread that
    // reaches it first, which may be another test's; with two, all are asked.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let guard = tracing::subscriber::set_default(subscriber);
    let get = Request::get("/feil/500?navn=Ola+Hemmelig")
        .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        .body(Body::empty())
        .unwrap();
    let answer = browser.send(get).await;
    drop(guard);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for part in ["/feil/{kind}", "0af7651916cd43dd8448eb211c80319c", answer.header("x-request-id"), "\"test.problem\""]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    for secret in ["Hemmelig", "navn=", "/feil/500", "Kari", &browser.cookies["varde"]] {
        assert!(!text.contains(secret), "{secret}");
    }
}
