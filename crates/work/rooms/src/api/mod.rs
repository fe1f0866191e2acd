//! JSON routes.

mod documents;

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{Method, StatusCode},
    response::{IntoResponse as _, Response},
};
use utoipa::OpenApi as _;
use uuid::Uuid;
use varde_core::{ReleaseRequestId, RoomId};
use varde_web::{Failure, Id, Routes, Visit};

use crate::{
    RoomsError, RoomsService,
    model::{Tool, Verdict},
    pages::download,
};
use documents::{NewClosing, NewRequest, NewReview, NewRun, RequestDocument, RoomDocument, RunDocument, Written};

type Service = State<Arc<RoomsService>>;

/// The JSON routes of this context.
pub(crate) fn routes() -> Routes<Arc<RoomsService>> {
    let (get, post) = (Method::GET, Method::POST);
    Routes::new()
        .api(get.clone(), "/api/rooms", "rooms.room.list", rooms)
        .api(get.clone(), "/api/rooms/{room}", "rooms.room.read", room)
        .api(post.clone(), "/api/rooms/{room}/close", "rooms.room.close", close)
        .api(post.clone(), "/api/rooms/{room}/runs", "rooms.room.work", start_run)
        .api(get.clone(), "/api/rooms/{room}/runs/{run}", "rooms.content.read", run)
        .api(get.clone(), "/api/rooms/{room}/release-requests", "rooms.content.read", requests)
        .api(post.clone(), "/api/rooms/{room}/release-requests", "rooms.room.work", begin_request)
        .api(get.clone(), "/api/release-requests", "rooms.request.list", waiting)
        .api(get.clone(), "/api/release-requests/{request}", "rooms.request.read", request)
        .api(post.clone(), "/api/release-requests/{request}/submit", "rooms.request.write", submit)
        .api(post, "/api/release-requests/{request}/review", "rooms.request.review", review)
        .api(get, "/api/release-requests/{request}/files/{file}", "rooms.request.fetch", fetch)
}

/// The description of the JSON routes.
pub fn open_api() -> utoipa::openapi::OpenApi {
    #[derive(utoipa::OpenApi)]
    #[openapi(paths(
        rooms,
        room,
        close,
        start_run,
        run,
        requests,
        begin_request,
        waiting,
        request,
        submit,
        review,
        fetch
    ))]
    struct Document;
    Document::openapi()
}

/// The rooms of whoever asks.
#[utoipa::path(get, path = "/api/rooms", tag = "rooms", responses((status = 200, body = [RoomDocument])))]
async fn rooms(State(service): Service, visit: Visit) -> Result<Response, Failure> {
    let rooms = service.rooms(&visit.actor).await?;
    Ok(Json(rooms.iter().map(RoomDocument::from).collect::<Vec<_>>()).into_response())
}

/// One room.
#[utoipa::path(get, path = "/api/rooms/{room}", tag = "rooms", params(("room" = String, Path)),
    responses((status = 200, body = RoomDocument), (status = 404)))]
async fn room(State(service): Service, visit: Visit, Id(room): Id<RoomId>) -> Result<Response, Failure> {
    let view = service.view(&visit.actor, room).await?;
    Ok(Json(RoomDocument::from(&view.room)).into_response())
}

/// Closes the room: its programs end at once and its files are deleted.
#[utoipa::path(post, path = "/api/rooms/{room}/close", tag = "rooms", params(("room" = String, Path)),
    request_body = NewClosing, responses((status = 204), (status = 403), (status = 404), (status = 422)))]
async fn close(
    State(service): Service,
    visit: Visit,
    Id(room): Id<RoomId>,
    Json(new): Json<NewClosing>,
) -> Result<Response, Failure> {
    service.close_by(&visit.actor, room, &new.reason).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Starts a script in the room; it runs by itself.
#[utoipa::path(post, path = "/api/rooms/{room}/runs", tag = "rooms", params(("room" = String, Path)),
    request_body = NewRun, responses((status = 202, body = RunDocument), (status = 403), (status = 422)))]
async fn start_run(
    State(service): Service,
    visit: Visit,
    Id(room): Id<RoomId>,
    Json(new): Json<NewRun>,
) -> Result<Response, Failure> {
    let tool = Tool::from_name(&new.tool).ok_or_else(|| RoomsError::field("tool", "rooms-error-tool"))?;
    let run = service.start_script(&visit.actor, room, tool, &new.script).await?;
    let run = service.run(&visit.actor, room, run).await?;
    Ok((StatusCode::ACCEPTED, Json(RunDocument::from(&run))).into_response())
}

