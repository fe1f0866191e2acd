//! The application's form at a glance: its parts, how each stands, what is lacking, and sending it.

use std::{collections::BTreeSet, sync::Arc};

use askama::Template;
use axum::{
    extract::{Query, State as Service},
    http::StatusCode,
    response::Response,
};
use varde_core::{ApplicationId, FieldProblem};
use varde_permit::Design;
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Link, Tone},
};

use super::{application, count_words, design_words, part::Part, shown, updates_form};
use crate::{
    AccessError, AccessService,
    model::{Application, mentioned},
    service::{DescribedVariable, File},
};

/// What a page of the form is asked with.
#[derive(serde::Deserialize)]
pub(super) struct Asked {
    lagret: Option<String>,
    mangler: Option<String>,
}

impl Asked {
    /// Whether something was saved just now.
    pub(super) fn saved(&self) -> bool {
        self.lagret.as_deref() == Some("ja")
    }

    /// Whether what is lacking is told beside its field.
    pub(super) fn lacks(&self) -> bool {
        self.mangler.as_deref() == Some("ja")
    }
}

/// A part of the form: how it stands, what it says, and what is lacking.
struct PartRow {
    link: Link,
    state: String,
    tone: Tone,
    lines: Vec<String>,
    lacks: Vec<Link>,
}

#[derive(Template)]
#[template(path = "edit.html")]
struct EditPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    id: ApplicationId,
    reference: String,
    revision: i64,
    news: News,
    /// Everything that keeps it from being sent, when that was tried.
    refused: Vec<Link>,
    parts: Vec<PartRow>,
    progress: String,
    /// The first part that lacks something.
    next: Option<Link>,
}

/// What the page says of what was done.
#[derive(Default)]
struct News {
    saved: bool,
    count: Vec<String>,
    /// It was to be sent and is not complete.
    refused: bool,
    /// It was to be sent as it was before somebody saved it again.
    changed: bool,
}

/// `GET /soknader/{id}/rediger`
pub(super) async fn show(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    if !file.application.state.can_edit() {
        return Ok(visit.see(&format!("/soknader/{id}")));
    }
    let news = News { saved: asked.saved(), ..News::default() };
    page(&service, &visit, &file, news, StatusCode::OK).await
}

