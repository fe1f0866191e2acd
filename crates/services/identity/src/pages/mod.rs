//! Pages: login, and for whom one acts. Logout is the shell's: it ends a session, whoever began it.

mod administer;
mod login;
mod logout;
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
/// The address of the organisation's roles, for its administrator.
pub const ADMINISTER: &str = "/roller";
/// Where people come when our own session has ended: from here the login provider's can be ended.
pub const AFTER_LOGOUT: &str = "/logg-ut/videre";

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
    const ADMINISTERS: &str = "identity.role.administer";
    Routes::new()
        .open_page(Method::GET, LOGIN, "identity.login.begin", login::begin)
        .open_page(Method::GET, "/logg-inn/retur", "identity.login.finish", login::finish)
        .page(Method::GET, ROLE, "identity.session.choose_role", role::choose)
        .page(Method::POST, ROLE, "identity.session.choose_role", role::chosen)
        .open_page(Method::GET, AFTER_LOGOUT, "end the login provider's session too", logout::after)
        .page(Method::GET, ADMINISTER, ADMINISTERS, administer::list)
        .page(Method::POST, "/roller/finn", ADMINISTERS, administer::find)
        .page(Method::POST, "/roller/gi", "identity.role.propose", administer::give)
        .page(Method::POST, "/roller/{id}/avslutt", "identity.role.end", administer::end)
        .page(Method::POST, "/roller/forslag/{id}/godkjenn", "identity.role.give", administer::accept)
        .page(Method::POST, "/roller/forslag/{id}/avvis", "identity.role.reject", administer::reject)
        .api(Method::GET, "/api/me", "identity.session.read", api::me)
        .with_state(identity)
}
