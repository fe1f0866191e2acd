//! Registering a system, and changing what is registered of it.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_core::Problem as _;
use varde_web::{Failure, Form, Id, Visit, ui::Link};

use super::{HOME, crumbs, seen, shown};
use crate::{Architecture, ArchitectureError, System, SystemId, ThingId};

#[derive(Template)]
#[template(path = "architecture/system.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    title: String,
    back: String,
    /// The number of the version that is shown; 0 for a new one.
    seen: u32,
}

fn page(visit: &Visit, form: Form, system: Option<(SystemId, u32)>, status: StatusCode) -> Response {
    let (title, back) = match system {
        Some((id, _)) => ("architecture-system-edit", shown::thing_path(&ThingId::System(id))),
        None => ("architecture-system-new", HOME.to_owned()),
    };
    let seen = system.map_or(0, |(_, seen)| seen);
    visit.page_with(status, Page { visit, crumbs: crumbs(visit), form, title: visit.t(title), back, seen })
}

/// `GET /arkitektur/systemer/nytt`.
pub(super) async fn new(State(service): State<Architecture>, visit: Visit) -> Result<Response, Failure> {
    service.check_registers(&visit.actor).await?;
    Ok(page(&visit, Form::new().with("public", "yes"), None, StatusCode::OK))
}

/// `POST /arkitektur/systemer/nytt`.
pub(super) async fn register(
    State(service): State<Architecture>,
    visit: Visit,
    form: Form,
) -> Result<Response, Failure> {
    let owner = service.check_registers(&visit.actor).await?;
    match service.register_system(&visit.actor, written(&form, owner)).await {
        Ok(id) => Ok(visit.see(&shown::thing_path(&ThingId::System(id)))),
        Err(error @ ArchitectureError::Invalid(_)) => {
            Ok(page(&visit, form.with_problems(error.fields()), None, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error.into()),
    }
}

fn written(form: &Form, owner: varde_core::OrganisationId) -> System {
    let text = |field| form.value(field).trim().to_owned();
    let (public, ended) = (form.has("public", "yes"), form.has("ended", "yes"));
    System { name: text("name"), about: text("about"), owner, public, ended }
}

/// `GET /arkitektur/systemer/{id}`.
pub(super) async fn edit(
    State(service): State<Architecture>,
    visit: Visit,
    Id(id): Id<SystemId>,
) -> Result<Response, Failure> {
    let found = service.system(&visit.actor, id).await?;
    service.check_changes(&visit.actor, id, found.content.owner).await?;
    let mut form = Form::new().with("name", &found.content.name).with("about", &found.content.about);
    for (field, set) in [("public", found.content.public), ("ended", found.content.ended)] {
        form = if set { form.with(field, "yes") } else { form };
    }
    Ok(page(&visit, form, Some((id, found.number)), StatusCode::OK))
}

/// `POST /arkitektur/systemer/{id}`.
pub(super) async fn change(
    State(service): State<Architecture>,
    visit: Visit,
    Id(id): Id<SystemId>,
    form: Form,
) -> Result<Response, Failure> {
    let found = service.system(&visit.actor, id).await?;
    let system = written(&form, found.content.owner);
    let ended = system.ended;
    match service.change_system(&visit.actor, id, seen(&form), system).await {
        Ok(()) if ended => Ok(visit.see(HOME)),
        Ok(()) => Ok(visit.see(&shown::thing_path(&ThingId::System(id)))),
        Err(error @ ArchitectureError::Invalid(_)) => {
            let shown = Some((id, seen(&form)));
            Ok(page(&visit, form.with_problems(error.fields()), shown, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error.into()),
    }
}
