//! The citizen's pages.

mod choices;
mod log;
mod overview;
mod projects;
mod proofs;
mod registers;
mod words;

use std::sync::Arc;

use axum::{extract::State, http::Method};
use varde_web::{Routes, ui::Link};

use crate::CitizenService;

type Service = State<Arc<CitizenService>>;

/// All pages of this context.
pub(crate) fn routes() -> Routes<Arc<CitizenService>> {
    const PROJECT: &str = "citizen.project.read";
    const CHOICE: &str = "citizen.choice.read";
    const PROOF: &str = "citizen.proof.read";
    let get = || Method::GET;
    Routes::new()
        .page(get(), "/min-side", "citizen.register.read", overview::show)
        .page(get(), "/min-side/registre", "citizen.register.read", registers::show)
        .page(get(), "/min-side/prosjekter", PROJECT, projects::list)
        .page(get(), "/min-side/prosjekter/{permit}", PROJECT, projects::show)
        .page(get(), "/min-side/prosjekter/{permit}/bevis/{extract}", PROOF, proofs::membership)
        .page(get(), "/min-side/valg", CHOICE, choices::list)
        .page(get(), "/min-side/valg/bekreft", CHOICE, choices::confirm)
        .page(Method::POST, "/min-side/valg", "citizen.choice.make", choices::choose)
        .page(get(), "/min-side/valg/kvittering/{entry}", CHOICE, choices::receipt)
        .page(get(), "/min-side/logg", "citizen.log.read", log::list)
        .page(get(), "/min-side/logg/komplett", PROOF, proofs::complete)
        .page(get(), "/min-side/logg/{entry}", "citizen.log.read", log::show)
        .page(get(), "/min-side/logg/{entry}/bevis", PROOF, proofs::entry)
        .open_page(get(), "/min-side/bevis", "how to check a proof", proofs::how)
}

/// The way back to the first page.
fn crumbs(visit: &varde_web::Visit) -> Vec<Link> {
    vec![Link::new("/min-side", visit.t("citizen-title"))]
}

/// The query of an address as a form.
fn query(raw: Option<String>) -> varde_web::Form {
    let raw = raw.unwrap_or_default();
    varde_web::Form::of(url::form_urlencoded::parse(raw.as_bytes()).map(|(n, v)| (n.into_owned(), v.into_owned())))
}
