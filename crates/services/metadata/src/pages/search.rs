//! The search page. The whole view is in the address, so that it can be shared; forms send when they
//! are sent, and everything works without scripts.

mod codes;
mod columns;
mod facets;
mod why;

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use varde_core::{CataloguePath, Language};
use varde_web::{Failure, Form, Visit};

use super::{
    Basket, Mark, Service,
    compare::MOST,
    pager::Pager,
    query,
    text::{Words, short},
};
use crate::{
    AsAt, FacetName, HitKind, MetadataError, SearchHit, SearchPage, SearchQuery, SearchSort, SourceSummary,
    VariableDescription,
};
use codes::CodeRow;
use columns::{Cell, Choice, Column, Heading};
use facets::{Chosen, FacetGroup, YearChoice};
use why::Piece;

#[derive(Template)]
#[template(path = "catalogue/search.html")]
struct SearchTemplate<'a> {
    visit: &'a Visit,
    form: &'a Form,
    basket: Basket,
    hits: Vec<HitRow>,
    facets: Vec<FacetGroup>,
    years: Vec<YearChoice>,
    chosen: Vec<Chosen>,
    sorts: Vec<SortChoice>,
    sources: Vec<SourceCard>,
    headings: Vec<Heading>,
    columns: Vec<Choice>,
    sizes: Vec<Choice>,
    /// What the form of the columns carries along, and what the search's own carries of the columns.
    carried: Vec<(String, String)>,
    kept: Vec<(String, String)>,
    pager: Pager,
    partial: bool,
    /// Codes of code systems beside the hits, and how many there are.
    codes: Vec<CodeRow>,
    codes_status: String,
    narrowed: bool,
    /// Whether there are two variables to compare, and the most that can be.
    comparable: bool,
    most: usize,
    /// The address of the view as it stands.
    view: String,
}

/// A hit as it is shown.
struct HitRow {
    href: String,
    path: String,
    /// The language of the name and of the description; empty when it is the page's.
    name_lang: &'static str,
    name: Vec<Piece>,
    plain_name: String,
    description_lang: &'static str,
    description: Vec<Piece>,
    cells: Vec<Cell>,
    /// What it is, unless a variable.
    kind: Option<String>,
    retired: bool,
    why: Vec<String>,
    mark: &'static str,
}

struct SortChoice {
    value: &'static str,
    label: String,
    chosen: bool,
}

struct SourceCard {
    href: String,
    name: String,
    text: String,
}

/// `GET /katalog?q=…&kilde=…&type=…&fra=2010&til=2020&utfaset=ja&sorter=navn&kol=type&antall=50&side=2`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Service>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let asked = asked(&form, visit.language);
    let page = service.search(&visit.actor, &asked).await?;
    let basket = Basket::of(&visit, &service).await?;
    let narrowed = !asked.chosen.is_empty() || asked.from.is_some() || asked.to.is_some() || asked.retired;
    let sources = if asked.text.is_empty() && !narrowed && asked.page <= 1 {
        service.sources(&visit.actor, AsAt::default()).await?
    } else {
        Vec::new()
    };
    let columns = columns::chosen(&form);
    let more = described(&visit, &service, &page, &columns).await?;
    let pager =
        Pager::of(&visit, "metadata-search-status", page.page, page.size, page.total, |page| turned(&form, page));
    let (codes, codes_status) = codes::rows(&visit, &page);
    Ok(visit.page(SearchTemplate {
        hits: page.hits.iter().map(|hit| row(&visit, &basket, &columns, hit, &more)).collect(),
        facets: facets::groups(&visit, &form, &page),
        years: facets::years(&visit, &asked, &page),
        chosen: facets::chosen(&visit, &form, &asked, &page),
        sorts: sorts(&visit, asked.sort),
        sources: sources.iter().map(|s| card(&visit, s)).collect(),
        headings: columns::headings(&visit, &form, &columns, asked.sort),
        columns: columns::choices(&visit, &columns),
        sizes: columns::sizes(&visit, page.size),
        carried: columns::carried(&form),
        kept: columns::kept(&form),
        pager,
        partial: page.partial,
        codes,
        codes_status,
        comparable: page.hits.iter().filter(|hit| hit.found.kind == HitKind::Variable).count() > 1,
        most: MOST,
        view: address(form.pairs()),
        visit: &visit,
        form: &form,
        basket,
        narrowed,
    }))
}

