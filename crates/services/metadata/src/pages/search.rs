//! The search page. The whole view is in the address, so that it can be shared; forms send when they
//! are sent, and everything works without scripts.

mod facets;
mod why;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use varde_core::Language;
use varde_web::{Failure, Form, Visit};

use super::{Basket, Mark, Service, query, text::Words};
use crate::{AsAt, FacetName, HitKind, SearchHit, SearchPage, SearchQuery, SearchSort, SourceSummary};
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
    status: String,
    partial: bool,
    previous: Option<String>,
    next: Option<String>,
    narrowed: bool,
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
    place: String,
    data_type: String,
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

/// `GET /katalog?q=…&kilde=…&type=…&fra=2010&til=2020&utfaset=ja&sorter=navn&side=2`.
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
    Ok(visit.page(SearchTemplate {
        hits: page.hits.iter().map(|hit| row(&visit, &basket, hit)).collect(),
        facets: facets::groups(&visit, &form, &page),
        years: facets::years(&visit, &asked, &page),
        chosen: facets::chosen(&visit, &form, &asked, &page),
        sorts: sorts(&visit, asked.sort),
        sources: sources.iter().map(|s| card(&visit, s)).collect(),
        status: status(&visit, &page),
        partial: page.partial,
        previous: (page.page > 1).then(|| turned(&form, page.page - 1)),
        next: (page.page < page.pages).then(|| turned(&form, page.page + 1)),
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

/// The address of the view with other pairs than these, and empty ones left out.
fn address<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { "/katalog".to_owned() } else { format!("/katalog?{query}") }
}

/// The same view on another page.
fn turned(form: &Form, page: i64) -> String {
    let page = page.to_string();
    address(form.pairs().filter(|(name, _)| *name != "side").chain([("side", page.as_str())]))
}

fn status(visit: &Visit, page: &SearchPage) -> String {
    let arguments = [("first", page.first().into()), ("last", page.last().into()), ("total", page.total.into())];
    visit.t_with("metadata-search-status", &arguments)
}

fn row(visit: &Visit, basket: &Basket, hit: &SearchHit) -> HitRow {
    let found = &hit.found;
    let (name, description) = (Words::of(visit, &found.name), Words::of(visit, &found.description).short());
    let place: Vec<&str> = found.place.iter().map(|name| visit.local(name)).collect();
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
        place: place.join(" › "),
        data_type: found.data_type.map(|t| visit.t_of("metadata-type", t.name())).unwrap_or_default(),
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
