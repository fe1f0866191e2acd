//! FHIR below `/fhir/r4` and `/fhir/r5`: each release at an address of its own, as terminology
//! servers do, so that what a client is told there (`fhirVersion`) is what it gets, and an address
//! can be kept and shared without a header that goes with it.

use axum::{
    body::Bytes,
    extract::{OriginalUri, State},
    middleware::from_fn,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::Value;
use varde_core::{Problem as _, ProblemKind};
use varde_web::{Id, Routes, Visit};

use super::cors;
use crate::{
    Kind, Release, Terminology,
    fhir::{
        outcome::{Fault, Issue},
        parameters::Asked,
    },
    service::{FhirError, Operation},
};

/// The largest body of a request: value sets and code systems may come with it.
const LARGEST: usize = 16 * 1024 * 1024;

const READ: &str = "terminology.content.read";

/// The routes.
pub(crate) fn routes() -> Routes<Terminology> {
    let mut routes = Routes::new()
        .api(Method::POST, "/fhir/{release}", READ, batch)
        .api(Method::GET, "/fhir/{release}/metadata", READ, metadata)
        .api(Method::GET, "/fhir/{release}/CodeSystem", READ, code_systems)
        .api(Method::GET, "/fhir/{release}/ValueSet", READ, value_sets)
        .api(Method::GET, "/fhir/{release}/ConceptMap", READ, concept_maps)
        .api(Method::GET, "/fhir/{release}/CodeSystem/{id}", READ, code_system)
        .api(Method::GET, "/fhir/{release}/ValueSet/{id}", READ, value_set)
        .api(Method::GET, "/fhir/{release}/ConceptMap/{id}", READ, concept_map);
    for method in [Method::GET, Method::POST] {
        routes = routes
            .api(method.clone(), "/fhir/{release}/CodeSystem/$lookup", READ, lookup)
            .api(method.clone(), "/fhir/{release}/CodeSystem/$subsumes", READ, subsumes)
            .api(method.clone(), "/fhir/{release}/CodeSystem/$validate-code", READ, in_code_system)
            .api(method.clone(), "/fhir/{release}/ValueSet/$expand", READ, expand)
            .api(method.clone(), "/fhir/{release}/ValueSet/$validate-code", READ, in_value_set)
            .api(method, "/fhir/{release}/ConceptMap/$translate", READ, translate);
    }
    routes.body_limit(LARGEST).map_router(|router| router.layer(from_fn(cors::open_to_other_sites)))
}

/// An answer of FHIR.
struct Fhir(StatusCode, Value);

impl IntoResponse for Fhir {
    fn into_response(self) -> Response {
        let kind = [(header::CONTENT_TYPE, "application/fhir+json; charset=utf-8")];
        (self.0, kind, self.1.to_string()).into_response()
    }
}

fn answered(outcome: Result<Value, FhirError>) -> Response {
    match outcome {
        Ok(value) => Fhir(StatusCode::OK, value).into_response(),
        Err(error) => {
            let (status, outcome) = problem(error);
            Fhir(status, outcome).into_response()
        }
    }
}

/// Why there is no answer, as FHIR tells it.
pub(super) fn problem(error: FhirError) -> (StatusCode, Value) {
    match error {
        FhirError::Fault(fault) => (fault.status, fault.value()),
        FhirError::Service(error) => {
            let (status, code) = match error.kind() {
                ProblemKind::Unauthenticated => (StatusCode::UNAUTHORIZED, "login"),
                ProblemKind::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
                ProblemKind::NotFound => (StatusCode::NOT_FOUND, "not-found"),
                ProblemKind::Conflict => (StatusCode::CONFLICT, "conflict"),
                ProblemKind::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
                ProblemKind::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-long"),
                ProblemKind::TooMany => (StatusCode::TOO_MANY_REQUESTS, "throttled"),
                ProblemKind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "transient"),
                ProblemKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "exception"),
            };
            // Faults of ours are told by their code alone; the log has the rest.
            if status.is_server_error() {
                tracing::error!(problem.code = error.code(), %error, "a FHIR request failed");
            }
            let issue = Issue::error(code, None, error.code());
            (status, Fault::new(status, issue).value())
        }
    }
}

/// The release that the address names.
fn release(name: &str) -> Result<Release, Fault> {
    Release::from_name(name).ok_or_else(|| Fault::not_found("the releases here are /fhir/r4 and /fhir/r5"))
}

