//! JSON to read, and what holds as SSSOM and SKOS.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use utoipa::OpenApi;
use varde_core::{CataloguePath, FieldProblem};
use varde_rdf::{Format, Offer, negotiate, write};
use varde_web::{Failure, Form, Id, Routes, Visit};

use crate::{
    Harmonisation, HarmonisationError, RelationView, SimilarView, Workbench,
    concept::{ConceptId, RepresentedId},
    relation::{self, RelationId},
    service::READ,
};

/// What relations can be told in; Turtle goes first.
const OFFERS: [Offer; 4] =
    [Offer::Rdf(Format::Turtle), Offer::Rdf(Format::JsonLd), Offer::Rdf(Format::RdfXml), Offer::Rdf(Format::NTriples)];

#[derive(OpenApi)]
#[openapi(paths(similar, workbench, concept, represented, relations, relation_of, sssom, skos))]
struct Document;

/// The description of the JSON routes.
pub fn open_api() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

pub(crate) fn routes() -> Routes<Harmonisation> {
    Routes::new()
        .api(Method::GET, "/api/harmonisation/similar/{*path}", READ, similar)
        .api(Method::GET, "/api/harmonisation/concepts", READ, workbench)
        .api(Method::GET, "/api/harmonisation/concepts/{id}", READ, concept)
        .api(Method::GET, "/api/harmonisation/represented/{id}", READ, represented)
        .api(Method::GET, "/api/harmonisation/relations", READ, relations)
        .api(Method::GET, "/api/harmonisation/relations/{id}", READ, relation_of)
        .api(Method::GET, "/api/harmonisation/relations.sssom.tsv", READ, sssom)
        .api(Method::GET, "/api/harmonisation/mappings", READ, skos)
}

/// The variables most alike to one, with what each part of the likeness tells.
#[utoipa::path(get, path = "/api/harmonisation/similar/{path}", tag = "harmonisation",
    params(("path" = String, Path, description = "such as npr/contact/sex")),
    responses((status = 200, description = "the most alike first; every part with its score, its weight and why"),
        (status = 404, description = "no such variable")))]
async fn similar(
    visit: Visit,
    State(service): State<Harmonisation>,
    Path(path): Path<String>,
) -> Result<Json<SimilarView>, Failure> {
    let path = relation::variable(&path).ok_or_else(Failure::not_found)?;
    Ok(Json(service.similar(&visit.actor, &path).await?))
}

/// The concepts with their represented variables.
#[utoipa::path(get, path = "/api/harmonisation/concepts", tag = "harmonisation",
    params(("day" = Option<String>, Query, description = "as it was at the end of that day")),
    responses((status = 200, description = "by name"), (status = 422, description = "no such day")))]
async fn workbench(
    visit: Visit,
    State(service): State<Harmonisation>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let day = day(&query(raw), &service)?;
    let Workbench { concepts, .. } = service.workbench(&visit.actor, day).await?;
    let told: Vec<serde_json::Value> = concepts
        .iter()
        .map(|(concept, represented)| {
            let own: Vec<_> = represented
                .iter()
                .map(|(one, holds)| serde_json::json!({ "represented": one, "variables": holds }))
                .collect();
            serde_json::json!({ "concept": concept, "represented": own })
        })
        .collect();
    Ok(Json(told).into_response())
}

/// A concept with its represented variables and its versions.
#[utoipa::path(get, path = "/api/harmonisation/concepts/{id}", tag = "harmonisation",
    params(("id" = uuid::Uuid, Path), ("day" = Option<String>, Query, description = "as it was at the end of that day")),
    responses((status = 200, description = "the concept"), (status = 404, description = "no such concept")))]
async fn concept(
    visit: Visit,
    State(service): State<Harmonisation>,
    Id(id): Id<ConceptId>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let day = day(&query(raw), &service)?;
    Ok(Json(service.concept(&visit.actor, id, day).await?).into_response())
}

/// A represented variable with the variables that are related to it.
#[utoipa::path(get, path = "/api/harmonisation/represented/{id}", tag = "harmonisation",
    params(("id" = uuid::Uuid, Path), ("day" = Option<String>, Query, description = "as it was at the end of that day")),
    responses((status = 200, description = "the represented variable"), (status = 404, description = "no such one")))]
async fn represented(
    visit: Visit,
    State(service): State<Harmonisation>,
    Id(id): Id<RepresentedId>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let day = day(&query(raw), &service)?;
    Ok(Json(service.represented(&visit.actor, id, day).await?).into_response())
}

