//! Who has looked at or used data about me.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use varde_core::EntryId;
use varde_ledger::{Entry, Outcome};
use varde_web::{
    Failure, Id, Visit,
    ui::{Link, Tone},
};

use super::{
    Service, crumbs, query,
    words::{ProjectRow, who},
};
use crate::{LogEntry, model};

/// Entries on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "log.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    extracts: Vec<ProjectRow>,
    entries: Vec<Row>,
    own: Vec<Row>,
    own_count: String,
    newer: Option<usize>,
    older: Option<usize>,
}

struct Row {
    href: String,
    proof_href: String,
    when: String,
    what: String,
    who: String,
    denied: bool,
}

/// `GET /min-side/logg?side=2`.
pub(super) async fn list(visit: Visit, State(service): Service, RawQuery(raw): RawQuery) -> Result<Response, Failure> {
    let found = service.entries(&visit.actor).await?;
    let page: usize = query(raw).value("side").parse().unwrap_or(1).max(1);
    let (own, others): (Vec<LogEntry>, Vec<LogEntry>) = found.entries.into_iter().partition(|e| e.own_view);
    let skip = (page - 1).saturating_mul(PAGE);
    let page = ListPage {
        extracts: found.extracts.iter().map(|p| ProjectRow::of(&visit, p)).collect(),
        entries: others.iter().skip(skip).take(PAGE).map(|e| row(&visit, e)).collect(),
        own_count: visit.t_with("citizen-own-views", &[("count", own.len().into())]),
        own: own.iter().take(PAGE).map(|e| row(&visit, e)).collect(),
        newer: (page > 1).then(|| page - 1),
        older: (others.len() > skip.saturating_add(PAGE)).then(|| page + 1),
        crumbs: crumbs(&visit),
        visit: &visit,
    };
    Ok(visit.page(page))
}

fn row(visit: &Visit, entry: &LogEntry) -> Row {
    Row {
        href: format!("/min-side/logg/{}", entry.id),
        proof_href: format!("/min-side/logg/{}/bevis", entry.id),
        when: entry.entry.as_ref().map(|e| visit.time(e.at)).unwrap_or_default(),
        what: what(visit, entry.entry.as_ref()),
        who: who(visit, entry.who.as_ref()),
        denied: denied(entry.entry.as_ref()),
    }
}

fn denied(entry: Option<&Entry>) -> bool {
    entry.is_some_and(|e| e.outcome == Outcome::Denied)
}

/// What happened, in words.
fn what(visit: &Visit, entry: Option<&Entry>) -> String {
    let Some(entry) = entry else { return visit.t("citizen-entry-erased") };
    if model::known(&entry.kind) {
        visit.t(&format!("citizen-entry-{}", entry.kind.replace('.', "-")))
    } else {
        visit.t_with("citizen-entry-other", &[("kind", entry.kind.as_str().into())])
    }
}

#[derive(Template)]
#[template(path = "entry.html")]
struct EntryPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    what: String,
    denied: bool,
    facts: Vec<(String, String)>,
    details: Vec<(String, String)>,
    proof_href: String,
}

/// `GET /min-side/logg/{entry}`.
pub(super) async fn show(visit: Visit, State(service): Service, Id(entry): Id<EntryId>) -> Result<Response, Failure> {
    let found = service.entry(&visit.actor, entry).await?;
    let mut crumbs = crumbs(&visit);
    crumbs.push(Link::new("/min-side/logg", visit.t("citizen-log")));
    let details = found.entry.as_ref().map(|e| &e.details).into_iter().flatten();
    let page = EntryPage {
        what: what(&visit, found.entry.as_ref()),
        denied: denied(found.entry.as_ref()),
        facts: facts(&visit, &found),
        details: details.map(|(key, value)| (key.clone(), plain(value))).collect(),
        proof_href: format!("/min-side/logg/{}/bevis", found.id),
        visit: &visit,
        crumbs,
    };
    Ok(visit.page(page))
}

fn facts(visit: &Visit, found: &LogEntry) -> Vec<(String, String)> {
    let mut facts = vec![(visit.t("citizen-who"), who(visit, found.who.as_ref()))];
    if let Some(entry) = &found.entry {
        facts.insert(0, (visit.t("citizen-when"), visit.time(entry.at)));
        if let Some(basis) = &entry.legal_basis {
            facts.push((visit.t("citizen-legal-basis"), basis.to_string()));
        }
        if let Some(purpose) = entry.purpose {
            facts.push((visit.t("citizen-purpose"), visit.t_of("citizen-purpose", purpose.name())));
        }
        facts.push((visit.t("citizen-kind"), entry.kind.clone()));
        facts.push((visit.t("citizen-resource"), entry.resource.clone()));
    }
    let place = found.index.map_or_else(|| visit.t("citizen-not-sequenced"), |i| visit.number(i));
    facts.push((visit.t("citizen-place"), place));
    facts.push((visit.t("citizen-entry-id"), found.id.to_string()));
    facts
}

/// A value without quotation marks around a text.
fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
