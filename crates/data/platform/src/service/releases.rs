//! Taking in files and approving releases.

use std::{
    fs,
    path::{Path, PathBuf},
};

use datafusion::arrow::array::RecordBatch;
use jiff::Timestamp;
use varde_basedata::Namespace;
use varde_core::{Actor, CataloguePath, Digest, OrganisationId, ReleaseId};
use varde_ledger::Draft;
use varde_metadata::Dataset;
use varde_policy::{Permission, Resource};
use varde_store::StoreError;

use super::{MEMORY, Platform, aside, finish};
use crate::{
    PlatformError,
    engine::{EngineError, Schema, Written, digest_file, release::SortingWriter},
    import::{Fault, Layout, Quality, Reason, Refused, Row, Rows, batch, inspect},
    model::{ReleaseRecord, ReleaseStatus},
    store::releases as kept,
};

/// Rows whose persons are looked up together.
const CHUNK: usize = 50_000;

/// A file to be taken in.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// The CSV file.
    pub file: PathBuf,
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

/// A file that was looked through and found good: a copy of our own, which nobody else changes.
#[derive(Debug)]
pub struct Staged {
    file: tempfile::TempPath,
    source: Digest,
    layout: Layout,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Imported {
    /// A new release.
    New(Box<ReleaseRecord>),
    /// The same file was taken in before; nothing is new.
    Already(ReleaseId),
}

impl Platform {
    /// Takes in a CSV file as a release that waits for approval. A file that is refused changes
    /// nothing; rows that cannot be used are all named in [`Platform::faults_file`].
    ///
    /// # Errors
    /// When the policy refuses, the file is refused, or no row can be used.
    pub async fn import(&self, actor: &Actor, request: &ImportRequest) -> Result<Imported, PlatformError> {
        let staged = self.stage(actor, request).await?;
        self.import_staged(actor, request, staged).await
    }

    /// Takes a copy of the file, so that what is checked is what is taken in, and looks through the
    /// copy: whether its columns are the dataset's, it can be read to its end, and at least one row can
    /// be used. Nothing changes, whatever is found.
    ///
    /// # Errors
    /// The same as [`Self::import`] gives for a file that is refused.
    pub async fn stage(&self, actor: &Actor, request: &ImportRequest) -> Result<Staged, PlatformError> {
        self.may_import(actor, request).await?;
        let today = self.store.clock().today();
        let layout = Layout::of(&request.dataset, &request.person, request.event_date.as_deref(), today)?;
        let (path, folder, described) = (request.file.clone(), self.parts.folder.join("releases"), layout.clone());
        let staged = aside(move || {
            let file = copy(&path, &folder)?;
            inspect(&file, &described)?;
            Ok(Staged { source: digest_file(&file)?, file, layout: described })
        })
        .await?;
        if self.known(actor, &request.dataset.path, staged.source).await?.is_none() {
            self.usable(actor, request, &layout, &staged.file).await?;
        }
        Ok(staged)
    }

    /// Takes in what was staged.
    ///
    /// # Errors
    /// When the policy refuses or the database is away.
    pub async fn import_staged(
        &self,
        actor: &Actor,
        request: &ImportRequest,
        staged: Staged,
    ) -> Result<Imported, PlatformError> {
        let permission = self.may_import(actor, request).await?;
        let (dataset, source) = (&request.dataset.path, staged.source);
        if let Some(already) = self.known(actor, dataset, source).await? {
            return Ok(Imported::Already(already));
        }
        let id = ReleaseId::new(&**self.store.clock(), self.store.randomness());
        let made = self.take_in(actor, request, &staged, id).await;
        let (written, quality) = self.or_tidy(id, made)?;
        let status = ReleaseStatus::of_new(&quality, self.parts.unusable_per_thousand);
        let mut record = record(id, dataset, source, status, &written, quality, self.store.clock().now());
        record.holder = request.holder;
        let draft = Draft::new("platform.release.imported", "release", id)
            .with("dataset", dataset)
            .with("digest", record.digest)
            .with("rows", record.rows)
            .with("unusable", record.quality.unusable())
            .with("status", status.name());
        let registered = self.register(actor, &record, &written, &permission, draft).await;
        match registered {
            // The same file, taken in twice at once: the other one was first.
            Err(PlatformError::Store(StoreError::Conflict(_))) => {
                self.tidy(id);
                self.known(actor, dataset, source).await?.map(Imported::Already).ok_or(PlatformError::NoSuchRelease)
            }
            other => self.or_tidy(id, other).map(|()| Imported::New(Box::new(record))),
        }
    }

    async fn may_import(&self, actor: &Actor, request: &ImportRequest) -> Result<Permission, PlatformError> {
        let dataset = &request.dataset.path;
        let resource = Resource::new("Release").id(dataset).maybe_organisation("holder", request.holder);
        self.permitted(actor, "platform.release.import", &resource).await
    }

