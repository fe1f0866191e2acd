//! Pages: a person comes to log in at a client, and to log out again.

mod authorize;
mod end_session;

use axum::{
    http::{HeaderMap, HeaderValue, Method, header},
    response::Response,
};
use varde_web::Routes;

use crate::{Server, api::path};

/// The routes for people's browsers.
pub(crate) fn routes() -> Routes<Server> {
    Routes::new()
        .page(Method::GET, path::AUTHORIZE, "oauth.login.give", authorize::authorize)
        .open_page(Method::GET, path::END_SESSION, "ask whether to end one's own session", end_session::ask)
        .open_page(Method::POST, path::END_SESSION, "end one's own session", end_session::end)
        .from_anywhere(path::END_SESSION)
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(mut value) = HeaderValue::from_str(cookie) {
        value.set_sensitive(true);
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// A query behind a path.
fn behind(path: &str) -> url::form_urlencoded::Serializer<'static, String> {
    let start = format!("{path}?");
    let length = start.len();
    url::form_urlencoded::Serializer::for_suffix(start, length)
}
