//! The pages: what is open, a question, what came of it.

mod ask;
mod file;
mod form;
mod home;
mod plot;
mod question;
mod record;
mod statistics;
mod table;
mod words;

use axum::http::Method;
use varde_web::{Routes, Visit, ui::Link};

use crate::{
    Exploration,
    service::{ASK, READ},
};

/// The address of exploration.
pub(crate) const HOME: &str = "/utforsk";

/// The routes of the pages.
pub(crate) fn routes() -> Routes<Exploration> {
    let (get, post) = (Method::GET, Method::POST);
    Routes::new()
        .page(get.clone(), HOME, READ, home::show)
        .page(get.clone(), "/utforsk/data/{source}/{dataset}", READ, ask::show)
        .page(post.clone(), "/utforsk/data/{source}/{dataset}", ASK, ask::ask)
        .page(get.clone(), "/utforsk/sporsmal/{id}", ASK, question::show)
        .page(get, "/utforsk/sporsmal/{id}/tabell.csv", ASK, file::csv)
        .page(post.clone(), "/utforsk/sporsmal/{id}/navn", ASK, question::call)
        .page(post, "/utforsk/sporsmal/{id}/sok", ASK, question::apply)
        .merge(statistics::routes())
}

/// The way back.
fn crumbs(visit: &Visit) -> Vec<Link> {
    vec![Link::new(HOME, visit.t("exploration-title"))]
}

/// How a number of questions that are left is shown.
pub(crate) fn left_tone(left: &i64) -> varde_web::ui::Tone {
    match left {
        0 => varde_web::ui::Tone::Danger,
        1..=5 => varde_web::ui::Tone::Warning,
        _ => varde_web::ui::Tone::Info,
    }
}
