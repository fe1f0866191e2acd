//! Releases: registering, reading, tidying up.

use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, File},
    path::{Path, PathBuf},
};

use datafusion::arrow::array::RecordBatch;
use jiff::Timestamp;
use tempfile::TempDir;
use varde_core::{Actor, CataloguePath, Digest, OrganisationId, ReleaseId};
use varde_ledger::Draft;
use varde_policy::{Permission, Resource};
use varde_store::jobs::Run;

use super::{
    ASSESSMENT_JOB, Imported, MEMORY, Platform, aside, running,
    sealed_rows::{Group, listed},
};
use crate::{
    PlatformError,
    engine::{Schema, Written, release::SortingWriter},
    import::{Fault, Quality},
    model::{self, AmendmentId, Decision, DecisionKind, Ingestion, IngestionState, ReleaseRecord, ReleaseStatus},
    store::{amendments, ingestions, quarantine, releases as kept},
};

/// What a release is made of, and what comes with it.
pub(super) struct Making<'a> {
    pub(super) recipe: Digest,
    pub(super) ingestion: Option<&'a Ingestion>,
    pub(super) groups: BTreeMap<Group, u64>,
    pub(super) effects: Vec<(AmendmentId, u64)>,
    pub(super) base: Option<ReleaseRecord>,
}

impl Platform {
    /// Takes in rows whose persons are known already, such as the demo world's, as a release that
    /// waits for approval. `source` is the digest of what they were made from: rows from the same
    /// source are not taken in twice.
    ///
    /// # Errors
    /// When the policy refuses or a batch has other columns.
    pub async fn ingest<B>(
        &self,
        actor: &Actor,
        schema: &Schema,
        holder: Option<OrganisationId>,
        source: Digest,
        batches: B,
    ) -> Result<Imported, PlatformError>
    where
        B: Iterator<Item = RecordBatch> + Send + 'static,
    {
        let permission = self.may_import(actor, &schema.dataset, holder).await?;
        let mut read = self.store.read(actor).await?;
        if let Some(already) = kept::by_recipe(read.connection(), schema.dataset.as_str(), source, source).await? {
            return Ok(Imported::Already(already));
        }
        drop(read);
        let id = model::release_of(&schema.dataset, source);
        let (place, described) = (self.release_file(id), schema.clone());
        let made = aside(move || {
            let mut writer = SortingWriter::create(&place, &described, id, MEMORY)?;
            for batch in batches {
                writer.push(batch)?;
            }
            Ok(writer.finish()?)
        })
        .await;
        let written = self.or_tidy(id, made)?;
        let quality = Quality { rows: written.file.rows, used: written.file.rows, ..Quality::default() };
        let now = self.store.clock().now();
        let mut record = record(id, &schema.dataset, source, ReleaseStatus::Draft, &written, quality, now);
        record.holder = holder;
        let draft = Draft::new("platform.release.ingested", "release", id)
            .with("dataset", &schema.dataset)
            .with("digest", record.digest)
            .with("rows", record.rows);
        let (groups, effects) = (BTreeMap::new(), Vec::new());
        let making = Making { recipe: source, ingestion: None, groups, effects, base: None };
        let registered = self.register(actor, (&record, &written), making, &permission, draft, None).await;
        self.or_tidy(id, registered)?;
        Ok(Imported::New(Box::new(record)))
    }

    /// All releases, by dataset, the newest first.
    ///
    /// # Errors
    /// When the policy refuses.
    pub async fn releases(&self, actor: &Actor) -> Result<Vec<ReleaseRecord>, PlatformError> {
        self.permitted(actor, "platform.release.read", &Resource::new("Release")).await?;
        let mut read = self.store.read(actor).await?;
        kept::list(read.connection()).await
    }

