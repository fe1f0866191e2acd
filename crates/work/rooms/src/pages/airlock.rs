//! The researcher's pages of the airlock.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use uuid::Uuid;
use varde_core::{ReleaseRequestId, RoomId};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Tone},
};

use super::show;
use crate::{
    FetchedFile, RoomsService,
    model::{CheckedFile, Finding, ReleaseRequest, Review, Severity},
    service::RoomView,
};

type Service = State<Arc<RoomsService>>;

#[derive(Template)]
#[template(path = "out.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    view: RoomView,
    requests: Vec<(ReleaseRequest, Tone)>,
    form: Form,
    choices: Vec<Choice>,
    here: &'static str,
}

/// `GET /rom/{room}/ut`
pub(super) async fn list(State(service): Service, visit: Visit, Id(room): Id<RoomId>) -> Result<Response, Failure> {
    list_page(&service, &visit, room, Form::new(), StatusCode::OK).await
}

async fn list_page(
    service: &RoomsService,
    visit: &Visit,
    room: RoomId,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let view = service.inside(&visit.actor, room).await?;
    let requests = service.requests(&visit.actor, room).await?;
    let requests = requests.into_iter().map(|r| (show::request_tone(r.state), r)).map(|(tone, r)| (r, tone)).collect();
    let choices = outbox(service, visit, room).await?;
    Ok(visit.page_with(status, ListPage { visit, view, requests, form, choices, here: "out" }))
}

/// The files that can be asked out: those directly in the outbox.
async fn outbox(service: &RoomsService, visit: &Visit, room: RoomId) -> Result<Vec<Choice>, Failure> {
    let (_, outbox) = service.files(&visit.actor, room).await?;
    let direct = outbox.into_iter().filter(|file| !file.name.contains('/'));
    Ok(direct.map(|f| Choice::new(&f.name, &f.name).hint(visit.size(f.bytes))).collect())
}

