//! The page of a variable.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use varde_permit::Granularity;
use varde_web::{Failure, Visit, ui::Link};

use super::{
    Basket, Mark, Service, as_at, path, query,
    text::{Words, bounds, crumbs, period},
};
use crate::{Identification, VariableVersion, VariableView};

#[derive(Template)]
#[template(path = "catalogue/variable.html")]
struct VariableTemplate<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    path: String,
    name: Words,
    description: Words,
    facts: Vec<(String, String)>,
    codes: Vec<CodeRow>,
    versions: Vec<(String, Words)>,
    granularities: Vec<String>,
    mark: &'static str,
    basket: Basket,
    day: Option<String>,
}

struct CodeRow {
    value: String,
    text: Words,
    period: String,
}

/// `GET /katalog/variabel/{source}/{dataset}/{variable}`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Service>,
    Path(wanted): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let as_at = as_at(&query(raw));
    let view = service.variable(&visit.actor, &path(&wanted)?, as_at).await?.ok_or_else(Failure::not_found)?;
    let day = as_at.valid.unwrap_or_else(|| visit.clock().today());
    let version = view.variable.on(day).ok_or_else(Failure::not_found)?;
    let basket = Basket::of(&visit, &service).await?;
    let deliverable = view.variable.identification != Identification::DirectIdentifier;
    let code = |c: &crate::Code| CodeRow {
        value: c.value.clone(),
        text: Words::of(&visit, &c.text),
        period: period(&visit, c.from, c.until),
    };
    let versions = view.variable.versions.iter().rev();
    Ok(visit.page(VariableTemplate {
        crumbs: crumbs(&visit, Some(&view.source), Some(&view.dataset)),
        path: view.variable.path.to_string(),
        name: Words::of(&visit, &version.name),
        description: Words::of(&visit, &version.description),
        facts: facts(&visit, &view, version),
        codes: version.codes.iter().map(code).collect(),
        versions: versions
            .map(|v| (period(&visit, Some(v.valid.from), v.valid.until), Words::of(&visit, &v.name)))
            .collect(),
        granularities: view.description.granularities.iter().map(|g| granularity(&visit, *g)).collect(),
        mark: Mark::of(&visit, &basket, &view.variable.path, deliverable).name(),
        basket,
        day: as_at.valid.map(|day| visit.date(day)),
        visit: &visit,
    }))
}

fn facts(visit: &Visit, view: &VariableView, version: &VariableVersion) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut fact = |key: &str, value: String| {
        if !value.is_empty() {
            facts.push((visit.t(key), value));
        }
    };
    let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
    fact("metadata-fact-type", visit.t_of("metadata-type", version.data_type.name()));
    fact("metadata-fact-unit", version.unit.clone().unwrap_or_default());
    fact("metadata-fact-code-system", version.code_system.clone().unwrap_or_default());
    fact("metadata-fact-collected", period(visit, Some(view.description.valid.from), view.description.valid.until));
    fact("metadata-fact-required", visit.t(if version.required { "metadata-yes" } else { "metadata-no" }));
    fact("metadata-fact-normal", bounds(visit, &version.ranges.normal));
    fact("metadata-fact-maximum", bounds(visit, &version.ranges.maximum));
    fact("metadata-fact-length", number(version.length));
    fact("metadata-fact-decimals", number(version.decimals));
    fact("metadata-fact-identification", visit.t_of("metadata-identification", view.variable.identification.name()));
    fact("metadata-fact-legal-basis", view.source.legal_basis.as_ref().map(ToString::to_string).unwrap_or_default());
    fact("metadata-fact-link", visit.t_of("metadata-link", view.source.link_kind.name()));
    fact("metadata-fact-column", view.variable.column.clone());
    facts
}

fn granularity(visit: &Visit, granularity: Granularity) -> String {
    match granularity {
        Granularity::AsIs => visit.t("metadata-granularity-as-is"),
        Granularity::Month => visit.t("metadata-granularity-month"),
        Granularity::Year => visit.t("metadata-granularity-year"),
        Granularity::RelativeDays => visit.t("metadata-granularity-relative-days"),
        Granularity::Band(width) => visit.t_with("metadata-granularity-band", &[("width", width.into())]),
        Granularity::Prefix(length) => visit.t_with("metadata-granularity-prefix", &[("length", length.into())]),
    }
}
