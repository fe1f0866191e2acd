//! Search, the tree, differences; import and publication for stewards.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use varde_web::{Failure, Form, Id, Sent, Visit};

use crate::{
    AsAt, DataSource, Difference, EditionId, FacetName, SearchQuery, SearchSort,
    pages::{Service, path, query},
};

/// `?as_at=2026-11-22T12:00:00Z&valid=2020-01-01`: the catalogue as it was recorded, and what held.
pub(super) fn as_at(form: &Form) -> Result<AsAt, Failure> {
    let recorded = form.given("as_at").map(str::parse).transpose().map_err(|_| Failure::not_found())?;
    let valid = form.given("valid").map(str::parse).transpose().map_err(|_| Failure::not_found())?;
    Ok(AsAt { recorded, valid })
}

fn found<T: serde::Serialize>(value: Option<T>) -> Result<Response, Failure> {
    value.map(|v| Json(v).into_response()).ok_or_else(Failure::not_found)
}

/// Searches sources, datasets and variables.
#[utoipa::path(get, path = "/api/catalogue/search", tag = "catalogue", params(
    ("q" = Option<String>, Query, description = "words, beginnings of words, codes"),
    ("kind" = Option<String>, Query, description = "source, dataset or variable; this and the next ones: repeat for several"),
    ("source" = Option<String>, Query, description = "only this source, by path"),
    ("source_kind" = Option<String>, Query, description = "only this kind of source"),
    ("type" = Option<String>, Query, description = "only this type of values"),
    ("category" = Option<String>, Query, description = "only this EHDS category"),
    ("code_system" = Option<String>, Query, description = "only with values from this code system"),
    ("local_codes" = Option<String>, Query, description = "yes: only with a list of codes of the source's own; no: only without"),
    ("from" = Option<i16>, Query, description = "only collected in this year or later"),
    ("to" = Option<i16>, Query, description = "only collected in this year or earlier"),
    ("retired" = Option<bool>, Query, description = "also variables no longer collected"),
    ("sort" = Option<String>, Query, description = "name or place; the best first unless told"),
    ("page" = Option<i64>, Query, description = "from 1; 25 a page"),
), responses((status = 200, description = "a page of hits with facets and why each was found"),
    (status = 503, description = "search is being made ready; ask again in a few seconds")))]
pub(super) async fn search(
    visit: Visit,
    State(service): State<Service>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let chosen = FacetName::ALL.iter().flat_map(|name| form.all(name.name()).iter().map(|v| (*name, v.clone())));
    let asked = SearchQuery {
        text: form.value("q").chars().take(200).collect(),
        chosen: chosen.collect(),
        from: form.value("from").parse().ok(),
        to: form.value("to").parse().ok(),
        retired: form.value("retired") == "true",
        sort: match form.value("sort") {
            "name" => SearchSort::Name,
            "place" => SearchSort::Place,
            _ => SearchSort::Best,
        },
        language: visit.language,
        page: form.value("page").parse().unwrap_or(1),
        size: None,
    };
    Ok(Json(service.search(&visit.actor, &asked).await?).into_response())
}

/// Lists the published sources.
#[utoipa::path(get, path = "/api/catalogue/sources", tag = "catalogue",
    params(("as_at" = Option<String>, Query, description = "as recorded at this time (RFC 3339)")),
    responses((status = 200, description = "the sources with their current edition")))]
pub(super) async fn sources(
    visit: Visit,
    State(service): State<Service>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    Ok(Json(service.sources(&visit.actor, as_at(&query(raw))?).await?).into_response())
}

/// Shows a source with its datasets and editions.
#[utoipa::path(get, path = "/api/catalogue/sources/{source}", tag = "catalogue",
    params(("source" = String, Path, description = "such as npr"),
        ("as_at" = Option<String>, Query, description = "as recorded at this time (RFC 3339)")),
    responses((status = 200, description = "the source"), (status = 404, description = "no such source then")))]
pub(super) async fn source(
    visit: Visit,
    State(service): State<Service>,
    Path(source): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    found(service.source(&visit.actor, &path(&source)?, as_at(&query(raw))?).await?)
}

/// Shows a dataset with its variables: the codebook.
#[utoipa::path(get, path = "/api/catalogue/datasets/{source}/{dataset}", tag = "catalogue",
    params(("source" = String, Path, description = "such as npr"), ("dataset" = String, Path, description = "such as contact"),
        ("as_at" = Option<String>, Query, description = "as recorded at this time (RFC 3339)")),
    responses((status = 200, description = "the dataset"), (status = 404, description = "no such dataset then")))]
pub(super) async fn dataset(
    visit: Visit,
    State(service): State<Service>,
    Path((source, dataset)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let wanted = path(&format!("{source}/{dataset}"))?;
    found(service.dataset(&visit.actor, &wanted, as_at(&query(raw))?).await?)
}

/// Shows a variable with its versions and codes.
#[utoipa::path(get, path = "/api/catalogue/variables/{path}", tag = "catalogue",
    params(("path" = String, Path, description = "such as npr/contact/main_condition"),
        ("as_at" = Option<String>, Query, description = "as recorded at this time (RFC 3339)"),
        ("valid" = Option<String>, Query, description = "what held on this day")),
    responses((status = 200, description = "the variable"), (status = 404, description = "no such variable then")))]
pub(super) async fn variable(
    visit: Visit,
    State(service): State<Service>,
    Path(wanted): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    found(service.variable(&visit.actor, &path(&wanted)?, as_at(&query(raw))?).await?)
}

/// Shows what changed between two published editions of a source.
#[utoipa::path(get, path = "/api/catalogue/differences/{old}/{new}", tag = "catalogue",
    params(("old" = uuid::Uuid, Path), ("new" = uuid::Uuid, Path)),
    responses((status = 200, description = "added, removed, retired and changed variables"),
        (status = 404, description = "not two published editions of one source")))]
pub(super) async fn difference(
    visit: Visit,
    State(service): State<Service>,
    Id((old, new)): Id<(EditionId, EditionId)>,
) -> Result<Json<Difference>, Failure> {
    Ok(Json(service.difference(&visit.actor, old, new).await?.1))
}

/// Imports an edition of a source as a draft.
#[utoipa::path(post, path = "/api/catalogue/editions", tag = "catalogue",
    security((), ("program" = ["varde:api/catalogue.write"])),
    responses((status = 201, description = "a new draft, and what it changes"),
        (status = 200, description = "the same content as the newest edition: nothing changed"),
        (status = 422, description = "the source does not hold together")))]
pub(super) async fn import(
    visit: Visit,
    State(service): State<Service>,
    Sent(source): Sent<DataSource>,
) -> Result<Response, Failure> {
    let imported = service.import(&visit.actor, &source, "catalogue").await?;
    let status = if imported.unchanged { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(imported)).into_response())
}

/// Makes an edition its source's current one.
#[utoipa::path(post, path = "/api/catalogue/editions/{id}/publish", tag = "catalogue",
    security((), ("program" = ["varde:api/catalogue.write"])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "it is current"), (status = 409, description = "a newer one is current")))]
pub(super) async fn publish(
    visit: Visit,
    State(service): State<Service>,
    Id(id): Id<EditionId>,
) -> Result<StatusCode, Failure> {
    service.publish(&visit.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