/// Whether the client takes what we speak; FHIR's XML is not spoken.
fn speaks_json(headers: &HeaderMap, query: &str) -> Result<(), Fault> {
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("*/*");
    let format = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "_format");
    let wanted = format.map_or_else(|| accept.to_owned(), |(_, format)| format.into_owned());
    if ["json", "*/*", "application/*", "text/html"].iter().any(|known| wanted.contains(known)) {
        return Ok(());
    }
    let issue = Issue::error("not-supported", None, "FHIR is spoken here as JSON: application/fhir+json");
    Err(Fault::new(StatusCode::NOT_ACCEPTABLE, issue))
}

/// The first language that the client asks for, where it asks for one.
fn language(headers: &HeaderMap) -> Option<String> {
    let header = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let first = header.split(',').next()?.split(';').next()?.trim();
    let tag = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (!first.is_empty() && first.len() <= 20 && first.chars().all(tag)).then(|| first.to_owned())
}

/// A request, as all handlers take it.
struct Request {
    release: Release,
    asked: Asked,
    language: Option<String>,
}

fn request(name: &str, uri: &OriginalUri, headers: &HeaderMap, body: Option<&Bytes>) -> Result<Request, Fault> {
    let release = release(name)?;
    let query = uri.query().unwrap_or_default();
    speaks_json(headers, query)?;
    let asked = match body.filter(|body| !body.is_empty()) {
        None => Asked::of_query(query)?,
        Some(body) => Asked::of_body(query, body)?,
    };
    Ok(Request { release, asked, language: language(headers) })
}

macro_rules! operation {
    ($($(#[$doc:meta])* $name:ident => $operation:ident),+ $(,)?) => {$(
        $(#[$doc])*
        async fn $name(
            State(service): State<Terminology>,
            visit: Visit,
            Id(name): Id<String>,
            uri: OriginalUri,
            headers: HeaderMap,
            body: Bytes,
        ) -> Response {
            let outcome = async {
                let Request { release, asked, language } = request(&name, &uri, &headers, Some(&body))?;
                service.operate(&visit.actor, release, Operation::$operation, &asked, language).await
            };
            answered(outcome.await)
        }
    )+};
}

operation!(
    /// `CodeSystem/$lookup`
    lookup => Lookup,
    /// `CodeSystem/$subsumes`
    subsumes => Subsumes,
    /// `CodeSystem/$validate-code`
    in_code_system => InCodeSystem,
    /// `ValueSet/$expand`
    expand => Expand,
    /// `ValueSet/$validate-code`
    in_value_set => InValueSet,
    /// `ConceptMap/$translate`
    translate => Translate,
);

/// `POST /fhir/{release}`: several questions at once.
async fn batch(
    State(service): State<Terminology>,
    visit: Visit,
    Id(name): Id<String>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let outcome = async {
        let Request { release, language, .. } = request(&name, &uri, &headers, None)?;
        super::batch::answer(&service, &visit.actor, release, language, &body).await
    };
    answered(outcome.await)
}

/// `GET /fhir/{release}/metadata`
async fn metadata(
    State(service): State<Terminology>,
    visit: Visit,
    Id(name): Id<String>,
    uri: OriginalUri,
    headers: HeaderMap,
) -> Response {
    let outcome = async {
        let Request { release, asked, .. } = request(&name, &uri, &headers, None)?;
        let terminology = asked.text("mode") == Some("terminology");
        service.capabilities(&visit.actor, release, terminology).await
    };
    answered(outcome.await)
}

macro_rules! resources {
    ($($search:ident, $read:ident => $kind:ident),+ $(,)?) => {$(
        async fn $search(
            State(service): State<Terminology>,
            visit: Visit,
            Id(name): Id<String>,
            uri: OriginalUri,
            headers: HeaderMap,
        ) -> Response {
            let outcome = async {
                let Request { release, asked, .. } = request(&name, &uri, &headers, None)?;
                let base = format!("/fhir/{}", release.name());
                service.find_resources(&visit.actor, release, Kind::$kind, &asked, &base).await
            };
            answered(outcome.await)
        }

        async fn $read(
            State(service): State<Terminology>,
            visit: Visit,
            Id((name, id)): Id<(String, String)>,
            uri: OriginalUri,
            headers: HeaderMap,
        ) -> Response {
            let outcome = async {
                let Request { release, .. } = request(&name, &uri, &headers, None)?;
                service.resource(&visit.actor, release, Kind::$kind, &id).await
            };
            answered(outcome.await)
        }
    )+};
}

resources!(
    code_systems, code_system => CodeSystem,
    value_sets, value_set => ValueSet,
    concept_maps, concept_map => ConceptMap,
);
