//! The applicant's pages.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State as Service},
    http::StatusCode,
    response::Response,
};
use varde_core::ApplicationId;
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Event, Link, Step, Tone},
};

use super::{shown, updates_form};
use crate::{
    AccessError, AccessService,
    model::{Application, Question},
    service::{File, Seed},
};

#[derive(Template)]
#[template(path = "applications.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    rows: Vec<shown::Row>,
    lists: Vec<Choice>,
    form: Form,
}

/// Shown to whoever acts for nobody: applications are an organisation's.
#[derive(Template)]
#[template(path = "nobody.html")]
struct NobodyPage<'a> {
    visit: &'a Visit,
}

/// `GET /soknader`
pub(super) async fn list(Service(service): Service<Arc<AccessService>>, visit: Visit) -> Result<Response, Failure> {
    list_page(&service, &visit, Form::new(), StatusCode::OK).await
}

/// What `GET /soknader/ny` is asked with.
#[derive(serde::Deserialize)]
pub(super) struct New {
    liste: Option<uuid::Uuid>,
}

/// `GET /soknader/ny?liste=…`: the list page with that list chosen.
pub(super) async fn new(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Query(new): Query<New>,
) -> Result<Response, Failure> {
    let form = new.liste.map_or_else(Form::new, |list| Form::new().with("list", list.to_string()));
    list_page(&service, &visit, form, StatusCode::OK).await
}

async fn list_page(
    service: &AccessService,
    visit: &Visit,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    if visit.logged_in() && visit.actor.organisation.is_none() {
        return Ok(visit.page(NobodyPage { visit }));
    }
    let mine = service.mine(&visit.actor).await?;
    let lists = service.ports().variables.lists(&visit.actor).await?;
    let lists = lists
        .into_iter()
        .map(|(id, name, count)| {
            let hint = visit.t_with("access-list-variables", &[("count", (count as i64).into())]);
            Choice::new(id.to_string(), name).hint(hint)
        })
        .collect();
    let rows = shown::rows(service, visit, "/soknader", mine).await;
    Ok(visit.page_with(status, ListPage { visit, rows, lists, form }))
}

/// `POST /soknader`: begins an application from a list of variables.
pub(super) async fn begin(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    form: Form,
) -> Result<Response, Failure> {
    let Ok(list) = form.value("list").parse::<uuid::Uuid>() else {
        let form = form.with_problems([varde_core::FieldProblem::new("list", "access-error-choose-list")]);
        return list_page(&service, &visit, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let (name, variables) = service.ports().variables.list(&visit.actor, list).await?;
    let seed = Seed { origin: format!("list:{list}"), title: name, variables };
    let id = service.begin(&visit.actor, seed).await?;
    Ok(visit.see(&format!("/soknader/{id}/rediger")))
}

#[derive(Template)]
#[template(path = "application.html")]
struct ShowPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    application: Application,
    state: String,
    tone: Tone,
    steps: Vec<Step>,
    events: Vec<Event>,
    cohort: Vec<String>,
    period: String,
    updates: Option<String>,
    variables: Vec<shown::VariableRow>,
    persons: Vec<String>,
    questions: Vec<Question>,
    decided: bool,
    outcome: Option<shown::OutcomeShown>,
    news: Vec<(String, String)>,
    /// Whether whoever looks wrote it, and so may answer and take it back.
    own: bool,
    form: Form,
}

impl ShowPage<'_> {
    fn field_name(&self, field: &str) -> String {
        self.visit.t_of("access-field", field)
    }
}

/// `GET /soknader/{id}`
pub(super) async fn show(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
) -> Result<Response, Failure> {
    show_page(&service, &visit, id, Form::new(), StatusCode::OK).await
}

async fn show_page(
    service: &AccessService,
    visit: &Visit,
    id: ApplicationId,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    let ports = service.ports();
    let names = shown::names(ports, visit, &file).await;
    let events = shown::timeline(visit, &file, &names);
    let variables = shown::variables(ports, visit, &file.application).await;
    let persons = shown::by_name(&file.application.content.persons, &names);
    let outcome = shown::outcome(ports, visit, &file, shown::Reader::Applicant).await;
    let news = shown::news(visit, &file);
    let File { application, questions, decision, .. } = file;
    let page = ShowPage {
        visit,
        outcome,
        news,
        own: visit.actor.person() == Some(application.applicant),
        crumbs: vec![Link::new("/soknader", visit.t("access-applications"))],
        state: visit.t_of("access-state", application.state.name()),
        tone: shown::tone(application.state),
        steps: shown::steps(visit, application.state),
        events,
        cohort: shown::cohort(ports, visit, &application.content.need).await,
        period: period(visit, &application),
        updates: updates_form::words(visit, application.content.need.handover.updates),
        variables,
        persons,
        questions,
        decided: decision.is_some(),
        form,
        application,
    };
    Ok(visit.page_with(status, page))
}

/// The period of an application in words.
pub(super) fn period(visit: &Visit, application: &Application) -> String {
    let period = application.content.need.period;
    let until = period.until.map(|d| visit.date(d)).unwrap_or_default();
    format!("{} – {until}", visit.date(period.from))
}

/// `POST /soknader/{id}/trekk`
pub(super) async fn withdraw(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
) -> Result<Response, Failure> {
    service.withdraw(&visit.actor, id).await?;
    Ok(visit.see(&format!("/soknader/{id}")))
}

/// `POST /soknader/{id}/kopier`: a new draft with the same content.
pub(super) async fn copy(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
) -> Result<Response, Failure> {
    let copy = service.copy(&visit.actor, id).await?;
    Ok(visit.see(&format!("/soknader/{copy}/rediger")))
}

/// `POST /soknader/{id}/svar/{number}`
pub(super) async fn answer(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id((id, number)): Id<(ApplicationId, i32)>,
    form: Form,
) -> Result<Response, Failure> {
    let field = format!("answer-{number}");
    match service.answer(&visit.actor, id, number, form.value(&field)).await {
        Ok(()) => Ok(visit.see(&format!("/soknader/{id}"))),
        Err(AccessError::Invalid(_)) => {
            let problems = [varde_core::FieldProblem::new(field, "access-error-answer-empty")];
            show_page(&service, &visit, id, form.with_problems(problems), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(other) => Err(other.into()),
    }
}
