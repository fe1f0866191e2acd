//! Pages: login, and for whom one acts. Logout is the shell's: it ends a session, whoever began it.

mod login;
mod role;

use std::sync::Arc;

use axum::http::Method;
use varde_web::Routes;

use crate::{Identity, api};

/// The address that begins a login; `til` says where to go afterwards, `niva=hoyt` asks for level
/// high.
pub const LOGIN: &str = "/logg-inn";
/// The address where one chooses for whom to act.
pub const ROLE: &str = "/rolle";

/// The address that raises the login to level high and comes back to `path`.
pub fn step_up_address(path: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("niva", "hoyt")
        .append_pair("til", path)
        .finish();
    format!("{LOGIN}?{query}")
}

/// The context's routes.
pub fn routes(identity: Arc<Identity>) -> Routes {
    Routes::new()
        .open_page(Method::GET, LOGIN, "identity.login.begin", login::begin)
        .open_page(Method::GET, "/logg-inn/retur", "identity.login.finish", login::finish)
        .page(Method::GET, ROLE, "identity.session.choose_role", role::choose)
        .page(Method::POST, ROLE, "identity.session.choose_role", role::chosen)
        .api(Method::GET, "/api/me", "identity.session.read", api::me)
        .with_state(identity)
}
