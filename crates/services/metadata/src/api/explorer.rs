//! The national variable explorer's read API, by its own names.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use varde_web::{Failure, Form, Visit};

use crate::{
    ExplorerQuery,
    pages::{Service, query},
    service::FACETS,
};

/// The most values of one facet; a selection has fewer.
const MOST_VALUES: usize = 100;

fn asked(raw: Option<String>) -> ExplorerQuery {
    let form = query(raw);
    let facet = |facet: &&str| {
        let values = form.all(facet).iter().filter(|v| !v.trim().is_empty() && v.len() <= 200);
        ((*facet).to_owned(), values.take(MOST_VALUES).cloned().collect())
    };
    let day = |key: &str| form.given(key).and_then(|day| day.get(..10)).and_then(|day| day.parse().ok());
    ExplorerQuery {
        search: form.value("search").chars().take(200).collect(),
        facets: FACETS.iter().map(facet).collect(),
        has_list: form.given("harKildekodeverk").map(|value| value.eq_ignore_ascii_case("true")),
        data_from: day("dataFrom"),
        data_until: day("dataTo"),
        historical: is_true(&form, "includeHistorical"),
        sort: form.value("sort").to_owned(),
        descending: form.value("sortDir").eq_ignore_ascii_case("desc"),
        page: form.value("page").parse().unwrap_or(1),
        size: form.value("size").parse().unwrap_or(25),
    }
}

fn is_true(form: &Form, key: &str) -> bool {
    form.value(key).eq_ignore_ascii_case("true")
}

fn found(value: Option<Value>) -> Result<Response, Failure> {
    value.map(|v| Json(v).into_response()).ok_or_else(Failure::not_found)
}

/// A page of variables.
#[utoipa::path(get, path = "/api/explorer/variables", tag = "explorer", params(
    ("page" = Option<i64>, Query, description = "from 1"),
    ("size" = Option<i64>, Query, description = "1 to 1000; 25 when not given"),
    ("search" = Option<String>, Query, description = "words; each must be part of name, code or description"),
    ("sort" = Option<String>, Query, description = "name, kode, kilde, datasamling, variabelgruppe, datatype, status or dataperiode"),
    ("sortDir" = Option<String>, Query, description = "asc or desc"),
    ("kildeIds" = Option<String>, Query, description = "and the other filters of the explorer; repeat for several"),
), responses((status = 200, description = "items, totalCount, page, size, totalPages")))]
pub(super) async fn variables(
    visit: Visit,
    State(service): State<Service>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    Ok(Json(service.explorer_variables(&visit.actor, &asked(raw)).await?).into_response())
}

/// A variable with its versions, code links, groups and datasets.
#[utoipa::path(get, path = "/api/explorer/variables/{id}", tag = "explorer",
    params(("id" = String, Path), ("includeHistorical" = Option<bool>, Query)),
    responses((status = 200, description = "the variable"), (status = 404, description = "no such variable")))]
pub(super) async fn variable(
    visit: Visit,
    State(service): State<Service>,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let historical = is_true(&query(raw), "includeHistorical");
    found(service.explorer_variable(&visit.actor, &id, historical).await?)
}

/// All versions of a variable.
#[utoipa::path(get, path = "/api/explorer/variables/{id}/timeline", tag = "explorer", params(("id" = String, Path)),
    responses((status = 200, description = "the versions"), (status = 404, description = "no such variable")))]
pub(super) async fn timeline(
    visit: Visit,
    State(service): State<Service>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    found(service.explorer_timeline(&visit.actor, &id).await?)
}

/// The codes of one of a variable's code links.
#[utoipa::path(get, path = "/api/explorer/variables/{id}/kodeverk/{kind}/{reference}/codes", tag = "explorer",
    params(("id" = String, Path),
        ("kind" = String, Path, description = "Kildekodeverk, AdministrativtKodeverk or HelsefagligKodeverk"),
        ("reference" = String, Path)),
    responses((status = 200, description = "the codes"), (status = 404, description = "no such link")))]
pub(super) async fn codes(
    visit: Visit,
    State(service): State<Service>,
    Path((id, kind, reference)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    found(service.explorer_codes(&visit.actor, &id, &kind, &reference).await?)
}

/// The sources.
#[utoipa::path(get, path = "/api/explorer/kilder", tag = "explorer",
    params(("search" = Option<String>, Query), ("kildeType" = Option<String>, Query)),
    responses((status = 200, description = "the sources with their counts")))]
pub(super) async fn sources(
    visit: Visit,
    State(service): State<Service>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let answer = service.explorer_sources(&visit.actor, form.value("search"), form.value("kildeType")).await?;
    Ok(Json(answer).into_response())
}

/// The properties that sources can have.
#[utoipa::path(get, path = "/api/explorer/kilder/egenskaper", tag = "explorer",
    responses((status = 200, description = "key, labels, group, order, type and options of each")))]
pub(super) async fn properties(visit: Visit, State(service): State<Service>) -> Result<Response, Failure> {
    Ok(Json(service.explorer_properties(&visit.actor).await?).into_response())
}

/// A source with its sub-sources and datasets.
#[utoipa::path(get, path = "/api/explorer/kilder/{id}", tag = "explorer", params(("id" = String, Path)),
    responses((status = 200, description = "the source"), (status = 404, description = "no such source")))]
pub(super) async fn source(
    visit: Visit,
    State(service): State<Service>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    found(service.explorer_source(&visit.actor, &id, "source").await?)
}

/// The tree of a source down to groups of variables.
#[utoipa::path(get, path = "/api/explorer/kilder/{id}/hierarchy", tag = "explorer", params(("id" = String, Path)),
    responses((status = 200, description = "the tree"), (status = 404, description = "no such source")))]
pub(super) async fn hierarchy(
    visit: Visit,
    State(service): State<Service>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    found(service.explorer_source(&visit.actor, &id, "hierarchy").await?)
}

/// A dataset.
#[utoipa::path(get, path = "/api/explorer/datasamling/{id}", tag = "explorer", params(("id" = String, Path)),
    responses((status = 200, description = "the dataset"), (status = 404, description = "no such dataset")))]
pub(super) async fn dataset(
    visit: Visit,
    State(service): State<Service>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    found(service.explorer_dataset(&visit.actor, &id).await?)
}

/// What variables can be filtered by, with how many each choice would leave.
#[utoipa::path(get, path = "/api/explorer/filters", tag = "explorer",
    params(("search" = Option<String>, Query, description = "and the filters of variables")),
    responses((status = 200, description = "the facets")))]
pub(super) async fn filters(
    visit: Visit,
    State(service): State<Service>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    Ok(Json(service.explorer_filters(&visit.actor, &asked(raw)).await?).into_response())
}
