//! The stewards' pages: releases and what was found when they were taken in.

mod large;

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::Method, response::Response};
use varde_core::ReleaseId;
use varde_web::{Failure, Id, Routes, Visit, ui::Tone};

use crate::{Platform, ReleaseRecord, ReleaseStatus, api::MOST_FAULTS, import::Fault};

pub(crate) fn routes() -> Routes<Arc<Platform>> {
    Routes::new()
        .page(Method::GET, "/register", "platform.release.read", list)
        .page(Method::GET, "/register/{id}", "platform.release.read", show)
        .page(Method::POST, "/register/{id}/godkjenn", "platform.release.approve", approve)
        .page(Method::GET, "/tillatelser/{id}/stort-uttrekk", "platform.extract.confirm", large::ask)
        .page(Method::POST, "/tillatelser/{id}/stort-uttrekk", "platform.extract.confirm", large::confirm)
}

fn tone(status: ReleaseStatus) -> Tone {
    match status {
        ReleaseStatus::Draft => Tone::Info,
        ReleaseStatus::Held => Tone::Warning,
        ReleaseStatus::Approved => Tone::Success,
        ReleaseStatus::Superseded => Tone::Neutral,
    }
}

#[derive(Template)]
#[template(path = "releases.html")]
struct ReleasesPage<'a> {
    visit: &'a Visit,
    releases: Vec<ReleaseRecord>,
}

async fn list(visit: Visit, State(platform): State<Arc<Platform>>) -> Result<Response, Failure> {
    let releases = platform.releases(&visit.actor).await?;
    Ok(visit.page(ReleasesPage { visit: &visit, releases }))
}

#[derive(Template)]
#[template(path = "release.html")]
struct ReleasePage<'a> {
    visit: &'a Visit,
    release: ReleaseRecord,
    faults: Vec<Fault>,
}

impl ReleasePage<'_> {
    fn approvable(&self) -> bool {
        matches!(self.release.status, ReleaseStatus::Draft | ReleaseStatus::Held)
    }

    fn period(&self) -> String {
        match self.release.period {
            None => self.visit.t("platform-no-period"),
            Some(period) => {
                let until = period.until.map(|d| self.visit.date(d)).unwrap_or_default();
                format!("{} – {until}", self.visit.date(period.from))
            }
        }
    }
}

async fn show(visit: Visit, State(platform): State<Arc<Platform>>, Id(id): Id<ReleaseId>) -> Result<Response, Failure> {
    let release = platform.release(&visit.actor, id).await?;
    let faults = platform.faults(&visit.actor, id, MOST_FAULTS).await?;
    Ok(visit.page(ReleasePage { visit: &visit, release, faults }))
}

async fn approve(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id(id): Id<ReleaseId>,
) -> Result<Response, Failure> {
    platform.approve(&visit.actor, id).await?;
    Ok(visit.see(&format!("/register/{id}")))
}

/// A count for the page.
fn shown(visit: &Visit, count: impl std::borrow::Borrow<u64>) -> String {
    visit.number(i64::try_from(*count.borrow()).unwrap_or(i64::MAX))
}
