//! The stewards' pages: releases and what was found when they were taken in.

mod amendments;
mod ingestions;
mod large;
mod quality;
mod quarantine;
mod release;
mod section;
mod thresholds;

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::Method, response::Response};
use varde_web::{Failure, Routes, Visit, ui::Tone};

use crate::{Platform, ReleaseRecord, ReleaseStatus};

pub(crate) fn routes() -> Routes<Arc<Platform>> {
    Routes::new()
        .page(Method::GET, "/register", "platform.release.read", list)
        .page(Method::GET, "/register/innlasting", "platform.release.read", ingestions::show)
        .page(Method::GET, "/register/{id}", "platform.release.read", release::show)
        .page(Method::GET, "/register/{id}/karantene", "platform.release.read", quarantine::show)
        .page(Method::POST, "/register/{id}/karantene/godta", "platform.quarantine.settle", quarantine::accept)
        .page(Method::POST, "/register/{id}/karantene/bestill", "platform.quarantine.settle", quarantine::ask)
        .page(Method::POST, "/register/{id}/karantene/koble", "platform.quarantine.settle", quarantine::renew)
        .page(Method::GET, "/register/{id}/rettelser", "platform.amendment.enter", amendments::show)
        .page(Method::POST, "/register/{id}/rettelser", "platform.amendment.enter", amendments::enter)
        .page(Method::POST, "/register/{id}/rettelser/trekk", "platform.amendment.enter", amendments::withdraw)
        .page(Method::POST, "/register/{id}/godkjenn", "platform.release.approve", release::approve)
        .page(Method::POST, "/register/{id}/trekk", "platform.release.withdraw", release::withdraw)
        .page(Method::GET, "/register/{id}/kvalitet", "platform.release.read", quality::show)
        .page(Method::GET, "/register/{id}/kvalitet/{variable}", "platform.release.read", quality::variable)
        .page(Method::GET, "/register/{id}/utvikling", "platform.quality.read_whole", quality::trend)
        .page(Method::GET, "/register/krav/{source}/{dataset}", "platform.release.read", thresholds::show)
        .page(Method::POST, "/register/krav/{source}/{dataset}", "platform.threshold.set", thresholds::save)
        .page(Method::GET, "/tillatelser/{id}/stort-uttrekk", "platform.extract.confirm", large::ask)
        .page(Method::POST, "/tillatelser/{id}/stort-uttrekk", "platform.extract.confirm", large::confirm)
}

fn tone(status: ReleaseStatus) -> Tone {
    match status {
        ReleaseStatus::Draft => Tone::Info,
        ReleaseStatus::Held => Tone::Warning,
        ReleaseStatus::Approved => Tone::Success,
        ReleaseStatus::Superseded => Tone::Neutral,
        ReleaseStatus::Withdrawn => Tone::Danger,
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

/// A count for the page.
fn shown(visit: &Visit, count: impl std::borrow::Borrow<u64>) -> String {
    visit.number(i64::try_from(*count.borrow()).unwrap_or(i64::MAX))
}
