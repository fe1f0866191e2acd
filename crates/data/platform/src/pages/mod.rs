//! The stewards' pages: releases and what was found when they were taken in.

mod amendments;
mod ingestions;
mod large;
mod lineage;
mod product_edit;
mod product_form;
mod product_words;
mod products;
mod quality;
mod quarantine;
mod release;
mod section;
mod thresholds;
mod updates;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::Response,
};
use varde_core::{FieldProblem, Problem as _};
use varde_web::{
    Failure, Id, Routes, Visit,
    ui::{Link, Tone},
};

use crate::{Platform, PlatformError, ReleaseRecord, ReleaseStatus};

/// How a page about something is asked for: by whom, of which platform, and what its address names.
type Asked<T> = (Visit, State<Arc<Platform>>, Id<T>);

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
        .page(Method::GET, "/tillatelser/{id}/oppdateringer", "platform.extract.read", updates::show)
        .page(Method::POST, "/tillatelser/{id}/oppdateringer", "platform.extract.update", updates::ask)
        .page(Method::GET, "/register/{id}/opphav", "platform.release.read", lineage::show)
        .page(Method::GET, "/register/produkter", "platform.release.read", products::list)
        .page(Method::GET, "/register/produkter/ny", "platform.release.read", product_edit::new)
        .page(Method::POST, "/register/produkter/ny", "platform.product.declare", product_edit::save)
        .page(Method::GET, "/register/produkter/{source}/{dataset}", "platform.release.read", products::show)
        .page(Method::GET, "/register/produkter/{source}/{dataset}/utkast", "platform.release.read", product_edit::edit)
        .page(
            Method::POST,
            "/register/produkter/{source}/{dataset}/i-kraft",
            "platform.product.declare",
            products::declare,
        )
        .page(
            Method::POST,
            "/register/produkter/{source}/{dataset}/samtykke",
            "platform.product.consent",
            products::consent,
        )
        .page(Method::POST, "/register/produkter/{source}/{dataset}/lag", "platform.product.build", products::build)
        .page(Method::POST, "/register/produkter/{source}/{dataset}/avslutt", "platform.product.end", products::end)
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

/// The links above a page about a release.
fn way_to(visit: &Visit, release: &ReleaseRecord) -> Vec<Link> {
    vec![
        Link::new("/register", visit.t("platform-releases")),
        Link::new(format!("/register/{}", release.id), release.dataset.to_string()),
    ]
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

/// Answers a form: on to the address when it was done; the page again, with what is wrong in its fields,
/// when that is the reader's to put right.
async fn answer<T, P, F>(
    visit: &Visit,
    done: Result<T, PlatformError>,
    next: String,
    again: impl FnOnce(Vec<FieldProblem>) -> F,
) -> Result<Response, Failure>
where
    P: Template,
    F: Future<Output = Result<P, PlatformError>>,
{
    match done {
        Ok(_) => Ok(visit.see(&next)),
        Err(error) => match error.fields() {
            nothing if nothing.is_empty() => Err(error.into()),
            problems => Ok(visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, again(problems).await?)),
        },
    }
}

/// A count for the page.
fn shown(visit: &Visit, count: impl std::borrow::Borrow<u64>) -> String {
    visit.number(i64::try_from(*count.borrow()).unwrap_or(i64::MAX))
}
