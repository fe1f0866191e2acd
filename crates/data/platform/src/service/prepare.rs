//! From an issued permit to a delivery at its place, resumable after every step.
//!
//! prepared → *making* (the time as at which opt-outs count is settled and on the log) → (files made
//! in staging) → *entered* on the log → (moved to its place) → delivered. A process that is killed
//! anywhere goes on from the status in the database: files in staging are made again to the same
//! bytes, an entered delivery is only moved. One about very many people stops at *held* before a file is
//! made, until somebody has looked at it. It ends without a delivery when nobody is left in it, or
//! when its permit ends first.
//!
//! Here are the job and the order of its steps; `specify` says what is to be made, `build` makes it,
//! `deliver` enters it and puts it in its place, `end` ends it without a delivery.

mod build;
mod deliver;
mod end;
mod specify;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use varde_core::{Actor, Component, Digest, ExtractId};
use varde_ledger::Draft;
use varde_permit::{ExtractSpec, Issued};
use varde_policy::Permission;
use varde_store::{
    Failure,
    jobs::{Handler, Run},
};

use self::end::Ending;
use super::{Platform, finish};
use crate::{
    PlatformError,
    engine::extract::{self, ExtractError},
    model::{ExtractRecord, ExtractStatus, preferences_at},
    store,
};

pub(super) use build::Size;

/// The kind of the job that makes an extract.
pub const EXTRACT_JOB: &str = "platform.extract";

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) extract: ExtractId,
}

/// Makes extracts: the handler of [`EXTRACT_JOB`].
#[derive(Debug, Clone)]
pub struct MakeExtract(pub Platform);

#[async_trait]
impl Handler for MakeExtract {
    fn kind(&self) -> &'static str {
        EXTRACT_JOB
    }

    async fn run(&self, run: &Run) -> Result<(), Failure> {
        let Task { extract } = run.payload()?;
        let actor = Actor::system(Component::Flows);
        self.0.make(&actor, extract, Some(run)).await?;
        Ok(())
    }
}

impl Platform {
    /// Makes the extract, or goes on where an earlier attempt was killed. With the job's `run`, the
    /// last step and the end of the job are one. What it ends as is in the record's status: delivered,
    /// or without a delivery because nobody is left in it or its permit has ended. One that is large
    /// waits as held until somebody of the access body lets it go on.
    ///
    /// # Errors
    /// When something it needs is away or does not fit; nothing half is left visible.
    pub async fn make(&self, actor: &Actor, id: ExtractId, run: Option<&Run>) -> Result<ExtractRecord, PlatformError> {
        let mut record = self.record(actor, id).await?;
        let issued = self.parts.permits.issued(record.specification.permit).await?;
        let resource = super::extracts::resource(id, &issued.permit, []);
        let permission = self.permitted(actor, "platform.extract.prepare", &resource).await?;
        if record.status.has_ended() || record.status == ExtractStatus::Held {
            return Ok(record);
        }
        within(&record.specification, &issued)?;
        if issued.has_ended_at(self.store.clock().now()) {
            self.end(actor, &record, Ending::Stopped, run, &permission).await?;
            return self.record(actor, id).await;
        }
        if matches!(record.status, ExtractStatus::Prepared | ExtractStatus::Making) {
            self.begin(actor, &record, &permission).await?;
            record = self.record(actor, id).await?;
        }
        if record.status == ExtractStatus::Making {
            self.fill(actor, &record, &issued, run, &permission).await?;
            record = self.record(actor, id).await?;
        }
        if record.status == ExtractStatus::Entered {
            self.put_in_place(actor, &record, run, &permission).await?;
            record = self.record(actor, id).await?;
        }
        Ok(record)
    }

    /// Settles the time as at which opt-outs count, durably and on the log before a row is read, so
    /// that no opt-out before the making is missed. A making that was killed begins again, and with it
    /// the time: nothing of it has left yet, and what is entered as made says which time it was.
    async fn begin(&self, actor: &Actor, record: &ExtractRecord, permission: &Permission) -> Result<(), PlatformError> {
        let prepared = &record.specification;
        let at = preferences_at(prepared.rule_set, prepared.preferences_at, self.known_until().await?);
        if record.status == ExtractStatus::Making && at == prepared.preferences_at {
            return Ok(());
        }
        let settled = ExtractSpec { preferences_at: at, ..prepared.clone() };
        let mut work = self.store.begin(actor).await?;
        if !store::extracts::begin(work.connection(), &settled).await? {
            return Ok(());
        }
        let draft = Draft::new("platform.extract.begun", "extract", settled.extract)
            .with("permit", settled.permit)
            .with("specification", Digest::of(&extract::canonical(&settled)))
            .with("preferences_at", at);
        finish(work, permission, draft).await?;
        Ok(())
    }

    /// Makes the files and enters them; or holds what is large and nobody has let go on, or ends what nobody is
    /// left in.
    async fn fill(
        &self,
        actor: &Actor,
        record: &ExtractRecord,
        issued: &Issued,
        run: Option<&Run>,
        permission: &Permission,
    ) -> Result<(), PlatformError> {
        let id = record.specification.extract;
        // What a process that was killed has made whole may be as at another time: it is made again.
        self.throw_away(id).await?;
        match self.build(actor, record, self.staging(id), Size::of(record, issued), run).await {
            Ok((selection, delivery)) => self.enter(actor, record, &selection, &delivery, permission).await,
            Err(PlatformError::Large { people }) => {
                self.hold(actor, id, people, run, permission).await?;
                Ok(())
            }
            Err(PlatformError::Extract(ExtractError::Nobody { .. })) => {
                self.end(actor, record, Ending::Empty, run, permission).await?;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    pub(super) async fn record(&self, actor: &Actor, id: ExtractId) -> Result<ExtractRecord, PlatformError> {
        let mut read = self.store.read(actor).await?;
        store::extracts::get(read.connection(), id).await
    }
}

/// Whether the specification is still the permit's: what stands in the database is held against the
/// sealed permit once more before anything is made of it.
fn within(spec: &ExtractSpec, issued: &Issued) -> Result<(), PlatformError> {
    if issued.digest() != spec.permit_digest {
        return Err(PlatformError::NotWithinPermit("it was prepared from another permit".to_owned()));
    }
    let beyond: Vec<String> = extract::exceeds(spec, &issued.permit).iter().map(ToString::to_string).collect();
    if beyond.is_empty() { Ok(()) } else { Err(PlatformError::NotWithinPermit(beyond.join("; "))) }
}
