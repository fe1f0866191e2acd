//! RDF for harvesters, by content negotiation.

mod answer;

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use jiff::{Timestamp, civil::Date};
use utoipa::OpenApi;
use varde_core::{CataloguePath, clock::norway};
use varde_rdf::{Format, Offer, negotiate};
use varde_terminology::Key;
use varde_web::{Failure, Form, Routes, Visit};

use crate::{Exchange, ExchangeError, Profile, feed};

/// The state of every handler.
pub(crate) type Service = Arc<Exchange>;

/// The action that all of it needs.
pub(crate) const READ: &str = "metadata.catalogue.read";

/// What can be answered with, the one to prefer first. A browser is led to the page.
const OFFERS: [Offer; 5] = [
    Offer::Rdf(Format::Turtle),
    Offer::Rdf(Format::JsonLd),
    Offer::Rdf(Format::RdfXml),
    Offer::Rdf(Format::NTriples),
    Offer::Page,
];

#[derive(OpenApi)]
#[openapi(paths(catalogue, source, dataset, changes, concepts, code_system))]
struct Document;

/// The description of the routes.
pub fn open_api() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

pub(crate) fn routes() -> Routes<Service> {
    Routes::new()
        .api(Method::GET, "/api/dcat/catalogue", READ, catalogue)
        .api(Method::GET, "/api/dcat/sources/{source}", READ, source)
        .api(Method::GET, "/api/dcat/sources/{source}/{dataset}", READ, dataset)
        .api(Method::GET, "/api/dcat/changes", READ, changes)
        .api(Method::GET, "/api/skos/concepts", READ, concepts)
        .api(Method::GET, "/api/skos/code-systems/{key}", "terminology.content.read", code_system)
}

/// The catalogue in a profile of DCAT, a page at a time.
#[utoipa::path(get, path = "/api/dcat/catalogue", tag = "exchange", params(
    ("profile" = Option<String>, Query, description = "dcat-ap-no-2, dcat-ap-no-3, health or schema.org"),
    ("format" = Option<String>, Query, description = "ttl, jsonld, rdf or nt; goes before the Accept header"),
    ("page" = Option<usize>, Query, description = "from 1; the answer names the next page"),
), responses((status = 200, description = "Turtle, JSON-LD, RDF/XML or N-Triples"),
    (status = 304, description = "as it was"), (status = 303, description = "the page, for a browser"),
    (status = 404, description = "no such page"), (status = 422, description = "no such profile or format")))]
async fn catalogue(
    visit: Visit,
    State(service): State<Service>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let form = query(raw);
    let Some(format) = format(&form, &headers)? else { return Ok(visit.see("/katalog")) };
    let page = form.given("page").map_or(Ok(1), |page| page.parse().map_err(|_| Failure::not_found()))?;
    let told = service.catalogue(&visit.actor, profile(&form)?, page).await?;
    Ok(answer::rdf(&told, format, &headers)?)
}

/// One source in a profile of DCAT. The address is also the name of the source.
#[utoipa::path(get, path = "/api/dcat/sources/{source}", tag = "exchange", params(
    ("source" = String, Path, description = "such as npr"),
    ("profile" = Option<String>, Query, description = "dcat-ap-no-2, dcat-ap-no-3, health or schema.org"),
    ("format" = Option<String>, Query, description = "ttl, jsonld, rdf or nt; goes before the Accept header"),
), responses((status = 200, description = "Turtle, JSON-LD, RDF/XML or N-Triples"),
    (status = 304, description = "as it was"), (status = 303, description = "the page, for a browser"),
    (status = 404, description = "no such source"), (status = 422, description = "no such profile or format")))]
async fn source(
    visit: Visit,
    State(service): State<Service>,
    Path(source): Path<String>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    described(&visit, &service, &source, raw, &headers).await
}

/// One dataset of a source in a profile of DCAT, with what it is made of when it is a data product. The address
/// is also the name of the dataset.
#[utoipa::path(get, path = "/api/dcat/sources/{source}/{dataset}", tag = "exchange", params(
    ("source" = String, Path, description = "such as npr"),
    ("dataset" = String, Path, description = "such as contact"),
    ("profile" = Option<String>, Query, description = "dcat-ap-no-2, dcat-ap-no-3, health or schema.org"),
    ("format" = Option<String>, Query, description = "ttl, jsonld, rdf or nt; goes before the Accept header"),
), responses((status = 200, description = "Turtle, JSON-LD, RDF/XML or N-Triples"),
    (status = 304, description = "as it was"), (status = 303, description = "the page, for a browser"),
    (status = 404, description = "no such dataset"), (status = 422, description = "no such profile or format")))]
