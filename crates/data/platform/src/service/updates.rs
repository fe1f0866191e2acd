//! Updates of a running project: the same permit, the same design and the same key, with newer releases.
//!
//! An update is an extract like any other. It is specified with its number and the delivery before it, made
//! by the same job, entered on the log before anybody gets it, and put beside what was delivered before.
//! Opt-outs count as the permit's rule set says: those made since under Norwegian law, those until the
//! decision under EHDS article 71.

use jiff::civil::Date;
use serde::Serialize;
use varde_core::{Actor, CataloguePath, ExtractId, PermitId, PersonId, clock::norway};
use varde_ledger::Draft;
use varde_permit::{ExtractSpec, Issued, PinnedRelease, Update, Updates};
use varde_policy::Permission;
use varde_store::jobs::Job;

use super::{EXTRACT_JOB, Platform, aside, extracts::resource, finish, prepare::Task};
use crate::{
    PlatformError, ReleaseRecord,
    engine::{
        changes::{CHANGES, Changes},
        extract::{ExtractError, canonical},
    },
    model::{ExtractRecord, Made, Standing, standing},
    store,
};

/// How a project stands with updates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Project {
    /// Its title.
    pub title: String,
    /// What its permit allows.
    pub updates: Option<Updates>,
    /// The last day on which an update may be made.
    pub until: Option<Date>,
    /// Whether one may be made now.
    pub standing: Standing,
    /// The datasets that have a newer release than the newest extract reads.
    pub news: Vec<CataloguePath>,
    /// Its extracts, the first of them first.
    pub extracts: Vec<ExtractRecord>,
    /// What changed with each update that lies at its place.
    pub changes: Vec<Changes>,
}

/// What [`Platform::plan_updates`] did.
#[derive(Debug, Default)]
pub struct PlannedUpdates {
    /// The updates that were prepared.
    pub prepared: Vec<ExtractId>,
    /// The projects whose update cannot be specified, and why.
    pub failed: Vec<(PermitId, ExtractError)>,
}

