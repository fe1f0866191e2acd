//! `GET /min-side`: the first page.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_web::{Failure, Visit, ui::Tone};

use super::{
    Service,
    words::{ProjectRow, about, state},
};

/// Projects on the first page; the rest are one click away.
const SHOWN: usize = 5;

#[derive(Template)]
#[template(path = "overview.html")]
struct Page<'a> {
    visit: &'a Visit,
    registers: Vec<(String, String)>,
    projects: Vec<ProjectRow>,
    more: bool,
    settings: Vec<(String, String, Tone)>,
}

pub(super) async fn show(visit: Visit, State(service): Service) -> Result<Response, Failure> {
    let found = service.overview(&visit.actor).await?;
    let setting = |s: &crate::Setting| {
        let (state, tone) = state(&visit, s);
        (about(&visit, s), state, tone)
    };
    let register = |r: &crate::Register| (format!("/min-side/registre#{}", r.source), visit.local(&r.name).to_owned());
    let page = Page {
        visit: &visit,
        registers: found.registers.iter().map(register).collect(),
        projects: found.projects.iter().take(SHOWN).map(|p| ProjectRow::of(&visit, p)).collect(),
        more: found.projects.len() > SHOWN,
        // What was never chosen need not be told on the first page, but for the great choice.
        settings: found
            .settings
            .iter()
            .enumerate()
            .filter(|(i, s)| *i == 0 || s.withheld)
            .map(|(_, s)| setting(s))
            .collect(),
    };
    Ok(visit.page(page))
}
