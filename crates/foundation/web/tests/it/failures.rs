//! Failures: a page for people, problem+json for programs, never our insides.

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::json;

use crate::browser::World;

#[tokio::test]
async fn every_kind_is_a_page_that_says_what_to_do() {
    let world = World::new().await;
    let cases = [
        ("401", 401, "Du må logge inn"),
        ("403", 403, "Du har ikke tilgang til dette"),
        ("404", 404, "Vi finner ikke siden"),
        ("409", 409, "Noe er endret i mellomtiden"),
        ("413", 413, "Det du sendte, er for stort"),
        ("422", 422, "Noe av det du sendte, må rettes"),
        ("429", 429, "Du har spurt for mange ganger på kort tid"),
        ("500", 500, "Noe gikk galt hos oss"),
        ("503", 503, "Tjenesten er ikke tilgjengelig akkurat nå"),
        ("panic", 500, "Noe gikk galt hos oss"),
        ("slow", 503, "Det tok for lang tid"),
    ];
    for (kind, status, title) in cases {
        let page = world.browser().get(&format!("/feil/{kind}")).await;
        assert_eq!(page.status.as_u16(), status, "{kind}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(page.body.contains(&format!("<h1 class=\"ds-heading\" data-size=\"lg\">{title}</h1>")), "{kind}");
        assert!(!page.body.contains("secret internals"), "{kind}");
        assert_eq!(page.header("retry-after").is_empty(), ![429, 503].contains(&status), "{kind}");
    }
}

#[tokio::test]
async fn a_program_gets_a_problem_document() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.language = "en";
    let answer = browser.get("/api/failure/422").await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let mut document = answer.json();
    assert_eq!(document["request_id"], answer.header("x-request-id"));
    document["request_id"] = json!("[id]");
    let expected = json!({
        "type": "/problemer/test.problem",
        "title": "Something you sent must be corrected",
        "status": 422,
        "code": "test.problem",
        "request_id": "[id]",
        "fields": [{ "field": "title", "code": "form-errors", "message": "Correct this before you go on" }],
    });
    assert_eq!(document, expected);
    assert!(!world.browser().get("/api/failure/500").await.body.contains("secret"));
}

#[tokio::test]
async fn what_axum_refuses_is_a_problem_too() {
    let world = World::new().await;
    let post = |kind: &str, body: &'static str| {
        Request::post("/api/number").header("content-type", kind).body(Body::from(body)).unwrap()
    };
    let cases = [
        (post("application/json", "\"x\""), 422, "web.bad_input"),
        (post("application/json", "tru"), 400, "web.bad_input"),
        (post("image/png", "1"), 415, "web.media_type"),
        (Request::delete("/api/number").body(Body::empty()).unwrap(), 405, "web.method_not_allowed"),
        (Request::get("/api/nothing").body(Body::empty()).unwrap(), 404, "web.not_found"),
    ];
    for (request, status, code) in cases {
        let answer = world.browser().send(request).await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (status, Some(code)));
        if status == 405 {
            assert_eq!(answer.header("allow"), "POST");
        }
    }
    let good = world.browser().send(post("application/json", "41")).await;
    assert_eq!((good.status, good.body.as_str()), (StatusCode::OK, "42"));
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let world = World::new().await;
    let huge = format!("\"{}\"", "x".repeat(3 * 1024 * 1024));
    let request =
        Request::post("/api/number").header("content-type", "application/json").body(Body::from(huge)).unwrap();
    let answer = world.browser().send(request).await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (413, Some("web.too_large")));
    let long = "x".repeat(3 * 1024 * 1024);
    assert_eq!(world.browser().post("/skjema", &[("reason", &long)]).await.status.as_u16(), 413);
}

#[tokio::test]
async fn a_database_that_is_away_is_said_plainly() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.log_in("kari").await;
    // A port nobody listens on: the pool cannot connect.
    let url = "postgres://nobody@127.0.0.1:1/none";
    let pool = sqlx::postgres::PgPoolOptions::new()
        .acquire_timeout(std::time::Duration::from_millis(300))
        .connect_lazy(url)
        .unwrap();
    let store = varde_store::Store::new(pool, world.store.clock().clone(), world.store.randomness().clone());
    let mut cut_off = browser.clone_onto(crate::site::router(&store, "http://127.0.0.1:8080"));
    let page = cut_off.get("/skjema").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.body.contains("Tjenesten er ikke tilgjengelig akkurat nå"), "{}", page.body);
    assert_eq!(cut_off.get("/ready").await.status, StatusCode::SERVICE_UNAVAILABLE);
    // It is back: the same browser is still logged in.
    assert!(browser.get("/skjema").await.body.contains("Kari Nordmann"));
}

#[tokio::test]
async fn a_program_is_told_how_to_come_back() {
    let world = World::new().await;
    let told = async |kind: &str| {
        let answer = world.browser().get(&format!("/api/failure/{kind}")).await;
        (answer.status.as_u16(), answer.header("www-authenticate").to_owned())
    };
    assert_eq!(told("401").await, (401, "Bearer".to_owned()), "what the authenticator asks for");
    let scope = r#"DPoP error="insufficient_scope", scope="varde:api/delegation.read""#;
    assert_eq!(told("scope").await, (403, scope.to_owned()));
    assert_eq!(told("403").await, (403, String::new()));
    let page = world.browser().get("/feil/401").await;
    assert_eq!(page.header("www-authenticate"), "", "a person logs in on a page");
    let page = world.browser().get("/feil/scope").await;
    assert!(page.body.contains("varde:api/delegation.read"), "{}", page.body);
    let logins = |body: &str| body.matches("/logg-inn?til=").count();
    let refused = world.browser().get("/feil/refused").await;
    assert!(logins(&page.body) < logins(&refused.body), "no login would give a scope");
}

#[tokio::test]
async fn a_refusal_says_why_and_what_would_help() {
    let world = World::new().await;
    let page = world.browser().get("/feil/refused").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    for part in ["Bare saksbehandleren kan se dette.", "sikkerhetsnivå høyt", "/logg-inn?til="] {
        assert!(page.body.contains(part), "{part}");
    }
    let mut english = world.browser();
    english.language = "en";
    let document = english.get("/api/failure/refused").await.json();
    assert_eq!(document["detail"], "Only the case handler.");
    assert_eq!(document["code"], "policy.refused");
}
