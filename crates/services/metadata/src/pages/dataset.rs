//! The page of a dataset: its groups as a tree, its variables in pages, what holds for it.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use varde_web::{Failure, Form, Visit, ui::Link};

use super::{
    Basket, Mark, Service, address, as_at,
    compare::MOST,
    pager::Pager,
    path, query, same_day,
    source::span_row,
    terms::{self, TermRow},
    text::{Words, period, way},
    timeline::Figure,
    tree::{Item, Node, tree},
};
use crate::{AsAt, DatasetPage, DatasetQuery, Identification, PropertyLevel, Span, Variable};

/// Variables on a page.
const PAGE: i64 = 100;

#[derive(Template)]
#[template(path = "catalogue/dataset.html")]
struct DatasetTemplate<'a> {
    visit: &'a Visit,
    form: &'a Form,
    crumbs: Vec<Link>,
    name: Words,
    description: Words,
    path: String,
    /// The address of the whole dataset on the same day.
    whole: String,
    /// The groups, when there are any.
    groups: Vec<Item>,
    /// The group that is shown.
    group: Option<Words>,
    rows: Vec<VariableRow>,
    basket: Basket,
    count: String,
    pager: Pager,
    terms: Vec<TermRow>,
    properties: Vec<(String, String)>,
    figure: Option<Figure>,
    spans: Vec<super::source::SpanRow>,
    comparable: bool,
    most: usize,
    day: Option<String>,
    today: String,
    per: String,
}

struct VariableRow {
    href: String,
    path: String,
    name: Words,
    column: String,
    data_type: String,
    period: String,
    retired: bool,
    mark: &'static str,
}

/// `GET /katalog/{source}/{dataset}?gruppe=g1&finn=dato&side=2&per=2024-01-31`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Service>,
    Path((source, dataset)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let as_at = as_at(&form);
    let wanted = DatasetQuery {
        group: form.given("gruppe").map(str::to_owned),
        text: form.value("finn").chars().take(200).collect(),
        page: form.value("side").parse().unwrap_or(1),
        size: PAGE,
    };
    let at = path(&format!("{source}/{dataset}"))?;
    let found = service.dataset_page(&visit.actor, &at, &wanted, as_at).await?.ok_or_else(Failure::not_found)?;
    let basket = Basket::of(&visit, &service).await?;
    let registry = service.registry(&visit.actor).await?;
    let group = found.dataset.groups.iter().find(|group| wanted.group.as_ref() == Some(&group.code));
    let turned = |page: i64| {
        let page = page.to_string();
        let pairs = form.pairs().filter(|(name, _)| *name != "side").chain([("side", page.as_str())]);
        address(&format!("/katalog/{at}"), pairs)
    };
    let periods = periods(&visit, &found);
    let today = as_at.valid.unwrap_or_else(|| visit.clock().today());
    let named: Vec<_> = periods.iter().map(|(name, span, _)| (name.text.clone(), *span)).collect();
    Ok(visit.page(DatasetTemplate {
        crumbs: way(&visit, &found.source, &found.dataset, group.is_some(), as_at),
        name: Words::of(&visit, &found.dataset.name),
        description: Words::of(&visit, &found.dataset.description),
        path: found.dataset.path.to_string(),
        whole: format!("/katalog/{}{}", found.dataset.path, same_day(as_at)),
        groups: groups(&visit, &found, &wanted, as_at),
        group: group.map(|group| Words::of(&visit, &group.name)),
        rows: found.variables.iter().filter_map(|v| row(&visit, &basket, v, as_at)).collect(),
        count: visit.t_with("metadata-variable-count", &[("count", found.held.into())]),
        pager: Pager::of(&visit, "metadata-variables-status", found.page, PAGE, found.total, turned),
        terms: terms::terms(&visit, &found.source, Some(&found.dataset)),
        properties: terms::properties(&visit, &registry, PropertyLevel::Dataset, &found.dataset.details.properties),
        figure: super::source::figure(&named, today),
        spans: periods.into_iter().map(|(name, span, href)| span_row(&visit, name, href, &span)).collect(),
        comparable: found.variables.len() > 1,
        most: MOST,
        basket,
        day: as_at.valid.map(|day| visit.date(day)),
        today: visit.clock().today().to_string(),
        per: form.value("per").to_owned(),
        form: &form,
        visit: &visit,
    }))
}

