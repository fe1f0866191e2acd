//! Taking in deliveries, so that it can be killed anywhere.
//!
//! A delivery is copied and looked through (*staged*), then begun: its copy lies among the incoming ones
//! and the database has how it is read. From then on whoever finds it goes on with it: the same command, or
//! the next start of the service. The files are made in a folder of their own and moved to their place when
//! they are whole; what they are follows from the delivery and how it is read, so that whoever makes them
//! again makes the same. Only the unit of work that registers the release makes it visible.

mod intake;

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tempfile::TempPath;
use varde_basedata::Namespace;
use varde_core::{Actor, CataloguePath, Component, Digest, OrganisationId, Problem as _, ProblemKind, ReleaseId};
use varde_ledger::Draft;
use varde_metadata::Dataset;
use varde_policy::{Permission, Resource};
use varde_store::{
    Failure, StoreError,
    jobs::{Handler, Job, Run},
};

use self::intake::Intake;
use super::{
    Platform, aside,
    database::SourceDatabase,
    finish,
    releases::{Making, record},
};
use crate::{
    PlatformError,
    engine::digest_file,
    import::{Layout, Quality, Refused, Rows, inspect},
    model::{self, AmendmentId, Ingestion, IngestionState, Plan, ReleaseRecord, ReleaseStatus, Underway},
    store::{amendments, ingestions, releases as kept},
};

/// The kind of the job that takes in a delivery or makes a release anew.
pub const INGESTION_JOB: &str = "platform.ingest";

/// Rows whose persons are looked up together.
const CHUNK: usize = 50_000;
/// Any day: what a release is made of does not change with today.
const ANY_DAY: Date = Date::constant(2000, 1, 1);

/// Where a delivery is.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// A file: CSV, Parquet or Arrow IPC.
    File(PathBuf),
    /// A table or view of the source's own database.
    Database(Box<SourceDatabase>),
}

impl From<PathBuf> for Delivery {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

/// A delivery to be taken in.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// Where it is.
    pub from: Delivery,
    /// The dataset as the catalogue describes it.
    pub dataset: Dataset,
    /// Who answers for it.
    pub holder: Option<OrganisationId>,
    /// The heading of the column that says which person a row is about.
    pub person: String,
    /// Where those numbers mean something.
    pub namespace: Namespace,
    /// The variable that dates a row; see [`Layout::of`].
    pub event_date: Option<String>,
}

/// A delivery that was looked through and found good: a copy of our own, which nobody else changes.
#[derive(Debug)]
pub struct Staged {
    file: TempPath,
    source: Digest,
    rows: u64,
    plan: Plan,
    /// The plan as on any day.
    timeless: Plan,
}

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

#[derive(Debug, Serialize, Deserialize)]
struct Task {
    release: ReleaseId,
}

/// The job that goes on with an ingestion.
pub(super) fn job(release: ReleaseId) -> Job {
    Job::new(INGESTION_JOB, release, &Task { release })
}

/// Goes on with ingestions: the handler of [`INGESTION_JOB`].
#[derive(Debug, Clone)]
pub struct TakeIn(pub Platform);

