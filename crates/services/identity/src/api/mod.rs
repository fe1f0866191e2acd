//! JSON.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;
use varde_web::{Failure, Visit};

use crate::{Identity, IdentityError};

/// Who one is logged in as.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    /// The person.
    person: Uuid,
    /// The name shown in the header.
    name: String,
    /// `substantial` or `high`.
    #[schema(example = "high")]
    level: &'static str,
    /// The roles held in the organisation acted for.
    roles: Vec<&'static str>,
    /// The organisation acted for, if any.
    organisation: Option<Organisation>,
}

/// The organisation acted for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Organisation {
    /// Its id.
    id: Uuid,
    /// Its name.
    name: String,
}

/// Who one is logged in as.
#[utoipa::path(
    get,
    path = "/api/me",
    tag = "identity",
    responses((status = 200, body = Me), (status = 401, description = "Nobody is logged in"))
)]
pub(crate) async fn me(State(identity): State<Arc<Identity>>, visit: Visit) -> Result<Json<Me>, Failure> {
    let session = visit.session().ok_or(IdentityError::NotLoggedIn)?;
    identity.check(session, "identity.session.read").await?;
    let actor = session.actor();
    let level = match actor.level() {
        Some(varde_core::LoginLevel::High) => "high",
        _ => "substantial",
    };
    let display = session.display();
    let organisation = actor
        .organisation
        .map(|id| Organisation { id: id.uuid(), name: display.organisation.clone().unwrap_or_default() });
    Ok(Json(Me {
        person: session.person().uuid(),
        name: display.person.clone(),
        level,
        roles: actor.roles.iter().map(|r| r.name()).collect(),
        organisation,
    }))
}

#[derive(OpenApi)]
#[openapi(paths(me))]
struct Description;

/// The description of the context's API.
pub fn open_api() -> utoipa::openapi::OpenApi {
    Description::openapi()
}
