//! The pages of a room.

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use uuid::Uuid;
use varde_core::{Role, RoomId};
use varde_permit::Manifest;
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Event, Link, Tone},
};

use super::show;
use crate::{
    ListedFile, RoomsService,
    model::{Room, RoomUpdate, Run, RunState, Tool},
    service::{Disk, Member, RoomView},
    store::rooms::Activity,
};

type Service = State<Arc<RoomsService>>;

#[derive(Template)]
#[template(path = "rooms.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    rooms: Vec<(Room, Tone)>,
    reviewer: bool,
    researcher: bool,
    /// Whether they see the rooms that their body's decisions opened, and work in none.
    handler: bool,
}

/// `GET /rom`
pub(super) async fn list(State(service): Service, visit: Visit) -> Result<Response, Failure> {
    let rooms = service.rooms(&visit.actor).await?;
    let rooms = rooms.into_iter().map(|room| (show::room_tone(room.state), room)).map(|(tone, room)| (room, tone));
    let (reviewer, researcher) = (visit.actor.is(Role::Reviewer), visit.actor.is(Role::Researcher));
    let handler = visit.actor.is(Role::Handler);
    let page = ListPage { visit: &visit, rooms: rooms.collect(), reviewer, researcher, handler };
    Ok(visit.page(page))
}

#[derive(Template)]
#[template(path = "room.html")]
struct RoomPage<'a> {
    visit: &'a Visit,
    view: RoomView,
    tone: Tone,
    notebook: Option<String>,
    /// How full the room's disk is; nothing when there is no room any more.
    disk: Option<DiskFacts>,
    /// Why it was closed, in words.
    closed_why: Option<String>,
    /// The newest update of the extract, for whoever works in the room.
    update: Option<Arrived>,
    here: &'static str,
}

/// An update that has come.
struct Arrived {
    number: u32,
    folder: String,
    came: String,
}

impl Arrived {
    fn of(visit: &Visit, update: &RoomUpdate) -> Self {
        let came = update.arrived_at.map(|at| visit.time(at)).unwrap_or_default();
        Self { number: update.number, folder: update.folder(), came }
    }
}

/// The disk in words.
struct DiskFacts {
    used: String,
    nearly_full: bool,
    full: bool,
}

impl DiskFacts {
    fn of(visit: &Visit, disk: Disk) -> Self {
        let arguments = [
            ("used", visit.size(disk.used.bytes).into()),
            ("allowed", visit.size(disk.allowed.bytes).into()),
            ("files", visit.number(i64::try_from(disk.used.files).unwrap_or(i64::MAX)).into()),
            ("most", visit.number(i64::try_from(disk.allowed.files).unwrap_or(i64::MAX)).into()),
        ];
        let full = disk.used.is_full(disk.allowed);
        Self {
            used: visit.t_with("rooms-disk-used", &arguments),
            nearly_full: !full && disk.used.is_nearly_full(disk.allowed),
            full,
        }
    }
}

/// `GET /rom/{room}`
pub(super) async fn room(State(service): Service, visit: Visit, Id(room): Id<RoomId>) -> Result<Response, Failure> {
    let view = service.view(&visit.actor, room).await?;
    let notebook =
        (view.usable && service.has_notebook()).then(|| format!("{}lab", RoomsService::notebook_path(view.room.id)));
    let disk = match view.refused.is_none() && !view.room.is_over() {
        true => Some(DiskFacts::of(&visit, service.disk_of(&visit.actor, room).await?)),
        false => None,
    };
    let closed_why = view.room.closed_why.as_deref().map(|why| show::why_closed(&visit, why));
    let tone = show::room_tone(view.room.state);
    let works = view.refused.is_none() && !view.room.is_over();
    let update = view.updates.last().filter(|_| works).map(|update| Arrived::of(&visit, update));
    Ok(visit.page(RoomPage { visit: &visit, view, tone, notebook, disk, closed_why, update, here: "room" }))
}

#[derive(Template)]
#[template(path = "close.html")]
struct ClosePage<'a> {
    visit: &'a Visit,
    room: Room,
    form: Form,
}

/// `GET /rom/{room}/avslutt`: are you sure?
pub(super) async fn ask_close(
    State(service): Service,
    visit: Visit,
    Id(room): Id<RoomId>,
) -> Result<Response, Failure> {
    let room = service.closing(&visit.actor, room).await?;
    Ok(visit.page(ClosePage { visit: &visit, room, form: Form::new() }))
}

