//! Extracts that are held since they are large: who let them go on, why, and on which check.

use varde_core::{Actor, ExtractId, PermitId, PersonId};
use varde_ledger::Draft;
use varde_policy::Permission;
use varde_store::jobs::{Job, Run};

use super::{Platform, extracts::resource, finish, prepare::Task, running};
use crate::{
    EXTRACT_JOB, PlatformError,
    model::{Confirmation, ExtractRecord},
    store,
};

/// What a handler says when a large extract may be delivered all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetGo {
    /// Why.
    pub reason: String,
    /// Which background check of those who get it was made.
    pub background_check: String,
}

impl Platform {
    /// The extract of a permit, or the update of it, as the access body sees it before it lets a large one
    /// go on: the one that waits, or else the newest. The permission is that of letting it go on.
    ///
    /// # Errors
    /// When the policy refuses, or there is no extract.
    pub async fn may_confirm(&self, actor: &Actor, permit: PermitId) -> Result<ExtractRecord, PlatformError> {
        self.confirmable(actor, permit).await.map(|(record, _)| record)
    }

    async fn confirmable(&self, actor: &Actor, permit: PermitId) -> Result<(ExtractRecord, Permission), PlatformError> {
        let issued = self.parts.permits.issued(permit).await?;
        let permission =
            self.permitted(actor, "platform.extract.confirm", &resource(permit, &issued.permit, [])).await?;
        let mut read = self.store.read(actor).await?;
        let found = store::extracts::to_confirm(read.connection(), permit).await?;
        Ok((found.ok_or(PlatformError::NoSuchExtract)?, permission))
    }

    /// Lets a large extract go on: it is made and delivered now. What was said stands on the log.
    ///
    /// # Errors
    /// When the policy refuses, the extract is not held, or nothing was said.
    pub async fn confirm(&self, actor: &Actor, permit: PermitId, said: &LetGo) -> Result<(), PlatformError> {
        let (record, permission) = self.confirmable(actor, permit).await?;
        let (reason, background_check) = (said.reason.trim().to_owned(), said.background_check.trim().to_owned());
        if reason.is_empty() || background_check.is_empty() {
            return Err(PlatformError::NothingSaid { reason: reason.is_empty(), check: background_check.is_empty() });
        }
        let by: PersonId = actor.person().ok_or(PlatformError::NotHeld)?;
        let (id, at) = (record.specification.extract, self.store.clock().now());
        let mut work = self.store.begin(actor).await?;
        let confirmation = Confirmation { by, at, reason, background_check };
        if !store::extracts::confirm(work.connection(), id, &confirmation).await? {
            return Err(PlatformError::NotHeld);
        }
        // The first job of the extract has ended, and its key with it.
        work.enqueue(&Job::new(EXTRACT_JOB, format!("{id} confirmed"), &Task { extract: id })).await?;
        let draft = Draft::new("platform.extract.confirmed", "extract", id)
            .with("permit", permit)
            .with("reason", confirmation.reason.as_str())
            .with("background_check", confirmation.background_check.as_str());
        finish(work, &permission, draft).await?;
        Ok(())
    }

    /// Holds an extract that is large, unless somebody has let it go on. False when it goes on.
    pub(super) async fn hold(
        &self,
        actor: &Actor,
        id: ExtractId,
        people: u64,
        run: Option<&Run>,
        permission: &Permission,
    ) -> Result<bool, PlatformError> {
        let mut work = self.store.begin(actor).await?;
        if !store::extracts::hold(work.connection(), id, people, self.store.clock().now()).await? {
            return Ok(false);
        }
        let draft = Draft::new("platform.extract.held", "extract", id)
            .with("people", people)
            .with("limit", self.parts.large.people);
        running::end(work, run, permission, draft).await?;
        Ok(true)
    }
}
