//! The pages of a source, a dataset, and what changed between two editions.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use varde_web::{Failure, Visit, ui::Link};

use super::{
    Basket, Mark, Service, as_at, path, query,
    text::{Words, crumbs, period},
};
use crate::{DatasetView, EditionSummary, Identification, SourceView, Variable};

#[derive(Template)]
#[template(path = "catalogue/source.html")]
struct SourceTemplate<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    name: Words,
    description: Words,
    facts: Vec<(String, String)>,
    datasets: Vec<DatasetRow>,
    history: Vec<EditionRow>,
    day: Option<String>,
    cite: String,
    /// Whether the edition shown is the one that the address cites; `None` when it cites none.
    cited: Option<bool>,
    care_href: Option<String>,
    /// What other catalogues demand of it.
    check_href: String,
}

struct DatasetRow {
    path: String,
    name: Words,
    variables: String,
}

struct EditionRow {
    number: i32,
    published: String,
    variables: String,
    digest: String,
    changes: Option<String>,
}

/// `GET /katalog/{source}?per=2024-01-31`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Service>,
    Path(source): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let view = service.source(&visit.actor, &path(&source)?, as_at(&form)).await?;
    let view = view.ok_or_else(Failure::not_found)?;
    let care = service.care(&visit.actor, &view.source.path, as_at(&form)).await?;
    let mut facts = facts(&visit, &view);
    let confirmed = care.confirmed_at.map_or_else(|| visit.t("governance-never"), |t| visit.time(t));
    facts.push((visit.t("governance-column-confirmed"), confirmed));
    for one in care.responsible.iter().filter(|one| one.path == view.source.path) {
        facts.push((visit.t_of("governance-role", &one.role), format!("{}, {}", one.name, one.contact)));
    }
    let shown = as_at(&form).valid.unwrap_or_else(|| visit.clock().today());
    let looks_after = visit.actor.is(varde_core::Role::Reviewer)
        || (visit.actor.is(varde_core::Role::Steward) && visit.actor.organisation == view.source.holder);
    let dataset = |(dataset, count): &(crate::Dataset, i64)| DatasetRow {
        path: dataset.path.to_string(),
        name: Words::of(&visit, &dataset.name),
        variables: visit.number(*count),
    };
    Ok(visit.page(SourceTemplate {
        crumbs: crumbs(&visit, None, None),
        name: Words::of(&visit, &view.source.name),
        description: Words::of(&visit, &view.source.description),
        facts,
        datasets: view.datasets.iter().map(dataset).collect(),
        history: history(&visit, &view.history),
        day: as_at(&form).valid.map(|day| visit.date(day)),
        cite: format!("/katalog/{}?per={shown}&utgave={}", view.source.path, view.edition.digest),
        cited: form.given("utgave").map(|digest| digest == view.edition.digest.to_string()),
        check_href: format!("/katalog/kontroll/{}", view.source.path),
        care_href: looks_after.then(|| format!("/katalog/forvaltning/kilde/{}", view.source.path)),
        visit: &visit,
    }))
}

fn facts(visit: &Visit, view: &SourceView) -> Vec<(String, String)> {
    let source = &view.source;
    let mut facts = vec![(visit.t("metadata-fact-kind"), visit.t_of("metadata-kind", source.kind.name()))];
    if let Some(basis) = &source.legal_basis {
        facts.push((visit.t("metadata-fact-legal-basis"), basis.to_string()));
    }
    if let Some(category) = source.ehds_category {
        facts.push((visit.t("metadata-fact-ehds"), visit.t_of("metadata-ehds", category.name())));
    }
    facts.push((visit.t("metadata-fact-link"), visit.t_of("metadata-link", source.link_kind.name())));
    facts
}

fn history(visit: &Visit, editions: &[EditionSummary]) -> Vec<EditionRow> {
    let row = |(at, edition): (usize, &EditionSummary)| EditionRow {
        number: edition.number,
        published: edition.published_at.map(|t| visit.time(t)).unwrap_or_default(),
        variables: visit.number(edition.variables),
        digest: edition.digest.to_string().chars().take(12).collect(),
        changes: editions.get(at + 1).map(|before| format!("/katalog/endringer/{}/{}", before.id, edition.id)),
    };
    editions.iter().enumerate().map(row).collect()
}

#[derive(Template)]
#[template(path = "catalogue/dataset.html")]
struct DatasetTemplate<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    name: Words,
    description: Words,
    groups: Vec<GroupRows>,
    basket: Basket,
    count: String,
    day: Option<String>,
}

/// The variables of a group; the group without a name comes first.
struct GroupRows {
    id: String,
    name: Words,
    rows: Vec<VariableRow>,
}

struct VariableRow {
    path: String,
    name: Words,
    column: String,
    data_type: String,
    period: String,
    mark: &'static str,
}

/// `GET /katalog/{source}/{dataset}`.
pub(super) async fn show_dataset(
    visit: Visit,
    State(service): State<Service>,
    Path((source, dataset)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let as_at = as_at(&query(raw));
    let view = service.dataset(&visit.actor, &path(&format!("{source}/{dataset}"))?, as_at).await?;
    let view = view.ok_or_else(Failure::not_found)?;
    let basket = Basket::of(&visit, &service).await?;
    Ok(visit.page(DatasetTemplate {
        crumbs: crumbs(&visit, Some(&view.source), None),
        name: Words::of(&visit, &view.dataset.name),
        description: Words::of(&visit, &view.dataset.description),
        groups: groups(&visit, &basket, &view),
        count: visit.t_with("metadata-variable-count", &[("count", view.dataset.variables.len().into())]),
        basket,
        day: as_at.valid.map(|day| visit.date(day)),
        visit: &visit,
    }))
}

fn groups(visit: &Visit, basket: &Basket, view: &DatasetView) -> Vec<GroupRows> {
    let rows = |group: Option<&str>| -> Vec<VariableRow> {
        let inside = view.dataset.variables.iter().filter(|v| v.group.as_deref() == group);
        inside.filter_map(|v| row(visit, basket, v)).collect()
    };
    let none = GroupRows { id: "variables".to_owned(), name: Words::default(), rows: rows(None) };
    let named = view.dataset.groups.iter().map(|group| GroupRows {
        id: format!("g-{}", group.code),
        name: Words::of(visit, &group.name),
        rows: rows(Some(&group.code)),
    });
    std::iter::once(none).chain(named).filter(|group| !group.rows.is_empty()).collect()
}

fn row(visit: &Visit, basket: &Basket, variable: &Variable) -> Option<VariableRow> {
    let version = variable.newest()?;
    let first = variable.versions.first()?.valid.from;
    let deliverable = variable.identification != Identification::DirectIdentifier;
    Some(VariableRow {
        path: variable.path.to_string(),
        name: Words::of(visit, &version.name),
        column: variable.path.name().to_owned(),
        data_type: visit.t_of("metadata-type", version.data_type.name()),
        period: period(visit, Some(first), version.valid.until),
        mark: Mark::of(visit, basket, &variable.path, deliverable).name(),
    })
}