#[async_trait]
impl Handler for TakeIn {
    fn kind(&self) -> &'static str {
        INGESTION_JOB
    }

    async fn run(&self, run: &Run) -> Result<(), Failure> {
        let Task { release } = run.payload()?;
        self.0.go_on(&Actor::system(Component::Flows), release, Some(run)).await?;
        Ok(())
    }
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

    /// Takes a copy of the delivery, so that what is checked is what is taken in, and looks through the
    /// copy: whether its columns are the dataset's, it can be read to its end, and at least one row can
    /// be used. Nothing changes, whatever is found.
    ///
    /// # Errors
    /// The same as [`Self::import`] gives for a delivery that is refused.
    pub async fn stage(&self, actor: &Actor, request: &ImportRequest) -> Result<Staged, PlatformError> {
        self.may_import(actor, &request.dataset.path, request.holder).await?;
        let (plan, timeless) = (plan(request, self.store.clock().today())?, plan(request, ANY_DAY)?);
        let folder = self.incoming();
        let file = match &request.from {
            Delivery::File(path) => {
                let path = path.clone();
                aside(move || copy(&path, &folder)).await?
            }
            Delivery::Database(database) => database.copy_out(&request.dataset.path, &plan.layout, &folder).await?,
        };
        let staged = aside(move || {
            let rows = inspect(&file, &plan.layout)?;
            Ok(Staged { source: digest_file(&file)?, file, rows, plan, timeless })
        })
        .await?;
        let (recipe, _) = self.recipe(actor, &request.dataset.path, &staged).await?;
        if self.known(actor, &request.dataset.path, recipe, staged.source).await?.is_none() {
            self.usable(actor, &staged).await?;
        }
        Ok(staged)
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
        if let Some(already) = self.known(actor, &request.dataset.path, recipe, staged.source).await? {
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
        self.begin_ingestion(actor, &permission, &new, amendments.len(), false).await?;
        match self.go_on(actor, release, None).await? {
            Outcome::Registered(record) => Ok(Imported::New(record)),
            Outcome::Already(id) => Ok(Imported::Already(id)),
            Outcome::Nothing => Err(PlatformError::NothingUsable { reason: "" }),
        }
    }

    /// Enters that an ingestion has begun, and lets a job do it if nobody else will. One that is open
    /// already is gone on with.
    pub(super) async fn begin_ingestion(
        &self,
        actor: &Actor,
        permission: &Permission,
        new: &Ingestion,
        amendments: usize,
        by_job: bool,
    ) -> Result<(), PlatformError> {
        let mut work = self.store.begin(actor).await?;
        if !ingestions::open(work.connection(), new).await? {
            return Ok(());
        }
        if by_job {
            work.enqueue(&job(new.release)).await?;
        }
        let mut draft = Draft::new("platform.release.import_begun", "release", new.release)
            .with("dataset", &new.dataset)
            .with("delivery", new.source_digest)
            .with("amendments", amendments);
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

    /// Makes and registers the release; `None` when there is nothing new to make one of.
    async fn make_release(
        &self,
        actor: &Actor,
        ingestion: &Ingestion,
        permission: &Permission,
        run: Option<&Run>,
    ) -> Result<Option<Box<ReleaseRecord>>, PlatformError> {
        let folder = self.parts.folder.join("releases");
        let work = tempfile::Builder::new().prefix(".work-").tempdir_in(&folder);
        let work = work.map_err(|e| PlatformError::disk(&folder, e))?;
        let mut intake = Intake::begin(self, actor, ingestion, work.path()).await?;
        let base = match ingestion.base {
            None => {
                intake.delivery(&self.incoming().join(ingestion.release.to_string()), run).await?;
                None
            }
            Some(base) => {
                let base = self.release(actor, base).await?;
                intake.renewal(&base, run).await?;
                Some(base)
            }
        };
        let Some(taken) = intake.finish(base.as_ref()).await? else { return Ok(None) };
        let status = ReleaseStatus::of_new(&taken.quality, self.parts.unusable_per_thousand);
        let (id, now) = (ingestion.release, self.store.clock().now());
        let mut record =
            record(id, &ingestion.dataset, ingestion.source_digest, status, &taken.written, taken.quality, now);
        record.holder = ingestion.holder;
        self.place_files(work.path(), id, !taken.groups.is_empty())?;
        let mut draft = Draft::new("platform.release.imported", "release", id)
            .with("dataset", &ingestion.dataset)
            .with("digest", record.digest)
            .with("rows", record.rows)
            .with("unusable", record.quality.unusable())
            .with("status", status.name());
        if !record.quality.amended.is_nothing() {
            draft = draft.with("amended", record.quality.amended);
        }
        if let Some(base) = &base {
            draft = draft.with("base", base.id);
        }
        let recipe = ingestion.recipe;
        let making = Making { recipe, ingestion: Some(ingestion), groups: taken.groups, effects: taken.effects, base };
        self.register(actor, (&record, &taken.written), making, permission, draft, run).await?;
        Ok(Some(Box::new(record)))
    }

    /// Moves whole files to their place: nobody looks there before the release is registered.
    fn place_files(&self, from: &Path, release: ReleaseId, kept: bool) -> Result<(), PlatformError> {
        let (file, faults, sealed) = self.files_of(release);
        for place in [Some(&sealed).filter(|_| kept), Some(&faults), Some(&file)].into_iter().flatten() {
            let name = place.file_name().unwrap_or_default();
            fs::rename(from.join(name), place).map_err(|e| PlatformError::disk(place, e))?;
        }
        let folder = self.parts.folder.join("releases");
        File::open(&folder).and_then(|f| f.sync_all()).map_err(|e| PlatformError::disk(&folder, e))
    }

    /// Ends an ingestion without a release.
    async fn end_ingestion(
        &self,
        actor: &Actor,
        permission: &Permission,
        ingestion: &Ingestion,
        failure: Option<&PlatformError>,
        run: Option<&Run>,
    ) -> Result<(), PlatformError> {
        let (state, why) = match failure {
            Some(error) => (IngestionState::Failed, Some(error.to_string())),
            None => (IngestionState::Nothing, None),
        };
        let mut work = self.store.begin(actor).await?;
        ingestions::end(work.connection(), ingestion.release, state, why.as_deref(), self.store.clock().now()).await?;
        // A failure ends the job by itself, with its reason.
        if let (Some(run), None) = (run, failure) {
            work.finish(run).await?;
        }
        let draft = Draft::new("platform.release.import_ended", "release", ingestion.release)
            .with("dataset", &ingestion.dataset)
            .with("state", state.name())
            .with("code", failure.map(varde_core::Problem::code));
        finish(work, permission, draft).await?;
        self.forget_copy(ingestion.release);
        Ok(())
    }

    pub(super) async fn may_import(
        &self,
        actor: &Actor,
        dataset: &CataloguePath,
        holder: Option<OrganisationId>,
    ) -> Result<Permission, PlatformError> {
        let resource = Resource::new("Release").id(dataset).maybe_organisation("holder", holder);
        self.permitted(actor, "platform.release.import", &resource).await
    }

    /// What a release of this delivery is made of, and what people have asked for.
    async fn recipe(
        &self,
        actor: &Actor,
        dataset: &CataloguePath,
        staged: &Staged,
    ) -> Result<(Digest, Vec<AmendmentId>), PlatformError> {
        let mut read = self.store.read(actor).await?;
        let holding = amendments::holding(read.connection(), dataset, self.store.clock().now()).await?;
        let ids: Vec<AmendmentId> = holding.into_iter().map(|one| one.id).collect();
        Ok((model::recipe(staged.source, &staged.timeless, &ids), ids))
    }

    async fn known(
        &self,
        actor: &Actor,
        dataset: &CataloguePath,
        recipe: Digest,
        source: Digest,
    ) -> Result<Option<ReleaseId>, PlatformError> {
        let mut read = self.store.read(actor).await?;
        kept::by_recipe(read.connection(), dataset.as_str(), recipe, source).await
    }

    /// Whether at least one row can be used: good values, and a person whom base data knows. Numbers of
    /// the file's own become known when they are taken in.
    async fn usable(&self, actor: &Actor, staged: &Staged) -> Result<(), PlatformError> {
        let (mut rows, mut quality) = (Rows::open(&staged.file, &staged.plan.layout)?, Quality::default());
        let mut persons: Vec<String> = Vec::new();
        loop {
            let next = rows.next(&mut quality)?;
            let ended = next.is_none();
            if let Some(Ok(row)) = next {
                persons.push(row.person);
            }
            if persons.is_empty() && !ended {
                continue;
            }
            let known = match &staged.plan.namespace {
                Namespace::Local(_) => !persons.is_empty(),
                Namespace::National if persons.len() < CHUNK && !ended => continue,
                Namespace::National => {
                    let numbers: Vec<&str> = persons.iter().map(String::as_str).collect();
                    let found = self.linked(actor, &staged.plan.namespace, &numbers).await?;
                    found.iter().filter_map(|f| f.err()).for_each(|reason| quality.nobody(reason));
                    found.iter().any(Result::is_ok)
                }
            };
            if known {
                return Ok(());
            }
            if ended {
                return Err(nothing_usable(&quality));
            }
            persons.clear();
        }
    }

    /// What is taken in now or was lately, the newest first.
    ///
    /// # Errors
    /// When the policy refuses.
    pub async fn ingestions(&self, actor: &Actor) -> Result<Vec<Underway>, PlatformError> {
        self.permitted(actor, "platform.release.read", &Resource::new("Release")).await?;
        let mut read = self.store.read(actor).await?;
        let newest = ingestions::newest(read.connection(), 50).await?;
        drop(read);
        let mut all = Vec::with_capacity(newest.len());
        for ingestion in newest {
            let job = match ingestion.state {
                IngestionState::Open => self.store.job(INGESTION_JOB, ingestion.release).await?,
                _ => None,
            };
            all.push(Underway { ingestion, done: job.map_or(0, |job| job.done) });
        }
        Ok(all)
    }

    /// Enqueues a job for every ingestion that was begun by a process that is gone; gives how many. For
    /// the start, when no other process works in the data directory.
    ///
    /// # Errors
    /// When the policy refuses or the database is away.
    pub async fn plan_ingestions(&self, actor: &Actor) -> Result<usize, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let unended = ingestions::unended(read.connection()).await?;
        drop(read);
        let mut planned = 0;
        for ingestion in unended {
            if self.store.job(INGESTION_JOB, ingestion.release).await?.is_some() {
                continue;
            }
            let permission = self.may_import(actor, &ingestion.dataset, ingestion.holder).await?;
            let mut work = self.store.begin(actor).await?;
            work.enqueue(&job(ingestion.release)).await?;
            let draft = Draft::new("platform.release.import_planned", "release", ingestion.release);
            finish(work, &permission, draft.with("dataset", &ingestion.dataset)).await?;
            planned += 1;
        }
        Ok(planned)
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

fn plan(request: &ImportRequest, today: Date) -> Result<Plan, PlatformError> {
    let layout = Layout::of(&request.dataset, &request.person, request.event_date.as_deref(), today)?;
    Ok(Plan { layout, namespace: request.namespace.clone() })
}

/// The machine's own copy of the file, readable by its owner only. It goes when it is dropped.
fn copy(from: &Path, folder: &Path) -> Result<TempPath, PlatformError> {
    let unreadable = |e: std::io::Error| Refused::Unreadable(e.to_string());
    let mut source = File::open(from).map_err(unreadable)?;
    if !source.metadata().map_err(unreadable)?.is_file() {
        return Err(Refused::Unreadable("it is not a file".to_owned()).into());
    }
    let made = tempfile::Builder::new().suffix(".partial").tempfile_in(folder);
    let mut file = made.map_err(|e| PlatformError::disk(folder, e))?;
    std::io::copy(&mut source, &mut file).map_err(|e| PlatformError::disk(file.path(), e))?;
    Ok(file.into_temp_path())
}

/// No row can be used, and the commonest reason.
fn nothing_usable(quality: &Quality) -> PlatformError {
    let commonest = quality.faults.iter().max_by_key(|(_, count)| **count);
    PlatformError::NothingUsable { reason: commonest.map_or("", |(reason, _)| reason.name()) }
}
