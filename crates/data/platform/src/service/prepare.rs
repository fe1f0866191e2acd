//! From an issued permit to a delivery at its place, resumable after every step.
//!
//! prepared → *making* (the time as at which opt-outs count is settled and on the log) → (files made
//! in staging) → *entered* on the log → (moved to its place) → delivered. A process that is killed
//! anywhere goes on from the status in the database: files in staging are made again to the same
//! bytes, an entered delivery is only moved. One about very many people stops at *held* before a file is
//! made, until somebody has looked at it. It ends without a delivery when nobody is left in it, or
//! when its permit ends first.

use std::{collections::BTreeMap, ops::ControlFlow, sync::Arc};

use async_trait::async_trait;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use varde_core::{Actor, Component, Digest, ExtractId, PermitId, PersonId};
use varde_ledger::{Draft, membership::TREE_DETAIL};
use varde_permit::{ExtractSpec, Issued, Permit};
use varde_policy::Permission;
use varde_store::{
    Failure,
    jobs::{Handler, Job, Run},
};

use super::{MEMORY, Platform, aside, finish, open};
use crate::{
    PlatformError,
    engine::{
        Release,
        extract::{self, Available, Delivery, Progress, Selection, rounded},
        move_folder,
        plan::Plan,
    },
    model::{DeliveredEvent, ExtractRecord, ExtractStatus, ReleaseRecord, preferences_at},
    store,
};

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
        let resource = super::extracts::resource(permit.id, permit, []);
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
    pub(super) fn specified(
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
        Ok(spec.map_err(extract::ExtractError::from)?)
    }

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
            let confirmed = record.held.as_ref().is_some_and(|held| held.confirmation.is_some());
            // What a process that was killed has made whole may be as at another time: it is made again.
            self.throw_away(id).await?;
            let assessed = issued.permit.large.as_ref().map_or(0, |large| large.people);
            let size = if confirmed { Size::Any } else { Size::NotLarge { assessed } };
            match self.build(actor, &record, self.staging(id), size, run).await {
                Ok((selection, delivery)) => self.enter(actor, &record, &selection, &delivery, &permission).await?,
                Err(PlatformError::Large { people }) => {
                    self.hold(actor, id, people, run, &permission).await?;
                }
                Err(PlatformError::Extract(extract::ExtractError::Nobody { .. })) => {
                    self.end(actor, &record, Ending::Empty, run, &permission).await?;
                }
                Err(error) => return Err(error),
            }
            record = self.record(actor, id).await?;
        }
        if record.status == ExtractStatus::Entered {
            self.put_in_place(actor, &record, run, &permission).await?;
            record = self.record(actor, id).await?;
        }
        Ok(record)
    }

    /// What follows from a permit that ended: its extract, and updates of it, are not made any more. What is
    /// delivered stays what it is. False when there was nothing to stop.
    ///
    /// # Errors
    /// When the policy refuses, or the database is away.
    pub async fn stop(&self, actor: &Actor, permit: PermitId) -> Result<bool, PlatformError> {
        let issued = self.parts.permits.issued(permit).await?;
        let resource = super::extracts::resource(permit, &issued.permit, []);
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

    /// Settles the time as at which opt-outs count, durably and on the log before a row is read, so
    /// that no opt-out before the making is missed. A making that was killed begins again, and with it
    /// the time: nothing of it has left yet, and what is entered as made says which time it was.
    async fn begin(&self, actor: &Actor, record: &ExtractRecord, permission: &Permission) -> Result<(), PlatformError> {
        let newest = self.parts.exclusions.newest().await?;
        let prepared = &record.specification;
        let mut work = self.store.begin(actor).await?;
        let now = self.store.clock().now();
        let until = newest.map_or(now, |newest| now.max(newest));
        let at = preferences_at(prepared.rule_set, prepared.preferences_at, until);
        if record.status == ExtractStatus::Making && at == prepared.preferences_at {
            return Ok(());
        }
        let settled = ExtractSpec { preferences_at: at, ..prepared.clone() };
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

    /// Ends the extract without a delivery; what was made of it is thrown away first. False when it
    /// had ended before.
    async fn end(
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
        let (done, kind) = match ending {
            Ending::Empty => (store::extracts::empty(work.connection(), spec.extract).await?, "platform.extract.empty"),
            Ending::Stopped => {
                (store::extracts::stop(work.connection(), spec.extract).await?, "platform.extract.stopped")
            }
        };
        if !done {
            return Ok(false);
        }
        if let Some(run) = run {
            work.finish(run).await?;
        }
        let draft = Draft::new(kind, "extract", spec.extract)
            .with("permit", spec.permit)
            .with("minimum_group", spec.minimum_group);
        finish(work, permission, draft).await?;
        Ok(true)
    }

    /// Throws away files that nobody was given.
    async fn throw_away(&self, id: ExtractId) -> Result<(), PlatformError> {
        let staging = self.staging(id);
        let folders = [staging.with_added_extension("partial"), staging];
        aside(move || {
            folders
                .iter()
                .filter(|folder| folder.exists())
                .try_for_each(|folder| std::fs::remove_dir_all(folder).map_err(|e| PlatformError::disk(folder, e)))
        })
        .await
    }

    pub(super) async fn record(&self, actor: &Actor, id: ExtractId) -> Result<ExtractRecord, PlatformError> {
        let mut read = self.store.read(actor).await?;
        store::extracts::get(read.connection(), id).await
    }

    /// Selects and delivers into a folder that nobody sees.
    pub(super) async fn build(
        &self,
        actor: &Actor,
        record: &ExtractRecord,
        folder: std::path::PathBuf,
        size: Size,
        run: Option<&Run>,
    ) -> Result<(Selection, Delivery), PlatformError> {
        let spec = record.specification.clone();
        let key = self.key(actor, &spec.key).await?;
        let paths: Vec<_> = spec.releases.iter().map(|pin| (self.kept(pin.release), pin.digest)).collect();
        let releases = aside(move || paths.iter().map(|(path, digest)| open(path, *digest)).collect()).await?;
        let exclusions = self.exclusions_of(actor, &spec.releases, spec.preferences_at).await?;
        let facts = self.facts(actor, &spec.cohort, &spec.design, spec.preferences_at).await?;
        let previous = match spec.update {
            Some(update) => Some(self.lying(&self.record(actor, update.of).await?).await?),
            None => None,
        };
        let plan = Plan::new(spec, record.title.clone(), exclusions, facts, &key);
        let plan = previous.iter().fold(plan, |plan, lying| plan.after(lying.path().to_owned()));
        let making = Arc::new(Making { plan, releases });
        let selecting = making.clone();
        let selection = aside(move || Ok(selecting.plan.select(&selecting.releases)?)).await?;
        let people = selection.included.len();
        if let Size::NotLarge { assessed } = size
            && self.parts.large.is_reached_by(people)
            && rounded(people) > assessed
        {
            return Err(PlatformError::Large { people: rounded(people) });
        }
        let ids = self.ids(actor, &selection).await?;
        making.deliver(selection, ids, folder, run).await
    }

    /// The stable ids of everybody concerned, in the order of the index.
    async fn ids(&self, actor: &Actor, selection: &Selection) -> Result<Vec<PersonId>, PlatformError> {
        let indices: Vec<u32> = selection.concerned().iter().collect();
        let found = self.parts.basedata.persons_of(actor, &indices).await.map_err(|e| PlatformError::neighbour(&e))?;
        let ids: Vec<PersonId> = found.into_iter().flatten().collect();
        if ids.len() == indices.len() {
            Ok(ids)
        } else {
            let (expected, found) = (indices.len() as u64, ids.len() as u64);
            Err(extract::ExtractError::People { expected, found }.into())
        }
    }

    /// The entry is durable before anybody can see the delivery.
    async fn enter(
        &self,
        actor: &Actor,
        record: &ExtractRecord,
        selection: &Selection,
        delivery: &Delivery,
        permission: &Permission,
    ) -> Result<(), PlatformError> {
        let (spec, manifest) = (&record.specification, &delivery.manifest);
        self.parts.trees.keep(&delivery.membership).await?;
        let signature = self.parts.signer.sign(manifest)?;
        let mut people: BTreeMap<&'static str, RoaringBitmap> = BTreeMap::new();
        people.insert("included", selection.included.clone());
        for (reason, those) in &selection.excluded {
            people.insert(extract::word(*reason), those.clone());
        }
        let mut draft = Draft::new("platform.extract.delivered", "extract", spec.extract)
            .with("permit", spec.permit)
            .with("manifest", delivery.digest)
            .with("people", manifest.people)
            .with("files", manifest.files.len())
            .with(TREE_DETAIL, delivery.membership.commitment());
        for count in &manifest.excluded {
            draft = draft.with(&format!("left_out_{}", extract::word(count.reason)), rounded(count.people));
        }
        let mut work = self.store.begin(actor).await?;
        let entered = work.enter(draft.because(permission.legal_basis())).await?;
        let entry = entered.entry();
        let noted =
            store::extracts::entered(work.connection(), manifest, delivery.digest, &signature, entry, &people).await?;
        if !noted {
            // Stopped while it was being made: the work is dropped with its entry, and so are the files.
            drop(work);
            return self.throw_away(spec.extract).await;
        }
        work.commit(entered).await?;
        Ok(())
    }

    /// Moves the delivery to its place and tells the flows.
    async fn put_in_place(
        &self,
        actor: &Actor,
        record: &ExtractRecord,
        run: Option<&Run>,
        permission: &Permission,
    ) -> Result<(), PlatformError> {
        let spec = &record.specification;
        let (from, to) = (self.staging(spec.extract), self.delivery(spec.extract));
        let manifest = record.manifest_digest.ok_or(PlatformError::Unreadable("manifest"))?;
        if !to.exists() {
            if !from.exists() {
                // Somebody removed what was made: it can be made again to the same bytes.
                let (_, made) = self.build(actor, record, from.clone(), Size::Any, run).await?;
                if made.digest != manifest {
                    return Err(PlatformError::NotWithinPermit("a replay gives other bytes".to_owned()));
                }
            }
            let signature = record.signature.clone().unwrap_or_default();
            let place = to.clone();
            aside(move || Ok(move_folder(&from, &place, &signature)?)).await?;
        }
        self.keep_delivery(spec.extract, manifest).await?;
        let mut work = self.store.begin(actor).await?;
        if store::extracts::delivered(work.connection(), spec.extract, self.store.clock().now()).await? {
            let event = DeliveredEvent { extract: spec.extract, permit: spec.permit, manifest };
            work.emit("platform.extract.delivered", &event).await?;
        } else if store::extracts::get(work.connection(), spec.extract).await?.status == ExtractStatus::Stopped {
            // Stopped while it was being moved: nobody gets it.
            drop(work);
            self.delete_kept(spec.extract).await?;
            return aside(move || std::fs::remove_dir_all(&to).map_err(|e| PlatformError::disk(&to, e))).await;
        }
        if let Some(run) = run {
            work.finish(run).await?;
        }
        finish(work, permission, Draft::new("platform.extract.placed", "extract", spec.extract)).await?;
        self.let_go_of_delivery(spec.extract).await
    }
}

/// Of which size an extract may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// Smaller than what somebody must look at once more, or about no more people than were assessed before
    /// the decision.
    NotLarge {
        /// About how many; 0 when nobody had to.
        assessed: u64,
    },
    /// Any: somebody has, or it was delivered before.
    Any,
}

/// How an extract ends without a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Nobody is left in it.
    Empty,
    /// Its permit has ended.
    Stopped,
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

/// What a delivery is made from, away from the requests.
struct Making {
    plan: Plan,
    releases: Vec<Release>,
}

impl Making {
    async fn deliver(
        self: Arc<Self>,
        selection: Selection,
        ids: Vec<PersonId>,
        folder: std::path::PathBuf,
        run: Option<&Run>,
    ) -> Result<(Selection, Delivery), PlatformError> {
        let (tell, mut told) = tokio::sync::watch::channel(Progress { done: 0, total: 0 });
        let work = aside(move || {
            // When nobody listens any more the job was cancelled or the process stops.
            let mut listener = |progress| match tell.send(progress) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            };
            let plan = self.plan.clone().with_people(&selection, &ids);
            let delivery = plan.deliver(&self.releases, &selection, &folder, MEMORY, &mut listener)?;
            Ok((selection, delivery))
        });
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                Ok(()) = told.changed() => {
                    let progress = *told.borrow_and_update();
                    if let Some(run) = run {
                        run.progress(progress.done, progress.total, "").await?;
                    }
                }
            }
        }
    }
}
