//! Where one begins: the organisations one acts for, and what each has.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use varde_core::identifier::OrganisationNumber;
use varde_web::{Failure, Id, Visit, ui::Tone};

use super::{START, shown};
use crate::{SelfService, State as ClientState, ports::Organisation};

#[derive(Template)]
#[template(path = "self_service_sides.html")]
struct SidesPage<'a> {
    visit: &'a Visit,
    sides: Vec<Organisation>,
}

#[derive(Template)]
#[template(path = "self_service_organisation.html")]
struct OrganisationPage<'a> {
    visit: &'a Visit,
    organisation: Organisation,
    systems: Vec<SystemRow>,
    clients: Vec<ClientRow>,
}

struct SystemRow {
    id: String,
    name: String,
    tenancy: String,
    state: (String, Tone),
}

struct ClientRow {
    id: String,
    name: String,
    state: (String, Tone),
    waits: bool,
}

/// `GET /klienter`: straight to the organisation when there is only one.
pub(super) async fn sides(State(service): State<Arc<SelfService>>, visit: Visit) -> Result<Response, Failure> {
    let sides = service.sides(&visit.actor).await?;
    match sides.as_slice() {
        [only] => Ok(visit.see(&shown::organisation_path(only.number))),
        _ => Ok(visit.page(SidesPage { visit: &visit, sides })),
    }
}

/// `GET /klienter/virksomhet/{number}`.
pub(super) async fn organisation(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(number): Id<OrganisationNumber>,
) -> Result<Response, Failure> {
    let (organisation, systems, clients) = service.of_organisation(&visit.actor, number).await?;
    let now = visit.clock().now();
    let systems = systems.into_iter().map(|system| SystemRow {
        id: system.id.to_string(),
        tenancy: visit.t_of("self_service-tenancy", system.product.tenancy.name()),
        state: match system.ended_at {
            None => (visit.t("self_service-system-open"), Tone::Success),
            Some(_) => (visit.t("self_service-system-ended"), Tone::Neutral),
        },
        name: system.product.name,
    });
    let clients = clients.into_iter().map(|(client, system)| ClientRow {
        id: client.id.to_string(),
        name: system.product.name,
        state: shown::state(&visit, client.state),
        waits: client.state != ClientState::Refused && client.to_confirm(now).is_ok(),
    });
    let (systems, clients) = (systems.collect(), clients.collect());
    Ok(visit.page(OrganisationPage { visit: &visit, organisation, systems, clients }))
}

impl OrganisationPage<'_> {
    fn start(&self) -> &'static str {
        START
    }
}
