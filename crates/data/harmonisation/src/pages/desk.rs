//! The desk of those who decide.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_web::{Failure, Visit, ui::Link};

use super::{crumbs, shown::Row};
use crate::Harmonisation;

#[derive(Template)]
#[template(path = "harmonisation/desk.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    waiting: Vec<Row>,
    /// How many more wait than are shown.
    more: usize,
    again: Vec<Row>,
}

/// How many that wait are shown.
const SHOWN: usize = 50;

/// `GET /harmonisering/bord`.
pub(super) async fn show(State(service): State<Harmonisation>, visit: Visit) -> Result<Response, Failure> {
    let desk = service.desk(&visit.actor).await?;
    let page = Page {
        crumbs: crumbs(&visit),
        waiting: desk.waiting.iter().take(SHOWN).map(|view| Row::of(&visit, view)).collect(),
        more: desk.waiting.len().saturating_sub(SHOWN),
        again: desk.again.iter().map(|view| Row::of(&visit, view)).collect(),
        visit: &visit,
    };
    Ok(visit.page(page))
}