    /// One release.
    ///
    /// # Errors
    /// When the policy refuses or there is none.
    pub async fn release(&self, actor: &Actor, id: ReleaseId) -> Result<ReleaseRecord, PlatformError> {
        self.permitted(actor, "platform.release.read", &Resource::new("Release").id(id)).await?;
        let mut read = self.store.read(actor).await?;
        kept::get(read.connection(), id).await?.ok_or(PlatformError::NoSuchRelease)
    }

    /// A release, and the permission for what is done with it.
    pub(super) async fn release_for(
        &self,
        actor: &Actor,
        id: ReleaseId,
        action: &str,
    ) -> Result<(ReleaseRecord, Permission), PlatformError> {
        let mut read = self.store.read(actor).await?;
        let release = kept::get(read.connection(), id).await?.ok_or(PlatformError::NoSuchRelease)?;
        drop(read);
        let permission = self.permitted(actor, action, &resource(id, release.holder)).await?;
        Ok((release, permission))
    }

    /// The rows of an import that could not be used, at most `limit`.
    ///
    /// # Errors
    /// When the policy refuses or the list cannot be read.
    pub async fn faults(&self, actor: &Actor, id: ReleaseId, limit: usize) -> Result<Vec<Fault>, PlatformError> {
        self.permitted(actor, "platform.release.read", &Resource::new("Release").id(id)).await?;
        let place = self.faults_file(id);
        aside(move || listed(&place, limit, |_| true)).await
    }

    /// Registers a release with what comes with it, in one unit of work.
    pub(super) async fn register(
        &self,
        actor: &Actor,
        (record, written): (&ReleaseRecord, &Written),
        making: Making<'_>,
        permission: &Permission,
        draft: Draft,
        run: Option<&Run>,
    ) -> Result<(), PlatformError> {
        let now = self.store.clock().now();
        self.keep_release(record.id, record.digest).await?;
        let mut work = self.store.begin(actor).await?;
        kept::insert(work.connection(), record, making.recipe, &written.people).await?;
        self.is_kept(record.id, record.digest).await?;
        quarantine::insert(work.connection(), record.id, &making.groups).await?;
        amendments::effects(work.connection(), record.id, &making.effects).await?;
        if let Some(base) = &making.base {
            // What was kept of the earlier one is in this one's quarantine, or used.
            quarantine::close(work.connection(), base.id).await?;
            let id = varde_core::id::version_seven(&**self.store.clock(), self.store.randomness());
            let decision = Decision {
                kind: DecisionKind::Renewed,
                group: None,
                lines: Vec::new(),
                because: String::new(),
                renewed_as: Some(record.id),
                decided_at: now,
            };
            quarantine::decide(work.connection(), id, base.id, &decision).await?;
            kept::supersede_unapproved(work.connection(), base.id).await?;
        }
        if making.ingestion.is_some() {
            ingestions::end(work.connection(), record.id, IngestionState::Done, None, now).await?;
        }
        work.enqueue(&running::job(ASSESSMENT_JOB, record.id)).await?;
        running::end(work, run, permission, draft).await?;
        self.let_go_of(record.id);
        if let Some(base) = &making.base {
            self.forget_rows(base.id);
        }
        Ok(())
    }

    /// A folder where the files of a release are made, beside their place.
    pub(super) fn workplace(&self) -> Result<TempDir, PlatformError> {
        let folder = self.parts.folder.join("releases");
        let work = tempfile::Builder::new().prefix(".work-").tempdir_in(&folder);
        work.map_err(|e| PlatformError::disk(&folder, e))
    }

