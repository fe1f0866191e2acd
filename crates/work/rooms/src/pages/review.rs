//! The reviewer's desk.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use uuid::Uuid;
use varde_core::ReleaseRequestId;
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Tone},
};

use super::{airlock::FileRow, show};
use crate::{
    RoomsError, RoomsService,
    model::{ReleaseRequest, Review, Room, Verdict},
};

type Service = State<Arc<RoomsService>>;

/// How much of a file is shown as a table or text.
const SHOWN_ROWS: usize = 500;

#[derive(Template)]
#[template(path = "reviews.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    waiting: Vec<(Room, ReleaseRequest, Tone)>,
}

/// `GET /kontroll`
pub(super) async fn list(State(service): Service, visit: Visit) -> Result<Response, Failure> {
    let waiting = service.waiting(&visit.actor).await?;
    let waiting =
        waiting.into_iter().map(|(room, r)| (room, show::request_tone(r.state), r)).map(|(room, t, r)| (room, r, t));
    Ok(visit.page(ListPage { visit: &visit, waiting: waiting.collect() }))
}

#[derive(Template)]
#[template(path = "review.html")]
struct ReviewPage<'a> {
    visit: &'a Visit,
    room: Room,
    request: ReleaseRequest,
    tone: Tone,
    author: String,
    files: Vec<FileRow>,
    reviews: Vec<Review>,
    form: Form,
    choices: Vec<Choice>,
}

/// `GET /kontroll/{request}`
pub(super) async fn request(
    State(service): Service,
    visit: Visit,
    Id(request): Id<ReleaseRequestId>,
) -> Result<Response, Failure> {
    review_page(&service, &visit, request, Form::new(), StatusCode::OK).await
}

async fn review_page(
    service: &RoomsService,
    visit: &Visit,
    id: ReleaseRequestId,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let (room, request) = service.for_review(&visit.actor, id).await?;
    let verdict = |verdict: Verdict| {
        let label = visit.t_of("rooms-verdict", verdict.name());
        Choice::new(verdict.name(), label).hint(visit.t_of("rooms-verdict-hint", verdict.name()))
    };
    let page = ReviewPage {
        author: service.author(&visit.actor, &room, &request).await,
        files: request.files.iter().map(|file| FileRow::of(visit, file)).collect(),
        reviews: visit.actor.person().map_or(Vec::new(), |p| request.visible_reviews(p).cloned().collect()),
        tone: show::request_tone(request.state),
        choices: Verdict::ALL.into_iter().map(verdict).collect(),
        visit,
        room,
        request,
        form,
    };
    Ok(visit.page_with(status, page))
}

/// `POST /kontroll/{request}`
pub(super) async fn decide(
    State(service): Service,
    visit: Visit,
    Id(request): Id<ReleaseRequestId>,
    form: Form,
) -> Result<Response, Failure> {
    let decided = match Verdict::from_name(form.value("verdict")) {
        Some(verdict) => service.review(&visit.actor, request, verdict, form.value("reason")).await,
        None => Err(RoomsError::field("verdict", "rooms-error-verdict")),
    };
    match decided {
        Ok(_) => Ok(visit.see(&format!("/kontroll/{request}"))),
        Err(error) => {
            let form = form.with_problems(show::fields_of(error)?);
            review_page(&service, &visit, request, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

#[derive(Template)]
#[template(path = "file.html")]
struct FilePage<'a> {
    visit: &'a Visit,
    request: ReleaseRequestId,
    file: uuid::Uuid,
    name: String,
    picture: bool,
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
    text: String,
    more: bool,
}

/// `GET /kontroll/{request}/fil/{file}`: a table, text or a picture; never the file as it is.
pub(super) async fn file(
    State(service): Service,
    visit: Visit,
    Id((request, id)): Id<(ReleaseRequestId, Uuid)>,
) -> Result<Response, Failure> {
    let file = service.look(&visit.actor, request, id).await?;
    let ending = file.name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    let mut page = FilePage {
        visit: &visit,
        request,
        file: id,
        picture: ending == "png",
        headers: Vec::new(),
        rows: Vec::new(),
        text: String::new(),
        more: false,
        name: file.name,
    };
    match ending.as_str() {
        "png" => {}
        "csv" | "tsv" => {
            (page.headers, page.rows) = table(&file.bytes, ending == "tsv");
            page.more = page.rows.len() > SHOWN_ROWS;
            page.rows.truncate(SHOWN_ROWS);
        }
        _ => page.text = String::from_utf8_lossy(&file.bytes).into_owned(),
    }
    Ok(visit.page(page))
}

/// The columns' names and the rows, one more than are shown. The separator is the most frequent
/// of comma and semicolon in the first line.
fn table(bytes: &[u8], tabs: bool) -> (Vec<String>, Vec<Vec<String>>) {
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or(&[]);
    let count = |separator: u8| first.iter().filter(|b| **b == separator).count();
    let separator = if tabs {
        b'\t'
    } else if count(b';') > count(b',') {
        b';'
    } else {
        b','
    };
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).has_headers(false).delimiter(separator).from_reader(bytes);
    let cells =
        |record: csv::ByteRecord| record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
    let mut rows = reader.byte_records().flatten().map(cells);
    let headers = rows.next().unwrap_or_default();
    (headers, rows.take(SHOWN_ROWS + 1).collect())
}

/// `GET /kontroll/{request}/bilde/{file}`: a PNG, as nothing but a picture.
pub(super) async fn picture(
    State(service): Service,
    visit: Visit,
    Id((request, file)): Id<(ReleaseRequestId, Uuid)>,
) -> Result<Response, Failure> {
    let file = service.look(&visit.actor, request, file).await?;
    if !file.bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Err(Failure::not_found());
    }
    Ok(([(header::CONTENT_TYPE, "image/png"), (header::CONTENT_DISPOSITION, "inline")], file.bytes).into_response())
}
