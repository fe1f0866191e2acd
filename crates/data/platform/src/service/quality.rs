//! How good releases are: found by a job when they are taken in, judged by what the data holder demands.
//!
//! Whoever may not be read in an extract is not in a figure either. A reservation is about secondary use, and
//! would not hinder a register's own quality work at home; here it is the release, made for secondary use,
//! that is measured, and so it is measured as it will be used.

use std::sync::{Arc, atomic::Ordering};

use async_trait::async_trait;
use jiff::civil::Date;
use serde::Serialize;
use sqlx::PgConnection;
use varde_basedata::{AsAt, Attributes};
use varde_core::{Actor, CataloguePath, Component, Digest, FieldProblem, ReleaseId};
use varde_ledger::Draft;
use varde_policy::Resource;
use varde_store::{
    Failure, StoreError,
    jobs::{Handler, Run},
};

use super::{
    Platform, aside, both, finish,
    observe::Abandoned,
    open,
    releases::resource,
    running::{self, OfRelease},
    sources,
};
use crate::{
    PlatformError,
    engine::{Scan, extract::canonical},
    model::{Assessment, ReleaseRecord, SetThresholds},
    quality::{self, Asked, Measured, Miss, Report, Thresholds, Trend},
    store::quality as kept,
};

/// The kind of the job that finds out how good a release is.
pub const ASSESSMENT_JOB: &str = "platform.assess_release";

/// What looking at how good a release is is called in the policies.
const ASSESS: &str = "platform.release.assess";

/// The longest reason in characters.
const LONGEST: usize = 2_000;

/// Finds out how good releases are: the handler of [`ASSESSMENT_JOB`].
#[derive(Debug, Clone)]
pub struct AssessRelease(pub Platform);

#[async_trait]
impl Handler for AssessRelease {
    fn kind(&self) -> &'static str {
        ASSESSMENT_JOB
    }

    async fn run(&self, run: &Run) -> Result<(), Failure> {
        let OfRelease { release } = run.payload()?;
        self.0.assess(&Actor::system(Component::Flows), release, Some(run)).await?;
        Ok(())
    }
}

/// A release with what was found in it, as the reader may see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QualityView {
    /// The release.
    pub release: ReleaseRecord,
    /// What was found; `None` until the job has looked.
    pub assessment: Option<Assessment>,
    /// Whether the figures are exact: the reader acts for the data holder. Others read them with small groups
    /// withheld and the rest rounded.
    pub exact: bool,
    /// The release before, and what changed; for the data holder only.
    pub trend: Option<(ReleaseId, Trend)>,
    /// What the reader may do: approve, withdraw.
    pub may: (bool, bool),
}

impl Platform {
    /// Finds out how good a release is, and holds it back when it misses what is demanded. With the job's
    /// `run`, the report, its entry and the end of the job are one. False when it was looked at before.
    ///
    /// # Errors
    /// When the policy refuses, there is no such release, or its file is not the one that was registered.
    pub async fn assess(&self, actor: &Actor, id: ReleaseId, run: Option<&Run>) -> Result<bool, PlatformError> {
        let (release, permission) = self.release_for(actor, id, ASSESS).await?;
        let mut read = self.store.read(actor).await?;
        if kept::get(read.connection(), id).await?.is_some() {
            return Ok(false);
        }
        drop(read);
        let report = self.report(actor, &release).await?;
        let mut work = self.store.begin(actor).await?;
        let release = kept::lock(work.connection(), id).await?;
        let digest = Digest::of(&canonical(&report));
        let (thresholds, misses) = self.judged(work.connection(), &release, &report).await?;
        let assessed_at = self.store.clock().now();
        let found = Assessment { report, digest, thresholds, misses, assessed_at };
        match kept::insert(work.connection(), id, &found).await {
            // Looked at twice at once: the other one was first.
            Err(PlatformError::Store(StoreError::Conflict(_))) => return Ok(false),
            other => other?,
        }
        kept::hold(work.connection(), id, !found.misses.is_empty()).await?;
        let draft = Draft::new("platform.release.assessed", "release", id)
            .with("dataset", &release.dataset)
            .with("release_digest", release.digest)
            .with("report", found.digest)
            .with("thresholds", thresholds.unwrap_or_default())
            .with("misses", found.misses.iter().map(Miss::name).collect::<Vec<_>>().join(", "))
            .with("preferences_at", found.report.as_at);
        running::end(work, run, &permission, draft).await?;
        Ok(true)
    }

