//! `GET /min-side/registre`: the registers I am in.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_web::{
    Failure, Visit,
    ui::{Link, Tone},
};

use super::{
    Service, crumbs,
    words::{confirm_href, named, state, turn},
};

#[derive(Template)]
#[template(path = "registers.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    registers: Vec<Row>,
}

struct Row {
    source: String,
    name: String,
    description: String,
    holder: String,
    legal_basis: String,
    by_consent: bool,
    datasets: Vec<Link>,
    state: String,
    tone: Tone,
    turn: String,
    turn_href: String,
}

pub(super) async fn show(visit: Visit, State(service): Service) -> Result<Response, Failure> {
    let registers = service.registers(&visit.actor).await?;
    let row = |r: crate::Register| {
        let (state, tone) = state(&visit, &r.setting);
        let dataset = |d: &crate::DatasetIn| Link::new(format!("/katalog/{}", d.path), visit.local(&d.name));
        Row {
            name: visit.local(&r.name).to_owned(),
            description: visit.local(&r.description).to_owned(),
            holder: named(&visit, r.holder.as_deref()),
            legal_basis: r.legal_basis.map_or_else(|| visit.t("citizen-no-basis"), |b| b.to_string()),
            by_consent: r.by_consent,
            datasets: r.datasets.iter().map(dataset).collect(),
            turn: turn(&visit, &r.setting),
            turn_href: confirm_href(&r.setting),
            source: r.source,
            state,
            tone,
        }
    };
    let registers = registers.into_iter().map(row).collect();
    Ok(visit.page(Page { visit: &visit, crumbs: crumbs(&visit), registers }))
}
