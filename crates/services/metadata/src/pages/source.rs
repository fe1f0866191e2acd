//! The page of a source: its tree, when it was collected, its editions.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use jiff::civil::Date;
use varde_web::{
    Failure, Visit,
    ui::{Link, ld_json},
};

use super::{
    Service, as_at,
    dataset::group_nodes,
    path, query, same_day,
    terms::{self, TermRow},
    text::{Words, crumbs, period},
    timeline::{Bar, Figure},
    tree::{Item, Node, tree},
};
use crate::{AsAt, EditionSummary, PropertyLevel, SourceTree, SourceView, Span};

/// The most groups that the tree of a source shows below its datasets.
const MOST_GROUPS: usize = 1_000;

#[derive(Template)]
#[template(path = "catalogue/source.html")]
struct SourceTemplate<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    name: Words,
    description: Words,
    facts: Vec<(String, String)>,
    /// Sub-sources, datasets and groups.
    parts: Vec<Item>,
    count: String,
    terms: Vec<TermRow>,
    properties: Vec<(String, String)>,
    figure: Option<Figure>,
    spans: Vec<SpanRow>,
    per: String,
    today: String,
    history: Vec<EditionRow>,
    day: Option<String>,
    cite: String,
    /// Whether the edition shown is the one that the address cites; `None` when it cites none.
    cited: Option<bool>,
    care_href: Option<String>,
    /// What other catalogues demand of it.
    check_href: String,
    quality_href: String,
    /// What search engines read: a data block of HTML.
    /// What search engines read: a data block of HTML.
    structured: Option<String>,
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
    let found = service.source_tree(&visit.actor, &path(&source)?, as_at(&form)).await?;
    let found = found.ok_or_else(Failure::not_found)?;
    let view = &found.view;
    let registry = service.registry(&visit.actor).await?;
    let care = service.care(&visit.actor, &view.source.path, as_at(&form)).await?;
    let mut facts = facts(&visit, view);
    let confirmed = care.confirmed_at.map_or_else(|| visit.t("governance-never"), |t| visit.time(t));
    facts.push((visit.t("governance-column-confirmed"), confirmed));
    for one in care.responsible.iter().filter(|one| one.path == view.source.path) {
        facts.push((visit.t_of("governance-role", &one.role), format!("{}, {}", one.name, one.contact)));
    }
    let shown = as_at(&form).valid.unwrap_or_else(|| visit.clock().today());
    let looks_after = visit.actor.is(varde_core::Role::Reviewer)
        || (visit.actor.is(varde_core::Role::Steward) && visit.actor.organisation == view.source.holder);
    let span = |dataset: &crate::Dataset| found.spans.get(dataset.path.as_str()).copied().unwrap_or_default();
    let named = |(dataset, _): &(crate::Dataset, i64)| (visit.local(&dataset.name).to_owned(), span(dataset));
    let row = |(dataset, _): &(crate::Dataset, i64)| {
        let href = format!("/katalog/{}{}", dataset.path, same_day(as_at(&form)));
        span_row(&visit, Words::of(&visit, &dataset.name), Some(href), &span(dataset))
    };
    let named: Vec<_> = view.datasets.iter().map(named).collect();
    Ok(visit.page(SourceTemplate {
        crumbs: crumbs(&visit, None, None),
        name: Words::of(&visit, &view.source.name),
        description: Words::of(&visit, &view.source.description),
        facts,
        parts: parts(&visit, &found, as_at(&form)),
        count: visit.t_with("metadata-variable-count", &[("count", view.edition.variables.into())]),
        terms: terms::terms(&visit, &view.source, None),
        properties: terms::properties(&visit, &registry, PropertyLevel::Source, &view.source.details.properties),
        figure: figure(&named, shown),
        spans: view.datasets.iter().map(row).collect(),
        per: form.value("per").to_owned(),
        today: visit.clock().today().to_string(),
        history: history(&visit, &view.history),
        day: as_at(&form).valid.map(|day| visit.date(day)),
        cite: format!("/katalog/{}?per={shown}&utgave={}", view.source.path, view.edition.digest),
        cited: form.given("utgave").map(|digest| digest == view.edition.digest.to_string()),
        check_href: format!("/katalog/kontroll/{}", view.source.path),
        quality_href: format!("/kvalitet/{}", view.source.path),
        structured: service.structured(view, visit.language).await.as_ref().map(ld_json),
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

/// The parts of a source, its datasets and their groups.
fn parts(visit: &Visit, found: &SourceTree, as_at: AsAt) -> Vec<Item> {
    let source = &found.view.source;
    let part_key = |code: &str| format!("part#{code}");
    let part = |part: &crate::SubSource| Node {
        key: part_key(&part.code),
        above: part.parent.as_deref().map(part_key),
        name: Words::of(visit, &part.name),
        note: String::new(),
        href: None,
        current: false,
    };
    let mut nodes: Vec<Node> = source.sub_sources.iter().map(part).collect();
    let groups: usize = found.view.datasets.iter().map(|(dataset, _)| dataset.groups.len()).sum();
    for (dataset, variables) in &found.view.datasets {
        let path = dataset.path.as_str();
        nodes.push(Node {
            key: path.to_owned(),
            above: dataset.sub_source.as_deref().map(part_key),
            name: Words::of(visit, &dataset.name),
            note: visit.number(*variables),
            href: Some(format!("/katalog/{path}{}", same_day(as_at))),
            current: false,
        });
        // A dataset's own page has its groups too: a tree of thousands of nodes helps nobody.
        if groups <= MOST_GROUPS {
            nodes.extend(group_nodes(visit, dataset, Some(path), as_at, |_| String::new()));
        }
    }
    tree(nodes)
}

/// A row of the table that says the same as the figure.
pub(super) struct SpanRow {
    pub(super) name: Words,
    pub(super) href: Option<String>,
    pub(super) variables: String,
    pub(super) current: String,
    pub(super) period: String,
}

/// What a place holds, in words.
pub(super) fn span_row(visit: &Visit, name: Words, href: Option<String>, span: &Span) -> SpanRow {
    let collected = span.first.map(|first| period(visit, Some(first), span.last));
    SpanRow {
        name,
        href,
        variables: visit.number(span.variables),
        current: visit.number(span.current),
        period: collected.unwrap_or_default(),
    }
}

/// The figure of when places were collected, each with its name.
pub(super) fn figure(spans: &[(String, Span)], today: Date) -> Option<Figure> {
    let row = |(name, span): &(String, Span)| {
        let bar = span.first.map(|from| Bar { from, until: span.last });
        (name.clone(), bar.into_iter().collect::<Vec<_>>())
    };
    let rows: Vec<_> = spans.iter().map(row).collect();
    Figure::of(&rows, today)
}
