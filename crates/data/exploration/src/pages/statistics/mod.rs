//! The pages of statistics: what is published, what one has asked for, and the access body's desk.

mod csvw;
mod decision;
mod files;
mod form;
mod published;
mod request;
mod words;

use axum::http::Method;
use varde_web::{Routes, Visit, ui::Link};

use crate::{
    Exploration,
    service::statistics::{BEGIN, DECIDE, DESK, READ, READ_PUBLISHED, WITHDRAW, WRITE},
};

/// The list of published tables.
const HOME: &str = "/statistikk";
/// One's own requests, and where a new one begins.
const ORDER: &str = "/statistikk/bestill";
/// The access body's desk.
const CASES: &str = "/statistikk/saker";

/// The routes.
pub(super) fn routes() -> Routes<Exploration> {
    let (get, post) = (Method::GET, Method::POST);
    Routes::new()
        .page(get.clone(), HOME, READ_PUBLISHED, published::list)
        .page(get.clone(), "/statistikk/{id}", READ_PUBLISHED, published::show)
        .page(get.clone(), "/statistikk/{id}/tabell.csv", READ_PUBLISHED, files::csv)
        .page(get.clone(), "/statistikk/{id}/tabell.csv-metadata.json", READ_PUBLISHED, files::description)
        .page(get.clone(), "/statistikk/{id}/tabell.json", READ_PUBLISHED, files::json)
        .page(get.clone(), "/statistikk/{id}/kontroll.json", DESK, files::record)
        .page(post.clone(), "/statistikk/{id}/trekk", WITHDRAW, published::withdraw)
        .page(get.clone(), ORDER, BEGIN, request::own)
        .page(get.clone(), "/statistikk/bestill/{source}/{dataset}", BEGIN, form::show)
        .page(post.clone(), "/statistikk/bestill/{source}/{dataset}", BEGIN, form::begin)
        .page(get.clone(), "/statistikk/bestilling/{id}", READ, request::show)
        .page(get.clone(), "/statistikk/bestilling/{id}/endre", WRITE, form::edit)
        .page(post.clone(), "/statistikk/bestilling/{id}/endre", WRITE, form::save)
        .page(post.clone(), "/statistikk/bestilling/{id}/send", WRITE, request::send)
        .page(post.clone(), "/statistikk/bestilling/{id}/trekk", WRITE, request::take_back)
        .page(post, "/statistikk/bestilling/{id}/vedtak", DECIDE, decision::decide)
        .page(get, CASES, DESK, request::desk)
}

/// The way back from a published table.
fn to_home(visit: &Visit) -> Link {
    Link::new(HOME, visit.t("statistics-title"))
}

/// The way back from a request: to the desk for those who handle, else to one's own.
fn to_requests(visit: &Visit, handles: bool) -> Vec<Link> {
    let of = if handles {
        Link::new(CASES, visit.t("statistics-desk"))
    } else {
        Link::new(ORDER, visit.t("statistics-own"))
    };
    vec![to_home(visit), of]
}
