//! Scores as JSON and RDF.

use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderMap, Method, header},
    response::{IntoResponse as _, Response},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::OpenApi;
use varde_core::{CataloguePath, LocalisedText};
use varde_rdf::{Format, Offer, negotiate, write};
use varde_web::{Failure, Form, Id, Routes, Visit};

use crate::{Fair, FairError, Kept, Model, Points, Score, export};

/// The action that all reading needs.
pub(crate) const READ: &str = "fair.score.read";

/// What measurements can be answered in, the one to prefer first.
const OFFERS: [Offer; 4] =
    [Offer::Rdf(Format::Turtle), Offer::Rdf(Format::JsonLd), Offer::Rdf(Format::RdfXml), Offer::Rdf(Format::NTriples)];

#[derive(OpenApi)]
#[openapi(paths(all, source, measurements))]
struct Document;

/// The description of the routes.
pub fn open_api() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

pub(crate) fn routes() -> Routes<Fair> {
    Routes::new()
        .api(Method::GET, "/api/fair/scores", READ, all)
        .api(Method::GET, "/api/fair/scores/{source}", READ, source)
        .api(Method::GET, "/api/fair/scores/{source}/dqv", READ, measurements)
}

/// A source with its points in one model.
#[derive(Serialize)]
struct Line {
    source: CataloguePath,
    name: LocalisedText,
    kind: &'static str,
    /// None when nothing was computed yet.
    number: Option<i32>,
    computed_at: Option<Timestamp>,
    percent: Option<u8>,
    points: Option<Points>,
}

/// All sources in one model.
#[derive(Serialize)]
struct Lines {
    model: Model,
    published: String,
    version: String,
    weights: varde_core::Digest,
    sources: Vec<Line>,
}

/// The scores of a source.
#[derive(Serialize)]
struct Scores {
    source: CataloguePath,
    name: LocalisedText,
    scores: Vec<One>,
}

/// A score with when it was computed.
#[derive(Serialize)]
struct One {
    number: i32,
    computed_at: Timestamp,
    percent: Option<u8>,
    #[serde(flatten)]
    score: Score,
}

/// The points of every source in one model.
#[utoipa::path(get, path = "/api/fair/scores", tag = "fair", params(
    ("model" = Option<String>, Query, description = "fdmm, mqa, label or health; fdmm otherwise"),
), responses((status = 200, description = "the points of each source, half points as halves; per cent of what counts"),
    (status = 404, description = "no such model")))]
async fn all(visit: Visit, State(service): State<Fair>, raw: RawQuery) -> Result<Response, Failure> {
    let form = query(raw);
    let model = form.given("model").map_or(Some(Model::Fdmm), Model::from_name).ok_or(FairError::NotFound)?;
    let overview = service.overview(&visit.actor, model, None).await?;
    let line = |row: &crate::Row| {
        let score = row.score.as_ref();
        Line {
            source: row.subject.path.clone(),
            name: row.subject.name.clone(),
            kind: row.subject.kind.name(),
            number: score.map(|one| one.number),
            computed_at: score.map(|one| one.at),
            percent: score.and_then(|one| one.content.points.percent()),
            points: score.map(|one| one.content.points),
        }
    };
    let outline = overview.outline;
    Ok(Json(Lines {
        model,
        published: outline.published.clone(),
        version: outline.version.clone(),
        weights: outline.digest,
        sources: overview.rows.iter().map(line).collect(),
    })
    .into_response())
}

/// The scores of a source in every model, with each finding, its evidence and what to do.
#[utoipa::path(get, path = "/api/fair/scores/{source}", tag = "fair", params(
    ("source" = String, Path, description = "such as npr"),
), responses((status = 200, description = "the newest score in each model; none before anything was computed"),
    (status = 404, description = "no such source")))]
async fn source(visit: Visit, State(service): State<Fair>, Id(path): Id<CataloguePath>) -> Result<Response, Failure> {
    let view = service.source(&visit.actor, &path).await?;
    let one = |kept: Kept<Score>| One {
        number: kept.number,
        computed_at: kept.at,
        percent: kept.content.points.percent(),
        score: kept.content,
    };
    let scores = view.scores.into_iter().map(one).collect();
    Ok(Json(Scores { source: view.subject.path, name: view.subject.name, scores }).into_response())
}

/// The scores of a source as measurements of the Data Quality Vocabulary.
#[utoipa::path(get, path = "/api/fair/scores/{source}/dqv", tag = "fair", params(
    ("source" = String, Path, description = "such as npr"),
    ("format" = Option<String>, Query, description = "ttl, jsonld, rdf or nt; goes before the Accept header"),
), responses((status = 200, description = "Turtle, JSON-LD, RDF/XML or N-Triples"),
    (status = 404, description = "no such source"), (status = 422, description = "no such format")))]
async fn measurements(
    visit: Visit,
    State(service): State<Fair>,
    Id(path): Id<CataloguePath>,
    raw: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let format = format(&query(raw), &headers)?;
    let view = service.source(&visit.actor, &path).await?;
    let said = export::dqv(service.outlines(), service.site(), &path, &view.scores);
    let body = write(&said, format).map_err(|error| FairError::Writing(error.to_string()))?;
    let kind = format!("{}; charset=utf-8", format.media_type());
    Ok(([(header::CONTENT_TYPE, kind), (header::VARY, "accept".to_owned())], body).into_response())
}

fn format(form: &Form, headers: &HeaderMap) -> Result<Format, FairError> {
    if let Some(name) = form.given("format").filter(|text| !text.is_empty()) {
        return name.parse().map_err(|_| FairError::Format);
    }
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    // A reader who takes nothing of ours gets Turtle (RFC 9110 section 12.5.1).
    match negotiate(accept, &OFFERS) {
        Some(Offer::Rdf(format)) => Ok(format),
        Some(Offer::Page) | None => Ok(Format::Turtle),
    }
}

/// The query of an address as a form.
pub(crate) fn query(RawQuery(raw): RawQuery) -> Form {
    let raw = raw.unwrap_or_default();
    Form::of(url::form_urlencoded::parse(raw.as_bytes()).map(|(n, v)| (n.into_owned(), v.into_owned())))
}