async fn dataset(
    visit: Visit,
    State(service): State<Service>,
    Path((source, dataset)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    described(&visit, &service, &format!("{source}/{dataset}"), raw, &headers).await
}

async fn described(
    visit: &Visit,
    service: &Exchange,
    path: &str,
    raw: Option<String>,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let form = query(raw);
    let path: CataloguePath = path.parse().map_err(|_| Failure::not_found())?;
    let Some(format) = format(&form, headers)? else { return Ok(visit.see(&format!("/katalog/{path}"))) };
    let told = service.source(&visit.actor, &path, profile(&form)?).await?;
    Ok(answer::rdf(&told, format, headers)?)
}

/// What was added, changed and withdrawn, as ActivityStreams.
#[utoipa::path(get, path = "/api/dcat/changes", tag = "exchange",
    params(("since" = Option<String>, Query, description = "only what came after this time or day; all of it otherwise")),
    responses((status = 200, description = "an ordered collection, the oldest first; next is what to ask the next time"),
        (status = 422, description = "since is no time")))]
async fn changes(visit: Visit, State(service): State<Service>, RawQuery(raw): RawQuery) -> Result<Response, Failure> {
    let since = query(raw).given("since").map(moment).transpose()?;
    let changes = service.changes(&visit.actor, since).await?;
    let body = feed(&changes, since, service.addresses()).to_string();
    let kind = HeaderValue::from_static("application/activity+json");
    Ok(([(header::CONTENT_TYPE, kind)], body).into_response())
}

/// The concepts that the catalogue uses, in SKOS-AP-NO-Begrep.
#[utoipa::path(get, path = "/api/skos/concepts", tag = "exchange", params(
    ("format" = Option<String>, Query, description = "ttl, jsonld, rdf or nt; goes before the Accept header"),
), responses((status = 200, description = "Turtle, JSON-LD, RDF/XML or N-Triples"),
    (status = 303, description = "the catalogue's page, for a browser"),
    (status = 304, description = "as it was"), (status = 422, description = "no such format")))]
async fn concepts(
    visit: Visit,
    State(service): State<Service>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let Some(format) = format(&query(raw), &headers)? else { return Ok(visit.see("/katalog")) };
    Ok(answer::rdf(&service.concepts(&visit.actor).await?, format, &headers)?)
}

/// An edition of a code system, in SKOS with XKOS. The address with its version is also its name.
#[utoipa::path(get, path = "/api/skos/code-systems/{key}", tag = "exchange", params(
    ("key" = String, Path, description = "the code system's short name, such as icd10"),
    ("version" = Option<String>, Query, description = "such as 2017; the one that holds today otherwise"),
    ("format" = Option<String>, Query, description = "ttl, jsonld, rdf or nt; goes before the Accept header"),
), responses((status = 200, description = "Turtle, JSON-LD, RDF/XML or N-Triples"),
    (status = 303, description = "the page, for a browser"), (status = 304, description = "as it was"),
    (status = 404, description = "no such code system or version"), (status = 422, description = "no such format")))]
async fn code_system(
    visit: Visit,
    State(service): State<Service>,
    Path(key): Path<String>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let form = query(raw);
    let key: Key = key.parse().map_err(|_| Failure::not_found())?;
    let Some(format) = format(&form, &headers)? else { return Ok(visit.see(&format!("/kodeverk/{key}"))) };
    let version = form.given("version").filter(|version| !version.is_empty());
    Ok(answer::rdf(&service.code_system(&visit.actor, &key, version).await?, format, &headers)?)
}

/// The query of an address as a form.
pub(crate) fn query(raw: Option<String>) -> Form {
    let raw = raw.unwrap_or_default();
    Form::of(url::form_urlencoded::parse(raw.as_bytes()).map(|(n, v)| (n.into_owned(), v.into_owned())))
}

fn profile(form: &Form) -> Result<Profile, ExchangeError> {
    let asked = form.given("profile").filter(|text| !text.is_empty());
    asked.map_or(Ok(Profile::National2), |text| Ok(text.parse()?))
}

/// The format to answer in; `None` for a page. A reader who takes nothing of ours gets Turtle: RFC 9110
/// section 12.5.1 lets an answer disregard the header.
fn format(form: &Form, headers: &HeaderMap) -> Result<Option<Format>, ExchangeError> {
    if let Some(name) = form.given("format").filter(|text| !text.is_empty()) {
        return name.parse().map(Some).map_err(|_| ExchangeError::Format);
    }
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    match negotiate(accept, &OFFERS) {
        Some(Offer::Page) => Ok(None),
        Some(Offer::Rdf(format)) => Ok(Some(format)),
        None => Ok(Some(Format::Turtle)),
    }
}

/// A time, or the beginning of a day in Norway.
fn moment(text: &str) -> Result<Timestamp, ExchangeError> {
    let day = || text.parse::<Date>().ok()?.to_zoned(norway()).ok().map(|zoned| zoned.timestamp());
    text.parse().ok().or_else(day).ok_or(ExchangeError::Since)
}