    /// Whether at least one row can be used: good values, and a person whom base data knows. Numbers of
    /// the file's own become known when they are taken in.
    async fn usable(
        &self,
        actor: &Actor,
        request: &ImportRequest,
        layout: &Layout,
        file: &Path,
    ) -> Result<(), PlatformError> {
        let (mut rows, mut quality) = (Rows::open(file, layout)?, Quality::default());
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
            let known = match &request.namespace {
                Namespace::Local(_) => !persons.is_empty(),
                Namespace::National if persons.len() < CHUNK && !ended => continue,
                Namespace::National => {
                    let numbers: Vec<&str> = persons.iter().map(String::as_str).collect();
                    let found = self.parts.basedata.resolve_batch(actor, &request.namespace, &numbers).await;
                    let found = found.map_err(|e| PlatformError::neighbour(&e))?;
                    found.iter().filter(|f| f.is_none()).for_each(|_| quality.unknown_person());
                    found.iter().any(Option::is_some)
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
        let resource = Resource::new("Release").id(&schema.dataset).maybe_organisation("holder", holder);
        let permission = self.permitted(actor, "platform.release.import", &resource).await?;
        if let Some(already) = self.known(actor, &schema.dataset, source).await? {
            return Ok(Imported::Already(already));
        }
        let id = ReleaseId::new(&**self.store.clock(), self.store.randomness());
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
        let registered = self.register(actor, &record, &written, &permission, draft).await;
        self.or_tidy(id, registered)?;
        Ok(Imported::New(Box::new(record)))
    }

    /// Approves a release; the one before it is superseded. Approving twice is the same as once.
    ///
    /// # Errors
    /// When the policy refuses, there is no such release, or it was superseded.
    pub async fn approve(&self, actor: &Actor, id: ReleaseId) -> Result<(), PlatformError> {
        let mut work = self.store.begin(actor).await?;
        let release = kept::get(work.connection(), id).await?.ok_or(PlatformError::NoSuchRelease)?;
        let resource = Resource::new("Release").id(id).maybe_organisation("holder", release.holder);
        let permission = self.permitted(actor, "platform.release.approve", &resource).await?;
        match release.status {
            ReleaseStatus::Approved => return Ok(()),
            ReleaseStatus::Superseded => return Err(PlatformError::NotApprovable("superseded".to_owned())),
            ReleaseStatus::Draft | ReleaseStatus::Held => {}
        }
        kept::approve(work.connection(), &release, self.store.clock().now()).await?;
        work.enqueue(&super::observe::job(id)).await?;
        let draft = Draft::new("platform.release.approved", "release", id)
            .with("dataset", &release.dataset)
            .with("digest", release.digest)
            .with("held", release.status == ReleaseStatus::Held);
        finish(work, &permission, draft).await?;
        Ok(())
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

    /// The rows of an import that could not be used, at most `limit`.
    ///
    /// # Errors
    /// When the policy refuses or the list cannot be read.
    pub async fn faults(&self, actor: &Actor, id: ReleaseId, limit: usize) -> Result<Vec<Fault>, PlatformError> {
        self.permitted(actor, "platform.release.read", &Resource::new("Release").id(id)).await?;
        let path = self.faults_file(id);
        if !path.exists() {
            return Ok(Vec::new());
        }
        let mut reader = csv::Reader::from_path(&path).map_err(|e| PlatformError::disk(&path, e.into()))?;
        let faults = reader.deserialize().take(limit).collect::<Result<Vec<Fault>, _>>();
        faults.map_err(|e| PlatformError::disk(&path, e.into()))
    }

    async fn take_in(
        &self,
        actor: &Actor,
        request: &ImportRequest,
        Staged { file, layout, .. }: &Staged,
        id: ReleaseId,
    ) -> Result<(Written, Quality), PlatformError> {
        let mut writer = SortingWriter::create(&self.release_file(id), &layout.schema, id, MEMORY)?;
        let mut faults = Faults::create(&self.faults_file(id))?;
        let mut rows = Rows::open(file, layout)?;
        let mut quality = Quality::default();
        let mut chunk: Vec<Row> = Vec::new();
        loop {
            let next = rows.next(&mut quality)?;
            let ended = next.is_none();
            match next {
                Some(Ok(row)) => chunk.push(row),
                Some(Err(fault)) => faults.write(&fault)?,
                None => {}
            }
            if chunk.len() == CHUNK || (ended && !chunk.is_empty()) {
                let found = self.indexed(actor, request, std::mem::take(&mut chunk), &mut quality, &mut faults).await?;
                writer.push(batch(layout, &found).map_err(EngineError::from)?)?;
            }
            if ended {
                break;
            }
        }
        faults.finish()?;
        if quality.used == 0 {
            return Err(nothing_usable(&quality));
        }
        let written = aside(move || Ok(writer.finish()?)).await?;
        Ok((written, quality))
    }

    /// Rows with their person's index; those of nobody are named.
    async fn indexed(
        &self,
        actor: &Actor,
        request: &ImportRequest,
        rows: Vec<Row>,
        quality: &mut Quality,
        faults: &mut Faults,
    ) -> Result<Vec<(u32, Row)>, PlatformError> {
        let numbers: Vec<&str> = rows.iter().map(|row| row.person.as_str()).collect();
        let basedata = &self.parts.basedata;
        let found: Vec<Option<u32>> = match &request.namespace {
            Namespace::National => {
                let found = basedata.resolve_batch(actor, &request.namespace, &numbers).await;
                found.map_err(|e| PlatformError::neighbour(&e))?.into_iter().map(|f| f.map(|f| f.index)).collect()
            }
            Namespace::Local(_) => {
                let found = basedata.enrol_batch(actor, &request.namespace, &numbers).await;
                found.map_err(|e| PlatformError::neighbour(&e))?.into_iter().map(|f| Some(f.index)).collect()
            }
        };
        let mut known = Vec::with_capacity(rows.len());
        for (row, index) in rows.into_iter().zip(found) {
            match index {
                Some(index) => known.push((index, row)),
                None => {
                    quality.unknown_person();
                    let column = request.person.clone();
                    faults.write(&Fault { line: row.line, column, reason: Reason::PersonUnknown })?;
                }
            }
        }
        Ok(known)
    }

    async fn known(
        &self,
        actor: &Actor,
        dataset: &CataloguePath,
        source: Digest,
    ) -> Result<Option<ReleaseId>, PlatformError> {
        let mut read = self.store.read(actor).await?;
        kept::by_source(read.connection(), dataset.as_str(), source).await
    }

    async fn register(
        &self,
        actor: &Actor,
        record: &ReleaseRecord,
        written: &Written,
        permission: &Permission,
        draft: Draft,
    ) -> Result<(), PlatformError> {
        let mut work = self.store.begin(actor).await?;
        kept::insert(work.connection(), record, &written.people).await?;
        finish(work, permission, draft).await?;
        Ok(())
    }

    fn or_tidy<T>(&self, id: ReleaseId, result: Result<T, PlatformError>) -> Result<T, PlatformError> {
        if result.is_err() {
            self.tidy(id);
        }
        result
    }

    /// Throws away the files of a release that was not registered.
    fn tidy(&self, id: ReleaseId) {
        let place = self.release_file(id);
        for file in [place.with_added_extension("partial"), place, self.faults_file(id)] {
            // What is not there need not be thrown away.
            let _ = fs::remove_file(file);
        }
    }

    /// Throws away what imports that were killed have left: files of releases that are not registered.
    /// For the start, before anything else runs.
    ///
    /// # Errors
    /// When the database is away or the folder cannot be read.
    pub async fn sweep(&self, actor: &Actor) -> Result<usize, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let known: Vec<String> = kept::list(read.connection()).await?.iter().map(|r| r.id.to_string()).collect();
        let folder = self.parts.folder.join("releases");
        let mut swept = 0;
        for entry in fs::read_dir(&folder).map_err(|e| PlatformError::disk(&folder, e))? {
            let path = entry.map_err(|e| PlatformError::disk(&folder, e))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if known.iter().any(|id| name.starts_with(id.as_str())) && !name.ends_with(".partial") {
                continue;
            }
            let gone = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            gone.map_err(|e| PlatformError::disk(&path, e))?;
            swept += 1;
        }
        Ok(swept)
    }
}

/// The machine's own copy of the file, beside the releases: what an import that was killed leaves is
/// swept away at the next start. It goes when it is dropped.
fn copy(from: &Path, folder: &Path) -> Result<tempfile::TempPath, PlatformError> {
    let unreadable = |e: std::io::Error| Refused::Unreadable(e.to_string());
    let mut source = fs::File::open(from).map_err(unreadable)?;
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

fn record(
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
    }
}

/// The list of rows that cannot be used, written while they are found.
struct Faults {
    writer: csv::Writer<fs::File>,
    path: PathBuf,
}

impl Faults {
    fn create(path: &Path) -> Result<Self, PlatformError> {
        let writer = csv::Writer::from_path(path).map_err(|e| PlatformError::disk(path, e.into()))?;
        Ok(Self { writer, path: path.to_owned() })
    }

    fn write(&mut self, fault: &Fault) -> Result<(), PlatformError> {
        self.writer.serialize(fault).map_err(|e| PlatformError::disk(&self.path, e.into()))
    }

    fn finish(mut self) -> Result<(), PlatformError> {
        let done = self.writer.flush().and_then(|()| self.writer.get_ref().sync_all());
        done.map_err(|e| PlatformError::disk(&self.path, e))
    }
}