/// `POST /rom/{room}/ut`
pub(super) async fn begin(
    State(service): Service,
    visit: Visit,
    Id(room): Id<RoomId>,
    form: Form,
) -> Result<Response, Failure> {
    match service.begin_request(&visit.actor, room, form.value("purpose"), form.all("files")).await {
        Ok(request) => Ok(visit.see(&format!("/rom/{room}/ut/{request}"))),
        Err(error) => {
            let form = form.with_problems(show::fields_of(error)?);
            list_page(&service, &visit, room, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// A file as both sides see it.
pub(super) struct FileRow {
    pub(super) file: CheckedFile,
    pub(super) size: String,
    pub(super) findings: Vec<(Finding, Tone)>,
    pub(super) flagged: bool,
    /// When the airlock's copy was deleted.
    pub(super) removed: Option<String>,
    pub(super) field: String,
    pub(super) anchor: String,
}

impl FileRow {
    pub(super) fn of(visit: &Visit, file: &CheckedFile) -> Self {
        Self {
            size: visit.size(file.bytes),
            findings: file.findings.iter().map(|f| (f.clone(), show::severity_tone(f.severity))).collect(),
            removed: file.removed_at.map(|at| visit.time(at)),
            flagged: file.severity() == Some(Severity::Explain),
            field: format!("explanation-{}", file.id),
            anchor: format!("file-{}", file.id),
            file: file.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "request.html")]
struct RequestPage<'a> {
    visit: &'a Visit,
    view: RoomView,
    request: ReleaseRequest,
    tone: Tone,
    files: Vec<FileRow>,
    reviews: Vec<Review>,
    mine: bool,
    /// Whether the author may change it: it is their turn and the room goes on.
    editable: bool,
    /// The day until which the files can be fetched again.
    kept_until: Option<String>,
    form: Form,
    choices: Vec<Choice>,
    here: &'static str,
}

/// `GET /rom/{room}/ut/{request}`
pub(super) async fn request(
    State(service): Service,
    visit: Visit,
    Id((_, request)): Id<(RoomId, ReleaseRequestId)>,
) -> Result<Response, Failure> {
    request_page(&service, &visit, request, None, StatusCode::OK).await
}

async fn request_page(
    service: &RoomsService,
    visit: &Visit,
    id: ReleaseRequestId,
    form: Option<Form>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let (room, request) = service.request(&visit.actor, id).await?;
    let view = service.view(&visit.actor, room.id).await?;
    let written = || {
        let explained = request.files.iter().map(|file| (format!("explanation-{}", file.id), file.explanation.clone()));
        Form::of(explained.chain([("purpose".to_owned(), request.purpose.clone())]))
    };
    let form = form.unwrap_or_else(written);
    let mine = visit.actor.person() == Some(request.author);
    let editable = mine && request.state.editable() && !room.is_over();
    let kept_until = request.kept_until(room.closed_at, service.airlock_days()).map(|until| visit.time(until));
    let choices = if editable { outbox(service, visit, room.id).await? } else { Vec::new() };
    let page = RequestPage {
        files: request.files.iter().map(|file| FileRow::of(visit, file)).collect(),
        reviews: visit.actor.person().map_or(Vec::new(), |p| request.visible_reviews(p).cloned().collect()),
        tone: show::request_tone(request.state),
        visit,
        view,
        mine,
        editable,
        kept_until,
        form,
        choices,
        request,
        here: "out",
    };
    Ok(visit.page_with(status, page))
}

/// `POST /rom/{room}/ut/{request}`: keeps, or with `submit` hands over.
pub(super) async fn write(
    State(service): Service,
    visit: Visit,
    Id((room, request)): Id<(RoomId, ReleaseRequestId)>,
    form: Form,
) -> Result<Response, Failure> {
    let explanations: Vec<_> = form
        .pairs()
        .filter_map(|(name, text)| Some((name.strip_prefix("explanation-")?.parse().ok()?, text.to_owned())))
        .collect();
    let submit = form.has("do", "submit");
    match service.write_request(&visit.actor, request, form.value("purpose"), &explanations, submit).await {
        Ok(()) => Ok(visit.see(&format!("/rom/{room}/ut/{request}"))),
        Err(error) => {
            let form = form.with_problems(show::fields_of(error)?);
            request_page(&service, &visit, request, Some(form), StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// `POST /rom/{room}/ut/{request}/filer`
pub(super) async fn add(
    State(service): Service,
    visit: Visit,
    Id((room, request)): Id<(RoomId, ReleaseRequestId)>,
    form: Form,
) -> Result<Response, Failure> {
    match service.add_files(&visit.actor, request, form.all("files")).await {
        Ok(()) => Ok(visit.see(&format!("/rom/{room}/ut/{request}"))),
        Err(error) => {
            let form = form.with_problems(show::fields_of(error)?);
            request_page(&service, &visit, request, Some(form), StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// `POST /rom/{room}/ut/{request}/fjern/{file}`
pub(super) async fn remove(
    State(service): Service,
    visit: Visit,
    Id((room, request, file)): Id<(RoomId, ReleaseRequestId, Uuid)>,
) -> Result<Response, Failure> {
    service.remove_file(&visit.actor, request, file).await?;
    Ok(visit.see(&format!("/rom/{room}/ut/{request}")))
}

/// `POST /rom/{room}/ut/{request}/trekk`
pub(super) async fn withdraw(
    State(service): Service,
    visit: Visit,
    Id((room, request)): Id<(RoomId, ReleaseRequestId)>,
) -> Result<Response, Failure> {
    service.withdraw(&visit.actor, request).await?;
    Ok(visit.see(&format!("/rom/{room}/ut/{request}")))
}

/// `POST /rom/{room}/ut/{request}/hent/{file}`: a post, because it is an act that is logged.
pub(super) async fn fetch(
    State(service): Service,
    visit: Visit,
    Id((_, request, file)): Id<(RoomId, ReleaseRequestId, Uuid)>,
) -> Result<Response, Failure> {
    let file = service.fetch(&visit.actor, request, file).await?;
    Ok(download(file))
}

/// A file to be saved, never shown as a page of ours.
pub(crate) fn download(file: FetchedFile) -> Response {
    let safe: String =
        file.name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{safe}\"")),
    ];
    (headers, file.bytes).into_response()
}
