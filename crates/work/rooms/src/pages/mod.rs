//! Pages: the rooms, the airlock, the reviewer's desk.

mod airlock;
mod review;
mod rooms;
mod show;

pub(crate) use airlock::download;

use std::sync::Arc;

use axum::http::Method;
use varde_web::Routes;

use crate::{RoomsService, gateway};

/// All pages of this context, and the gateway to notebooks.
pub(crate) fn routes() -> Routes<Arc<RoomsService>> {
    let (get, post) = (Method::GET, Method::POST);
    let (read, inside, work) = ("rooms.room.read", "rooms.content.read", "rooms.room.work");
    let close = "rooms.room.close";
    let (write, see, review) = ("rooms.request.write", "rooms.request.read", "rooms.request.review");
    let notebook = Routes::new().gateway("/rom/{room}/jupyter/{*rest}", work, gateway::notebook).with_own_policy();
    Routes::new()
        .page(get.clone(), "/rom", "rooms.room.list", rooms::list)
        .page(get.clone(), "/rom/{room}", read, rooms::room)
        .page(post.clone(), "/rom/{room}/stans", work, rooms::stop)
        .page(get.clone(), "/rom/{room}/avslutt", close, rooms::ask_close)
        .page(post.clone(), "/rom/{room}/avslutt", close, rooms::close)
        .page(get.clone(), "/rom/{room}/filer", inside, rooms::files)
        .page(get.clone(), "/rom/{room}/kjor", inside, rooms::editor)
        .page(post.clone(), "/rom/{room}/kjor", work, rooms::start)
        .page(get.clone(), "/rom/{room}/kjor/{run}", inside, rooms::run)
        .page(get.clone(), "/rom/{room}/medlemmer", read, rooms::members)
        .page(get.clone(), "/rom/{room}/logg", inside, rooms::log)
        .page(get.clone(), "/rom/{room}/ut", inside, airlock::list)
        .page(post.clone(), "/rom/{room}/ut", work, airlock::begin)
        .page(get.clone(), "/rom/{room}/ut/{request}", see, airlock::request)
        .page(post.clone(), "/rom/{room}/ut/{request}", write, airlock::write)
        .page(post.clone(), "/rom/{room}/ut/{request}/filer", write, airlock::add)
        .page(post.clone(), "/rom/{room}/ut/{request}/fjern/{file}", write, airlock::remove)
        .page(post.clone(), "/rom/{room}/ut/{request}/trekk", "rooms.request.withdraw", airlock::withdraw)
        .page(post.clone(), "/rom/{room}/ut/{request}/hent/{file}", "rooms.request.fetch", airlock::fetch)
        .page(get.clone(), "/kontroll", "rooms.request.list", review::list)
        .page(get.clone(), "/kontroll/{request}", review, review::request)
        .page(post, "/kontroll/{request}", review, review::decide)
        .page(get.clone(), "/kontroll/{request}/fil/{file}", review, review::file)
        .page(get, "/kontroll/{request}/bilde/{file}", review, review::picture)
        .merge(notebook)
}
