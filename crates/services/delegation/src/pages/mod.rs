//! Pages below `/delegering`, in the steps that people know from Altinn: choose the organisation, see
//! what it has given and received, find the right, check it, find the supplier, look it over, give.

mod give;
mod one;
mod overview;
mod shown;

use axum::{extract::RawQuery, http::Method};
use varde_core::identifier::OrganisationNumber;
use varde_web::{Form, Routes, Visit, ui::Link};

use crate::{Delegations, KnownOrganisation};

/// Where the pages begin.
const HOME: &str = "/delegering";

/// The routes of the pages.
pub(crate) fn routes() -> Routes<Delegations> {
    const READ: &str = "delegation.right.read";
    const GRANT: &str = "delegation.right.grant";
    const REVOKE: &str = "delegation.right.revoke";
    const USE: &str = "delegation.use.read";
    Routes::new()
        .page(Method::GET, HOME, "delegation.side.list", overview::choose)
        .page(Method::GET, "/delegering/{number}", READ, overview::organisation)
        .page(Method::GET, "/delegering/{number}/historikk", READ, overview::history)
        .page(Method::GET, "/delegering/{number}/gi", READ, give::search)
        .page(Method::GET, "/delegering/{number}/gi/{resource}", GRANT, give::right)
        .page(Method::GET, "/delegering/{number}/gi/{resource}/til", GRANT, give::supplier)
        .page(Method::GET, "/delegering/{number}/gi/{resource}/til/{supplier}", GRANT, give::look_over)
        .page(Method::POST, "/delegering/{number}/gi/{resource}/til/{supplier}", GRANT, give::give)
        .page(Method::GET, "/delegering/{number}/{id}", USE, one::show)
        .page(Method::GET, "/delegering/{number}/{id}/bruk", USE, one::follow)
        .page(Method::GET, "/delegering/{number}/{id}/bruk/{one}/bevis", "delegation.proof.read", one::proof)
        .page(Method::GET, "/delegering/{number}/{id}/fjern", READ, one::ask)
        .page(Method::POST, "/delegering/{number}/{id}/fjern", REVOKE, one::remove)
}

/// The organisation's own page.
fn home(number: OrganisationNumber) -> String {
    format!("{HOME}/{number}")
}

/// The way back to the organisation's page.
fn crumbs(visit: &Visit, organisation: &KnownOrganisation) -> Vec<Link> {
    vec![Link::new(HOME, visit.t("delegation-title")), Link::new(home(organisation.number), organisation.name.clone())]
}

/// What the address asks for, as a form.
fn query(RawQuery(raw): RawQuery) -> Form {
    let raw = raw.unwrap_or_default();
    Form::of(url::form_urlencoded::parse(raw.as_bytes()).map(|(n, v)| (n.into_owned(), v.into_owned())))
}

/// What somebody wrote as an organisation number, with the spaces that people write in it.
fn written(text: &str) -> Option<OrganisationNumber> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    digits.parse().ok()
}
