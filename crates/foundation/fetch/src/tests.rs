use axum::{Router, http::HeaderMap as Headers, response::IntoResponse, routing::get};
use reqwest::dns::{Name, Resolve};

use super::*;
use crate::public::is_public;

const BOUNDS: Bounds = Bounds { bytes: 1000, time: Duration::from_secs(5), redirects: 2 };

/// A server of this machine's own, which ends with the test.
async fn server() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let here = || async { ([("etag", "\"1\""), ("content-type", "text/turtle")], "here") };
    let tagged = |headers: Headers| async move {
        match headers.get("if-none-match") {
            Some(tag) if tag == "\"1\"" => StatusCode::NOT_MODIFIED.into_response(),
            _ => ([("etag", "\"1\"")], "new").into_response(),
        }
    };
    let to = |to: &'static str| move || async move { (StatusCode::FOUND, [("location", to)]) };
    let router = Router::new()
        .route("/here", get(here))
        .route("/tagged", get(tagged))
        .route("/once", get(to("/here")))
        .route("/twice", get(to("/once")))
        .route("/thrice", get(to("/twice")))
        .route("/round", get(to("/round")))
        .route("/nowhere", get(|| async { StatusCode::FOUND }))
        .route("/user", get(to("http://me:secret@127.0.0.1/")))
        .route("/known", get(|| async { StatusCode::NOT_MODIFIED }))
        .route("/broken", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
        .route("/large", get(|| async { "x".repeat(1001) }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

#[tokio::test]
async fn what_is_there_is_read_once() {
    let (server, fetcher) = (server().await, Fetcher::new(Reach::Anywhere, BOUNDS).unwrap());
    let page = fetcher.get(&format!("{server}/twice"), Ask::default()).await.unwrap().unwrap();
    assert_eq!((page.body.as_slice(), page.address.path()), (b"here".as_slice(), "/here"));
    assert_eq!((page.media_type.as_deref(), page.tag.as_deref()), (Some("text/turtle"), Some("\"1\"")));
    let tagged = format!("{server}/tagged");
    assert!(fetcher.get(&tagged, Ask { tag: Some("\"0\""), ..Ask::default() }).await.unwrap().is_some());
    assert!(fetcher.get(&tagged, Ask { tag: Some("\"1\""), ..Ask::default() }).await.unwrap().is_none());
}

#[tokio::test]
async fn what_goes_wrong_has_a_name() {
    let (server, fetcher) = (server().await, Fetcher::new(Reach::Anywhere, BOUNDS).unwrap());
    for (path, trouble) in [
        ("thrice", Trouble::Redirects),
        ("round", Trouble::Redirects),
        ("nowhere", Trouble::Redirects),
        ("user", Trouble::NotHttps),
        ("large", Trouble::TooLarge),
        ("broken", Trouble::Status(StatusCode::INTERNAL_SERVER_ERROR)),
        ("gone", Trouble::Status(StatusCode::NOT_FOUND)),
    ] {
        let found = fetcher.get(&format!("{server}/{path}"), Ask::default()).await;
        assert_eq!(found.unwrap_err(), trouble, "{path}");
    }
    // Nobody asked whether it was known.
    assert_eq!(fetcher.get(&format!("{server}/known"), Ask::default()).await.unwrap_err(), Trouble::Redirects);
    let quiet = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = quiet.local_addr().unwrap().port();
    drop(quiet);
    let away = fetcher.get(&format!("http://127.0.0.1:{port}/"), Ask::default()).await;
    assert_eq!(away.unwrap_err(), Trouble::NoAnswer);
}

#[tokio::test]
async fn the_public_reach_never_gets_to_a_server_of_the_inside() {
    let (server, fetcher) = (server().await, Fetcher::new(Reach::Public, BOUNDS).unwrap());
    assert!(fetcher.get(&server, Ask::default()).await.is_err());
    let port = Url::parse(&server).unwrap().port().unwrap();
    let named = fetcher.get(&format!("https://hos.localhost:{port}/"), Ask::default()).await.unwrap_err();
    assert!(matches!(named, Trouble::NotPublic | Trouble::NoAnswer), "{named}");
}

#[test]
fn the_inside_is_not_public() {
    for inside in [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
        "2001::1",
        "ff02::1",
    ] {
        assert!(!is_public(inside.parse().unwrap()), "{inside}");
    }
    for outside in ["8.8.8.8", "193.69.1.1", "2a00:1450::1", "2606:4700::1"] {
        assert!(is_public(outside.parse().unwrap()), "{outside}");
    }
}

#[test]
fn only_names_over_https_are_read() {
    let public = Fetcher::new(Reach::Public, BOUNDS).unwrap();
    assert!(public.check("https://nokler.test/jwks").is_ok());
    for (wrong, trouble) in [
        ("http://nokler.test/jwks", Trouble::NotHttps),
        ("file:///etc/passwd", Trouble::NotHttps),
        ("https://user@nokler.test/", Trouble::NotHttps),
        ("https://nokler.test/#a", Trouble::NotHttps),
        ("nokler", Trouble::NotHttps),
        ("https://127.0.0.1/jwks", Trouble::NotPublic),
        ("https://2130706433/jwks", Trouble::NotPublic),
        ("https://[::1]/jwks", Trouble::NotPublic),
        ("https://localhost/jwks", Trouble::NotPublic),
    ] {
        assert_eq!(public.check(wrong).unwrap_err(), trouble, "{wrong}");
    }
}

#[tokio::test]
async fn a_name_that_leads_to_the_inside_is_not_followed() {
    // Every resolver that follows RFC 6761 leads this name to the machine itself; others know none.
    let name: Name = "nokler.localhost".parse().unwrap();
    assert!(PublicOnly.resolve(name).await.is_err());
}
