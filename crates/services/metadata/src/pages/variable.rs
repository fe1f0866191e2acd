//! The page of a variable: what it is, its codes, when it held and when that was published, where it is used.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use jiff::civil::Date;
use varde_web::{Failure, Visit, ui::Link};

use super::{
    Basket, Mark, Service, as_at,
    codes::Codes,
    path, query,
    statistics::Shown,
    terms::{self, TermRow},
    text::{Words, facts, granularity, period, way},
    timeline::{Bar, Figure},
    used::Used,
};
use crate::{Identification, PropertyLevel, RowRule, Told, VariableVersion, ports::Uses};

/// The state of the page: the catalogue, and who knows where variables are used.
#[derive(Clone)]
pub(crate) struct Variables {
    pub(crate) service: Service,
    pub(crate) uses: Arc<dyn Uses>,
}

#[derive(Template)]
#[template(path = "catalogue/variable.html")]
struct VariableTemplate<'a> {
    visit: &'a Visit,
    form: &'a varde_web::Form,
    crumbs: Vec<Link>,
    path: String,
    name: Words,
    description: Words,
    retired: bool,
    facts: Vec<(String, String)>,
    terms: Vec<TermRow>,
    properties: Vec<(String, String)>,
    codes: Codes,
    granularities: Vec<String>,
    /// What must hold beside the other variables of the row.
    rules: Vec<String>,
    mark: &'static str,
    basket: Basket,
    figure: Option<Figure>,
    told: Vec<ToldRow>,
    used: Used,
    /// What was observed in the data; `None` when nothing was.
    observed: Option<Shown>,
    day: Option<String>,
    per: String,
    today: String,
    compare: String,
    cite: String,
    /// Whether the edition shown is the one that the address cites; `None` when it cites none.
    cited: Option<bool>,
}

/// What the catalogue said of one version, and how long it said so.
struct ToldRow {
    published: String,
    edition: i32,
    digest: String,
    number: usize,
    valid: String,
    name: Words,
    data_type: String,
    /// When the catalogue it came from published it, where that is said.
    elsewhere: String,
}

/// `GET /katalog/variabel/{source}/{dataset}/{variable}?per=2024-01-31&koder=mann&kodedag=2015-01-01`.
pub(super) async fn show(
    visit: Visit,
    State(Variables { service, uses }): State<Variables>,
    Path(wanted): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let as_at = as_at(&form);
    let at = path(&wanted)?;
    let view = service.variable(&visit.actor, &at, as_at).await?.ok_or_else(Failure::not_found)?;
    let today = visit.clock().today();
    let day = as_at.valid.unwrap_or(today);
    let version = view.variable.on(day).ok_or_else(Failure::not_found)?;
    let told = service.told_of(&visit.actor, &at, as_at).await?;
    let registry = service.registry(&visit.actor).await?;
    let basket = Basket::of(&visit, &service).await?;
    let used = Used::of(&visit, &service, &uses, &registry, &view, day).await?;
    let deliverable = view.variable.identification != Identification::DirectIdentifier;
    Ok(visit.page(VariableTemplate {
        crumbs: crumbs(&visit, &view, as_at),
        path: view.variable.path.to_string(),
        name: Words::of(&visit, &version.name),
        description: Words::of(&visit, &version.description),
        retired: view.variable.retired().is_some_and(|last| last < day),
        facts: facts(&visit, &view, version),
        terms: terms::terms(&visit, &view.source, Some(&view.dataset)),
        properties: terms::properties(&visit, &registry, PropertyLevel::Variable, &version.properties),
        codes: Codes::of(&visit, &form, &view.variable, day),
        granularities: view.description.granularities.iter().map(|g| granularity(&visit, *g)).collect(),
        rules: view.variable.details.rules.iter().map(|rule| said(&visit, rule)).collect(),
        mark: Mark::of(&visit, &basket, &view.variable.path, deliverable).name(),
        basket,
        figure: figure(&visit, &told, day),
        told: told.iter().flat_map(|one| told_rows(&visit, one)).collect(),
        used,
        observed: Shown::beside(&visit, &service, &at, &version.codes).await,
        day: as_at.valid.map(|day| visit.date(day)),
        per: form.value("per").to_owned(),
        today: today.to_string(),
        compare: super::address("/katalog/sammenlign", [("v", at.as_str()), ("per", form.value("per"))].into_iter()),
        cite: format!("/katalog/variabel/{at}?per={day}&utgave={}", view.edition.digest),
        cited: form.given("utgave").map(|digest| digest == view.edition.digest.to_string()),
        form: &form,
        visit: &visit,
    }))
}

/// A rule in words.
fn said(visit: &Visit, rule: &RowRule) -> String {
    let others = rule.others().join(" + ");
    let values = rule.values().join(", ");
    let arguments = [("other", others.as_str().into()), ("values", values.as_str().into())];
    visit.t_with(&format!("metadata-rule-{}", rule.name()), &arguments)
}

/// The way down to the variable: source, sub-sources, dataset, group.
fn crumbs(visit: &Visit, view: &crate::VariableView, as_at: crate::AsAt) -> Vec<Link> {
    let mut links = way(visit, &view.source, &view.dataset, true, as_at);
    let code = view.variable.group.as_deref();
    if let Some(group) = view.dataset.groups.iter().find(|group| Some(group.code.as_str()) == code) {
        let href = super::dataset::group_address(view.dataset.path.as_str(), &group.code, as_at);
        links.push(Link::new(href, visit.local(&group.name)));
    }
    links
}

/// The two times in one figure: a row for each thing the catalogue has said, with bars for when it held.
fn figure(visit: &Visit, told: &[Told], day: Date) -> Option<Figure> {
    let bar = |version: &VariableVersion| Bar { from: version.valid.from, until: version.valid.until };
    let row = |one: &Told| (published(visit, one), one.versions.iter().map(bar).collect());
    let rows: Vec<(String, Vec<Bar>)> = told.iter().map(row).collect();
    Figure::of(&rows, day)
}

/// How long the catalogue said so, in words.
fn published(visit: &Visit, told: &Told) -> String {
    let day = |time: jiff::Timestamp| time.to_zoned(varde_core::clock::norway()).date();
    period(visit, Some(day(told.from)), told.until.map(day))
}

fn told_rows(visit: &Visit, told: &Told) -> Vec<ToldRow> {
    let row = |(at, version): (usize, &VariableVersion)| ToldRow {
        published: published(visit, told),
        edition: told.edition,
        digest: told.digest.to_string().chars().take(12).collect(),
        number: at + 1,
        valid: period(visit, Some(version.valid.from), version.valid.until),
        name: Words::of(visit, &version.name),
        data_type: visit.t_of("metadata-type", version.data_type.name()),
        elsewhere: version.publication.as_ref().and_then(|p| p.at).map(|at| visit.time(at)).unwrap_or_default(),
    };
    told.versions.iter().enumerate().rev().map(row).collect()
}
