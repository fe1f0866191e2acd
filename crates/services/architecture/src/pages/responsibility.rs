//! Who answers for what.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_core::{FieldProblem, Problem as _};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Link},
};

use super::crumbs;
use crate::{Architecture, ArchitectureError, Duty, Responsibility, ResponsibilityId, Version};

#[derive(Template)]
#[template(path = "architecture/responsibilities.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    /// Each duty: its name, what it means, and who has it.
    duties: Vec<(String, String, Vec<Row>)>,
    earlier: Vec<Row>,
    choices: Vec<Choice>,
    governs: bool,
}

struct Row {
    id: String,
    duty: String,
    about: String,
    organisation: String,
    function: String,
    until: String,
    goes_on: bool,
}

/// `GET /arkitektur/ansvar`.
pub(super) async fn list(State(service): State<Architecture>, visit: Visit) -> Result<Response, Failure> {
    page(&service, &visit, Form::new(), StatusCode::OK).await
}

/// `POST /arkitektur/ansvar`.
pub(super) async fn give(State(service): State<Architecture>, visit: Visit, form: Form) -> Result<Response, Failure> {
    let text = |field| form.value(field).trim().to_owned();
    let outcome = match Duty::from_name(form.value("duty")) {
        Some(duty) => {
            let (about, organisation, function) = (text("about"), text("organisation"), text("function"));
            let given = Responsibility { duty, about, organisation, function, until: None };
            service.give_responsibility(&visit.actor, &given).await
        }
        None => Err(ArchitectureError::Invalid(vec![FieldProblem::new("duty", "architecture-error-duty")])),
    };
    match outcome {
        Ok(_) => Ok(visit.see("/arkitektur/ansvar")),
        Err(error @ ArchitectureError::Invalid(_)) => {
            service.check_governs(&visit.actor).await?;
            page(&service, &visit, form.with_problems(error.fields()), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /arkitektur/ansvar/{id}/slutt`.
pub(super) async fn end(
    State(service): State<Architecture>,
    visit: Visit,
    Id(id): Id<ResponsibilityId>,
) -> Result<Response, Failure> {
    service.end_responsibility(&visit.actor, id).await?;
    Ok(visit.see("/arkitektur/ansvar"))
}

async fn page(service: &Architecture, visit: &Visit, form: Form, status: StatusCode) -> Result<Response, Failure> {
    let all = service.responsibilities(&visit.actor).await?;
    let today = service.today();
    let row = |one: &Version<Responsibility>| Row {
        id: one.id.clone(),
        duty: visit.t_of("architecture-duty", one.content.duty.name()),
        about: if one.content.about.is_empty() {
            visit.t("architecture-whole-area")
        } else {
            one.content.about.clone()
        },
        organisation: one.content.organisation.clone(),
        function: one.content.function.clone(),
        until: one.content.until.map(|day| visit.date(day)).unwrap_or_default(),
        goes_on: one.content.until.is_none(),
    };
    let (now, earlier): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.content.holds_on(today));
    let duty = |duty: Duty| {
        let who = now.iter().filter(|one| one.content.duty == duty).map(|one| row(one)).collect();
        let means = visit.t_of("architecture-duty-means", duty.name());
        (visit.t_of("architecture-duty", duty.name()), means, who)
    };
    let page = Page {
        crumbs: crumbs(visit),
        duties: Duty::ALL.map(duty).into(),
        earlier: earlier.into_iter().map(row).collect(),
        choices: Duty::ALL.map(|one| Choice::new(one.name(), visit.t_of("architecture-duty", one.name()))).into(),
        governs: service.governs(&visit.actor),
        form,
        visit,
    };
    Ok(visit.page_with(status, page))
}
