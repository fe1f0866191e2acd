//! What is to be made: the specification that follows from a permit and the approved releases.

use varde_core::{Actor, Digest, ExtractId};
use varde_ledger::Draft;
use varde_permit::{ExtractSpec, Permit};
use varde_store::jobs::Job;

use super::{EXTRACT_JOB, Task};
use crate::{
    PlatformError,
    engine::extract::{self, Available, ExtractError},
    model::ReleaseRecord,
    service::{Platform, extracts::resource, finish, open},
    store,
};

impl Platform {
    /// What follows from an issued permit: its specification is fixed (releases, key; under EHDS also
    /// the time as at which opt-outs count) and a job is enqueued that makes the extract. Twice is the
    /// same as once.
    ///
    /// # Errors
    /// When the policy refuses, or the permit does not fit the approved releases.
    pub async fn prepare_extract(
        &self,
        actor: &Actor,
        permit: &Permit,
        permit_digest: Digest,
    ) -> Result<ExtractId, PlatformError> {
        let resource = resource(permit.id, permit, []);
        let permission = self.permitted(actor, "platform.extract.prepare", &resource).await?;
        let mut work = self.store.begin(actor).await?;
        if let Some(already) = store::extracts::by_permit(work.connection(), permit.id).await? {
            return Ok(already.specification.extract);
        }
        let (clock, randomness) = (self.store.clock(), self.store.randomness());
        let (id, now) = (ExtractId::new(&**clock, randomness), clock.now());
        let (key, sealed) = self.new_key()?;
        let key = store::keys::insert(work.connection(), key, permit.id.uuid(), &sealed, now).await?;
        let approved = store::releases::approved(work.connection()).await?;
        let spec = self.specified(permit, permit_digest, id, &approved, &key.to_string())?;
        if !store::extracts::insert(work.connection(), &spec, permit, None, now).await? {
            // Another process was first.
            drop(work);
            let mut read = self.store.read(actor).await?;
            let first = store::extracts::by_permit(read.connection(), permit.id).await?;
            return Ok(first.ok_or(PlatformError::NoSuchExtract)?.specification.extract);
        }
        work.enqueue(&Job::new(EXTRACT_JOB, id, &Task { extract: id })).await?;
        let draft = Draft::new("platform.extract.prepared", "extract", id)
            .for_purpose(permit.purpose)
            .with("permit", permit.id)
            .with("specification", Digest::of(&extract::canonical(&spec)));
        finish(work, &permission, draft).await?;
        Ok(id)
    }

    /// The specification that follows from a permit and the releases that are approved.
    pub(in crate::service) fn specified(
        &self,
        permit: &Permit,
        permit_digest: Digest,
        id: ExtractId,
        approved: &[ReleaseRecord],
        key: &str,
    ) -> Result<ExtractSpec, PlatformError> {
        let available = approved.iter().map(|record| {
            // Only what describes it: the rest is compared when it is read.
            Ok(Available { release: open(&self.kept(record.id), record.digest)?, digest: record.digest })
        });
        let available = available.collect::<Result<Vec<_>, PlatformError>>()?;
        let spec = extract::compile(permit, permit_digest, id, permit.decided_at, &available, key);
        Ok(spec.map_err(ExtractError::from)?)
    }
}