/// `POST /rom/{room}/avslutt`
pub(super) async fn close(
    State(service): Service,
    visit: Visit,
    Id(room): Id<RoomId>,
    form: Form,
) -> Result<Response, Failure> {
    match service.close_by(&visit.actor, room, form.value("reason")).await {
        // An operator closes rooms whose pages are none of theirs.
        Ok(()) if service.rooms(&visit.actor).await?.iter().any(|mine| mine.id == room) => {
            Ok(visit.see(&format!("/rom/{room}")))
        }
        Ok(()) => Ok(visit.see("/rom")),
        Err(error) => {
            let form = form.with_problems(show::fields_of(error)?);
            let room = service.closing(&visit.actor, room).await?;
            Ok(visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, ClosePage { visit: &visit, room, form }))
        }
    }
}

/// `POST /rom/{room}/stans`
pub(super) async fn stop(State(service): Service, visit: Visit, Id(room): Id<RoomId>) -> Result<Response, Failure> {
    service.stop(&visit.actor, room).await?;
    Ok(visit.see(&format!("/rom/{room}")))
}

/// A file of a delivery as it is shown: name, rows and size.
type File = (String, String, String);

/// An update beside the delivery before it.
struct UpdateFiles {
    arrived: Arrived,
    /// How many people it is about, and how many the one before was.
    people: String,
    /// Name, rows before and now, and size of each file.
    files: Vec<(String, String, String, String)>,
}

impl UpdateFiles {
    fn of(visit: &Visit, update: &RoomUpdate, before: &Manifest) -> Self {
        let earlier = |name: &str| before.files.iter().find(|file| file.name == name);
        let people =
            [("before", visit.number(before.people).into()), ("after", visit.number(update.manifest.people).into())];
        let file = |file: &varde_permit::DeliveredFile| {
            let was = earlier(&file.name).and_then(|was| was.rows);
            let was = if file.rows.is_some() && was.is_none() { "–".to_owned() } else { rows(visit, was) };
            (file.name.clone(), was, rows(visit, file.rows), visit.size(file.bytes))
        };
        Self {
            arrived: Arrived::of(visit, update),
            people: visit.t_with("rooms-update-people", &people),
            files: update.manifest.files.iter().map(file).collect(),
        }
    }
}

/// A number of rows; nothing for a file that has none.
fn rows(visit: &Visit, rows: Option<u64>) -> String {
    rows.map(|count| visit.number(count)).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "files.html")]
struct FilesPage<'a> {
    visit: &'a Visit,
    view: RoomView,
    work: Vec<(ListedFile, String)>,
    outbox: Vec<(ListedFile, String)>,
    data: Vec<File>,
    updates: Vec<UpdateFiles>,
    here: &'static str,
}

/// `GET /rom/{room}/filer`
pub(super) async fn files(State(service): Service, visit: Visit, Id(room): Id<RoomId>) -> Result<Response, Failure> {
    let view = service.inside(&visit.actor, room).await?;
    let (work, outbox) = service.files(&visit.actor, room).await?;
    let sized =
        |files: Vec<ListedFile>| files.into_iter().map(|f| (visit.size(f.bytes), f)).map(|(s, f)| (f, s)).collect();
    let listed = view.manifest.files.iter().map(|f| (f.name.clone(), rows(&visit, f.rows), visit.size(f.bytes)));
    let data = listed.collect();
    let before = std::iter::once(&view.manifest).chain(view.updates.iter().map(|update| &update.manifest));
    let updates = view.updates.iter().zip(before).map(|(update, before)| UpdateFiles::of(&visit, update, before));
    let updates = updates.collect();
    let (work, outbox) = (sized(work), sized(outbox));
    Ok(visit.page(FilesPage { visit: &visit, work, outbox, data, updates, view, here: "files" }))
}

#[derive(Template)]
#[template(path = "editor.html")]
struct EditorPage<'a> {
    visit: &'a Visit,
    view: RoomView,
    form: Form,
    choices: Vec<Choice>,
    runs: Vec<(Run, Tone)>,
    here: &'static str,
}

/// `GET /rom/{room}/kjor`
pub(super) async fn editor(State(service): Service, visit: Visit, Id(room): Id<RoomId>) -> Result<Response, Failure> {
    let first = service.tools().first().map_or("", |tool| tool.name());
    editor_page(&service, &visit, room, Form::new().with("tool", first), StatusCode::OK).await
}

