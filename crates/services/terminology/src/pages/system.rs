//! One code system: its editions, its hierarchy from the top, a search in it.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use varde_core::Role;
use varde_web::{Failure, Form, Visit, ui::Link};

use super::shown::{self, Row, Words};
use crate::{Edition, Key, Kind, Shown, Status, Terminology};

/// How many codes are on a page.
const PAGE: usize = 100;

struct EditionRow {
    href: String,
    version: String,
    shown: bool,
    valid: String,
    size: String,
    status: String,
    changes: Option<String>,
    about: String,
}

#[derive(Template)]
#[template(path = "terminology/system.html")]
struct SystemPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    words: Words,
    description: String,
    form: &'a Form,
    in_edition: String,
    address: String,
    rows: Vec<Row>,
    status: String,
    previous: Option<String>,
    next: Option<String>,
    asked: bool,
    facts: Vec<(String, String)>,
    editions: Vec<EditionRow>,
    steward: bool,
    key: String,
}

/// `GET /kodeverk/{key}?utgave=2017&q=…&side=2`
pub(super) async fn show(
    State(service): State<Terminology>,
    visit: Visit,
    Path(key): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let key: Key = key.parse().map_err(|_| Failure::not_found())?;
    let form = shown::query(raw);
    let found = service.shown(&visit.actor, &key, form.given("utgave")).await?;
    let editions = service.editions_of(&visit.actor, Kind::CodeSystem, &key).await?;
    let version = form.given("utgave").map(str::to_owned);
    let page = form.value("side").parse::<usize>().unwrap_or(1).max(1);
    let (rows, total) = rows(&service, &visit, &found, &form, version.as_deref(), page).await?;
    let asked = form.given("q").is_some();
    let pages = if asked { 1 } else { total.div_ceil(PAGE).max(1) };
    let first = if rows.is_empty() { 0 } else { (page.min(pages) - 1) * PAGE + 1 };
    let last = (first + rows.len()).saturating_sub(1);
    let status_key = if asked { "terminology-hits-of" } else { "terminology-rows-of" };
    let status = visit.t_with(
        status_key,
        &[("first", first.into()), ("last", last.into()), ("shown", rows.len().into()), ("total", total.into())],
    );
    let address = |page: usize| {
        let pairs = form.pairs().filter(|(name, _)| *name != "side");
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .append_pair("side", &page.to_string())
            .finish();
        format!("/kodeverk/{key}?{query}")
    };
    let subject = &found.edition.subject;
    Ok(visit.page(SystemPage {
        crumbs: shown::crumbs(&visit, None),
        words: Words::of(&visit, subject.title()),
        description: found.edition.system().map(|s| Words::of(&visit, &s.description).text).unwrap_or_default(),
        in_edition: visit.t_with("terminology-in-edition", &[("version", found.edition.version.as_str().into())]),
        address: format!("/kodeverk/{key}"),
        previous: (!asked && page > 1).then(|| address(page - 1)),
        next: (page < pages).then(|| address(page + 1)),
        facts: facts(&visit, &found),
        editions: editions_shown(&visit, &key, &editions, &found.edition),
        steward: visit.actor.is(Role::Steward),
        key: key.to_string(),
        visit: &visit,
        form: &form,
        rows,
        status,
        asked,
    }))
}

/// The hits of a search, or a page of the codes at the top; and how many there are.
async fn rows(
    service: &Terminology,
    visit: &Visit,
    found: &Shown,
    form: &Form,
    version: Option<&str>,
    page: usize,
) -> Result<(Vec<Row>, usize), Failure> {
    let key = found.edition.subject.key();
    let content = &found.content;
    if let Some(text) = form.given("q") {
        let text: String = text.chars().take(200).collect();
        let (hits, total) = service.search(&visit.actor, &text, Some(found), PAGE).await?;
        return Ok((hits.iter().map(|hit| Row::of(visit, key, version, &hit.concept, 0)).collect(), total));
    }
    let roots = content.roots();
    let start = (page.min(roots.len().div_ceil(PAGE).max(1)) - 1) * PAGE;
    let row = |at: &usize| Row::of(visit, key, version, content.at(*at), content.children(*at).len());
    Ok((roots.iter().skip(start).take(PAGE).map(row).collect(), roots.len()))
}

fn facts(visit: &Visit, found: &Shown) -> Vec<(String, String)> {
    let Some(system) = found.edition.system() else { return Vec::new() };
    let mut facts = vec![(visit.t("terminology-fact-kind"), visit.t_of("terminology-system", system.kind.name()))];
    let mut fact = |key: &str, value: String| {
        if !value.is_empty() {
            facts.push((visit.t(key), value));
        }
    };
    fact("terminology-fact-publisher", system.publisher.clone());
    fact("terminology-fact-url", system.url.clone());
    fact("terminology-fact-oid", system.oid.clone().unwrap_or_default());
    fact("terminology-fact-copyright", system.copyright.clone());
    fact("terminology-fact-key", system.key.to_string());
    facts
}

fn editions_shown(visit: &Visit, key: &Key, editions: &[Edition], shown_one: &Edition) -> Vec<EditionRow> {
    let counts = |e: &&Edition| matches!(e.status, Status::Published | Status::Draft);
    let row = |(at, edition): (usize, &Edition)| {
        let before = editions[at + 1..].iter().find(counts);
        EditionRow {
            href: shown::system_address(key, Some(&edition.version)),
            version: edition.version.clone(),
            shown: edition.id == shown_one.id,
            valid: shown::period(visit, edition.valid),
            size: visit.number(i64::try_from(edition.size).unwrap_or(i64::MAX)),
            status: visit.t_of("terminology-status", edition.status.name()),
            changes: before.map(|before| format!("/kodeverk/endringer/{}/{}", before.id, edition.id)),
            about: format!("/kodeverk/utgave/{}", edition.id),
        }
    };
    editions.iter().enumerate().map(row).collect()
}
