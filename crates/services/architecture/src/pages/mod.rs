//! Pages below `/arkitektur`.

mod assess;
mod deviation;
mod overview;
mod responsibility;
mod shown;
mod standard;
mod system;
mod thing;

use axum::extract::RawQuery;
use http::Method;
use jiff::civil::Date;
use varde_core::FieldProblem;
use varde_web::{Form, Routes, Visit, ui::Link};

use crate::Architecture;

/// Where the pages begin.
const HOME: &str = "/arkitektur";

/// The context's routes.
pub fn routes(service: Architecture) -> Routes {
    const STATE: &str = "architecture.state.read";
    const THING: &str = "architecture.thing.read";
    const ASSESS: &str = "architecture.assessment.write";
    const ASK: &str = "architecture.deviation.ask";
    const SYSTEM: &str = "architecture.system.write";
    const STANDARD: &str = "architecture.standard.write";
    const RESPONSIBILITY: &str = "architecture.responsibility.write";
    let (get, post) = (Method::GET, Method::POST);
    Routes::new()
        .page(get.clone(), HOME, STATE, overview::show)
        .page(get.clone(), "/arkitektur/tilstand.csv", STATE, overview::file)
        .open_page(get.clone(), "/arkitektur/krav", "read principles and requirements", overview::requirements)
        .page(get.clone(), "/arkitektur/vurdert/{thing}", THING, thing::show)
        .page(get.clone(), "/arkitektur/vurdert/{thing}/{requirement}", THING, assess::show)
        .page(post.clone(), "/arkitektur/vurdert/{thing}/{requirement}", ASSESS, assess::save)
        .page(get.clone(), "/arkitektur/vurdert/{thing}/{requirement}/avvik", ASK, deviation::new)
        .page(post.clone(), "/arkitektur/vurdert/{thing}/{requirement}/avvik", ASK, deviation::ask)
        .page(get.clone(), "/arkitektur/avvik", STATE, deviation::list)
        .page(get.clone(), "/arkitektur/avvik/{id}", THING, deviation::show)
        .page(post.clone(), "/arkitektur/avvik/{id}", "architecture.deviation.decide", deviation::decide)
        .page(post.clone(), "/arkitektur/avvik/{id}/slutt", "architecture.deviation.end", deviation::end)
        .page(get.clone(), "/arkitektur/standarder", STATE, standard::list)
        .page(get.clone(), "/arkitektur/standarder/ny", STANDARD, standard::new)
        .page(post.clone(), "/arkitektur/standarder/ny", STANDARD, standard::add)
        .page(get.clone(), "/arkitektur/standarder/{id}", STATE, standard::show)
        .page(post.clone(), "/arkitektur/standarder/{id}", STANDARD, standard::change)
        .page(get.clone(), "/arkitektur/ansvar", STATE, responsibility::list)
        .page(post.clone(), "/arkitektur/ansvar", RESPONSIBILITY, responsibility::give)
        .page(post.clone(), "/arkitektur/ansvar/{id}/slutt", RESPONSIBILITY, responsibility::end)
        .page(get.clone(), "/arkitektur/systemer/nytt", SYSTEM, system::new)
        .page(post.clone(), "/arkitektur/systemer/nytt", SYSTEM, system::register)
        .page(get, "/arkitektur/systemer/{id}", SYSTEM, system::edit)
        .page(post, "/arkitektur/systemer/{id}", SYSTEM, system::change)
        .with_state(service)
}

/// The way back to the overview.
fn crumbs(visit: &Visit) -> Vec<Link> {
    vec![Link::new(HOME, visit.t("architecture-title"))]
}

/// What the address asks for, as a form.
fn query(RawQuery(raw): RawQuery) -> Form {
    let raw = raw.unwrap_or_default();
    Form::of(url::form_urlencoded::parse(raw.as_bytes()).map(|(n, v)| (n.into_owned(), v.into_owned())))
}

/// The day that is asked for, none for now; and what is wrong with it.
fn day(form: &Form, today: Date) -> (Option<Date>, Option<FieldProblem>) {
    let Some(text) = form.given("dag") else { return (None, None) };
    match text.parse::<Date>() {
        Ok(day) if day <= today => (Some(day), None),
        _ => (None, Some(FieldProblem::new("dag", "architecture-error-day"))),
    }
}

/// The number of the version that somebody has seen.
fn seen(form: &Form) -> u32 {
    form.value("seen").parse().unwrap_or_default()
}

/// A date that somebody wrote.
fn date(form: &Form, field: &str) -> Result<Date, FieldProblem> {
    form.value(field).parse().map_err(|_| FieldProblem::new(field, "architecture-error-date"))
}

/// The lines of a field that are not empty.
fn lines(form: &Form, field: &str) -> Vec<String> {
    form.value(field).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}