/// The address of a group's variables.
pub(super) fn group_address(dataset: &str, code: &str, as_at: AsAt) -> String {
    let day = as_at.valid.map(|day| day.to_string()).unwrap_or_default();
    address(&format!("/katalog/{dataset}"), [("gruppe", code), ("per", day.as_str())].into_iter())
}

/// The groups of a dataset for a tree: those below `top`.
pub(super) fn group_nodes(
    visit: &Visit,
    dataset: &crate::Dataset,
    top: Option<&str>,
    as_at: AsAt,
    note: impl Fn(&str) -> String,
) -> Vec<Node> {
    let key = |code: &str| format!("{}#{code}", dataset.path);
    let known = |code: &String| dataset.groups.iter().any(|group| &group.code == code);
    let node = |group: &crate::VariableGroup| Node {
        key: key(&group.code),
        above: group.parent.as_ref().filter(|code| known(code)).map(|c| key(c)).or_else(|| top.map(str::to_owned)),
        name: Words::of(visit, &group.name),
        note: note(&group.code),
        href: Some(group_address(dataset.path.as_str(), &group.code, as_at)),
        current: false,
    };
    dataset.groups.iter().map(node).collect()
}

fn groups(visit: &Visit, found: &DatasetPage, wanted: &DatasetQuery, as_at: AsAt) -> Vec<Item> {
    let held = |code: &str| {
        let span = found.groups.iter().find(|(known, _)| known.as_deref() == Some(code));
        visit.number(span.map_or(0, |(_, span)| span.variables))
    };
    let mut nodes = group_nodes(visit, &found.dataset, None, as_at, held);
    for (node, group) in nodes.iter_mut().zip(&found.dataset.groups) {
        node.current = wanted.group.as_ref() == Some(&group.code);
    }
    tree(nodes)
}

/// When each group was collected, as the dataset has them; what is in no group first.
fn periods(visit: &Visit, found: &DatasetPage) -> Vec<(Words, Span, Option<String>)> {
    if found.dataset.groups.is_empty() {
        let whole = found.groups.iter().map(|(_, span)| (Words::of(visit, &found.dataset.name), *span, None));
        return whole.collect();
    }
    let span = |code: Option<&str>| found.groups.iter().find(|(known, _)| known.as_deref() == code).map(|(_, s)| *s);
    let none = span(None).map(|span| (Words { text: visit.t("metadata-no-group"), lang: "" }, span, None));
    let named = found.dataset.groups.iter().filter_map(|group| {
        let href = group_address(found.dataset.path.as_str(), &group.code, AsAt::default());
        Some((Words::of(visit, &group.name), span(Some(&group.code))?, Some(href)))
    });
    none.into_iter().chain(named).collect()
}

fn row(visit: &Visit, basket: &Basket, variable: &Variable, as_at: AsAt) -> Option<VariableRow> {
    let version = variable.newest()?;
    let first = variable.versions.first()?.valid.from;
    let deliverable = variable.identification != Identification::DirectIdentifier;
    Some(VariableRow {
        href: format!("/katalog/variabel/{}{}", variable.path, same_day(as_at)),
        path: variable.path.to_string(),
        name: Words::of(visit, &version.name),
        column: variable.path.name().to_owned(),
        data_type: visit.t_of("metadata-type", version.data_type.name()),
        period: period(visit, Some(first), version.valid.until),
        retired: version.valid.until.is_some_and(|until| until < visit.clock().today()),
        mark: Mark::of(visit, basket, &variable.path, deliverable).name(),
    })
}
