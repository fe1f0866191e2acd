//! A browser of somebody who logs in by a session, at a site of `http://varde.test`.

use axum::{Router, body::Body};
use http::{
    Method, Request, StatusCode,
    header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE},
};

use super::{Page, SENDABLE, media_type, send};

/// It keeps the cookie of a session, and posts forms with the token of the page they stand on.
#[derive(Clone)]
pub struct Browser {
    site: Router,
    cookie: String,
    language: &'static str,
}

impl Browser {
    /// A browser of nobody, in bokmål.
    pub fn new(site: Router) -> Self {
        Self { site, cookie: String::new(), language: "nb" }
    }

    /// The same browser, of somebody who reads another language.
    pub fn reading(&self, language: &'static str) -> Self {
        Self { language, ..self.clone() }
    }

    /// Goes in by a door: a page that begins a session.
    pub async fn log_in(&mut self, door: &str) {
        let page = self.send(Method::GET, door, "").await;
        self.cookie = page.header(SET_COOKIE).split(';').next().unwrap_or_default().to_owned();
        assert!(!self.cookie.is_empty(), "{door} began no session: {}", page.text);
    }

    /// Sends a body as it stands: JSON to the API, a form's fields to pages.
    pub async fn send(&self, method: Method, path: &str, body: &str) -> Page {
        self.send_as(media_type(path), method, path, body).await
    }

    /// Sends a body of a media type.
    pub async fn send_as(&self, kind: &str, method: Method, path: &str, body: &str) -> Page {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, "varde.test")
            .header(COOKIE, &self.cookie)
            .header(ACCEPT_LANGUAGE, self.language)
            .header("sec-fetch-site", "same-origin")
            .header(CONTENT_TYPE, kind)
            .body(Body::from(body.to_owned()));
        send(&self.site, request.expect(SENDABLE)).await
    }

    /// What stands at an address. Panics when it is not there for this browser.
    pub async fn page(&self, path: &str) -> String {
        let page = self.send(Method::GET, path, "").await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        page.text
    }

    /// Posts a form's fields with the token of the page it stands on. Panics when that has no form.
    pub async fn post(&self, path: &str, on: &str, fields: &str) -> Page {
        let page = self.page(on).await;
        let (_, token) = page.split_once("name=\"_csrf\" value=\"").expect("the page has a form");
        let (token, _) = token.split_once('"').expect("the token ends");
        self.send(Method::POST, path, &format!("_csrf={token}&{fields}")).await
    }
}
