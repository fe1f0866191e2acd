//! The pages: overview, products, configurations, keys, the connection test, confirmation.

mod client;
mod confirm;
mod customers;
mod form;
mod keys;
mod overview;
mod shown;
mod system;
mod test;

use std::sync::Arc;

use axum::http::Method;
use varde_web::Routes;

use crate::{SelfService, api};

/// Where the pages begin.
const START: &str = "/klienter";

/// The context's routes, pages and API.
pub fn routes(service: Arc<SelfService>) -> Routes {
    const READ_SYSTEM: &str = "self_service.system.read";
    const CHANGE_SYSTEM: &str = "self_service.system.change";
    const READ: &str = "self_service.client.read";
    const CHANGE: &str = "self_service.client.change";
    const KEYS: &str = "self_service.client.change_keys";
    const CONFIRM: &str = "self_service.client.confirm";
    let (get, post) = (Method::GET, Method::POST);
    Routes::new()
        .page(get.clone(), START, "self_service.side.list", overview::sides)
        .page(get.clone(), "/klienter/virksomhet/{number}", READ_SYSTEM, overview::organisation)
        .page(get.clone(), "/klienter/virksomhet/{number}/nytt-system", READ_SYSTEM, system::new)
        .page(
            post.clone(),
            "/klienter/virksomhet/{number}/nytt-system",
            "self_service.system.register",
            system::register,
        )
        .page(get.clone(), "/klienter/system/{id}", READ_SYSTEM, system::show)
        .page(get.clone(), "/klienter/system/{id}/endre", READ_SYSTEM, system::edit)
        .page(post.clone(), "/klienter/system/{id}/endre", CHANGE_SYSTEM, system::change)
        .page(post.clone(), "/klienter/system/{id}/avslutt", CHANGE_SYSTEM, system::end)
        .page(post.clone(), "/klienter/system/{id}/api-nokler", CHANGE_SYSTEM, system::make_api_key)
        .page(post.clone(), "/klienter/system/{id}/api-nokler/{key}/trekk", CHANGE_SYSTEM, system::revoke_api_key)
        .page(get.clone(), "/klienter/system/{id}/ny-klient", READ_SYSTEM, client::new)
        .page(post.clone(), "/klienter/system/{id}/ny-klient", "self_service.client.make", client::make)
        .page(get.clone(), "/klienter/klient/{id}", READ, client::show)
        .page(get.clone(), "/klienter/klient/{id}/endre", READ, client::edit)
        .page(post.clone(), "/klienter/klient/{id}/endre", CHANGE, client::change)
        .page(post.clone(), "/klienter/klient/{id}/avslutt", "self_service.client.end", client::end)
        .page(post.clone(), "/klienter/klient/{id}/nokler", KEYS, keys::add)
        .page(post.clone(), "/klienter/klient/{id}/nokler/fjern", KEYS, keys::remove)
        .page(post.clone(), "/klienter/klient/{id}/adresse", KEYS, keys::set_address)
        .page(post.clone(), "/klienter/klient/{id}/adresse/les", KEYS, keys::read_address)
        .page(post.clone(), "/klienter/klient/{id}/adresse/fjern", KEYS, keys::remove_address)
        .page(get.clone(), "/klienter/klient/{id}/test", READ, test::show)
        .page(get, "/klienter/bekreft/{id}", CONFIRM, confirm::ask)
        .page(post, "/klienter/bekreft/{id}", CONFIRM, confirm::answer)
        .merge(api::routes())
        .with_state(service)
}
