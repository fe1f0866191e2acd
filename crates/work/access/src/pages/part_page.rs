//! The page of a part of the application's form: what it offers, saving it, and going on.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State as Service},
    http::StatusCode,
    response::Response,
};
use varde_core::{ApplicationId, FieldProblem};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Link, Tone},
};

use super::{
    content_form, count_words, edit,
    edit::Asked,
    part::Part,
    part_fields::{Fields, fields},
};
use crate::{AccessError, AccessService, service::File};

#[derive(Template)]
#[template(path = "part.html")]
struct PartPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    action: String,
    title: String,
    reference: String,
    revision: i64,
    progress: String,
    /// The other parts; the one that is shown has no address.
    parts: Vec<(String, Option<String>)>,
    /// Where one goes on without saving, on a page with nothing to save.
    next: String,
    form: Form,
    news: News,
    fields: Fields,
}

/// What the page says of what was done.
#[derive(Default)]
struct News {
    saved: bool,
    count: Vec<String>,
}

/// `GET /soknader/{id}/rediger/{part}`
pub(super) async fn show(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id((id, slug)): Id<(ApplicationId, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    let part = Part::from_slug(&slug).ok_or_else(Failure::not_found)?;
    shown_part(&service, &visit, &file, part, &asked).await
}

/// `GET /soknader/{id}/rediger/opplysninger/{place}`
pub(super) async fn show_variable(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id((id, place)): Id<(ApplicationId, usize)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    shown_part(&service, &visit, &file, Part::Variable(place), &asked).await
}

async fn shown_part(
    service: &AccessService,
    visit: &Visit,
    file: &File,
    part: Part,
    asked: &Asked,
) -> Result<Response, Failure> {
    let application = &file.application;
    if !part.is_in(&application.content) {
        return Err(Failure::not_found());
    }
    if !application.state.can_edit() {
        return Ok(visit.see(&format!("/soknader/{}", application.id)));
    }
    let mut form = content_form::to_form(&application.content);
    if asked.lacks() {
        let lacks = service.lacks(&visit.actor, application).await?;
        form = form.with_problems(lacks.into_iter().filter(|lack| Part::of(&lack.field) == Some(part)));
    }
    let news = News { saved: asked.saved(), count: Vec::new() };
    page(service, visit, file, part, form, news, StatusCode::OK).await
}

/// `POST /soknader/{id}/rediger/{part}`
pub(super) async fn save(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id((id, slug)): Id<(ApplicationId, String)>,
    form: Form,
) -> Result<Response, Failure> {
    let part = Part::from_slug(&slug).ok_or_else(Failure::not_found)?;
    save_part(&service, &visit, id, part, form).await
}

/// `POST /soknader/{id}/rediger/opplysninger/{place}`
pub(super) async fn save_variable(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id((id, place)): Id<(ApplicationId, usize)>,
    form: Form,
) -> Result<Response, Failure> {
    save_part(&service, &visit, id, Part::Variable(place), form).await
}

async fn save_part(
    service: &AccessService,
    visit: &Visit,
    id: ApplicationId,
    part: Part,
    form: Form,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    if !part.is_in(&file.application.content) {
        return Err(Failure::not_found());
    }
    let form = match (part, form.value("then")) {
        (Part::Variable(place), "remove") => form.with(&format!("remove_{place}"), "yes"),
        _ => form,
    };
    let revision = form.value("revision").parse().unwrap_or(0);
    let saved = match part.read(&form, &file.application.content) {
        Ok(content) => service.save(&visit.actor, id, revision, &content).await.map(|()| content),
        Err(problems) => Err(AccessError::Invalid(problems)),
    };
    let content = match saved {
        Ok(content) => content,
        Err(error) => {
            let problems = match error {
                AccessError::Invalid(problems) => problems,
                AccessError::Changed => vec![FieldProblem::new("", "access-error-changed")],
                other => return Err(other.into()),
            };
            let form = form.with_problems(part.beside(problems));
            return page(service, visit, &file, part, form, News::default(), StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let onward = match form.value("then") {
        "count" => return counted(service, visit, id, part).await,
        "next" => part.after(content.need.variables.len()),
        _ => part.above(),
    };
    let onward = onward.map_or_else(|| format!("/soknader/{id}/rediger"), |part| part.path(id));
    Ok(visit.see(&format!("{onward}?lagret=ja")))
}

/// The part as it was saved just now, with about how many people the application would concern.
async fn counted(service: &AccessService, visit: &Visit, id: ApplicationId, part: Part) -> Result<Response, Failure> {
    let count = service.count(&visit.actor, id).await?;
    let count = count_words::tried(service, visit, count).await;
    let file = service.file(&visit.actor, id).await?;
    let form = content_form::to_form(&file.application.content);
    page(service, visit, &file, part, form, News { saved: true, count }, StatusCode::OK).await
}

async fn page(
    service: &AccessService,
    visit: &Visit,
    file: &File,
    part: Part,
    form: Form,
    news: News,
    status: StatusCode,
) -> Result<Response, Failure> {
    let application = &file.application;
    let (id, variables) = (application.id, application.content.need.variables.len());
    let (fields, name) = fields(service, visit, file, part, &form).await?;
    let mut crumbs = edit::crumbs(visit, application);
    crumbs.push(Link::new(format!("/soknader/{id}/rediger"), visit.t("access-edit")));
    crumbs.extend(part.above().map(|list| Link::new(list.path(id), visit.t_of("access-part", list.name()))));
    let named = |one: &Part| (visit.t_of("access-part", one.name()), (*one != part).then(|| one.path(id)));
    let page = PartPage {
        visit,
        crumbs,
        action: part.path(id),
        title: name.unwrap_or_else(|| visit.t_of("access-part", part.name())),
        reference: application.reference.clone(),
        revision: form.value("revision").parse().unwrap_or(application.revision),
        progress: progress(visit, part, variables),
        parts: Part::ALL.iter().map(named).collect(),
        next: part.after(variables).map_or_else(|| format!("/soknader/{id}/rediger"), |next| next.path(id)),
        form,
        news,
        fields,
    };
    Ok(visit.page_with(status, page))
}

/// "Part 4 of 6", and which of the variables.
fn progress(visit: &Visit, part: Part, variables: usize) -> String {
    let of =
        |key: &str, place: usize, all: usize| visit.t_with(key, &[("place", (place + 1).into()), ("all", all.into())]);
    let words = of("access-part-of", part.place(), Part::ALL.len());
    match part {
        Part::Variable(place) => format!("{words}, {}", of("access-variable-of", place, variables)),
        _ => words,
    }
}
