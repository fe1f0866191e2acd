//! Taking in deliveries, so that it can be killed anywhere.
//!
//! A delivery is copied and looked through (*staged*), then begun: its copy lies among the incoming ones
//! and the database has how it is read. From then on whoever finds it goes on with it: the same command, or
//! the next start of the service. The files are made in a folder of their own and moved to their place when
//! they are whole; what they are follows from the delivery and how it is read, so that whoever makes them
//! again makes the same. Only the unit of work that registers the release makes it visible.

mod begun;
mod intake;
mod making;
mod stage;

use std::{
    fs::{self, File},
    path::PathBuf,
};

use tempfile::TempPath;
use varde_core::{Actor, CataloguePath, Digest, OrganisationId, Problem as _, ProblemKind, ReleaseId};
use varde_ledger::Draft;
use varde_policy::Permission;
use varde_store::{StoreError, jobs::Run};

use super::{Platform, aside, finish, releases::resource, running};
use crate::{
    PlatformError,
    model::{self, Ingestion, IngestionState, ReleaseRecord},
    store::{ingestions, releases as kept},
};

pub use begun::{INGESTION_JOB, TakeIn};
pub use stage::{Delivery, ImportRequest, Staged};

/// Rows whose persons are looked up together.
const CHUNK: usize = 50_000;

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq)]
pub enum Imported {
    /// A new release.
    New(Box<ReleaseRecord>),
    /// The same was taken in before, read the same way; nothing is new.
    Already(ReleaseId),
}

/// What became of an ingestion.
#[derive(Debug)]
pub(super) enum Outcome {
    Registered(Box<ReleaseRecord>),
    Already(ReleaseId),
    Nothing,
}

impl Platform {
    /// Takes in a delivery as a release that waits for approval. One that is refused changes nothing; rows
    /// that cannot be used are named and kept in quarantine.
    ///
    /// # Errors
    /// When the policy refuses, the delivery is refused, or no row can be used.
    pub async fn import(&self, actor: &Actor, request: &ImportRequest) -> Result<Imported, PlatformError> {
        let staged = self.stage(actor, request).await?;
        self.import_staged(actor, request, staged).await
    }

    /// Takes in what was staged. A process that is killed meanwhile leaves an ingestion that the same call
    /// goes on with, as does the next start of the service.
    ///
    /// # Errors
    /// When the policy refuses or the database is away.
    pub async fn import_staged(
        &self,
        actor: &Actor,
        request: &ImportRequest,
        staged: Staged,
    ) -> Result<Imported, PlatformError> {
        let permission = self.may_import(actor, &request.dataset.path, request.holder).await?;
        let (recipe, amendments) = self.recipe(actor, &request.dataset.path, &staged).await?;
        if let Some(already) = self.taken_before(actor, &request.dataset.path, recipe, staged.source).await? {
            return Ok(Imported::Already(already));
        }
        let release = model::release_of(&request.dataset.path, recipe);
        let new = Ingestion {
            release,
            dataset: request.dataset.path.clone(),
            holder: request.holder,
            state: IngestionState::Open,
            base: None,
            source_digest: staged.source,
            recipe,
            rows: staged.rows,
            plan: staged.plan,
            begun_at: self.store.clock().now(),
            ended_at: None,
            failure: None,
        };
        self.keep_copy(staged.file, release).await?;
        let told = (amendments.len(), request.from.unprotected());
        self.begin_ingestion(actor, &permission, &new, told, false).await?;
        match self.go_on(actor, release, None).await? {
            Outcome::Registered(record) => Ok(Imported::New(record)),
            Outcome::Already(id) => Ok(Imported::Already(id)),
            Outcome::Nothing => Err(PlatformError::NothingUsable { reason: "" }),
        }
    }

