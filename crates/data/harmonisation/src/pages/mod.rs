//! The pages: the workbench, similar variables, forms, the desk.

mod bench;
mod concept;
mod desk;
mod import;
mod propose;
mod relation;
mod represented;
mod shown;
mod similar;

use axum::{extract::RawQuery, http::Method};
use jiff::civil::Date;
use varde_core::FieldProblem;
use varde_web::{Form, Routes, Visit, ui::Link};

use crate::{
    Harmonisation,
    service::{DECIDE, DESCRIBE, IMPORT, PROPOSALS, PROPOSE, READ, WITHDRAW},
};

/// The address of the workbench.
pub(crate) const HOME: &str = "/harmonisering";

/// A file of mappings, as a form sends it: some more than the longest.
const FORM: usize = crate::mappings::LONGEST + 100_000;

/// The routes of the pages.
pub(crate) fn routes() -> Routes<Harmonisation> {
    let (get, post) = (Method::GET, Method::POST);
    Routes::new()
        .page(get.clone(), HOME, READ, bench::show)
        .page(get.clone(), "/harmonisering/begreper/nytt", DESCRIBE, concept::new)
        .page(post.clone(), "/harmonisering/begreper/nytt", DESCRIBE, concept::add)
        .page(get.clone(), "/harmonisering/begreper/{id}", READ, concept::show)
        .page(get.clone(), "/harmonisering/begreper/{id}/endre", DESCRIBE, concept::edit)
        .page(post.clone(), "/harmonisering/begreper/{id}/endre", DESCRIBE, concept::change)
        .page(get.clone(), "/harmonisering/begreper/{id}/ny", DESCRIBE, represented::new)
        .page(post.clone(), "/harmonisering/begreper/{id}/ny", DESCRIBE, represented::add)
        .page(get.clone(), "/harmonisering/variabler/{id}", READ, represented::show)
        .page(get.clone(), "/harmonisering/variabler/{id}/endre", DESCRIBE, represented::edit)
        .page(post.clone(), "/harmonisering/variabler/{id}/endre", DESCRIBE, represented::change)
        .page(get.clone(), "/harmonisering/liknende/{*path}", READ, similar::show)
        .page(get.clone(), "/harmonisering/like", PROPOSALS, similar::likely)
        .page(get.clone(), "/harmonisering/forslag", PROPOSE, propose::show)
        .page(post.clone(), "/harmonisering/forslag", PROPOSE, propose::propose)
        .page(get.clone(), "/harmonisering/bord", PROPOSALS, desk::show)
        .page(get.clone(), "/harmonisering/relasjoner/{id}", READ, relation::show)
        .page(post.clone(), "/harmonisering/relasjoner/{id}/avgjor", DECIDE, relation::decide)
        .page(post.clone(), "/harmonisering/relasjoner/{id}/trekk", WITHDRAW, relation::withdraw)
        .page(get, "/harmonisering/import", IMPORT, import::show)
        .merge(Routes::new().page(post, "/harmonisering/import", IMPORT, import::take_in).body_limit(FORM))
}

/// The way back to the workbench.
fn crumbs(visit: &Visit) -> Vec<Link> {
    vec![Link::new(HOME, visit.t("harmonisation-title"))]
}

/// What the address asks for, as a form.
fn query(RawQuery(raw): RawQuery) -> Form {
    crate::api::query(raw)
}

/// The day that is asked for, none for now; and what is wrong with it.
fn day(form: &Form, today: Date) -> (Option<Date>, Option<FieldProblem>) {
    let Some(text) = form.given("dag") else { return (None, None) };
    match text.parse::<Date>() {
        Ok(day) if day <= today => (Some(day), None),
        _ => (None, Some(FieldProblem::new("dag", "harmonisation-error-day"))),
    }
}

/// The number of the version that somebody has seen.
fn seen(form: &Form) -> u32 {
    form.value("seen").parse().unwrap_or_default()
}

/// A text in three languages, from the fields `name`, `name_nn`, `name_en`.
fn localised(form: &Form, field: &str) -> varde_core::LocalisedText {
    let text = |field: &str| form.value(field).trim().to_owned();
    varde_core::LocalisedText::new(text(field), text(&format!("{field}_nn")), text(&format!("{field}_en")))
}

/// The fields for a text in three languages.
fn with_localised(form: Form, field: &str, text: &varde_core::LocalisedText) -> Form {
    form.with(field, &text.nb).with(&format!("{field}_nn"), &text.nn).with(&format!("{field}_en"), &text.en)
}
