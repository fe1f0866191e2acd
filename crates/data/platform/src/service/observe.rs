//! What everybody may know of a release: counted once, when it is approved, by a job that can be killed
//! anywhere.
//!
//! Whoever has opted out, withdrawn a consent or has a confidential address by then is not counted: the
//! same people who would be left out of an extract. A release is not counted again when somebody opts out
//! later, since the difference of two tables of the same rows would tell of that one person.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use varde_core::{Actor, CataloguePath, Component, Digest, ReleaseId};
use varde_ledger::Draft;
use varde_metadata::ObservedDataset;
use varde_policy::Resource;
use varde_store::{
    Failure, StoreError,
    jobs::{Handler, Run},
};

use super::{
    Platform, aside, open,
    running::{self, OfRelease},
    sources,
};
use crate::{
    PlatformError,
    engine::Scan,
    model::{ReleaseRecord, ReleaseStatus},
    observe,
    store::observations::{self, Wanted},
};

/// The kind of the job that counts what a release holds.
pub const OBSERVATION_JOB: &str = "platform.observe_release";

/// What counting is called in the policies.
pub(super) const OBSERVE: &str = "platform.release.observe";

/// Counts what releases hold: the handler of [`OBSERVATION_JOB`].
#[derive(Debug, Clone)]
pub struct ObserveRelease(pub Platform);

#[async_trait]
impl Handler for ObserveRelease {
    fn kind(&self) -> &'static str {
        OBSERVATION_JOB
    }

    async fn run(&self, run: &Run) -> Result<(), Failure> {
        let OfRelease { release } = run.payload()?;
        self.0.observe(&Actor::system(Component::Flows), release, Some(run)).await?;
        Ok(())
    }
}

impl Platform {
    /// Counts what an approved release says of its variables, and keeps what may be told of it. With the
    /// job's `run`, the counts, their entry and the end of the job are one. False when it was counted
    /// before, or was superseded meanwhile.
    ///
    /// # Errors
    /// When the policy refuses, there is no such release, or its file is not the one that was registered.
    pub async fn observe(&self, actor: &Actor, id: ReleaseId, run: Option<&Run>) -> Result<bool, PlatformError> {
        let (release, permission) = self.release_for(actor, id, OBSERVE).await?;
        let mut read = self.store.read(actor).await?;
        if release.status != ReleaseStatus::Approved || observations::is_there(read.connection(), id).await? {
            return Ok(false);
        }
        let before = observations::newest(read.connection(), &release.dataset, Wanted::Whole).await?;
        drop(read);
        let observed = self.counted(actor, &release, before).await?;
        let digest = Digest::of(serde_json::to_value(&observed).unwrap_or_default().to_string().as_bytes());
        let mut work = self.store.begin(actor).await?;
        match observations::insert(work.connection(), &release.dataset, &observed).await {
            // Counted twice at once: the other one was first.
            Err(PlatformError::Store(StoreError::Conflict(_))) => return Ok(false),
            other => other?,
        }
        let draft = Draft::new("platform.release.observed", "release", id)
            .with("dataset", &release.dataset)
            .with("release_digest", release.digest)
            .with("observation", digest)
            .with("preferences_at", observed.observed_at);
        running::end(work, run, &permission, draft).await?;
        Ok(true)
    }

    /// Enqueues counting for every approved release that was never counted, such as those that were
    /// approved before releases were; gives how many. For a timer.
    ///
    /// # Errors
    /// When the policy refuses or the database is away.
    pub async fn plan_observations(&self, actor: &Actor) -> Result<usize, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let uncounted = observations::uncounted(read.connection()).await?;
        drop(read);
        self.plan_jobs(actor, OBSERVATION_JOB, uncounted, (OBSERVE, "platform.release.observation_planned")).await
    }

    /// What may be told of a dataset's release that was counted last: all variables without their
    /// distributions, or `variable` (its last part) alone with it. `None` when none was counted.
    ///
    /// # Errors
    /// When the policy refuses or the database is away.
    pub async fn observed(
        &self,
        actor: &Actor,
        dataset: &CataloguePath,
        variable: Option<&str>,
    ) -> Result<Option<ObservedDataset>, PlatformError> {
        self.permitted(actor, "platform.release.read", &Resource::new("Release")).await?;
        let mut read = self.store.read(actor).await?;
        observations::newest(read.connection(), dataset, variable.map_or(Wanted::Filled, Wanted::Variable)).await
    }

    async fn counted(
        &self,
        actor: &Actor,
        release: &ReleaseRecord,
        before: Option<ObservedDataset>,
    ) -> Result<ObservedDataset, PlatformError> {
        let at = self.known_until().await?;
        let exclusions = self.exclusions(actor, &sources([&release.dataset]), at).await?;
        let (path, digest, id) = (self.kept(release.id), release.digest, release.id);
        let abandoned = Abandoned::default();
        let stop = Arc::clone(&abandoned.0);
        aside(move || {
            let opened = open(&path, digest)?;
            let scan = Scan::new(&opened, exclusions.for_dataset(&opened.schema().dataset));
            let stop = || stop.load(Ordering::Relaxed);
            Ok(observe::observe(&scan, opened.schema(), (id, at), before.as_ref(), &stop)?)
        })
        .await
    }
}

/// Tells the counting that nobody waits for it any more: the job was cancelled or the process stops.
#[derive(Debug, Default)]
pub(super) struct Abandoned(pub(super) Arc<AtomicBool>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
