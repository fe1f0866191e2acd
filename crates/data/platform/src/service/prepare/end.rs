//! How an extract ends without a delivery.

use std::fs;

use varde_core::{Actor, ExtractId, PermitId};
use varde_ledger::Draft;
use varde_policy::Permission;
use varde_store::jobs::Run;

use crate::{
    PlatformError,
    model::ExtractRecord,
    service::{Platform, aside, extracts::resource, running},
    store,
};

/// Why there is no delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Nobody is left in it.
    Empty,
    /// Its permit has ended.
    Stopped,
}

impl Platform {
    /// What follows from a permit that ended: its extract, and updates of it, are not made any more. What is
    /// delivered stays what it is. False when there was nothing to stop.
    ///
    /// # Errors
    /// When the policy refuses, or the database is away.
    pub async fn stop(&self, actor: &Actor, permit: PermitId) -> Result<bool, PlatformError> {
        let issued = self.parts.permits.issued(permit).await?;
        let resource = resource(permit, &issued.permit, []);
        let permission = self.permitted(actor, "platform.extract.prepare", &resource).await?;
        let mut read = self.store.read(actor).await?;
        let found = store::extracts::all_of(read.connection(), permit).await?;
        drop(read);
        let mut stopped = false;
        for record in found.iter().filter(|record| !record.status.has_ended()) {
            stopped |= self.end(actor, record, Ending::Stopped, None, &permission).await?;
        }
        Ok(stopped)
    }

    /// Ends the extract without a delivery; what was made of it is thrown away first. False when it
    /// had ended before.
    pub(super) async fn end(
        &self,
        actor: &Actor,
        record: &ExtractRecord,
        ending: Ending,
        run: Option<&Run>,
        permission: &Permission,
    ) -> Result<bool, PlatformError> {
        let spec = &record.specification;
        self.throw_away(spec.extract).await?;
        let mut work = self.store.begin(actor).await?;
        let (ended, kind) = match ending {
            Ending::Empty => (store::extracts::empty(work.connection(), spec.extract).await?, "platform.extract.empty"),
            Ending::Stopped => {
                (store::extracts::stop(work.connection(), spec.extract).await?, "platform.extract.stopped")
            }
        };
        if !ended {
            return Ok(false);
        }
        let draft = Draft::new(kind, "extract", spec.extract)
            .with("permit", spec.permit)
            .with("minimum_group", spec.minimum_group);
        running::end(work, run, permission, draft).await?;
        Ok(true)
    }

    /// Throws away files that nobody was given.
    pub(super) async fn throw_away(&self, id: ExtractId) -> Result<(), PlatformError> {
        let staging = self.staging(id);
        let folders = [staging.with_added_extension("partial"), staging];
        aside(move || {
            folders
                .iter()
                .filter(|folder| folder.exists())
                .try_for_each(|folder| fs::remove_dir_all(folder).map_err(|e| PlatformError::disk(folder, e)))
        })
        .await
    }
}
