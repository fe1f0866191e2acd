//! The context's routes with the shell around them, for people who log in by a header.

use std::pin::Pin;

use axum::{Router, body::Body};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use tower::ServiceExt as _;
use varde_core::{Actor, LoginLevel, Role};
use varde_web::{Web, WebConfig};

use crate::world::{self, CLINIC, LEADER, SUPPLIERS_LEADER, World};

/// Logs in by name.
struct ByName;

impl varde_web::Authenticator for ByName {
    fn authenticate<'a>(
        &'a self,
        parts: &'a http::request::Parts,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Actor>, varde_web::Failure>> + Send + 'a>> {
        let operator = || {
            let person = world::leader().person().unwrap();
            Actor::employee(person, LoginLevel::High, world::organisation_id(CLINIC), [Role::Operator])
        };
        let actor = match parts.headers.get("authorization").and_then(|v| v.to_str().ok()) {
            Some("Test leader") => Some(world::leader()),
            Some("Test low") => Some(world::person(LEADER, LoginLevel::Substantial)),
            Some("Test supplier") => Some(world::person(SUPPLIERS_LEADER, LoginLevel::High)),
            Some("Test stranger") => Some(world::person(world::BOARD_MEMBER, LoginLevel::High)),
            Some("Test operator") => Some(operator()),
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
        .routes(varde_delegation::routes(world.service.clone()))
        .open_api(varde_delegation::open_api())
        .texts(varde_delegation::TEXTS)
        .authenticator(std::sync::Arc::new(ByName))
        .router()
}

/// What came back.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }
}

/// Asks for a page, or posts a form, as somebody who reads a language.
pub(crate) async fn visit(site: &Router, who: &str, language: &str, path: &str, form: Option<&str>) -> Page {
    let method = if form.is_some() { "POST" } else { "GET" };
    let mut request = Request::builder().method(method).uri(path).header("accept-language", language);
    if form.is_some() {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    if !who.is_empty() {
        request = request.header("authorization", format!("Test {who}"));
    }
    let body = form.map_or_else(Body::empty, |form| Body::from(form.to_owned()));
    let response = site.clone().oneshot(request.body(body).unwrap()).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    Page { status, headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}