fn asked(form: &Form, language: Language) -> SearchQuery {
    let chosen = FacetName::ALL.iter().flat_map(|name| {
        form.all(facets::parameter(*name)).iter().filter(|value| !value.is_empty()).map(|v| (*name, v.clone()))
    });
    SearchQuery {
        text: form.value("q").chars().take(200).collect(),
        chosen: chosen.collect(),
        from: form.value("fra").parse().ok(),
        to: form.value("til").parse().ok(),
        retired: form.has("utfaset", "ja"),
        sort: SORTS.iter().find(|(_, value, _)| *value == form.value("sorter")).map_or_else(Default::default, |s| s.0),
        language,
        page: form.value("side").parse().unwrap_or(1),
        size: form.value("antall").parse().ok(),
    }
}

const SORTS: [(SearchSort, &str, &str); 3] = [
    (SearchSort::Best, "treff", "metadata-sort-best"),
    (SearchSort::Name, "navn", "metadata-sort-name"),
    (SearchSort::Place, "kilde", "metadata-sort-place"),
];

fn sorts(visit: &Visit, now: SearchSort) -> Vec<SortChoice> {
    let choice = |(sort, value, key): &(SearchSort, &'static str, &'static str)| SortChoice {
        value,
        label: visit.t(key),
        chosen: *sort == now,
    };
    SORTS.iter().map(choice).collect()
}

/// The value of an order in the address.
fn sort_value(sort: SearchSort) -> &'static str {
    SORTS.iter().find(|(known, ..)| *known == sort).map_or("", |(_, value, _)| value)
}

/// The address of the view with other pairs than these, and empty ones left out.
fn address<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    super::address("/katalog", pairs)
}

/// The same view on another page.
fn turned(form: &Form, page: i64) -> String {
    let page = page.to_string();
    address(form.pairs().filter(|(name, _)| *name != "side").chain([("side", page.as_str())]))
}

/// The same view from its first page on, with another value of one parameter.
fn turned_to(form: &Form, name: &str, value: &str) -> String {
    address(form.pairs().filter(|(known, _)| *known != "side" && *known != name).chain([(name, value)]))
}

/// What the columns need beside what comes with the hits: one statement, and none when they need nothing.
async fn described(
    visit: &Visit,
    service: &Service,
    page: &SearchPage,
    columns: &[Column],
) -> Result<HashMap<CataloguePath, VariableDescription>, MetadataError> {
    if !columns::ask_more(columns) {
        return Ok(HashMap::new());
    }
    let variables = page.hits.iter().filter(|hit| hit.found.kind == HitKind::Variable);
    let paths: Vec<CataloguePath> = variables.map(|hit| hit.found.path.clone()).collect();
    let described = service.describe(&visit.actor, &paths, AsAt::default()).await?;
    Ok(described.into_iter().map(|one| (one.path.clone(), one)).collect())
}

fn row(
    visit: &Visit,
    basket: &Basket,
    columns: &[Column],
    hit: &SearchHit,
    more: &HashMap<CataloguePath, VariableDescription>,
) -> HitRow {
    let found = &hit.found;
    let name = Words::of(visit, &found.name);
    let shown = columns.contains(&Column::Description).then(|| short(Words::of(visit, &found.description)));
    let description = shown.unwrap_or_default();
    let variable = found.kind == HitKind::Variable;
    HitRow {
        href: if variable { format!("/katalog/variabel/{}", found.path) } else { format!("/katalog/{}", found.path) },
        path: found.path.to_string(),
        name_lang: name.lang,
        name: why::pieces(hit, varde_search::Field::Name, &found.name, &name.text, visit.language),
        description_lang: description.lang,
        description: why::pieces(
            hit,
            varde_search::Field::Description,
            &found.description,
            &description.text,
            visit.language,
        ),
        plain_name: name.text,
        cells: columns::cells(visit, columns, hit, more),
        kind: (!variable).then(|| visit.t_of("metadata-hit", found.kind.name())),
        retired: found.retired,
        why: hit.why.iter().map(|why| why::sentence(visit, why)).collect(),
        mark: if variable { Mark::of(visit, basket, &found.path, found.deliverable).name() } else { "" },
    }
}

fn card(visit: &Visit, summary: &SourceSummary) -> SourceCard {
    SourceCard {
        href: format!("/katalog/{}", summary.source.path),
        name: visit.local(&summary.source.name).to_owned(),
        text: format!(
            "{} · {}",
            visit.t_of("metadata-kind", summary.source.kind.name()),
            visit.t_with("metadata-variable-count", &[("count", summary.edition.variables.into())])
        ),
    }
}
