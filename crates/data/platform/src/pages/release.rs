//! One release: what it is, what it lacks, and what its data holder does with it.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_core::ReleaseId;
use varde_web::{Failure, Form, Id, Visit};

use super::{Asked, answer, quality::told};
use crate::{
    Platform, PlatformError, QualityView, ReleaseRecord, ReleaseStatus, UsedBy, api::MOST_FAULTS, import::Fault,
};

#[derive(Template)]
#[template(path = "release.html")]
struct Page<'a> {
    visit: &'a Visit,
    form: Form,
    release: ReleaseRecord,
    faults: Vec<Fault>,
    /// What it lacks of what is demanded.
    misses: Vec<String>,
    /// Whether somebody has looked at its quality.
    assessed: bool,
    /// Whether what changed since the release before can be read.
    trend: bool,
    /// Whether the reader may set what is demanded.
    demands: bool,
    approvable: bool,
    withdrawable: bool,
    /// What was made from it; for the data holder.
    used: Vec<UsedBy>,
    told_use: bool,
}

impl Page<'_> {
    fn held(&self) -> bool {
        self.release.status == ReleaseStatus::Held
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

/// `GET /register/{id}`.
pub(super) async fn show((visit, State(platform), Id(id)): Asked<ReleaseId>) -> Result<Response, Failure> {
    let page = page(&visit, &platform, id, Form::new()).await?;
    Ok(visit.page(page))
}

/// `POST /register/{id}/godkjenn`.
pub(super) async fn approve(
    (visit, State(platform), Id(id)): Asked<ReleaseId>,
    form: Form,
) -> Result<Response, Failure> {
    let done = platform.approve_because(&visit.actor, id, form.value("reason")).await;
    let again = |problems| page(&visit, &platform, id, form.with_problems(problems));
    answer(&visit, done, format!("/register/{id}"), again).await
}

/// `POST /register/{id}/trekk`.
pub(super) async fn withdraw(
    (visit, State(platform), Id(id)): Asked<ReleaseId>,
    form: Form,
) -> Result<Response, Failure> {
    let done = platform.withdraw(&visit.actor, id, form.value("because")).await;
    let again = |problems| page(&visit, &platform, id, form.with_problems(problems));
    answer(&visit, done, format!("/register/{id}"), again).await
}

async fn page<'a>(visit: &'a Visit, platform: &Platform, id: ReleaseId, form: Form) -> Result<Page<'a>, PlatformError> {
    let view = platform.quality(&visit.actor, id).await?;
    let faults = platform.faults(&visit.actor, id, MOST_FAULTS).await?;
    let QualityView { release, assessment, trend, may, exact } = view;
    let told_use = may.1;
    let used = if told_use { platform.used_by(&visit.actor, id).await? } else { Vec::new() };
    let waits = matches!(release.status, ReleaseStatus::Draft | ReleaseStatus::Held);
    let misses = assessment.iter().flat_map(|found| &found.misses).map(|miss| told(visit, miss)).collect();
    Ok(Page {
        misses,
        assessed: assessment.is_some(),
        trend: exact && trend.is_some(),
        demands: platform.may_demand(&visit.actor, &release),
        approvable: waits && may.0,
        withdrawable: release.status != ReleaseStatus::Withdrawn && may.1,
        faults,
        form,
        release,
        used,
        told_use,
        visit,
    })
}