impl Platform {
    /// Prepares an update of every project whose permit lets one be made by itself now, because a source has
    /// a newer approved release. One that cannot be specified, since a newer release lacks what the permit
    /// names, keeps no other from its own. For a timer.
    ///
    /// # Errors
    /// When the policy refuses, or the database or the register of permits is away.
    pub async fn plan_updates(&self, actor: &Actor) -> Result<PlannedUpdates, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let permits = store::extracts::with_updates(read.connection()).await?;
        drop(read);
        let mut planned = PlannedUpdates::default();
        for permit in permits {
            let issued = self.parts.permits.issued(permit).await?;
            let permission =
                self.permitted(actor, "platform.extract.prepare", &resource(permit, &issued.permit, [])).await?;
            let stand = self.stand(actor, &issued).await?;
            let by_itself = stand.project.updates.is_some_and(|updates| !updates.when_asked);
            if !by_itself || stand.project.standing != Standing::Now {
                continue;
            }
            match self.prepare_update(actor, &issued, &stand, None, &permission).await {
                Ok(made) => planned.prepared.extend(made),
                Err(PlatformError::Extract(why)) => planned.failed.push((permit, why)),
                Err(error) => return Err(error),
            }
        }
        Ok(planned)
    }

    /// How a project stands with updates, for those whom its permit names and those who handle it.
    ///
    /// # Errors
    /// When the policy refuses, or an account of changes cannot be read.
    pub async fn project(&self, actor: &Actor, permit: PermitId) -> Result<Project, PlatformError> {
        let issued = self.parts.permits.issued(permit).await?;
        self.permitted(actor, "platform.extract.read", &resource(permit, &issued.permit, [])).await?;
        let mut project = self.stand(actor, &issued).await?.project;
        let lying = project.extracts.iter().filter(|record| record.number() > 0 && record.lies());
        let accounts: Vec<_> = lying.map(|record| self.file_of(record, CHANGES)).collect();
        project.changes = aside(move || accounts.iter().map(|read| told(&read()?)).collect()).await?;
        Ok(project)
    }

    /// Whether to show the way to asking for an update. Asks nobody and enters nothing.
    ///
    /// # Errors
    /// When the register of permits is away.
    pub async fn may_ask_for_update(&self, actor: &Actor, permit: PermitId) -> Result<bool, PlatformError> {
        let issued = self.parts.permits.issued(permit).await?;
        Ok(self.guard.would_allow(actor, "platform.extract.update", &resource(permit, &issued.permit, [])))
    }

    /// Prepares an update because somebody of the project asks for it.
    ///
    /// # Errors
    /// [`PlatformError::NoUpdate`] when the permit does not let one be made now; when the policy refuses, or
    /// the newer releases lack what the permit names.
    pub async fn ask_for_update(&self, actor: &Actor, permit: PermitId) -> Result<ExtractId, PlatformError> {
        let issued = self.parts.permits.issued(permit).await?;
        let permission =
            self.permitted(actor, "platform.extract.update", &resource(permit, &issued.permit, [])).await?;
        let stand = self.stand(actor, &issued).await?;
        if stand.project.standing != Standing::Now {
            return Err(PlatformError::NoUpdate(stand.project.standing));
        }
        let made = self.prepare_update(actor, &issued, &stand, actor.person(), &permission).await?;
        made.ok_or(PlatformError::NoUpdate(Standing::Underway))
    }

    async fn stand(&self, actor: &Actor, issued: &Issued) -> Result<Stand, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let extracts = store::extracts::all_of(read.connection(), issued.permit.id).await?;
        let approved = store::releases::approved(read.connection()).await?;
        drop(read);
        let now = self.store.clock().now();
        let day = |at: jiff::Timestamp| at.to_zoned(norway()).date();
        let (updates, valid) = (issued.permit.handover.updates, issued.permit.valid);
        let made: Vec<Made> = extracts
            .iter()
            .map(|record| Made { status: record.status, lies: record.lies(), on: day(record.specified_at) })
            .collect();
        let pins = extracts.last().map_or(&[][..], |newest| &newest.specification.releases);
        let news = newer(pins, &approved);
        let standing = standing(updates, valid, issued.has_ended_at(now), &made, !news.is_empty(), day(now));
        let project = Project {
            title: issued.permit.title.clone(),
            until: updates.map(|updates| updates.until(valid)),
            updates,
            standing,
            news,
            extracts,
            changes: Vec::new(),
        };
        Ok(Stand { project, approved })
    }

    /// Fixes what is to be made and enqueues the job; nothing when another process was first.
    async fn prepare_update(
        &self,
        actor: &Actor,
        issued: &Issued,
        Stand { project, approved }: &Stand,
        asked_by: Option<PersonId>,
        permission: &Permission,
    ) -> Result<Option<ExtractId>, PlatformError> {
        let last = project.extracts.iter().rfind(|record| record.lies()).ok_or(PlatformError::NoSuchExtract)?;
        let manifest = last.manifest_digest.ok_or(PlatformError::Unreadable("manifest"))?;
        let number = project.extracts.last().map_or(0, ExtractRecord::number) + 1;
        let (clock, permit) = (self.store.clock(), &issued.permit);
        let (id, now) = (ExtractId::new(&**clock, self.store.randomness()), clock.now());
        let update = Update { number, of: last.specification.extract, manifest };
        let specified = self.specified(permit, issued.digest(), id, approved, &last.specification.key)?;
        let spec = ExtractSpec { update: Some(update), ..specified };
        let mut work = self.store.begin(actor).await?;
        if !store::extracts::insert(work.connection(), &spec, permit, asked_by, now).await? {
            return Ok(None);
        }
        work.enqueue(&Job::new(EXTRACT_JOB, id, &Task { extract: id })).await?;
        let draft = Draft::new("platform.extract.prepared", "extract", id)
            .for_purpose(permit.purpose)
            .with("permit", permit.id)
            .with("update", number)
            .with("after", update.of)
            .with("asked_for", asked_by.is_some())
            .with("specification", varde_core::Digest::of(&canonical(&spec)));
        finish(work, permission, draft).await?;
        Ok(Some(id))
    }
}

/// How a project stands, and the releases that an update would read.
struct Stand {
    project: Project,
    approved: Vec<ReleaseRecord>,
}

/// The pinned datasets with a newer approved release; none while one of them has no approved release at all,
/// since nothing could be made.
fn newer(pins: &[PinnedRelease], approved: &[ReleaseRecord]) -> Vec<CataloguePath> {
    let now = |pin: &PinnedRelease| approved.iter().find(|release| release.dataset == pin.dataset);
    if !pins.iter().all(|pin| now(pin).is_some()) {
        return Vec::new();
    }
    let other = |pin: &&PinnedRelease| now(pin).is_some_and(|release| release.id != pin.release);
    pins.iter().filter(other).map(|pin| pin.dataset.clone()).collect()
}

fn told(account: &[u8]) -> Result<Changes, PlatformError> {
    serde_json::from_slice(account).map_err(|_| PlatformError::Unreadable("account of changes"))
}
