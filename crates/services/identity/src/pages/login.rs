//! Login.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Deserialize;
use varde_core::LoginLevel;
use varde_web::{Failure, Visit};

use super::{ROLE, logout};
use crate::{
    Identity, ReturnTo,
    oidc::{self, Asked, RelyingParty},
    service::login::{Finished, LoggedIn},
};

/// Which login is wanted.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    til: String,
    #[serde(default)]
    niva: String,
    #[serde(default)]
    ny: String,
}

#[derive(Template)]
#[template(path = "unknown_person.html")]
struct UnknownPage<'a> {
    visit: &'a Visit,
}

#[derive(Template)]
#[template(path = "onward.html")]
struct OnwardPage<'a> {
    visit: &'a Visit,
    address: &'a str,
}

/// `GET /logg-inn`: on to the provider. Whoever comes here logged in already wants a higher level, or
/// a new login (`ny=ja`), which may be at the level they ask for.
pub(super) async fn begin(
    State(identity): State<Arc<Identity>>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let return_to = ReturnTo::parse(&wanted.til);
    let anew = wanted.ny == "ja";
    if visit.actor.level() == Some(LoginLevel::High) && !anew {
        return Ok(visit.see(return_to.as_str()));
    }
    let step_up = wanted.niva == "hoyt" || (visit.logged_in() && !anew);
    let at_least = if step_up { LoginLevel::High } else { LoginLevel::Substantial };
    let begun = identity.begin_login(&return_to, Asked { at_least, anew }, visit.language.tag()).await?;
    let cookie = login_cookie(&identity, &begun.cookie, &begun.sealed, 600);
    Ok(with_cookie(visit.see(begun.redirect.as_str()), &cookie))
}

/// `GET /logg-inn/retur`: back from the provider.
pub(super) async fn finish(
    State(identity): State<Arc<Identity>>,
    visit: Visit,
    headers: HeaderMap,
    Query(response): Query<oidc::Response>,
) -> Result<Response, Failure> {
    let name = RelyingParty::cookie_name(response.state.as_deref().unwrap_or_default());
    let sealed = cookie_value(&headers, &name);
    let finished = identity.finish_login(&response, sealed.as_deref(), visit.session()).await?;
    let shown = match finished {
        Finished::LoggedIn(done) => {
            let shown = done.cookie.attach(onward(&visit, &done.return_to, &next(&done)));
            with_cookie(shown, &logout::hint_cookie(&identity, done.hint.as_deref()))
        }
        Finished::Cancelled(return_to) => onward(&visit, &return_to, &format!("{}&avbrutt=ja", return_to.as_str())),
        Finished::Unknown => visit.page_with(StatusCode::FORBIDDEN, UnknownPage { visit: &visit }),
    };
    Ok(with_cookie(shown, &login_cookie(&identity, &name, "", 0)))
}

/// To where the person was going. On the way to another system a page stands between: browsers hold the
/// policy of a page with a form against every redirect that follows it (`form-action`, CSP level 3), and
/// the login's page knows us and no other system. It goes on by itself.
fn onward(visit: &Visit, return_to: &ReturnTo, address: &str) -> Response {
    if !return_to.is_to_another_system() {
        return visit.see(address);
    }
    let mut page = visit.page(OnwardPage { visit, address });
    if let Ok(value) = HeaderValue::from_str(&format!("0; url={address}")) {
        page.headers_mut().insert(header::REFRESH, value);
    }
    page
}

/// Whoever has a choice makes it before going on.
fn next(done: &LoggedIn) -> String {
    if !done.has_choice {
        return done.return_to.as_str().to_owned();
    }
    let query =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("til", done.return_to.as_str()).finish();
    format!("{ROLE}?{query}")
}

/// The cookie of a login under way. `Lax`, because the browser comes back from another site.
fn login_cookie(identity: &Identity, name: &str, value: &str, seconds: u32) -> String {
    let secure = if identity.provider.redirect_uri().scheme() == "https" { "; Secure" } else { "" };
    format!("{name}={value}; Path=/logg-inn; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

pub(super) fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(mut value) = HeaderValue::from_str(cookie) {
        value.set_sensitive(true);
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

pub(super) fn cookie_value(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let pairs = all.flat_map(|h| h.split(';')).filter_map(|c| c.trim().split_once('='));
    pairs.into_iter().find(|(n, _)| *n == name).map(|(_, value)| value.to_owned())
}