/// Relations with how far their codes are mapped and what was decided.
#[utoipa::path(get, path = "/api/harmonisation/relations", tag = "harmonisation",
    params(("variable" = Option<String>, Query, description = "only those about it"),
        ("day" = Option<String>, Query, description = "as it was at the end of that day")),
    responses((status = 200, description = "those that hold or have held; to those who look after descriptions all"),
        (status = 422, description = "no such day or variable")))]
async fn relations(
    visit: Visit,
    State(service): State<Harmonisation>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Vec<RelationView>>, Failure> {
    let form = query(raw);
    let about: Option<CataloguePath> = match form.given("variable") {
        None => None,
        Some(text) => Some(relation::variable(text).ok_or_else(|| wrong("variable", "harmonisation-error-variable"))?),
    };
    Ok(Json(service.relations(&visit.actor, about.as_ref(), day(&form, &service)?).await?))
}

/// One relation.
#[utoipa::path(get, path = "/api/harmonisation/relations/{id}", tag = "harmonisation",
    params(("id" = uuid::Uuid, Path), ("day" = Option<String>, Query, description = "as it was at the end of that day")),
    responses((status = 200, description = "the relation"), (status = 404, description = "none that you may know of")))]
async fn relation_of(
    visit: Visit,
    State(service): State<Harmonisation>,
    Id(id): Id<RelationId>,
    RawQuery(raw): RawQuery,
) -> Result<Json<RelationView>, Failure> {
    let day = day(&query(raw), &service)?;
    Ok(Json(service.relation(&visit.actor, id, day).await?.0))
}

/// The relations that hold, as a set of mappings in SSSOM.
#[utoipa::path(get, path = "/api/harmonisation/relations.sssom.tsv", tag = "harmonisation",
    params(("day" = Option<String>, Query, description = "as it was at the end of that day")),
    responses((status = 200, description = "SSSOM/TSV"), (status = 422, description = "no such day")))]
async fn sssom(
    visit: Visit,
    State(service): State<Harmonisation>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let body = service.sssom(&visit.actor, day(&query(raw), &service)?).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/tab-separated-values; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"relations.sssom.tsv\""),
    ];
    Ok((headers, body).into_response())
}

/// The concepts and the relations that hold, in SKOS.
#[utoipa::path(get, path = "/api/harmonisation/mappings", tag = "harmonisation",
    params(("format" = Option<String>, Query, description = "ttl, jsonld, rdf or nt; goes before the Accept header"),
        ("day" = Option<String>, Query, description = "as it was at the end of that day")),
    responses((status = 200, description = "Turtle, JSON-LD, RDF/XML or N-Triples"),
        (status = 422, description = "no such format or day")))]
async fn skos(
    visit: Visit,
    State(service): State<Harmonisation>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let form = query(raw);
    let format = format(&form, &headers)?;
    let said = service.skos(&visit.actor, day(&form, &service)?).await?;
    let body = write(&said, format).map_err(|error| HarmonisationError::Writing(error.to_string()))?;
    let kind = format!("{}; charset=utf-8", format.media_type());
    let mut response = ([(header::CONTENT_TYPE, kind)], body).into_response();
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// The format to answer in. A reader who takes nothing of ours gets Turtle: RFC 9110 section 12.5.1 lets an
/// answer disregard the header.
fn format(form: &Form, headers: &HeaderMap) -> Result<Format, HarmonisationError> {
    if let Some(name) = form.given("format") {
        return Ok(name.parse()?);
    }
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    match negotiate(accept, &OFFERS) {
        Some(Offer::Rdf(format)) => Ok(format),
        _ => Ok(Format::Turtle),
    }
}

/// The query of an address as a form.
pub(crate) fn query(raw: Option<String>) -> Form {
    let raw = raw.unwrap_or_default();
    Form::of(url::form_urlencoded::parse(raw.as_bytes()).map(|(n, v)| (n.into_owned(), v.into_owned())))
}

fn day(form: &Form, service: &Harmonisation) -> Result<Option<Date>, HarmonisationError> {
    let Some(text) = form.given("day") else { return Ok(None) };
    let day = text.parse::<Date>().ok().filter(|day| *day <= service.today());
    day.map(Some).ok_or_else(|| wrong("day", "harmonisation-error-day"))
}

fn wrong(field: &str, message: &str) -> HarmonisationError {
    HarmonisationError::Invalid(vec![FieldProblem::new(field, message)])
}
