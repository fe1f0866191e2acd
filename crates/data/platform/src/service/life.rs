//! How a release lives: approved, with a reason when it is held back, and withdrawn.

use serde::Serialize;
use varde_core::{Actor, ReleaseId};
use varde_ledger::Draft;

use super::{OBSERVATION_JOB, Platform, finish, quality::reasoned, releases::resource, running};
use crate::{
    PlatformError,
    model::{ApprovedEvent, ExtractStatus, MadeFrom, ReleaseStatus, WithdrawnEvent},
    store::{extracts, lineage, quality, releases as kept},
};

/// An extract that reads a release, for the data holder's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsedBy {
    /// The extract and its permit.
    #[serde(flatten)]
    pub made: MadeFrom,
    /// The project's title.
    pub title: String,
    /// Where it is.
    pub status: ExtractStatus,
}

impl Platform {
    /// Approves a release; the one before it is superseded. Approving twice is the same as once.
    ///
    /// # Errors
    /// When the policy refuses, there is no such release, it was superseded or withdrawn, it is held back, or
    /// what is demanded of it has not been looked at yet.
    pub async fn approve(&self, actor: &Actor, id: ReleaseId) -> Result<(), PlatformError> {
        self.approve_because(actor, id, "").await
    }

    /// Approves a release, also one that is held back: then with a reason, which stands on the log.
    ///
    /// # Errors
    /// The same as [`Self::approve`]; a release that is held back without a reason.
    pub async fn approve_because(&self, actor: &Actor, id: ReleaseId, reason: &str) -> Result<(), PlatformError> {
        let mut work = self.store.begin(actor).await?;
        let release = quality::lock(work.connection(), id).await?;
        let permission = self.permitted(actor, "platform.release.approve", &resource(id, release.holder)).await?;
        let held = release.status == ReleaseStatus::Held;
        match release.status {
            ReleaseStatus::Approved => return Ok(()),
            ReleaseStatus::Superseded | ReleaseStatus::Withdrawn => {
                return Err(PlatformError::NotApprovable(release.status.name().to_owned()));
            }
            ReleaseStatus::Held => {
                let reason = reasoned(reason, "reason")?;
                quality::because(work.connection(), id, reason).await?;
            }
            ReleaseStatus::Draft if self.is_judged(work.connection(), &release).await? => {}
            ReleaseStatus::Draft => return Err(PlatformError::NotAssessed),
        }
        if lineage::has_withdrawn_source(work.connection(), id).await? {
            return Err(PlatformError::SourceWithdrawn);
        }
        kept::approve(work.connection(), &release, self.store.clock().now()).await?;
        let event = ApprovedEvent { release: id, dataset: release.dataset.clone() };
        work.emit("platform.release.approved", &event).await?;
        work.enqueue(&running::job(OBSERVATION_JOB, id)).await?;
        let mut draft = Draft::new("platform.release.approved", "release", id)
            .with("dataset", &release.dataset)
            .with("digest", release.digest)
            .with("held", held);
        if held {
            draft = draft.with("reason", reason.trim());
        }
        finish(work, &permission, draft).await?;
        Ok(())
    }

    /// Takes a release back: nothing is made from it any more. What was made from it stays, and those who
    /// hold it are told by the event. Withdrawing twice is the same as once. Gives who used it.
    ///
    /// # Errors
    /// When the policy refuses, there is no such release, or no reason is given.
    pub async fn withdraw(&self, actor: &Actor, id: ReleaseId, reason: &str) -> Result<Vec<UsedBy>, PlatformError> {
        let mut work = self.store.begin(actor).await?;
        let release = quality::lock(work.connection(), id).await?;
        let permission = self.permitted(actor, "platform.release.withdraw", &resource(id, release.holder)).await?;
        let mut used = extracts::reading(work.connection(), id).await?;
        for made in lineage::descendants(work.connection(), id).await? {
            used.extend(extracts::reading(work.connection(), made).await?);
        }
        if release.status == ReleaseStatus::Withdrawn {
            return Ok(used);
        }
        let reason = reasoned(reason, "because")?;
        quality::withdraw(work.connection(), id, self.store.clock().now(), reason).await?;
        let event = WithdrawnEvent {
            release: id,
            dataset: release.dataset.clone(),
            extracts: used.iter().map(|one| one.made.clone()).collect(),
        };
        work.emit("platform.release.withdrawn", &event).await?;
        let draft = Draft::new("platform.release.withdrawn", "release", id)
            .with("dataset", &release.dataset)
            .with("digest", release.digest)
            .with("was", release.status.name())
            .with("extracts", used.len())
            .with("reason", reason);
        finish(work, &permission, draft).await?;
        Ok(used)
    }

    /// The extracts that read a release, for its data holder.
    ///
    /// # Errors
    /// When the policy refuses or there is no such release.
    pub async fn used_by(&self, actor: &Actor, id: ReleaseId) -> Result<Vec<UsedBy>, PlatformError> {
        let release = self.release(actor, id).await?;
        self.permitted(actor, "platform.release.used_by", &resource(id, release.holder)).await?;
        let mut read = self.store.read(actor).await?;
        extracts::reading(read.connection(), id).await
    }
}