    /// Moves whole files of those names to their places: nobody looks there before the release is registered.
    pub(super) fn put<'p>(
        &self,
        from: &Path,
        places: impl IntoIterator<Item = &'p PathBuf>,
    ) -> Result<(), PlatformError> {
        for place in places {
            let name = place.file_name().unwrap_or_default();
            fs::rename(from.join(name), place).map_err(|e| PlatformError::disk(place, e))?;
        }
        let folder = self.parts.folder.join("releases");
        File::open(&folder).and_then(|f| f.sync_all()).map_err(|e| PlatformError::disk(&folder, e))
    }

    fn or_tidy<T>(&self, id: ReleaseId, result: Result<T, PlatformError>) -> Result<T, PlatformError> {
        if result.is_err() {
            self.tidy(id);
        }
        result
    }

    /// Throws away the files of a release that was not registered.
    fn tidy(&self, id: ReleaseId) {
        let (place, faults, sealed) = self.files_of(id);
        for file in [place.with_added_extension("partial"), place, faults, sealed] {
            // What is not there need not be thrown away.
            let _ = fs::remove_file(file);
        }
    }

    /// Throws away what processes that were killed have left: files of releases that are not registered,
    /// copies of deliveries that nobody takes in any more, sealed rows that are dealt with. For the start,
    /// before anything else runs.
    ///
    /// # Errors
    /// When the database is away or a folder cannot be read.
    pub async fn sweep(&self, actor: &Actor) -> Result<usize, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let known: Vec<String> = kept::list(read.connection()).await?.iter().map(|r| r.id.to_string()).collect();
        let waiting = kept::with_open_rows(read.connection()).await?;
        let open = ingestions::unended(read.connection()).await?;
        drop(read);
        let waiting: Vec<String> = waiting.iter().map(|id| format!("{id}.rows.sealed")).collect();
        let open: Vec<String> = open.iter().map(|ingestion| ingestion.release.to_string()).collect();
        let of_release = |name: &str| {
            let known = known.iter().any(|id| name.starts_with(id.as_str())) && !name.ends_with(".partial");
            known && (!name.ends_with(".rows.sealed") || waiting.iter().any(|w| w == name))
        };
        let swept = sweep(&self.parts.folder.join("releases"), of_release)?;
        Ok(swept + sweep(&self.incoming(), |name| open.iter().any(|id| id == name))?)
    }

    /// The file of a release, its list of faults and its sealed rows.
    pub(super) fn files_of(&self, release: ReleaseId) -> (PathBuf, PathBuf, PathBuf) {
        let sealed = self.parts.folder.join("releases").join(format!("{release}.rows.sealed"));
        (self.release_file(release), self.faults_file(release), sealed)
    }

    /// Throws away the sealed rows of a release, which nobody needs any more. What is left when the process
    /// is killed just now is swept away at the next start.
    pub(super) fn forget_rows(&self, release: ReleaseId) {
        let (_, _, sealed) = self.files_of(release);
        let _gone = fs::remove_file(sealed);
    }
}

/// A release, or all those of a dataset, as the policies see it: by who answers for it.
pub(super) fn resource(id: impl fmt::Display, holder: Option<OrganisationId>) -> Resource {
    Resource::new("Release").id(id).maybe_organisation("holder", holder)
}

/// Throws away what is in a folder and not wanted.
fn sweep(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<usize, PlatformError> {
    let mut swept = 0;
    for entry in fs::read_dir(folder).map_err(|e| PlatformError::disk(folder, e))? {
        let path = entry.map_err(|e| PlatformError::disk(folder, e))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if wanted(&name) {
            continue;
        }
        let gone = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        gone.map_err(|e| PlatformError::disk(&path, e))?;
        swept += 1;
    }
    Ok(swept)
}

pub(super) fn record(
    id: ReleaseId,
    dataset: &CataloguePath,
    source_digest: Digest,
    status: ReleaseStatus,
    written: &Written,
    quality: Quality,
    created_at: Timestamp,
) -> ReleaseRecord {
    ReleaseRecord {
        id,
        dataset: dataset.clone(),
        holder: None,
        status,
        digest: written.file.digest,
        source_digest,
        bytes: written.file.bytes,
        rows: written.file.rows,
        people: written.people.len(),
        period: written.period,
        quality,
        created_at,
        approved_at: None,
        approved_because: None,
        withdrawn_at: None,
        withdrawn_because: None,
    }
}
