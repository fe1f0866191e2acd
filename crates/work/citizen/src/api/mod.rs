//! The JSON routes: the same as the pages, about whoever is logged in.

use std::sync::Arc;

use axum::{Json, extract::State, http::Method};
use serde::{Deserialize, Serialize};
use utoipa::OpenApi;
use varde_core::{EntryId, ExtractId, PermitId};
use varde_ledger::{CompletenessProof, MembershipProof};
use varde_privacy::{Choice, Kind, Scope};
use varde_web::{Failure, Id, Routes, Sent, Visit};

use crate::{CitizenService, Entries, Project, Register, Setting, Use};

type Service = State<Arc<CitizenService>>;

#[derive(OpenApi)]
#[openapi(paths(registers, projects, project, choices, choose, log, entry_proof, complete, membership))]
struct Document;

/// The description of the JSON routes.
pub fn open_api() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

pub(crate) fn routes() -> Routes<Arc<CitizenService>> {
    let (get, proof) = (Method::GET, "citizen.proof.read");
    Routes::new()
        .api(get.clone(), "/api/me/registers", "citizen.register.read", registers)
        .api(get.clone(), "/api/me/projects", "citizen.project.read", projects)
        .api(get.clone(), "/api/me/projects/{permit}", "citizen.project.read", project)
        .api(get.clone(), "/api/me/choices", "citizen.choice.read", choices)
        .api(Method::POST, "/api/me/choices", "citizen.choice.make", choose)
        .api(get.clone(), "/api/me/log", "citizen.log.read", log)
        .api(get.clone(), "/api/me/proofs/complete", proof, complete)
        .api(get.clone(), "/api/me/proofs/entries/{entry}", proof, entry_proof)
        .api(get, "/api/me/proofs/extracts/{extract}", proof, membership)
}

/// Lists the registers that have rows about you.
#[utoipa::path(get, path = "/api/me/registers", tag = "me", responses((status = 200, description = "by name")))]
async fn registers(visit: Visit, State(service): Service) -> Result<Json<Vec<Register>>, Failure> {
    Ok(Json(service.registers(&visit.actor).await?))
}

/// Lists the projects you were in, or left out of and why.
#[utoipa::path(get, path = "/api/me/projects", tag = "me", responses((status = 200, description = "newest first")))]
async fn projects(visit: Visit, State(service): Service) -> Result<Json<Vec<Use>>, Failure> {
    Ok(Json(service.projects(&visit.actor).await?))
}

/// One project: the permit, what was in the extract, what left the room.
#[utoipa::path(get, path = "/api/me/projects/{permit}", tag = "me", params(("permit" = uuid::Uuid, Path)),
    responses((status = 200, description = "the project"), (status = 404, description = "none that concerns you")))]
async fn project(visit: Visit, State(service): Service, Id(permit): Id<PermitId>) -> Result<Json<Project>, Failure> {
    Ok(Json(service.project(&visit.actor, permit).await?))
}

/// What you can choose about, and how it stands.
#[utoipa::path(get, path = "/api/me/choices", tag = "me", responses((status = 200, description = "all secondary use first")))]
async fn choices(visit: Visit, State(service): Service) -> Result<Json<Vec<Setting>>, Failure> {
    Ok(Json(service.settings(&visit.actor).await?))
}

/// A choice: `{"kind": "reservation", "scope": "secondary_use", "active": true}`; the scope of one
/// source is `{"source": "noric"}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    kind: Kind,
    scope: Scope,
    active: bool,
}

/// What came of it.
#[derive(Debug, Serialize)]
struct Receipt {
    /// Whether anything changed.
    changed: bool,
    /// The entry on the log.
    entry: Option<EntryId>,
}

/// Chooses, from now on.
#[utoipa::path(post, path = "/api/me/choices", tag = "me",
    responses((status = 200, description = "the receipt"), (status = 422, description = "this cannot be chosen")))]
async fn choose(visit: Visit, State(service): Service, Sent(chosen): Sent<Chosen>) -> Result<Json<Receipt>, Failure> {
    let Chosen { kind, scope, active } = chosen;
    let entry = service.choose(&visit.actor, Choice { kind, scope, active }).await?;
    Ok(Json(Receipt { changed: entry.is_some(), entry }))
}

/// Every entry on the log that concerns you.
#[utoipa::path(get, path = "/api/me/log", tag = "me", responses((status = 200, description = "newest first")))]
async fn log(visit: Visit, State(service): Service) -> Result<Json<Entries>, Failure> {
    Ok(Json(service.entries(&visit.actor).await?))
}

/// A proof that an entry is on the log, as C2SP tlog-proof.
#[utoipa::path(get, path = "/api/me/proofs/entries/{entry}", tag = "me", params(("entry" = uuid::Uuid, Path)),
    responses((status = 200, description = "the proof, text"), (status = 404, description = "no entry about you"),
        (status = 503, description = "not in the tree yet")))]
async fn entry_proof(visit: Visit, State(service): Service, Id(entry): Id<EntryId>) -> Result<String, Failure> {
    Ok(service.entry_proof(&visit.actor, entry).await?.to_string())
}

/// The proof that the list of entries about you leaves nothing out.
#[utoipa::path(get, path = "/api/me/proofs/complete", tag = "me", responses((status = 200, description = "the proof")))]
async fn complete(visit: Visit, State(service): Service) -> Result<Json<CompletenessProof>, Failure> {
    Ok(Json(service.complete(&visit.actor).await?))
}

/// The proof that you were in an extract, or were left out and why.
#[utoipa::path(get, path = "/api/me/proofs/extracts/{extract}", tag = "me", params(("extract" = uuid::Uuid, Path)),
    responses((status = 200, description = "the proof"), (status = 404, description = "no such extract")))]
async fn membership(
    visit: Visit,
    State(service): Service,
    Id(extract): Id<ExtractId>,
) -> Result<Json<MembershipProof>, Failure> {
    Ok(Json(service.membership(&visit.actor, extract).await?.1))
}
