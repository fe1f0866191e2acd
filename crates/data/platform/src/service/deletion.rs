//! The end of a delivery: its files are deleted when its permit has run out or was revoked.
//!
//! The data user may have the data for as long as the permit lasts, and they must be gone within six
//! months after (EHDS art. 68(12)). Here they go at once, since they can be made again to the same
//! bytes while the project's key lives, should a permit be given back on appeal. The room's copy goes
//! with the room.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use varde_core::{Actor, Component, ExtractId};
use varde_ledger::Draft;
use varde_permit::Issued;
use varde_store::{
    Failure,
    jobs::{Handler, Job, Run},
};

use super::{Platform, aside, extracts::resource, finish, kept::remove, running};
use crate::{PlatformError, store};

/// The kind of the job that deletes a delivery.
pub const DELETION_JOB: &str = "platform.delete_delivery";

#[derive(Debug, Serialize, Deserialize)]
struct Task {
    extract: ExtractId,
}

/// Deletes deliveries: the handler of [`DELETION_JOB`].
#[derive(Debug, Clone)]
pub struct DeleteDelivery(pub Platform);

#[async_trait]
impl Handler for DeleteDelivery {
    fn kind(&self) -> &'static str {
        DELETION_JOB
    }

    async fn run(&self, run: &Run) -> Result<(), Failure> {
        let Task { extract } = run.payload()?;
        self.0.delete_delivery(&Actor::system(Component::Flows), extract, Some(run)).await?;
        Ok(())
    }
}

impl Platform {
    /// Enqueues a deletion for every delivery whose permit has ended, once for each; gives how many.
    /// For a timer.
    ///
    /// # Errors
    /// When the policy refuses, or the database or the register of permits is away.
    pub async fn plan_deletions(&self, actor: &Actor) -> Result<usize, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let lying = store::extracts::lying(read.connection()).await?;
        drop(read);
        let mut planned = 0;
        for (id, permit) in lying {
            let issued = self.parts.permits.issued(permit).await?;
            if !issued.has_ended_at(self.store.clock().now()) || self.store.job(DELETION_JOB, id).await?.is_some() {
                continue;
            }
            let permission =
                self.permitted(actor, "platform.extract.delete", &resource(id, &issued.permit, [])).await?;
            let mut work = self.store.begin(actor).await?;
            work.enqueue(&Job::new(DELETION_JOB, id, &Task { extract: id })).await?;
            let draft = Draft::new("platform.extract.deletion_planned", "extract", id);
            finish(work, &permission, draft.with("permit", permit).with("why", why(&issued))).await?;
            planned += 1;
        }
        Ok(planned)
    }

    /// Deletes the files of a delivery whose permit has ended, and then enters that they are gone. One
    /// that was killed in between is done again. With the job's `run`, the entry and the end of the job
    /// are one. False when they were deleted before.
    ///
    /// # Errors
    /// [`PlatformError::ProjectRunning`] while the permit lasts; when the policy refuses, or a file
    /// cannot be deleted.
    pub async fn delete_delivery(
        &self,
        actor: &Actor,
        id: ExtractId,
        run: Option<&Run>,
    ) -> Result<bool, PlatformError> {
        let record = self.record(actor, id).await?;
        let issued = self.parts.permits.issued(record.specification.permit).await?;
        let permission = self.permitted(actor, "platform.extract.delete", &resource(id, &issued.permit, [])).await?;
        let now = self.store.clock().now();
        if record.deleted_at.is_some() {
            return Ok(false);
        }
        if !issued.has_ended_at(now) {
            return Err(PlatformError::ProjectRunning);
        }
        let folders = [self.delivery(id), self.staging(id)];
        aside(move || folders.iter().try_for_each(|folder| remove(folder))).await?;
        self.delete_kept(id).await?;
        let mut work = self.store.begin(actor).await?;
        if !store::extracts::deleted(work.connection(), id, now).await? {
            return Ok(false);
        }
        let mut draft = Draft::new("platform.extract.deleted", "extract", id)
            .with("permit", record.specification.permit)
            .with("why", why(&issued));
        if let Some(manifest) = record.manifest_digest {
            draft = draft.with("manifest", manifest);
        }
        running::end(work, run, &permission, draft).await?;
        Ok(true)
    }
}

/// The words that rooms use for the same.
fn why(issued: &Issued) -> &'static str {
    if issued.revoked.is_some() { "permit_revoked" } else { "permit_expired" }
}
