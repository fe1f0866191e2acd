//! A browser in miniature: keeps cookies, says where its requests come from, posts forms with the
//! token it finds in the page.

use std::collections::BTreeMap;

use axum::{Router, body::Body};
use http::{HeaderMap, Method, Request, StatusCode, header};
use tower::ServiceExt as _;
use varde_store::{Store, testing::TestDatabase};

use crate::site;

/// A small site with its database.
pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) store: Store,
    pub(crate) router: Router,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::at("http://127.0.0.1:8080").await
    }

    pub(crate) async fn at(address: &str) -> Self {
        let database = varde_store::testing::database(&[&varde_web::CONTEXT]).await;
        let store = database.simulated();
        let router = site::router(&store, address);
        Self { database, store, router }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: BTreeMap::new(), language: "nb" }
    }

    pub(crate) fn pass(&self, minutes: u64) {
        self.database.clock().advance(std::time::Duration::from_secs(minutes * 60));
    }
}

#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) language: &'static str,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The token in the first form of the page.
    pub(crate) fn token(&self) -> String {
        let (_, rest) = self.body.split_once(r#"name="_csrf" value=""#).expect("a form with a token");
        rest.split('"').next().unwrap().to_owned()
    }
}

impl Browser {
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Posts a form from a page of our own.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(post(path).header("sec-fetch-site", "same-origin").body(encoded(fields)).unwrap()).await
    }

    /// Posts a form as an evil page would.
    pub(crate) async fn post_from(&mut self, site: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(post(path).header("sec-fetch-site", site).body(encoded(fields)).unwrap()).await
    }

    pub(crate) async fn log_in(&mut self, who: &str) -> Answer {
        let page = self.get("/").await;
        let token = page.body.contains("_csrf").then(|| page.token());
        let fields: Vec<_> = token.iter().map(|t| ("_csrf", t.as_str())).collect();
        let answer = self.post(&format!("/logg-inn/{who}"), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        answer
    }

    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        if !request.headers().contains_key(header::ACCEPT_LANGUAGE) {
            request.headers_mut().insert(header::ACCEPT_LANGUAGE, self.language.parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    fn keep(&mut self, cookie: &str) {
        let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
        if cookie.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

fn post(path: &str) -> http::request::Builder {
    Request::builder().method(Method::POST).uri(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

fn encoded(fields: &[(&str, &str)]) -> Body {
    Body::from(url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
}

impl Browser {
    /// The same browser with its cookies, at another server.
    pub(crate) fn clone_onto(&self, router: Router) -> Self {
        Self { router, ..self.clone() }
    }
}
