//! The page of a running project's deliveries: what was delivered, what changed, and a new one now.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_core::{PermitId, ReleaseId};
use varde_web::{
    Failure, Id, Visit,
    ui::{Link, Tone},
};

use super::{Asked, shown};
use crate::{
    ExtractRecord, ExtractStatus, Platform, PlatformError, Project, Standing,
    engine::changes::{Changes, Counts},
};

#[derive(Template)]
#[template(path = "updates.html")]
struct UpdatesPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    permit: PermitId,
    project: Project,
    facts: Vec<(String, String)>,
    deliveries: Vec<Delivery>,
    may_ask: bool,
    /// That it cannot be asked for now.
    refused: Option<String>,
}

/// One delivery on the page.
struct Delivery {
    anchor: String,
    heading: String,
    status: String,
    tone: Tone,
    facts: Vec<(String, String)>,
    releases: Vec<ReleaseRow>,
    files: Vec<FileRow>,
}

/// A dataset with its release before, empty where there was none, and now.
struct ReleaseRow {
    dataset: String,
    before: String,
    after: String,
}

/// What changed in a file, already in the reader's digits.
struct FileRow {
    file: String,
    rows: [String; 5],
    people: [String; 5],
}

/// `GET /tillatelser/{id}/oppdateringer`.
pub(super) async fn show((visit, State(platform), Id(permit)): Asked<PermitId>) -> Result<Response, Failure> {
    let page = page(&platform, &visit, permit, None).await?;
    Ok(visit.page(page))
}

/// `POST /tillatelser/{id}/oppdateringer`.
pub(super) async fn ask((visit, State(platform), Id(permit)): Asked<PermitId>) -> Result<Response, Failure> {
    match platform.ask_for_update(&visit.actor, permit).await {
        Ok(_) => Ok(visit.see(&format!("/tillatelser/{permit}/oppdateringer"))),
        Err(PlatformError::NoUpdate(standing)) => {
            let refused = Some(standing_words(&visit, standing));
            Ok(visit.page_with(StatusCode::CONFLICT, page(&platform, &visit, permit, refused).await?))
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn page<'a>(
    platform: &Platform,
    visit: &'a Visit,
    permit: PermitId,
    refused: Option<String>,
) -> Result<UpdatesPage<'a>, PlatformError> {
    let project = platform.project(&visit.actor, permit).await?;
    let may_ask = project.standing == Standing::Now && platform.may_ask_for_update(&visit.actor, permit).await?;
    let delivery = |record: &ExtractRecord| delivery(visit, record, &project.changes);
    Ok(UpdatesPage {
        visit,
        crumbs: vec![Link::new(format!("/tillatelser/{permit}"), project.title.clone())],
        permit,
        facts: facts(visit, &project),
        deliveries: project.extracts.iter().rev().map(delivery).collect(),
        may_ask,
        refused,
        project,
    })
}

fn standing_words(visit: &Visit, standing: Standing) -> String {
    match standing {
        Standing::From(day) => visit.t_with("platform-update-from", &[("day", visit.date(day).into())]),
        other => visit.t_of("platform-update", other.name()),
    }
}

fn facts(visit: &Visit, project: &Project) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    if let Some(updates) = project.updates {
        facts.push((visit.t("platform-update-rhythm"), visit.t_of("platform-update-rhythm", updates.every.name())));
        let how = if updates.when_asked { "platform-update-when-asked" } else { "platform-update-by-itself" };
        facts.push((visit.t("platform-update-how"), visit.t(how)));
    }
    if let Some(until) = project.until {
        facts.push((visit.t("platform-update-until"), visit.date(until)));
    }
    facts.push((visit.t("platform-update-now-label"), standing_words(visit, project.standing)));
    if !project.news.is_empty() {
        let names: Vec<&str> = project.news.iter().map(varde_core::CataloguePath::as_str).collect();
        facts.push((visit.t("platform-update-news"), names.join(", ")));
    }
    facts
}

const fn tone(status: ExtractStatus) -> Tone {
    match status {
        ExtractStatus::Prepared | ExtractStatus::Making | ExtractStatus::Entered => Tone::Info,
        ExtractStatus::Held => Tone::Warning,
        ExtractStatus::Delivered => Tone::Success,
        ExtractStatus::Empty | ExtractStatus::Stopped => Tone::Neutral,
    }
}

fn delivery(visit: &Visit, record: &ExtractRecord, all: &[Changes]) -> Delivery {
    let (spec, number) = (&record.specification, record.number());
    let changes = all.iter().find(|changes| changes.extract == spec.extract);
    let mut facts = vec![(visit.t("platform-update-specified"), visit.time(record.specified_at))];
    if let Some(at) = record.delivered_at {
        facts.push((visit.t("platform-update-delivered"), visit.time(at)));
        facts.push((visit.t("platform-update-preferences"), visit.time(spec.preferences_at)));
    }
    if number > 0 && record.lies() {
        facts.push((visit.t("platform-update-folder"), format!("/data/update-{number}")));
    }
    if number > 0 {
        let why = if record.asked_by.is_some() { "platform-update-asked" } else { "platform-update-came" };
        facts.push((visit.t("platform-update-why"), visit.t(why)));
    }
    facts.push((visit.t("platform-update-extract"), spec.extract.to_string()));
    Delivery {
        anchor: format!("leveranse-{number}"),
        heading: match number {
            0 => visit.t("platform-update-first"),
            _ => visit.t_with("platform-update-number", &[("number", number.into())]),
        },
        status: visit.t_of("platform-update-status", record.status.name()),
        tone: tone(record.status),
        facts,
        releases: releases(visit, record, changes),
        files: changes.map(|changes| files(visit, changes)).unwrap_or_default(),
    }
}

fn releases(visit: &Visit, record: &ExtractRecord, changes: Option<&Changes>) -> Vec<ReleaseRow> {
    let shown = |id: Option<ReleaseId>| id.map(|id| id.to_string()).unwrap_or_default();
    match changes {
        Some(changes) => changes
            .releases
            .iter()
            .map(|one| ReleaseRow {
                dataset: one.dataset.to_string(),
                before: shown(one.before),
                after: if one.before == one.after { visit.t("platform-update-same") } else { shown(one.after) },
            })
            .collect(),
        None => record
            .specification
            .releases
            .iter()
            .map(|pin| ReleaseRow {
                dataset: pin.dataset.to_string(),
                before: String::new(),
                after: pin.release.to_string(),
            })
            .collect(),
    }
}

fn files(visit: &Visit, changes: &Changes) -> Vec<FileRow> {
    let told = |Counts { before, after, added, removed, changed }: Counts| {
        [before, after, added, removed, changed].map(|count| shown(visit, count))
    };
    let row = |file: &crate::engine::changes::FileChange| FileRow {
        file: file.file.clone(),
        rows: told(file.rows),
        people: told(file.people),
    };
    changes.files.iter().map(row).collect()
}
