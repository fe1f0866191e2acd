//! What the jobs of the platform do alike: those about releases are planned, while they run they tell how far they
//! have come, and the unit of work that makes their effect also ends them.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use varde_core::{Actor, ReleaseId};
use varde_ledger::Draft;
use varde_policy::Permission;
use varde_store::{
    Receipt, Work,
    jobs::{Job, Run},
};

use super::{Platform, aside, finish};
use crate::{
    PlatformError,
    engine::extract::{Listener, Progress},
};

/// What a job about a release is given.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OfRelease {
    pub(super) release: ReleaseId,
}

/// A job about a release.
pub(super) fn job(kind: &str, release: ReleaseId) -> Job {
    Job::new(kind, release, &OfRelease { release })
}

impl Platform {
    /// Enqueues a job for each of those releases that has none, under that action and with an entry of that kind;
    /// gives how many.
    pub(super) async fn plan_jobs(
        &self,
        actor: &Actor,
        kind: &str,
        releases: Vec<ReleaseId>,
        (action, entry): (&str, &str),
    ) -> Result<usize, PlatformError> {
        let mut planned = 0;
        for id in releases {
            if self.store.job(kind, id).await?.is_some() {
                continue;
            }
            let (release, permission) = self.release_for(actor, id, action).await?;
            let mut work = self.store.begin(actor).await?;
            work.enqueue(&job(kind, id)).await?;
            finish(work, &permission, Draft::new(entry, "release", id).with("dataset", &release.dataset)).await?;
            planned += 1;
        }
        Ok(planned)
    }
}

/// Runs what takes the processor for long away from the requests, and tells the job, if there is one, how far it
/// has come. The work is asked to stop when nobody listens any more: the job was cancelled or the process stops.
pub(super) async fn watched<T: Send + 'static>(
    run: Option<&Run>,
    work: impl FnOnce(Listener<'_>) -> Result<T, PlatformError> + Send + 'static,
) -> Result<T, PlatformError> {
    let (tell, mut told) = watch::channel(Progress { done: 0, total: 0 });
    let work = aside(move || {
        work(&mut |progress| match tell.send(progress) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        })
    });
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            Ok(()) = told.changed() => {
                let Progress { done, total } = *told.borrow_and_update();
                progress(run, done, total).await?;
            }
        }
    }
}

/// Tells the job, if there is one, how many rows of all are done.
pub(super) async fn progress(run: Option<&Run>, done: u64, total: u64) -> Result<(), PlatformError> {
    match run {
        Some(run) => Ok(run.progress(done, total, "").await?),
        None => Ok(()),
    }
}

/// Ends a work with the entry that says what it did, and with it the job that did it, if there is one.
pub(super) async fn end(
    mut work: Work,
    run: Option<&Run>,
    permission: &Permission,
    draft: Draft,
) -> Result<Receipt, PlatformError> {
    if let Some(run) = run {
        work.finish(run).await?;
    }
    finish(work, permission, draft).await
}