/// `POST /soknader/{id}/rediger`: estimates or sends, as the button says.
pub(super) async fn act(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
    form: Form,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    if !file.application.state.can_edit() {
        return Ok(visit.see(&format!("/soknader/{id}")));
    }
    if form.value("then") == "count" {
        let count = service.count(&visit.actor, id).await?;
        let count = count_words::tried(&service, &visit, count).await;
        return page(&service, &visit, &file, News { count, ..News::default() }, StatusCode::OK).await;
    }
    // What is sent is what was shown.
    if form.value("revision") != file.application.revision.to_string() {
        let news = News { changed: true, ..News::default() };
        return page(&service, &visit, &file, news, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    match service.submit(&visit.actor, id).await {
        Ok(()) => Ok(visit.see(&format!("/soknader/{id}"))),
        Err(AccessError::Incomplete(_) | AccessError::Invalid(_)) => {
            let news = News { refused: true, ..News::default() };
            page(&service, &visit, &file, news, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn page(
    service: &AccessService,
    visit: &Visit,
    file: &File,
    news: News,
    status: StatusCode,
) -> Result<Response, Failure> {
    let application = &file.application;
    let known = service.ports().variables.describe(&mentioned(&application.content.need)).await?;
    let names = shown::names(service.ports(), visit, file).await;
    let names = shown::by_name(&application.content.persons, &names);
    let lacks = service.lacks(&visit.actor, application).await?;
    let parts = Part::ALL
        .map(|part| part_row(visit, application, part, &lacks, lines(visit, application, part, &known, &names)));
    let parts = Vec::from(parts);
    let done = parts.iter().filter(|part| part.lacks.is_empty()).count();
    let counts = [("done", done.into()), ("all", parts.len().into())];
    let next = parts.iter().find(|part| !part.lacks.is_empty()).map(|part| {
        let text = visit.t_with("access-continue-part", &[("part", part.link.text.as_str().into())]);
        Link::new(part.link.href.clone(), text)
    });
    let page = EditPage {
        visit,
        crumbs: crumbs(visit, application),
        id: application.id,
        reference: application.reference.clone(),
        revision: application.revision,
        refused: if news.refused { refused(visit, application, &lacks, &known) } else { Vec::new() },
        news,
        progress: visit.t_with("access-progress", &counts),
        parts,
        next,
    };
    Ok(visit.page_with(status, page))
}

/// The way to the form: the applications, and this one.
pub(super) fn crumbs(visit: &Visit, application: &Application) -> Vec<Link> {
    vec![
        Link::new("/soknader", visit.t("access-applications")),
        Link::new(format!("/soknader/{}", application.id), application.reference.clone()),
    ]
}

fn part_row(
    visit: &Visit,
    application: &Application,
    part: Part,
    lacks: &[FieldProblem],
    lines: Vec<String>,
) -> PartRow {
    let id = application.id;
    let of_part = |problem: &&FieldProblem| Part::of(&problem.field).is_some_and(|one| one.place() == part.place());
    let mut lacking = Vec::new();
    let mut variables: Vec<Part> = Vec::new();
    for problem in lacks.iter().filter(of_part) {
        match Part::of(&problem.field) {
            Some(one @ Part::Variable(_)) if !variables.contains(&one) => variables.push(one),
            Some(Part::Variable(_)) => {}
            _ => lacking.push(Link::new(mended_at(id, problem), visit.t(&problem.message))),
        }
    }
    if !variables.is_empty() {
        let text = visit.t_with("access-variables-lack", &[("count", variables.len().into())]);
        lacking.push(Link::new(part.path(id), text));
    }
    let design = &application.content.need.design;
    let unused = match part {
        Part::Study => design.index.is_none(),
        Part::Family => design.controls.is_none() && design.relatives.is_empty(),
        _ => false,
    };
    let (state, tone) = match (lacking.is_empty(), unused) {
        (false, _) => ("lacking", Tone::Warning),
        (true, true) => ("optional", Tone::Neutral),
        (true, false) => ("done", Tone::Success),
    };
    PartRow {
        link: Link::new(part.path(id), visit.t_of("access-part", part.name())),
        state: visit.t_of("access-part-state", state),
        tone,
        lines,
        lacks: lacking,
    }
}

/// Where what is lacking is mended: its field, with what is wrong beside it.
fn mended_at(id: ApplicationId, problem: &FieldProblem) -> String {
    let part = Part::of(&problem.field).unwrap_or(Part::Project);
    format!("{}?mangler=ja#f-{}", part.path(id), problem.field)
}

/// Everything that keeps it from being sent, in the order of the form.
fn refused(visit: &Visit, application: &Application, lacks: &[FieldProblem], known: &[DescribedVariable]) -> Vec<Link> {
    let needed = &application.content.need.variables;
    let text = |problem: &FieldProblem| match Part::of(&problem.field) {
        Some(Part::Variable(place)) if place < needed.len() => {
            let path = &needed[place].variable;
            let found = known.iter().find(|one| one.path == *path);
            let name = found.map_or_else(|| path.to_string(), |one| visit.local(&one.name).to_owned());
            format!("{name}: {}", visit.t(&problem.message))
        }
        _ => visit.t(&problem.message),
    };
    let mut ordered: Vec<&FieldProblem> = lacks.iter().collect();
    ordered.sort_by_key(|problem| Part::of(&problem.field).map(Part::place));
    ordered.into_iter().map(|problem| Link::new(mended_at(application.id, problem), text(problem))).collect()
}

/// What a part says, in short.
fn lines(
    visit: &Visit,
    application: &Application,
    part: Part,
    known: &[DescribedVariable],
    names: &[String],
) -> Vec<String> {
    let content = &application.content;
    let need = &content.need;
    match part {
        Part::Project => vec![content.title.clone(), visit.t_of("access-purpose", content.purpose.name())],
        Part::Cohort => {
            let mut words = shown::cohort_words(visit, &need.cohort, known);
            words.push(application::period(visit, application));
            words
        }
        Part::Study => {
            let index = Design { controls: None, relatives: BTreeSet::new(), ..need.design.clone() };
            design_words::design(visit, &index, known)
        }
        Part::Family => {
            design_words::design(visit, &Design { index: None, index_as: None, ..need.design.clone() }, known)
        }
        Part::Variables | Part::Variable(_) => {
            vec![visit.t_with("access-list-variables", &[("count", need.variables.len().into())])]
        }
        Part::Files => {
            let formats = need.handover.formats.iter().map(|format| visit.t_of("access-format", format.name()));
            let formats = formats.collect::<Vec<_>>().join(", ");
            let updates = updates_form::words(visit, need.handover.updates);
            [formats, need.handover.language.own_name().to_owned()].into_iter().chain(updates).collect()
        }
        Part::Persons => {
            vec![names.join(", "), visit.t_with("access-months-words", &[("count", content.months.into())])]
        }
    }
}
