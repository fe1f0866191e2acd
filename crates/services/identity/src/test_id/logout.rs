//! The end of a session (OpenID Connect RP-Initiated Logout 1.0). Test-ID remembers none: what is
//! here is the protocol, so that a real provider takes its place.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::Deserialize;
use url::Url;
use varde_web::{Form, Visit};

use super::{TestId, token::proven};

/// What a client asks (section 2). Does not print: the hint holds a national number.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct LogoutRequest {
    /// An ID token of ours, also one that has expired.
    pub id_token_hint: String,
    /// The client.
    pub client_id: String,
    /// Where to go afterwards.
    pub post_logout_redirect_uri: String,
    /// Sent back as it is.
    pub state: String,
}

impl std::fmt::Debug for LogoutRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LogoutRequest(…)")
    }
}

impl TestId {
    /// Where the person goes afterwards; `None` when they stay here, because nothing proves which
    /// client asks or the address is not one of its own (section 3).
    pub fn log_out(&self, request: &LogoutRequest) -> Option<Url> {
        let client = self.client(&self.client_of(&request.id_token_hint)?)?;
        if !request.client_id.is_empty() && request.client_id != client.client_id {
            return None;
        }
        let wanted = |url: &&Url| url.as_str() == request.post_logout_redirect_uri;
        let mut there = client.after_logout.iter().find(wanted)?.clone();
        if !request.state.is_empty() {
            there.query_pairs_mut().append_pair("state", &request.state);
        }
        Some(there)
    }

    /// The client that an ID token of ours was for.
    fn client_of(&self, id_token: &str) -> Option<String> {
        let claims = proven(id_token, &self.keys())?;
        let text = |name: &str| claims.get(name).and_then(|value| value.as_str());
        let ours = text("iss") == Some(self.issuer());
        text("aud").filter(|_| ours).map(str::to_owned)
    }
}

#[derive(Template)]
#[template(path = "test_id_logged_out.html")]
struct Page<'a> {
    visit: &'a Visit,
}

pub(super) async fn by_address(
    State(provider): State<Arc<TestId>>,
    visit: Visit,
    Query(request): Query<LogoutRequest>,
) -> Response {
    answer(&provider, &visit, &request)
}

pub(super) async fn by_form(State(provider): State<Arc<TestId>>, visit: Visit, form: Form) -> Response {
    let field = |name: &str| form.value(name).to_owned();
    let request = LogoutRequest {
        id_token_hint: field("id_token_hint"),
        client_id: field("client_id"),
        post_logout_redirect_uri: field("post_logout_redirect_uri"),
        state: field("state"),
    };
    answer(&provider, &visit, &request)
}

fn answer(provider: &TestId, visit: &Visit, request: &LogoutRequest) -> Response {
    match provider.log_out(request) {
        Some(there) => visit.see(there.as_str()),
        None => visit.page(Page { visit }),
    }
}
