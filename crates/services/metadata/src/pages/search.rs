//! The search page.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use varde_web::{Failure, Form, Visit};

use super::{Basket, Mark, Service, query, text::Words};
use crate::{AsAt, DataType, Facet, SearchHit, SearchPage, SearchQuery, SourceSummary, Why};

#[derive(Template)]
#[template(path = "catalogue/search.html")]
struct SearchTemplate<'a> {
    visit: &'a Visit,
    form: &'a Form,
    basket: Basket,
    hits: Vec<HitRow>,
    facets: Vec<FacetGroup>,
    sources: Vec<SourceCard>,
    status: String,
    previous: Option<String>,
    next: Option<String>,
    narrowed: bool,
}

/// A hit as it is shown.
struct HitRow {
    path: String,
    name: Words,
    description: Words,
    place: String,
    data_type: String,
    retired: bool,
    why: String,
    mark: &'static str,
}

struct FacetGroup {
    name: &'static str,
    legend: String,
    values: Vec<FacetValue>,
}

struct FacetValue {
    value: String,
    label: String,
    count: String,
    chosen: bool,
}

struct SourceCard {
    href: String,
    name: String,
    text: String,
}

/// `GET /katalog?q=…&kilde=…&type=…&utfaset=ja&side=2`: the whole view is in the address.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Service>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let asked = asked(&form);
    let page = service.search(&visit.actor, &asked).await?;
    let basket = Basket::of(&visit, &service).await?;
    let narrowed = !asked.sources.is_empty() || !asked.types.is_empty() || asked.retired;
    let sources = if asked.text.is_empty() && !narrowed && asked.page <= 1 {
        service.sources(&visit.actor, AsAt::default()).await?
    } else {
        Vec::new()
    };
    Ok(visit.page(SearchTemplate {
        hits: page.hits.iter().map(|hit| row(&visit, &basket, hit)).collect(),
        facets: facets(&visit, &form, &page),
        sources: sources.iter().map(|s| card(&visit, s)).collect(),
        status: status(&visit, &page),
        previous: (page.page > 1).then(|| address(&form, page.page - 1)),
        next: (page.page < page.pages).then(|| address(&form, page.page + 1)),
        visit: &visit,
        form: &form,
        basket,
        narrowed,
    }))
}

fn asked(form: &Form) -> SearchQuery {
    SearchQuery {
        text: form.value("q").chars().take(200).collect(),
        sources: form.all("kilde").to_vec(),
        types: form.all("type").iter().filter_map(|t| DataType::from_name(t)).collect(),
        retired: form.has("utfaset", "ja"),
        page: form.value("side").parse().unwrap_or(1),
    }
}

/// The same view on another page.
fn address(form: &Form, page: i64) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(form.pairs().filter(|(name, _)| *name != "side"));
    format!("/katalog?{}", query.append_pair("side", &page.to_string()).finish())
}

fn status(visit: &Visit, page: &SearchPage) -> String {
    let arguments = [("first", page.first().into()), ("last", page.last().into()), ("total", page.total.into())];
    visit.t_with("metadata-search-status", &arguments)
}

fn row(visit: &Visit, basket: &Basket, hit: &SearchHit) -> HitRow {
    let why: Vec<String> = hit.why.iter().map(|why| reason(visit, why)).collect();
    HitRow {
        path: hit.path.to_string(),
        name: Words::of(visit, &hit.name),
        description: Words::of(visit, &hit.description).short(),
        place: format!("{} › {}", visit.local(&hit.source_name), visit.local(&hit.dataset_name)),
        data_type: visit.t_of("metadata-type", hit.data_type.name()),
        retired: hit.retired,
        why: why.join("; "),
        mark: Mark::of(visit, basket, &hit.path, hit.deliverable).name(),
    }
}

fn reason(visit: &Visit, why: &Why) -> String {
    match why {
        Why::Name => visit.t("metadata-why-name"),
        Why::Column => visit.t("metadata-why-column"),
        Why::Description => visit.t("metadata-why-description"),
        Why::Part => visit.t("metadata-why-part"),
        Why::Code { value, text } => {
            visit.t_with("metadata-why-code", &[("value", value.into()), ("text", visit.local(text).into())])
        }
    }
}

fn facets(visit: &Visit, form: &Form, page: &SearchPage) -> Vec<FacetGroup> {
    let group = |name: &'static str, legend: &str, facets: &[Facet], label: &dyn Fn(&Facet) -> String| FacetGroup {
        name,
        legend: visit.t(legend),
        values: facets
            .iter()
            .filter(|f| f.count > 0 || form.has(name, &f.value))
            .map(|f| FacetValue {
                label: label(f),
                count: visit.number(f.count),
                chosen: form.has(name, &f.value),
                value: f.value.clone(),
            })
            .collect(),
    };
    let source = |f: &Facet| visit.local(&f.name).to_owned();
    let data_type = |f: &Facet| visit.t_of("metadata-type", &f.value);
    vec![
        group("kilde", "metadata-facet-source", &page.sources, &source),
        group("type", "metadata-facet-type", &page.types, &data_type),
    ]
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
