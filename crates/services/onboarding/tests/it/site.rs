//! The context's routes with the shell around them, for people who log in by a header.

use std::pin::Pin;

use axum::{Router, body::Body};
use http::{HeaderValue, Request, StatusCode};
use tower::ServiceExt as _;
use varde_core::{Actor, Language};
use varde_web::{Web, WebConfig};

use crate::world::{self, World};

/// Logs in by name.
struct ByName;

impl varde_web::Authenticator for ByName {
    fn authenticate<'a>(
        &'a self,
        parts: &'a http::request::Parts,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Actor>, varde_web::Failure>> + Send + 'a>> {
        let actor = match parts.headers.get("authorization").and_then(|v| v.to_str().ok()) {
            Some("Test leader") => Some(world::leader()),
            Some("Test supplier") => Some(world::suppliers_leader()),
            Some("Test handler") => Some(world::handler()),
            Some("Test own") => Some(world::handler_who_leads()),
            Some("Test stranger") => Some(world::person(99)),
            _ => None,
        };
        Box::pin(async move { Ok(actor) })
    }

    fn challenge(&self) -> Option<HeaderValue> {
        None
    }
}

pub(crate) fn site(world: &World) -> Router {
    Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &world.store)
        .routes(varde_onboarding::routes(world.service.clone()))
        .routes(varde_onboarding::demo_routes(world.mailbox()))
        .open_api(varde_onboarding::open_api())
        .texts(varde_onboarding::TEXTS)
        .authenticator(std::sync::Arc::new(ByName))
        .router()
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    /// Where it leads, for a redirect.
    pub(crate) to: String,
    pub(crate) text: String,
}

/// Asks as somebody, in a language.
pub(crate) async fn ask(
    site: &Router,
    who: &str,
    language: Language,
    request: http::request::Builder,
    body: String,
) -> Page {
    let mut request = request.header("accept-language", language.tag());
    if !who.is_empty() {
        request = request.header("authorization", format!("Test {who}"));
    }
    let response = site.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = response.status();
    let to = response.headers().get("location").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    Page { status, to, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

pub(crate) async fn get(site: &Router, who: &str, path: &str) -> Page {
    ask(site, who, Language::Nb, Request::get(path), String::new()).await
}

pub(crate) async fn post(site: &Router, who: &str, path: &str, fields: &[(&str, &str)]) -> Page {
    let encode = |text: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect::<String>()
    };
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    ask(site, who, Language::Nb, request, pairs.join("&")).await
}
