//! The context's routes with the shell around them, for people who log in by a header.

use std::pin::Pin;

use axum::{Router, body::Body};
use http::{HeaderValue, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt as _;
use varde_core::{Actor, Language};
use varde_web::{Web, WebConfig};

use crate::world::{World, steward};

/// Logs in by name.
struct ByName;

impl varde_web::Authenticator for ByName {
    fn authenticate<'a>(
        &'a self,
        parts: &'a http::request::Parts,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Actor>, varde_web::Failure>> + Send + 'a>> {
        let actor = match parts.headers.get("authorization").and_then(|v| v.to_str().ok()) {
            Some("Test first") => Some(steward(1)),
            Some("Test second") => Some(steward(2)),
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
        .routes(varde_terminology::routes(world.service.clone()))
        .open_api(varde_terminology::open_api())
        .texts(varde_terminology::TEXTS)
        .authenticator(std::sync::Arc::new(ByName))
        .router()
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    /// Where it leads, for a redirect.
    pub(crate) to: String,
    pub(crate) kind: String,
    /// Which sites may read it.
    pub(crate) readable_from: String,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

/// Asks as somebody, in a language.
pub(crate) async fn ask(
    site: &Router,
    who: &str,
    language: Language,
    request: http::request::Builder,
    body: impl Into<Body>,
) -> Page {
    let mut request = request.header("accept-language", language.tag());
    if !who.is_empty() {
        request = request.header("authorization", format!("Test {who}"));
    }
    let response = site.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let status = response.status();
    let header = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let (to, kind) = (header("location"), header("content-type"));
    let readable_from = header("access-control-allow-origin");
    let bytes = axum::body::to_bytes(response.into_body(), 8 << 20).await.unwrap();
    Page { status, to, kind, readable_from, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

pub(crate) async fn get(site: &Router, path: &str) -> Page {
    ask(site, "", Language::Nb, Request::get(path), String::new()).await
}

/// Sends a FHIR Parameters resource.
pub(crate) async fn send(site: &Router, path: &str, parameters: Value) -> Page {
    let body = serde_json::json!({ "resourceType": "Parameters", "parameter": parameters }).to_string();
    ask(site, "", Language::Nb, Request::post(path).header("content-type", "application/fhir+json"), body).await
}

/// Posts a form with a file, as a browser does.
pub(crate) async fn upload(site: &Router, who: &str, fields: &[(&str, &str)], file: &str) -> Page {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body +=
        &format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.csv\"\r\n\r\n{file}\r\n--x--\r\n");
    let request = Request::post("/kodeverk/inn").header("content-type", "multipart/form-data; boundary=x");
    ask(site, who, Language::Nb, request, body).await
}