    /// Enters that an ingestion has begun, with how many amendments it heeds and why its rows came unprotected
    /// if they did, and lets a job do it if nobody else will. One that is open already is gone on with.
    pub(super) async fn begin_ingestion(
        &self,
        actor: &Actor,
        permission: &Permission,
        new: &Ingestion,
        (amendments, unprotected): (usize, Option<&str>),
        by_job: bool,
    ) -> Result<(), PlatformError> {
        let mut work = self.store.begin(actor).await?;
        if !ingestions::open(work.connection(), new).await? {
            return Ok(());
        }
        if by_job {
            work.enqueue(&running::job(INGESTION_JOB, new.release)).await?;
        }
        let mut draft = Draft::new("platform.release.import_begun", "release", new.release)
            .with("dataset", &new.dataset)
            .with("delivery", new.source_digest)
            .with("amendments", amendments);
        if let Some(why) = unprotected {
            draft = draft.with("unprotected_because", why);
        }
        if let Some(base) = new.base {
            draft = draft.with("base", base);
        }
        finish(work, permission, draft).await?;
        Ok(())
    }

    /// Goes on with an ingestion from its beginning. With the job's `run`, the release, its entry and the
    /// end of the job are one.
    pub(super) async fn go_on(
        &self,
        actor: &Actor,
        release: ReleaseId,
        run: Option<&Run>,
    ) -> Result<Outcome, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let ingestion = ingestions::get(read.connection(), release).await?.ok_or(PlatformError::NoSuchRelease)?;
        if kept::get(read.connection(), release).await?.is_some() {
            return Ok(Outcome::Already(release));
        }
        drop(read);
        let permission = self.may_import(actor, &ingestion.dataset, ingestion.holder).await?;
        let made = self.make_release(actor, &ingestion, &permission, run).await;
        match made {
            // The same, taken in twice at once: the other one was first.
            Err(PlatformError::Store(StoreError::Conflict(_))) => {
                let mut read = self.store.read(actor).await?;
                let there = kept::get(read.connection(), release).await?;
                there.map(|_| Outcome::Already(release)).ok_or(PlatformError::NoSuchRelease)
            }
            // It fails every time: whoever began it is told, and the same delivery can be begun again.
            Err(error) if error.kind() == ProblemKind::Invalid => {
                self.end_ingestion(actor, &permission, &ingestion, Some(&error), run).await?;
                Err(error)
            }
            Ok(None) => {
                self.end_ingestion(actor, &permission, &ingestion, None, run).await?;
                Ok(Outcome::Nothing)
            }
            Ok(Some(record)) => {
                self.forget_copy(release);
                Ok(Outcome::Registered(record))
            }
            Err(error) => Err(error),
        }
    }

    pub(super) async fn may_import(
        &self,
        actor: &Actor,
        dataset: &CataloguePath,
        holder: Option<OrganisationId>,
    ) -> Result<Permission, PlatformError> {
        self.permitted(actor, "platform.release.import", &resource(dataset, holder)).await
    }

    async fn taken_before(
        &self,
        actor: &Actor,
        dataset: &CataloguePath,
        recipe: Digest,
        source: Digest,
    ) -> Result<Option<ReleaseId>, PlatformError> {
        let mut read = self.store.read(actor).await?;
        kept::by_recipe(read.connection(), dataset.as_str(), recipe, source).await
    }

    /// Where the copies of deliveries lie that are being taken in.
    pub(super) fn incoming(&self) -> PathBuf {
        self.parts.folder.join("incoming")
    }

    async fn keep_copy(&self, copy: TempPath, release: ReleaseId) -> Result<(), PlatformError> {
        let (folder, place) = (self.incoming(), self.incoming().join(release.to_string()));
        aside(move || {
            File::open(&copy).and_then(|f| f.sync_all()).map_err(|e| PlatformError::disk(&place, e))?;
            copy.persist(&place).map_err(|e| PlatformError::disk(&place, e.error))?;
            File::open(&folder).and_then(|f| f.sync_all()).map_err(|e| PlatformError::disk(&folder, e))
        })
        .await
    }

    /// The copy holds numbers of people: it goes as soon as nobody needs it. One that is left by a process
    /// that was killed just now is swept away at the next start.
    fn forget_copy(&self, release: ReleaseId) {
        let _gone = fs::remove_file(self.incoming().join(release.to_string()));
    }
}