    /// Enqueues looking at every release that nobody has looked at, such as those taken in before releases
    /// were; gives how many. For a timer.
    ///
    /// # Errors
    /// When the policy refuses or the database is away.
    pub async fn plan_assessments(&self, actor: &Actor) -> Result<usize, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let unassessed = kept::unassessed(read.connection()).await?;
        drop(read);
        self.plan_jobs(actor, ASSESSMENT_JOB, unassessed, (ASSESS, "platform.release.assessment_planned")).await
    }

    /// What was found in a release. The data holder sees it as it is, with what changed since the release
    /// before; others with small groups withheld and the rest rounded.
    ///
    /// # Errors
    /// When the policy refuses or there is no such release.
    pub async fn quality(&self, actor: &Actor, id: ReleaseId) -> Result<QualityView, PlatformError> {
        let release = self.release(actor, id).await?;
        let resource = resource(id, release.holder);
        let may = |action: &str| self.guard.would_allow(actor, action, &resource);
        let exact = may("platform.quality.read_whole");
        let mut read = self.store.read(actor).await?;
        let mut assessment = kept::get(read.connection(), id).await?;
        let mut trend = None;
        match &mut assessment {
            Some(found) if exact => {
                let before = kept::before(read.connection(), &release).await?;
                trend = before.map(|(id, before)| (id, Trend::between(&before.report, &found.report)));
            }
            Some(found) => found.report = found.report.for_others(),
            None => {}
        }
        let may = (may("platform.release.approve"), may("platform.release.withdraw"));
        Ok(QualityView { release, assessment, exact, trend, may })
    }

    /// What changed since the release before, for the data holder; `None` when there is nothing to compare.
    ///
    /// # Errors
    /// When the policy refuses or there is no such release.
    pub async fn trend(
        &self,
        actor: &Actor,
        id: ReleaseId,
    ) -> Result<(QualityView, Option<(ReleaseId, Trend)>), PlatformError> {
        let mut view = self.quality(actor, id).await?;
        let resource = resource(id, view.release.holder);
        self.permitted(actor, "platform.quality.read_whole", &resource).await?;
        let trend = view.trend.take();
        Ok((view, trend))
    }

    /// What is demanded of a dataset's releases, every version, the newest first.
    ///
    /// # Errors
    /// When the policy refuses or the database is away.
    pub async fn thresholds(
        &self,
        actor: &Actor,
        dataset: &CataloguePath,
    ) -> Result<Vec<SetThresholds>, PlatformError> {
        self.permitted(actor, "platform.release.read", &Resource::new("Release")).await?;
        let mut read = self.store.read(actor).await?;
        kept::thresholds(read.connection(), dataset).await
    }

    /// Demands something of a dataset's releases from now on, with a reason. Releases that wait are judged
    /// anew. The same as before changes nothing. `seen` is the version that was changed.
    ///
    /// # Errors
    /// When the policy refuses, the dataset has no release, a number is wrong, or another version was set
    /// meanwhile.
    pub async fn set_thresholds(
        &self,
        actor: &Actor,
        dataset: &CataloguePath,
        (seen, content): (i32, Thresholds),
        reason: &str,
    ) -> Result<i32, PlatformError> {
        let holder = self.newest_of(actor, dataset).await?.holder;
        let permission = self.permitted(actor, "platform.threshold.set", &resource(dataset, holder)).await?;
        let reason = reasoned(reason, "reason")?;
        check(&content)?;
        let mut work = self.store.begin(actor).await?;
        let versions = kept::thresholds(work.connection(), dataset).await?;
        let current = versions.first().map_or(0, |set| set.version);
        if current != seen {
            return Err(PlatformError::Changed);
        }
        if versions.first().is_some_and(|set| set.content == content) {
            return Ok(current);
        }
        let set_at = self.store.clock().now();
        let set = SetThresholds { version: current + 1, holder, content, reason: reason.to_owned(), set_at };
        match kept::set_thresholds(work.connection(), dataset, &set).await {
            Err(PlatformError::Store(StoreError::Conflict(_))) => return Err(PlatformError::Changed),
            other => other?,
        }
        for id in kept::waiting(work.connection(), dataset).await? {
            let release = kept::lock(work.connection(), id).await?;
            let Some(found) = kept::get(work.connection(), id).await? else { continue };
            let (version, misses) = self.judged(work.connection(), &release, &found.report).await?;
            kept::judged(work.connection(), id, version, &misses).await?;
            kept::hold(work.connection(), id, !misses.is_empty()).await?;
        }
        let draft = Draft::new("platform.threshold.set", "dataset", dataset)
            .with("version", set.version)
            .with("content", serde_json::to_string(&set.content).unwrap_or_default())
            .with("reason", reason);
        finish(work, &permission, draft).await?;
        Ok(set.version)
    }

    /// A dataset's newest release.
    ///
    /// # Errors
    /// When the policy refuses, or the dataset has no release.
    pub async fn newest_of(&self, actor: &Actor, dataset: &CataloguePath) -> Result<ReleaseRecord, PlatformError> {
        let all = self.releases(actor).await?;
        all.into_iter().find(|release| release.dataset == *dataset).ok_or(PlatformError::NoSuchRelease)
    }

    /// Whether the actor may demand something of a release's dataset.
    pub fn may_demand(&self, actor: &Actor, release: &ReleaseRecord) -> bool {
        self.guard.would_allow(actor, "platform.threshold.set", &resource(&release.dataset, release.holder))
    }

    /// Whether nothing can be said against approving a release that is not held: what is demanded was looked
    /// at.
    pub(super) async fn is_judged(
        &self,
        connection: &mut PgConnection,
        release: &ReleaseRecord,
    ) -> Result<bool, PlatformError> {
        let demanded = kept::thresholds(connection, &release.dataset).await?;
        let nothing = demanded.first().is_none_or(|set| set.content.is_empty());
        Ok(nothing || kept::get(connection, release.id).await?.is_some())
    }

    /// By what a release is judged now, and what it lacks.
    async fn judged(
        &self,
        connection: &mut PgConnection,
        release: &ReleaseRecord,
        report: &Report,
    ) -> Result<(Option<i32>, Vec<Miss>), PlatformError> {
        let demanded = kept::thresholds(connection, &release.dataset).await?.into_iter().next();
        let before = kept::before(connection, release).await?.map(|(_, before)| before.report);
        let mut misses: Vec<Miss> =
            quality::unusable(&release.quality, self.parts.unusable_per_thousand).into_iter().collect();
        misses.extend(demanded.iter().flat_map(|set| set.content.misses(report, before.as_ref())));
        Ok((demanded.map(|set| set.version), misses))
    }

    async fn report(&self, actor: &Actor, release: &ReleaseRecord) -> Result<Report, PlatformError> {
        let as_at = self.known_until().await?;
        let exclusions = self.exclusions(actor, &sources([&release.dataset]), as_at).await?;
        let dataset = match &self.descriptions {
            Some(descriptions) => descriptions.dataset(&release.dataset).await?,
            None => None,
        };
        let delivered = both(release.created_at).valid;
        let people = self.population(actor, AsAt { valid: delivered, recorded: as_at }).await?;
        let judges = self.judges_of(dataset.as_ref(), delivered).await?;
        let asked = Asked { dataset, delivered, as_at, judges, people };
        let (path, digest) = (self.kept(release.id), release.digest);
        let set = exclusions.for_dataset(&release.dataset);
        let unreadable = set.people().clone();
        let abandoned = Abandoned::default();
        let stop = Arc::clone(&abandoned.0);
        let Measured { mut report, people } = aside(move || {
            let opened = open(&path, digest)?;
            let scan = Scan::new(&opened, set);
            Ok(quality::measure(&scan, opened.schema(), &asked, &|| stop.load(Ordering::Relaxed))?)
        })
        .await?;
        let years: Vec<i16> = people.keys().copied().filter(|year| *year <= delivered.year()).collect();
        for year in &years[years.len().saturating_sub(quality::YEARS_OF_COVERAGE)..] {
            let day: Date = quality::day_of(*year, delivered);
            let population = self.population(actor, AsAt { valid: day, recorded: as_at }).await?;
            let (year, here, unreadable) = (*year, people[year].clone(), unreadable.clone());
            report
                .coverage
                .push(aside(move || Ok(quality::coverage((year, day), &population, &here, &unreadable))).await?);
        }
        report.coverage.retain(|year| !year.groups.is_empty());
        Ok(report)
    }

    async fn population(&self, actor: &Actor, at: AsAt) -> Result<Attributes, PlatformError> {
        self.parts.basedata.attributes(actor, at).await.map_err(|e| PlatformError::neighbour(&e))
    }
}

