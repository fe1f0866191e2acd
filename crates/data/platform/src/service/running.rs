//! What all jobs of the platform do alike: while they run they tell how far they have come, and the unit of work
//! that makes their effect also ends them.

use std::ops::ControlFlow;

use tokio::sync::watch;
use varde_ledger::Draft;
use varde_policy::Permission;
use varde_store::{Receipt, Work, jobs::Run};

use super::{aside, finish};
use crate::{
    PlatformError,
    engine::extract::{Listener, Progress},
};

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