/// How a script went.
#[utoipa::path(get, path = "/api/rooms/{room}/runs/{run}", tag = "rooms",
    params(("room" = String, Path), ("run" = String, Path)), responses((status = 200, body = RunDocument), (status = 404)))]
async fn run(State(service): Service, visit: Visit, Id((room, run)): Id<(RoomId, Uuid)>) -> Result<Response, Failure> {
    let run = service.run(&visit.actor, room, run).await?;
    Ok(Json(RunDocument::from(&run)).into_response())
}

/// The release requests of a room.
#[utoipa::path(get, path = "/api/rooms/{room}/release-requests", tag = "rooms", params(("room" = String, Path)),
    responses((status = 200, body = [RequestDocument])))]
async fn requests(State(service): Service, visit: Visit, Id(room): Id<RoomId>) -> Result<Response, Failure> {
    let requests = service.requests(&visit.actor, room).await?;
    Ok(Json(requests.iter().map(RequestDocument::from).collect::<Vec<_>>()).into_response())
}

/// Begins a release request: the files are copied from the outbox and checked.
#[utoipa::path(post, path = "/api/rooms/{room}/release-requests", tag = "rooms", params(("room" = String, Path)),
    request_body = NewRequest, responses((status = 201, body = RequestDocument), (status = 403), (status = 422)))]
async fn begin_request(
    State(service): Service,
    visit: Visit,
    Id(room): Id<RoomId>,
    Json(new): Json<NewRequest>,
) -> Result<Response, Failure> {
    let request = service.begin_request(&visit.actor, room, &new.purpose, &new.files).await?;
    let (_, request) = service.request(&visit.actor, request).await?;
    Ok((StatusCode::CREATED, Json(RequestDocument::from(&request))).into_response())
}

/// The release requests that wait for this reviewer.
#[utoipa::path(get, path = "/api/release-requests", tag = "rooms", responses((status = 200, body = [RequestDocument])))]
async fn waiting(State(service): Service, visit: Visit) -> Result<Response, Failure> {
    let waiting = service.waiting(&visit.actor).await?;
    Ok(Json(waiting.iter().map(|(_, request)| RequestDocument::from(request)).collect::<Vec<_>>()).into_response())
}

/// One release request.
#[utoipa::path(get, path = "/api/release-requests/{request}", tag = "rooms", params(("request" = String, Path)),
    responses((status = 200, body = RequestDocument), (status = 403), (status = 404)))]
async fn request(
    State(service): Service,
    visit: Visit,
    Id(request): Id<ReleaseRequestId>,
) -> Result<Response, Failure> {
    let (_, request) = service.request(&visit.actor, request).await?;
    Ok(Json(RequestDocument::from(&request)).into_response())
}

/// Writes the purpose and explanations and hands the request to the reviewers.
#[utoipa::path(post, path = "/api/release-requests/{request}/submit", tag = "rooms", params(("request" = String, Path)),
    request_body = Written, responses((status = 200, body = RequestDocument), (status = 409), (status = 422)))]
async fn submit(
    State(service): Service,
    visit: Visit,
    Id(request): Id<ReleaseRequestId>,
    Json(written): Json<Written>,
) -> Result<Response, Failure> {
    let explanations: Vec<_> = written.explanations.into_iter().collect();
    service.write_request(&visit.actor, request, &written.purpose, &explanations, true).await?;
    let (_, request) = service.request(&visit.actor, request).await?;
    Ok(Json(RequestDocument::from(&request)).into_response())
}

/// A reviewer says theirs.
#[utoipa::path(post, path = "/api/release-requests/{request}/review", tag = "rooms", params(("request" = String, Path)),
    request_body = NewReview, responses((status = 200, body = RequestDocument), (status = 403), (status = 409)))]
async fn review(
    State(service): Service,
    visit: Visit,
    Id(request): Id<ReleaseRequestId>,
    Json(new): Json<NewReview>,
) -> Result<Response, Failure> {
    let verdict =
        Verdict::from_name(&new.verdict).ok_or_else(|| RoomsError::field("verdict", "rooms-error-verdict"))?;
    service.review(&visit.actor, request, verdict, &new.reason).await?;
    let (_, request) = service.request(&visit.actor, request).await?;
    Ok(Json(RequestDocument::from(&request)).into_response())
}

/// An approved file, for its author.
#[utoipa::path(get, path = "/api/release-requests/{request}/files/{file}", tag = "rooms",
    params(("request" = String, Path), ("file" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 403)))]
async fn fetch(
    State(service): Service,
    visit: Visit,
    Id((request, file)): Id<(ReleaseRequestId, Uuid)>,
) -> Result<Response, Failure> {
    Ok(download(service.fetch(&visit.actor, request, file).await?))
}
