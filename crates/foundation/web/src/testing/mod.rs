//! For tests of the contexts above: people who log in by name, what they send, what comes back, and
//! whether the texts are whole.
//!
//! ```text
//! let site = Web::new(config, &store).routes(…).authenticator(Arc::new(ByName(actor))).router();
//! let page = testing::visit(&site, "steward", "nn", "/katalog", None).await;
//! ```

mod browser;

use std::{path::Path, pin::Pin};

use axum::{Router, body::Body};
use http::{
    HeaderMap, HeaderValue, Request, StatusCode,
    header::{ACCEPT_LANGUAGE, AUTHORIZATION, AsHeaderName, CONTENT_TYPE, LOCATION},
    request::{Builder, Parts},
};
use serde_json::Value;
use tower::ServiceExt as _;
use url::form_urlencoded::Serializer;
use varde_core::Actor;

use crate::{Authenticator, Failure, TextSource, Texts, Usage};

pub use browser::Browser;

/// The media type of a form's fields.
const FORM: &str = "application/x-www-form-urlencoded";

const SENDABLE: &str = "the method, the path, the names and the media type can be sent";

/// Logs in by name: `Authorization: Test steward` is whoever the function knows as `steward`.
#[derive(Debug, Clone, Copy)]
pub struct ByName<F>(pub F);

impl<F: Fn(&str) -> Option<Actor> + Send + Sync> Authenticator for ByName<F> {
    fn authenticate<'a>(
        &'a self,
        parts: &'a Parts,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Actor>, Failure>> + Send + 'a>> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let found = header.and_then(|header| header.strip_prefix("Test ")).and_then(&self.0);
        Box::pin(std::future::ready(Ok(found)))
    }

    fn challenge(&self) -> Option<HeaderValue> {
        None
    }
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    /// How it went.
    pub status: StatusCode,
    /// All headers.
    pub headers: HeaderMap,
    /// Where it leads; empty when nowhere.
    pub location: String,
    /// The body.
    pub text: String,
}

impl Page {
    /// A header's value; empty when there is none.
    pub fn header(&self, name: impl AsHeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON. Panics with the body when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

/// A request by somebody who reads a language; by nobody when the name is empty.
pub fn by(who: &str, language: &str, request: Builder) -> Builder {
    let request = request.header(ACCEPT_LANGUAGE, language);
    if who.is_empty() { request } else { request.header(AUTHORIZATION, format!("Test {who}")) }
}

/// Sends a request and reads the whole answer. Panics when that is no text.
pub async fn send(site: &Router, request: Request<Body>) -> Page {
    let Ok(response) = site.clone().oneshot(request).await;
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("the body comes to its end");
    let text = String::from_utf8(bytes.into()).expect("the body is text");
    let location = parts.headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    Page { status: parts.status, headers: parts.headers, location, text }
}

/// Asks for something as somebody who reads a language, or posts a body of a media type.
pub async fn ask(site: &Router, who: &str, language: &str, path: &str, body: Option<(&str, String)>) -> Page {
    let request = match body {
        None => by(who, language, Request::get(path)).body(Body::empty()),
        Some((kind, body)) => by(who, language, Request::post(path)).header(CONTENT_TYPE, kind).body(Body::from(body)),
    };
    send(site, request.expect(SENDABLE)).await
}

/// Asks for a page, or posts a form.
pub async fn visit(site: &Router, who: &str, language: &str, path: &str, form: Option<&[(&str, &str)]>) -> Page {
    let encoded = |fields: &[(&str, &str)]| Serializer::new(String::new()).extend_pairs(fields).finish();
    ask(site, who, language, path, form.map(|fields| (FORM, encoded(fields)))).await
}

/// The media type of what is sent there: JSON to the API, a form's fields to pages.
pub fn media_type(path: &str) -> &'static str {
    if path.starts_with("/api/") { "application/json" } else { FORM }
}

/// Asks by a method, with a body as it stands.
pub async fn request(site: &Router, who: &str, language: &str, method: &str, path: &str, body: &str) -> Page {
    let request = by(who, language, Request::builder().method(method).uri(path));
    let request = request.header(CONTENT_TYPE, media_type(path));
    send(site, request.body(Body::from(body.to_owned())).expect(SENDABLE)).await
}

/// Asks for JSON, or posts it. What comes back is null when it is no JSON.
pub async fn call(site: &Router, who: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
    let page = ask(site, who, "nb", path, body.map(|body| ("application/json", body.to_string()))).await;
    (page.status, serde_json::from_str(&page.text).unwrap_or(Value::Null))
}

/// What is wrong with a context's texts: the languages differ, nobody uses one, or one is asked for that
/// does not exist. `folder` is the context's crate, `env!("CARGO_MANIFEST_DIR")`. Panics when the code
/// cannot be read.
pub fn faults_in_texts(folder: &str, sources: impl IntoIterator<Item = TextSource>) -> Vec<String> {
    let crates = [Path::new(folder), Path::new(env!("CARGO_MANIFEST_DIR"))];
    let folders = crates.into_iter().flat_map(|one| [one.join("src"), one.join("templates")]);
    // Not every context has templates of its own.
    let usage = Usage::scan(folders.filter(|one| one.ends_with("src") || one.is_dir()));
    let texts = Texts::new(sources);
    let mut faults = texts.check();
    faults.extend(texts.check_usage(&usage.expect("the code of the context and of the shell is there")));
    faults
}
