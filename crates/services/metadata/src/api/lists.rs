//! One's own lists of variables.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use varde_core::CataloguePath;
use varde_web::{Failure, Id, Sent, Visit};

use crate::{
    ListId, ListSummary, VariableList,
    pages::{Service, path},
};

/// A list's name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    name: String,
}

/// A variable to add.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    path: CataloguePath,
}

/// A new list.
#[derive(Debug, Serialize)]
pub(super) struct Created {
    id: ListId,
}

/// Lists one's lists.
#[utoipa::path(get, path = "/api/lists", tag = "lists", responses((status = 200, description = "newest change first")))]
pub(super) async fn all(visit: Visit, State(service): State<Service>) -> Result<Json<Vec<ListSummary>>, Failure> {
    Ok(Json(service.lists(&visit.actor).await?))
}

/// Makes an empty list. Body: `{"name": "…"}`.
#[utoipa::path(post, path = "/api/lists", tag = "lists",
    responses((status = 201, description = "its id"), (status = 422, description = "the name is empty or too long")))]
pub(super) async fn create(
    visit: Visit,
    State(service): State<Service>,
    Sent(body): Sent<Named>,
) -> Result<(StatusCode, Json<Created>), Failure> {
    let id = service.create_list(&visit.actor, &body.name).await?;
    Ok((StatusCode::CREATED, Json(Created { id })))
}

/// Shows a list with its variables.
#[utoipa::path(get, path = "/api/lists/{id}", tag = "lists", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "the list"), (status = 404, description = "no such list of yours")))]
pub(super) async fn show(
    visit: Visit,
    State(service): State<Service>,
    Id(id): Id<ListId>,
) -> Result<Json<VariableList>, Failure> {
    Ok(Json(service.list(&visit.actor, id).await?))
}

/// Gives a list another name. Body: `{"name": "…"}`.
#[utoipa::path(put, path = "/api/lists/{id}/name", tag = "lists", params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "renamed"), (status = 422, description = "the name is empty or too long")))]
pub(super) async fn rename(
    visit: Visit,
    State(service): State<Service>,
    Id(id): Id<ListId>,
    Sent(body): Sent<Named>,
) -> Result<StatusCode, Failure> {
    service.rename_list(&visit.actor, id, &body.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes a list.
#[utoipa::path(delete, path = "/api/lists/{id}", tag = "lists", params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "deleted"), (status = 404, description = "no such list of yours")))]
pub(super) async fn delete(
    visit: Visit,
    State(service): State<Service>,
    Id(id): Id<ListId>,
) -> Result<StatusCode, Failure> {
    service.delete_list(&visit.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds a variable. Body: `{"path": "npr/contact/sex"}`.
#[utoipa::path(post, path = "/api/lists/{id}/variables", tag = "lists", params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "it is in the list"),
        (status = 409, description = "it identifies people directly, or the list is full")))]
pub(super) async fn add(
    visit: Visit,
    State(service): State<Service>,
    Id(id): Id<ListId>,
    Sent(body): Sent<Wanted>,
) -> Result<StatusCode, Failure> {
    service.add_to_list(&visit.actor, id, &body.path).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a variable out.
#[utoipa::path(delete, path = "/api/lists/{id}/variables/{path}", tag = "lists",
    params(("id" = uuid::Uuid, Path), ("path" = String, Path)),
    responses((status = 204, description = "it is not in the list")))]
pub(super) async fn remove(
    visit: Visit,
    State(service): State<Service>,
    Id((id, wanted)): Id<(ListId, String)>,
) -> Result<StatusCode, Failure> {
    service.remove_from_list(&visit.actor, id, &path(&wanted)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
