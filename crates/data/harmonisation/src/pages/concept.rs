//! Concepts: shown, described, changed.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use varde_core::Problem as _;
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Event, Link},
};

use super::{
    HOME, crumbs, day, localised, query, seen,
    shown::{self, Words},
    with_localised,
};
use crate::{
    Harmonisation, HarmonisationError,
    concept::{Concept, ConceptId},
    service::DESCRIBE,
};

#[derive(Template)]
#[template(path = "harmonisation/concept.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    as_at: Option<String>,
    path: String,
    name: Words,
    definition: Words,
    same_as: String,
    represented: Vec<RepresentedRow>,
    events: Vec<Event>,
    describes: bool,
}

struct RepresentedRow {
    href: String,
    name: Words,
    kind: String,
    codes: usize,
    holds: usize,
}

/// `GET /harmonisering/begreper/{id}?dag=…`.
pub(super) async fn show(
    State(service): State<Harmonisation>,
    visit: Visit,
    Id(id): Id<ConceptId>,
    raw: RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let (day, wrong) = day(&form, service.today());
    let view = service.concept(&visit.actor, id, day).await?;
    let status = if wrong.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let represented = view.represented.iter().map(|(one, holds)| RepresentedRow {
        href: format!("{HOME}/variabler/{}", one.id),
        name: Words::of(&visit, &one.content.name),
        kind: visit.t_of("harmonisation-type", one.content.data_type.name()),
        codes: one.content.codes.len(),
        holds: *holds,
    });
    let content = &view.concept.content;
    let page = Page {
        crumbs: crumbs(&visit),
        as_at: day.map(|day| visit.date(day)),
        path: format!("{HOME}/begreper/{id}"),
        name: Words::of(&visit, &content.name),
        definition: Words::of(&visit, &content.definition),
        same_as: content.same_as.clone(),
        represented: represented.collect(),
        events: shown::versions(&visit, &view.history, |one| &one.name),
        describes: day.is_none() && service.may(&visit.actor, DESCRIBE),
        form: form.with_problems(wrong),
        visit: &visit,
    };
    Ok(visit.page_with(status, page))
}

#[derive(Template)]
#[template(path = "harmonisation/concept_form.html")]
struct FormPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    title: String,
    back: String,
}

fn form_page(visit: &Visit, form: Form, id: Option<ConceptId>) -> Response {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = visit.t(if id.is_some() { "harmonisation-concept-change" } else { "harmonisation-concept-new" });
    let back = id.map_or_else(|| HOME.to_owned(), |id| format!("{HOME}/begreper/{id}"));
    visit.page_with(status, FormPage { visit, crumbs: crumbs(visit), form, title, back })
}

/// `GET /harmonisering/begreper/nytt`.
pub(super) async fn new(State(service): State<Harmonisation>, visit: Visit) -> Result<Response, Failure> {
    service.check_bench(&visit.actor, DESCRIBE).await?;
    Ok(form_page(&visit, Form::new(), None))
}

/// `POST /harmonisering/begreper/nytt`.
pub(super) async fn add(State(service): State<Harmonisation>, visit: Visit, form: Form) -> Result<Response, Failure> {
    describe(&service, &visit, form, None).await
}

/// `GET /harmonisering/begreper/{id}/endre`.
pub(super) async fn edit(
    State(service): State<Harmonisation>,
    visit: Visit,
    Id(id): Id<ConceptId>,
) -> Result<Response, Failure> {
    service.check_bench(&visit.actor, DESCRIBE).await?;
    let view = service.concept(&visit.actor, id, None).await?;
    let content = &view.concept.content;
    let form = with_localised(Form::new(), "name", &content.name);
    let form = with_localised(form, "definition", &content.definition).with("same_as", &content.same_as);
    Ok(form_page(&visit, form.with("seen", view.concept.number.to_string()), Some(id)))
}

/// `POST /harmonisering/begreper/{id}/endre`.
pub(super) async fn change(
    State(service): State<Harmonisation>,
    visit: Visit,
    Id(id): Id<ConceptId>,
    form: Form,
) -> Result<Response, Failure> {
    describe(&service, &visit, form, Some(id)).await
}

async fn describe(
    service: &Harmonisation,
    visit: &Visit,
    form: Form,
    id: Option<ConceptId>,
) -> Result<Response, Failure> {
    let concept = Concept {
        name: localised(&form, "name"),
        definition: localised(&form, "definition"),
        same_as: form.value("same_as").trim().to_owned(),
    };
    match service.describe_concept(&visit.actor, id.map(|id| (id, seen(&form))), &concept).await {
        Ok(id) => Ok(visit.see(&format!("{HOME}/begreper/{id}"))),
        Err(error @ HarmonisationError::Invalid(_)) => Ok(form_page(visit, form.with_problems(error.fields()), id)),
        Err(error) => Err(error.into()),
    }
}