/// A reason that says something.
pub(super) fn reasoned<'a>(reason: &'a str, field: &str) -> Result<&'a str, PlatformError> {
    let reason = reason.trim();
    let wrong = |message: &str| PlatformError::Invalid(vec![FieldProblem::new(field, message)]);
    match reason.chars().count() {
        0 => Err(wrong("platform-error-reason")),
        length if length > LONGEST => Err(wrong("platform-error-reason-long")),
        _ => Ok(reason),
    }
}

fn check(content: &Thresholds) -> Result<(), PlatformError> {
    let mut problems = Vec::new();
    let mut wrong = |field: String, message: &str| problems.push(FieldProblem::new(field, message));
    for (name, _) in content.complete.iter().filter(|(_, percent)| **percent > 100) {
        wrong(format!("complete-{name}"), "quality-error-percent");
    }
    if content.coverage.is_some_and(|percent| percent > 100) {
        wrong("coverage".to_owned(), "quality-error-percent");
    }
    if content.rows_change.is_some_and(|percent| percent > 10_000) {
        wrong("rows_change".to_owned(), "quality-error-change");
    }
    if content.invalid.is_some_and(|share| share > 1000) {
        wrong("invalid".to_owned(), "quality-error-thousand");
    }
    if problems.is_empty() { Ok(()) } else { Err(PlatformError::Invalid(problems)) }
}
