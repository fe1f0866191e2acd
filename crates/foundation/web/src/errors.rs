//! What an error looks like: a page for people, RFC 9457 problem+json for programs. Neither tells
//! anything of our insides; the request's id leads the operator to the log.

use askama::Template;
use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use varde_policy::Remedy;

use crate::{Failure, Visit};

/// Whether a program asks: below `/api/`, or by saying that it takes JSON and no HTML.
pub(crate) fn wants_json(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("");
    request.uri().path().starts_with("/api/") || (accept.contains("json") && !accept.contains("html"))
}

/// The response as it was, or the error it carries in the form the caller can read.
pub(crate) fn show(visit: &Visit, json: bool, mut response: Response) -> Response {
    let Some(failure) = response.extensions_mut().remove::<Failure>().or_else(|| bare(&response)) else {
        return response;
    };
    let mut shown = if json { problem(visit, &failure) } else { page(visit, &failure) };
    // What the router says beside the status, such as the methods that are allowed.
    for name in [header::ALLOW, header::RETRY_AFTER, header::WWW_AUTHENTICATE] {
        if let Some(value) = response.headers().get(&name) {
            shown.headers_mut().insert(name, value.clone());
        }
    }
    shown.headers_mut().extend(failure.facts().challenge.clone());
    if json
        && failure.status() == StatusCode::UNAUTHORIZED
        && let Some(challenge) = visit.shell().challenge()
    {
        // Every 401 says how to do it (RFC 9110, section 15.5.2).
        shown.headers_mut().entry(header::WWW_AUTHENTICATE).or_insert(challenge);
    }
    let wait = match failure.status() {
        StatusCode::SERVICE_UNAVAILABLE => "10",
        StatusCode::TOO_MANY_REQUESTS => "60",
        _ => return shown,
    };
    shown.headers_mut().entry(header::RETRY_AFTER).or_insert(HeaderValue::from_static(wait));
    shown
}

/// An error that axum itself answered (405, a body that is no JSON, …): plain text without a failure.
fn bare(response: &Response) -> Option<Failure> {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    if !(status.is_client_error() || status.is_server_error()) || !(kind.is_empty() || kind.starts_with("text/plain")) {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => Failure::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => Failure::new(status, "web.method_not_allowed"),
        StatusCode::PAYLOAD_TOO_LARGE => Failure::new(status, "web.too_large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Failure::new(status, "web.media_type"),
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => Failure::new(status, "web.bad_input"),
        status if status.is_server_error() => Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "web.internal"),
        status => Failure::new(status, "web.refused"),
    })
}

/// A problem document: RFC 9457 section 3, with our extensions `code`, `request_id` and `fields`.
#[derive(Serialize)]
struct ProblemDocument {
    r#type: String,
    title: String,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    code: &'static str,
    request_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldDocument>,
}

#[derive(Serialize)]
struct FieldDocument {
    field: String,
    code: String,
    message: String,
}

fn problem(visit: &Visit, failure: &Failure) -> Response {
    let fields = failure.fields().iter().map(|f| FieldDocument {
        field: f.field.clone(),
        code: f.message.clone(),
        message: visit.t(&f.message),
    });
    let document = ProblemDocument {
        r#type: format!("/problemer/{}", failure.code()),
        title: title(visit, failure),
        status: failure.status().as_u16(),
        detail: why(visit, failure).or_else(|| failure.facts().detail.clone()),
        code: failure.code(),
        request_id: visit.request_id().to_owned(),
        fields: fields.collect(),
    };
    let body = serde_json::to_string(&document).unwrap_or_default();
    let headers =
        [(header::CONTENT_TYPE, "application/problem+json"), (header::CONTENT_LANGUAGE, visit.language.tag())];
    (failure.status(), headers, body).into_response()
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    visit: &'a Visit,
    title: String,
    why: Option<String>,
    what_to_do: String,
    remedy: Option<String>,
    fields: Vec<String>,
    log_in: bool,
    show_id: bool,
}

fn page(visit: &Visit, failure: &Failure) -> Response {
    let (status, remedy) = (failure.status(), failure.facts().remedy);
    let template = ErrorPage {
        visit,
        title: title(visit, failure),
        why: why(visit, failure),
        what_to_do: help(visit, failure),
        remedy: remedy.map(|r| visit.local(&r.text()).to_owned()),
        fields: failure.fields().iter().map(|f| visit.t(&f.message)).collect(),
        log_in: status == StatusCode::UNAUTHORIZED || remedy.is_some_and(|r| !matches!(r, Remedy::Scope(_))),
        show_id: status.is_server_error() || status == StatusCode::FORBIDDEN,
    };
    visit.page_with(status, template)
}

/// The problem's own text if its context wrote one, else the status's.
fn title(visit: &Visit, failure: &Failure) -> String {
    own(visit, failure, "").unwrap_or_else(|| visit.t(&format!("error-{}", known(failure.status()))))
}

/// What to do about it: the problem's own text where the status's would mislead.
fn help(visit: &Visit, failure: &Failure) -> String {
    own(visit, failure, "-help").unwrap_or_else(|| visit.t(&format!("error-{}-help", known(failure.status()))))
}

fn own(visit: &Visit, failure: &Failure, part: &str) -> Option<String> {
    let key = format!("problem-{}{part}", failure.code().replace('.', "-"));
    visit.shell().texts.has(&key).then(|| visit.t(&key))
}

fn why(visit: &Visit, failure: &Failure) -> Option<String> {
    failure.facts().why.as_ref().map(|why| visit.local(why).to_owned())
}

/// The statuses that have texts of their own; the others speak as their class.
fn known(status: StatusCode) -> u16 {
    match status.as_u16() {
        code @ (401 | 403 | 404 | 405 | 409 | 413 | 422 | 429 | 503) => code,
        code if code >= 500 => 500,
        _ => 400,
    }
}
