//! After our own session has ended: the way to end the login provider's too.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use varde_web::{ABSOLUTE, Failure, Visit, with_form_target};

use super::login::{cookie_value, with_cookie};
use crate::{Identity, oidc::Logout};

/// The cookie that keeps the hint; no path but the logout's ever gets it.
const HINT: &str = "varde-logout";
/// Where those come who need not go to the provider.
const DONE: &str = "/utlogget";

#[derive(Template)]
#[template(path = "logout.html")]
struct Page<'a> {
    visit: &'a Visit,
    logout: &'a Logout,
}

/// `GET /logg-ut/videre`: a form to the provider, who does not learn of it unless the person wants.
pub(super) async fn after(
    State(identity): State<Arc<Identity>>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    // Somebody who came here without logging out keeps what the logout will need.
    if visit.logged_in() {
        return Ok(visit.see(DONE));
    }
    let hint = cookie_value(&headers, HINT);
    let shown = match identity.provider.logout(hint.as_deref(), visit.language.tag()).await {
        Some(logout) => {
            let page = visit.page(Page { visit: &visit, logout: &logout });
            with_form_target(page, &logout.endpoint)
        }
        None => visit.see(DONE),
    };
    Ok(with_cookie(shown, &hint_cookie(&identity, None)))
}

/// The cookie with the hint for as long as a session may last; without one it is removed.
pub(super) fn hint_cookie(identity: &Identity, hint: Option<&str>) -> String {
    let secure = if identity.provider.redirect_uri().scheme() == "https" { "; Secure" } else { "" };
    let seconds = hint.map_or(0, |_| ABSOLUTE.as_secs());
    let value = hint.unwrap_or_default();
    format!("{HINT}={value}; Path=/logg-ut; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}
