//! Nobody gets anywhere without logging in, except where that is meant; found by asking every route.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use varde_core::Actor;
use varde_policy::{Policy, matrix};
use varde_web::{RouteKind, RouteRecord};

use super::site::{Answer, Site};

/// An id that nothing has.
const NOTHING: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// The path with something in the place of each parameter.
fn address(path: &str) -> String {
    let mut pieces = path.split('{');
    let first = pieces.next().unwrap_or("").to_owned();
    pieces.fold(first, |all, piece| {
        let (name, rest) = piece.split_once('}').unwrap();
        let value = match name {
            "number" | "level" => "1",
            "language" => "nb",
            "source" | "dataset" | "variable" => "npr",
            "path" => "npr/contact/main_condition",
            _ => NOTHING,
        };
        format!("{all}{value}{rest}")
    })
}

fn request(record: &RouteRecord) -> Request<Body> {
    let method = if record.method == "*" { "GET" } else { &record.method };
    let (kind, body, accept) = match record.kind {
        RouteKind::Page => ("application/x-www-form-urlencoded", "", "text/html"),
        RouteKind::Api => ("application/json", "{}", "application/json"),
    };
    Request::builder()
        .method(method)
        .uri(address(&record.path))
        .header("host", "127.0.0.1:8080")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", kind)
        .header("accept", accept)
        .body(Body::from(if method == "GET" { "" } else { body }))
        .unwrap()
}

/// Whether the policy lets somebody who is not logged in do this to something.
fn is_for_everybody(matrix: &str, action: &str) -> bool {
    let row = matrix.lines().find_map(|l| l.strip_prefix(&format!("| {action} | ")));
    row.is_some_and(|cells| !cells.starts_with('–'))
}

/// 401, or a redirect to the login. Where something is named that is not there, or the input is none,
/// the answer may be that: it tells nothing.
fn refuses(record: &RouteRecord, answer: &Answer) -> bool {
    match answer.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => true,
        StatusCode::SEE_OTHER | StatusCode::FOUND => answer.header("location").starts_with("/logg-inn"),
        StatusCode::NOT_FOUND => record.path.contains('{') || record.method != "GET",
        StatusCode::UNPROCESSABLE_ENTITY | StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE => true,
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_without_logging_in() {
    let site = Site::open().await;
    let matrix = matrix(&Policy::load().unwrap());
    let records = site.app.web().records().to_vec();
    assert!(records.iter().filter(|r| !r.open).count() > 40, "the routes were not found");
    let mut faults = Vec::new();
    for record in records {
        let answer = site.send(request(&record)).await;
        let route = format!("{} {}: {}", record.method, record.path, answer.status);
        if answer.status.is_server_error() && answer.status != StatusCode::SERVICE_UNAVAILABLE {
            faults.push(format!("{route}: a fault of ours"));
        }
        if !record.open && !is_for_everybody(&matrix, record.action) && !refuses(&record, &answer) {
            faults.push(format!("{route}: not refused"));
        }
        let failed = answer.status.is_client_error() || answer.status.is_server_error();
        if failed && record.kind == RouteKind::Api && !is_told_properly(&record, &answer) {
            faults.push(format!("{route}: no problem document but {:?}", answer.header("content-type")));
        }
        if record.kind == RouteKind::Page && answer.header("content-security-policy").is_empty() {
            faults.push(format!("{route}: no content security policy"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A refusal in the form that clients know: a problem document (RFC 9457); OAuth's own at OAuth's
/// endpoints (RFC 6749, section 5.2), an OperationOutcome at FHIR's.
fn is_told_properly(record: &RouteRecord, answer: &Answer) -> bool {
    if record.path.starts_with("/connect/") || record.path.starts_with("/.well-known/oauth-") {
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
        return body["error"].is_string() && body["error_description"].is_string();
    }
    if record.path.starts_with("/fhir/") {
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
        return body["resourceType"] == "OperationOutcome" && body["issue"][0]["code"].is_string();
    }
    answer.header("content-type") == "application/problem+json"
}

#[test]
fn an_actor_who_is_nobody_holds_no_role() {
    let nobody = Actor::anonymous();
    assert!(nobody.roles.is_empty() && nobody.person().is_none() && nobody.organisation.is_none());
}
