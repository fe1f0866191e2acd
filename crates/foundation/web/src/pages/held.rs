//! The guard's decision on a request that changes something, and the pages on which a form whose
//! session ended is found again.

use askama::Template;
use axum::{
    body::{Body, to_bytes},
    extract::{Path, Request},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use varde_core::PersonId;

use crate::{
    Failure, Form, Visit,
    guard::{self, Origin},
    session::{Found, HeldForm, HeldFormId},
};

/// Forms larger than this are not forms.
const FORM_LIMIT: usize = 2 * 1024 * 1024;

type Admission = Result<Request, Box<Response>>;

/// Lets an honest request through; keeps the text of a form whose session has ended.
pub(crate) async fn guard(visit: &Visit, found: &Found, ours: &str, request: Request) -> Admission {
    let (method, headers) = (request.method(), request.headers());
    if !guard::matters(method, headers) {
        return Ok(request);
    }
    let origin = guard::origin(headers, ours);
    let logged_in = matches!(found, Found::Good(..));
    if origin == Origin::Foreign && (logged_in || !request.uri().path().starts_with("/api/")) {
        return refuse(StatusCode::FORBIDDEN, "web.foreign_request");
    }
    let header = headers.get("x-csrf-token").and_then(|v| v.to_str().ok());
    if let (Found::Good(session, _), Some(token)) = (found, header)
        && guard::same(token, session.csrf())
    {
        return Ok(request);
    }
    if guard::is_form(headers) {
        form(visit, found, request).await
    } else if guard::is_multipart(headers) {
        upload(visit, found, request).await
    } else if logged_in && (guard::needs_token(headers) || origin == Origin::Unknown) {
        refuse(StatusCode::FORBIDDEN, "web.token_missing")
    } else {
        Ok(request)
    }
}

async fn form(visit: &Visit, found: &Found, request: Request) -> Admission {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, FORM_LIMIT).await else {
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, "web.too_large");
    };
    // Programs send forms too, without session and token: theirs need not be read twice.
    let tokenless = matches!(found, Found::Nothing) && !guard::has_token(&body);
    let token = if tokenless { None } else { guard::token_of_form(&body) };
    let path = parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
    let whole = || Request::from_parts(parts, Body::from(body.clone()));
    match (found, token) {
        (Found::Good(session, _), Some(token)) if guard::same(&token, session.csrf()) => Ok(whole()),
        // Forms for nobody in particular, such as the login's, carry no token.
        (Found::Nothing | Found::Ended(_), None) => Ok(whole()),
        // Logging out twice is what the second tab wants.
        (Found::Nothing | Found::Ended(_), _) if path == "/logg-ut" => Ok(whole()),
        (_, Some(token)) => stale(visit, found, &token, &path, &Form::decode(&body).without_secrets()).await,
        (Found::Good(..), None) => refuse(StatusCode::FORBIDDEN, "web.token_missing"),
    }
}

/// A form of a session that is over, or of another login in the same browser.
async fn stale(visit: &Visit, found: &Found, token: &str, path: &str, form: &Form) -> Admission {
    let sessions = &visit.shell().sessions;
    let owner = sessions.person_of_form(token).await.map_err(|e| Box::new(Failure::from(e).into_response()))?;
    let Some(owner) = owner else { return refuse(StatusCode::FORBIDDEN, "web.token_unknown") };
    let kept = form.pairs().next().is_some();
    if kept {
        sessions.hold(owner, path, form).await.map_err(|e| Box::new(Failure::from(e).into_response()))?;
    }
    Err(Box::new(ended_page(visit, found, owner, kept)))
}

async fn upload(visit: &Visit, found: &Found, request: Request) -> Admission {
    let (token, request) = guard::token_of_upload(request).await;
    match (found, token) {
        (Found::Good(session, _), Some(token)) if guard::same(&token, session.csrf()) => Ok(request),
        (Found::Nothing, None) => Ok(request),
        (Found::Ended(owner), _) => Err(Box::new(ended_page(visit, found, *owner, false))),
        _ => refuse(StatusCode::FORBIDDEN, "web.token_unknown"),
    }
}

fn refuse(status: StatusCode, code: &'static str) -> Admission {
    Err(Box::new(Failure::new(status, code).into_response()))
}

/// Who reads the page on which a form could not be carried out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// Its owner, logged in anew in another tab.
    Owner,
    /// Somebody else, logged in in another tab.
    Other,
    /// Nobody is logged in.
    Nobody,
}

#[derive(Template)]
#[template(path = "ended.html")]
struct EndedPage<'a> {
    visit: &'a Visit,
    key: &'static str,
    kept: bool,
    reader: Reader,
}

fn ended_page(visit: &Visit, found: &Found, owner: PersonId, kept: bool) -> Response {
    let (reader, key) = match found {
        Found::Good(session, _) if session.person() == owner => (Reader::Owner, "ended-owner"),
        Found::Good(..) => (Reader::Other, "ended-other"),
        Found::Nothing | Found::Ended(_) => (Reader::Nobody, "ended-nobody"),
    };
    let status = if reader == Reader::Nobody { StatusCode::UNAUTHORIZED } else { StatusCode::CONFLICT };
    visit.page_with(status, EndedPage { visit, key, kept, reader })
}

#[derive(Template)]
#[template(path = "held.html")]
struct HeldPage {
    visit: Visit,
    forms: Vec<HeldForm>,
}

/// `GET /holdt`: the reader's own held forms, ready to be checked and sent again.
pub(super) async fn list(visit: Visit) -> Result<Response, Failure> {
    let owner = visit.actor.person().ok_or_else(log_in_first)?;
    let forms = visit.shell().sessions.held(&visit.actor, owner).await?;
    Ok(visit.page(HeldPage { visit: visit.clone(), forms }))
}

/// `POST /holdt/{id}/slett`: the reader does not want it any more.
pub(super) async fn forget(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let owner = visit.actor.person().ok_or_else(log_in_first)?;
    let id: HeldFormId = id.parse().map_err(|_| Failure::not_found())?;
    if !visit.shell().sessions.release(&visit.actor, owner, id).await? {
        return Err(Failure::not_found());
    }
    Ok(visit.see("/holdt"))
}

fn log_in_first() -> Failure {
    Failure::new(StatusCode::UNAUTHORIZED, "web.log_in")
}
