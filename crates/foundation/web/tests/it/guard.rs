//! Forged requests do not get through; honest ones do.

use axum::body::Body;
use http::{Request, StatusCode};

use crate::browser::{Browser, World};

async fn logged_in(world: &World) -> (Browser, String) {
    let mut browser = world.browser();
    browser.log_in("kari").await;
    let token = browser.get("/skjema").await.token();
    (browser, token)
}

#[tokio::test]
async fn a_form_of_our_own_goes_through_and_its_token_is_not_seen_by_the_handler() {
    let world = World::new().await;
    let (mut browser, token) = logged_in(&world).await;
    let answer = browser.post("/skjema", &[("_csrf", &token), ("reason", "fordi")]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.starts_with("got \"fordi\", token visible: false, by 0000"), "{}", answer.body);
}

#[tokio::test]
async fn a_form_without_its_token_or_from_elsewhere_is_stopped() {
    let world = World::new().await;
    let (mut browser, token) = logged_in(&world).await;
    let mut other = world.browser();
    other.log_in("kari").await;
    assert_eq!(browser.post("/skjema", &[("reason", "x")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.post("/skjema", &[("_csrf", "0"), ("reason", "x")]).await.status, StatusCode::FORBIDDEN);
    for site in ["cross-site", "same-site"] {
        let answer = browser.post_from(site, "/skjema", &[("_csrf", &token), ("reason", "x")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{site}");
        assert!(answer.body.contains("annet nettsted"));
    }
    let foreign = Request::post("/skjema")
        .header("origin", "https://evil.example")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(format!("_csrf={token}")))
        .unwrap();
    assert_eq!(browser.send(foreign).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn where_other_sites_may_post_nobody_is_logged_in_when_they_do() {
    let world = World::new().await;
    let (mut browser, token) = logged_in(&world).await;
    for site in ["cross-site", "same-site"] {
        let fields = [("_csrf", token.as_str()), ("reason", "x")];
        let answer = browser.post_from(site, "/utenfra", &fields).await;
        assert_eq!((answer.status, answer.body.contains("by nobody")), (StatusCode::OK, true), "{}", answer.body);
    }
    let own = browser.post("/utenfra", &[("_csrf", &token), ("reason", "x")]).await;
    assert!(own.body.contains("by 0000"), "{}", own.body);
    let forgotten = browser.post("/utenfra", &[("reason", "x")]).await;
    assert_eq!(forgotten.status, StatusCode::FORBIDDEN, "our own pages send their token");
    let json = Request::post("/utenfra").header("sec-fetch-site", "cross-site").header("content-type", "text/plain");
    assert_eq!(browser.send(json.body(Body::from("x")).unwrap()).await.status, StatusCode::FORBIDDEN, "only forms");
}

#[tokio::test]
async fn a_login_from_elsewhere_is_stopped_too() {
    let world = World::new().await;
    let answer = world.browser().post_from("cross-site", "/logg-inn/kari", &[]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn json_with_a_cookie_must_come_from_our_pages() {
    let world = World::new().await;
    let (mut browser, token) = logged_in(&world).await;
    let post = |name: &str, value: &str| {
        let json = Request::post("/api/number").header("content-type", "application/json");
        json.header(name, value).body(Body::from("1")).unwrap()
    };
    assert_eq!(browser.send(post("sec-fetch-site", "same-origin")).await.status, StatusCode::OK);
    assert_eq!(browser.send(post("origin", "http://127.0.0.1:8080")).await.status, StatusCode::OK);
    assert_eq!(browser.send(post("x-csrf-token", &token)).await.status, StatusCode::OK);
    assert_eq!(browser.send(post("sec-fetch-site", "cross-site")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.send(post("origin", "null")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.send(post("x-nothing", "1")).await.status, StatusCode::FORBIDDEN);
    // Without a session there is nothing to forge: a program posts as it likes.
    assert_eq!(world.browser().send(post("x-nothing", "1")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_websocket_is_opened_by_our_pages_only() {
    let world = World::new().await;
    let (mut browser, _) = logged_in(&world).await;
    let open = |site: &str| {
        let get = Request::get("/verktoy/kanal").header("upgrade", "websocket").header("connection", "upgrade");
        get.header("sec-fetch-site", site).body(Body::empty()).unwrap()
    };
    assert_eq!(browser.send(open("same-origin")).await.status, StatusCode::OK);
    assert_eq!(browser.send(open("cross-site")).await.status, StatusCode::FORBIDDEN);
}

fn multipart(token: &str, size: usize) -> Request<Body> {
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n{token}\r\n\
         --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{}\r\n--x--\r\n",
        "a".repeat(size)
    );
    Request::post("/opplasting")
        .header("content-type", "multipart/form-data; boundary=x")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body))
        .unwrap()
}

#[tokio::test]
async fn an_upload_needs_the_token_and_arrives_whole() {
    let world = World::new().await;
    let (mut browser, token) = logged_in(&world).await;
    assert_eq!(browser.send(multipart(&token, 100_000)).await.body, "received 100000");
    assert_eq!(browser.send(multipart("", 10)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.send(multipart("wrong", 10)).await.status, StatusCode::FORBIDDEN);
    world.pass(31);
    let late = browser.send(multipart(&token, 10)).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    assert!(late.body.contains("Filer må du velge på nytt"));
}

#[tokio::test]
async fn every_page_has_the_security_headers_and_a_tool_brings_its_own_policy() {
    let world = World::at("https://varde.example").await;
    let mut browser = world.browser();
    for path in ["/", "/nothing", "/feil/500", "/api/failure/403"] {
        let answer = browser.get(path).await;
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
             connect-src 'self'; form-action 'self' https://login.example; frame-ancestors 'none'; base-uri 'none'; \
             upgrade-insecure-requests"
        );
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert!(answer.header("permissions-policy").contains("camera=()"));
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    let tool = browser.get("/verktoy/notatbok").await;
    assert_eq!(tool.header("content-security-policy"), "default-src 'self' 'unsafe-inline'");
    assert_eq!(tool.header("x-content-type-options"), "nosniff");
    assert!(tool.header("x-frame-options").is_empty());
    let plain = World::new().await.browser().get("/").await;
    assert!(plain.header("strict-transport-security").is_empty());
}