async fn editor_page(
    service: &RoomsService,
    visit: &Visit,
    room: RoomId,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let view = service.inside(&visit.actor, room).await?;
    let runs = service.runs(&visit.actor, room).await?;
    let runs = runs.into_iter().map(|run| (show::run_tone(run.state), run)).map(|(tone, run)| (run, tone)).collect();
    let choice = |tool: Tool| Choice::new(tool.name(), visit.t_of("rooms-tool", tool.name()));
    let choices = service.tools().into_iter().map(choice).collect();
    Ok(visit.page_with(status, EditorPage { visit, view, form, choices, runs, here: "run" }))
}

/// `POST /rom/{room}/kjor`. Waits a little, so that a quick script's result is there at once.
pub(super) async fn start(
    State(service): Service,
    visit: Visit,
    Id(room): Id<RoomId>,
    form: Form,
) -> Result<Response, Failure> {
    let Some(tool) = Tool::from_name(form.value("tool")) else {
        let problem = varde_core::FieldProblem::new("tool", "rooms-error-tool");
        return editor_page(&service, &visit, room, form.with_problems([problem]), StatusCode::UNPROCESSABLE_ENTITY)
            .await;
    };
    match service.start_script(&visit.actor, room, tool, form.value("script")).await {
        Ok(run) => {
            for _ in 0..50 {
                if service.run(&visit.actor, room, run).await?.state != RunState::Running {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Ok(visit.see(&format!("/rom/{room}/kjor/{run}")))
        }
        Err(error) => {
            let form = form.with_problems(show::fields_of(error)?);
            editor_page(&service, &visit, room, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

#[derive(Template)]
#[template(path = "run.html")]
struct RunPage<'a> {
    visit: &'a Visit,
    view: RoomView,
    run: Run,
    tone: Tone,
    again: Form,
    here: &'static str,
}

/// `GET /rom/{room}/kjor/{run}`
pub(super) async fn run(
    State(service): Service,
    visit: Visit,
    Id((room, run)): Id<(RoomId, Uuid)>,
) -> Result<Response, Failure> {
    let view = service.inside(&visit.actor, room).await?;
    let run = service.run(&visit.actor, room, run).await?;
    let again = Form::new().with("script", &run.script);
    let tone = show::run_tone(run.state);
    Ok(visit.page(RunPage { visit: &visit, view, run, tone, again, here: "run" }))
}

#[derive(Template)]
#[template(path = "members.html")]
struct MembersPage<'a> {
    visit: &'a Visit,
    view: RoomView,
    /// The members, and whether each is the visitor.
    members: Vec<(Member, bool)>,
    here: &'static str,
}

/// `GET /rom/{room}/medlemmer`
pub(super) async fn members(State(service): Service, visit: Visit, Id(room): Id<RoomId>) -> Result<Response, Failure> {
    let view = service.view(&visit.actor, room).await?;
    let members = service.members(&visit.actor, room).await?.into_iter();
    let members = members.map(|member| (visit.actor.person() == Some(member.person), member)).map(|(you, m)| (m, you));
    let members = members.collect();
    Ok(visit.page(MembersPage { visit: &visit, view, members, here: "members" }))
}

#[derive(Template)]
#[template(path = "log.html")]
struct LogPage<'a> {
    visit: &'a Visit,
    view: RoomView,
    events: Vec<Event>,
    here: &'static str,
}

/// `GET /rom/{room}/logg`
pub(super) async fn log(State(service): Service, visit: Visit, Id(room): Id<RoomId>) -> Result<Response, Failure> {
    let view = service.inside(&visit.actor, room).await?;
    let events = service.activity(&visit.actor, room).await?.into_iter();
    let events = events.map(|did| event(&visit, room, &did)).collect();
    Ok(visit.page(LogPage { visit: &visit, view, events, here: "log" }))
}

/// One line of the log: a request's id becomes a link to it, a tool's name its title.
fn event(visit: &Visit, room: RoomId, did: &Activity) -> Event {
    let about_request = did.kind.starts_with("request.") || did.kind.starts_with("result.");
    let text = match did.kind.as_str() {
        "ran" => visit.t_of("rooms-tool", &did.detail),
        "closed" => show::why_closed(visit, &did.detail),
        _ if about_request => String::new(),
        _ => did.detail.clone(),
    };
    Event {
        when: visit.time(did.at),
        datetime: did.at.to_string(),
        title: visit.t_of("rooms-did", &did.kind.replace('.', "-")),
        text,
        link: about_request
            .then(|| Link { href: format!("/rom/{room}/ut/{}", did.detail), text: visit.t("rooms-did-to-request") }),
        tone: Tone::Neutral,
    }
}
