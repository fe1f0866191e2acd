//! FHIR below `/fhir/r4` and `/fhir/r5`: each release at an address of its own, as terminology
//! servers do, so that what a client is told there (`fhirVersion`) is what it gets, and an address
//! can be kept and shared without a header that goes with it.

use axum::{
    body::Bytes,
    extract::{self, FromRequest, FromRequestParts as _},
    middleware::from_fn,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, StatusCode, header};
use serde::Deserialize;
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
    service: Terminology,
    visit: Visit,
    release: Release,
    language: Option<String>,
    query: String,
    /// What the query asks.
    asked: Asked,
    body: Bytes,
}

/// The release in an address, whatever else stands in it.
#[derive(Deserialize)]
struct Named {
    release: String,
}

impl FromRequest<Terminology> for Request {
    type Rejection = Response;

    async fn from_request(request: extract::Request, service: &Terminology) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, service).await.map_err(IntoResponse::into_response)?;
        let Id(Named { release: name }) =
            Id::from_request_parts(&mut parts, service).await.map_err(IntoResponse::into_response)?;
        let (language, query) = (language(&parts.headers), parts.uri.query().unwrap_or_default().to_owned());
        let understood = release(&name).and_then(|release| {
            speaks_json(&parts.headers, &query)?;
            Ok((release, Asked::of_query(&query)?))
        });
        let (release, asked) = understood.map_err(|fault| answered(Err(fault.into())))?;
        let body = Bytes::from_request(extract::Request::from_parts(parts, body), service).await;
        let body = body.map_err(IntoResponse::into_response)?;
        Ok(Self { service: service.clone(), visit, release, language, query, asked, body })
    }
}

impl Request {
    async fn operate(self, operation: Operation) -> Result<Value, FhirError> {
        let asked = if self.body.is_empty() { self.asked } else { Asked::of_body(&self.query, &self.body)? };
        self.service.operate(&self.visit.actor, self.release, operation, &asked, self.language).await
    }

    async fn find(self, kind: Kind) -> Result<Value, FhirError> {
        let base = format!("/fhir/{}", self.release.name());
        self.service.find_resources(&self.visit.actor, self.release, kind, &self.asked, &base).await
    }
}

macro_rules! operation {
    ($($(#[$doc:meta])* $name:ident => $operation:ident),+ $(,)?) => {$(
        $(#[$doc])*
        async fn $name(request: Request) -> Response {
            answered(request.operate(Operation::$operation).await)
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
async fn batch(Request { service, visit, release, language, body, .. }: Request) -> Response {
    answered(super::batch::answer(&service, &visit.actor, release, language, &body).await)
}

/// `GET /fhir/{release}/metadata`
async fn metadata(Request { service, visit, release, asked, .. }: Request) -> Response {
    let terminology = asked.text("mode") == Some("terminology");
    answered(service.capabilities(&visit.actor, release, terminology).await)
}

macro_rules! resources {
    ($($search:ident, $read:ident => $kind:ident),+ $(,)?) => {$(
        async fn $search(request: Request) -> Response {
            answered(request.find(Kind::$kind).await)
        }

        async fn $read(Id((_, id)): Id<(String, String)>, request: Request) -> Response {
            answered(request.service.resource(&request.visit.actor, request.release, Kind::$kind, &id).await)
        }
    )+};
}

resources!(
    code_systems, code_system => CodeSystem,
    value_sets, value_set => ValueSet,
    concept_maps, concept_map => ConceptMap,
);
