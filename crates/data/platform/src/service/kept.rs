//! Where releases and deliveries are kept: in the data directory, or in a store that several machines share.
//!
//! A release is made whole in the data directory, put into the store under its id and digest, and then
//! registered: nobody looks there before. A delivery is put there under its id and its manifest's digest after
//! it is entered on the log. So whoever makes the same once more, at once or after a process was killed, puts
//! the same bytes under the same name, and nothing that is there is written over. What lies in the data
//! directory, since it was made before there was a store, is read there.
//!
//! Rows in quarantine and copies of what is being taken in stay in the data directory.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use tempfile::TempDir;
use varde_core::{Actor, Digest, ExtractId, ReleaseId};
use varde_objects::{Listed, Objects, ObjectsError};

use super::{Platform, aside};
use crate::{
    PlatformError,
    engine::{EngineError, Release},
    model::ExtractRecord,
    store::{extracts, releases as kept},
};

/// How many seconds what nobody knows of is left in the store: somebody may be at it.
const GRACE: i64 = 24 * 60 * 60;
/// The folders that are swept; in the last one lies what tries of the store have left when they were killed.
const SWEPT: [&str; 3] = ["releases", "deliveries", "tried"];

/// What sweeping the store found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Files that nobody knew of, and that were removed.
    pub removed: usize,
    /// Files that are there now.
    pub files: usize,
    /// How large those are together.
    pub bytes: u64,
}

/// Where a release is kept.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    release: ReleaseId,
    path: PathBuf,
    store: Option<Objects>,
    /// For what is read of the store.
    copies: PathBuf,
}

impl Kept {
    /// Opens the release, and sees to it that nothing is read but what was registered. Waits for the store
    /// where there is one.
    pub(super) fn open(&self, digest: Digest) -> Result<Release, EngineError> {
        match &self.store {
            Some(store) if !self.path.exists() => {
                let object = Arc::new(store.object(&release_name(self.release, digest)));
                Release::open_elsewhere(object, digest, &self.copies)
            }
            _ => Release::open_verified(&self.path, digest),
        }
    }
}

/// A delivery that can be read on this machine: at its place, or as a copy that goes with this.
#[derive(Debug)]
pub struct Lying {
    path: PathBuf,
    _copy: Option<TempDir>,
}

impl Lying {
    /// Its folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Platform {
    /// The same service, which keeps releases and deliveries in a store.
    #[must_use]
    pub fn kept_in(self, store: Objects) -> Self {
        Self { objects: Some(store), ..self }
    }

    /// Where a release is kept.
    pub(super) fn kept(&self, release: ReleaseId) -> Kept {
        Kept { release, path: self.release_file(release), store: self.objects.clone(), copies: self.incoming() }
    }

    /// Puts a release that lies whole in the data directory into the store, where there is one.
    pub(super) async fn keep_release(&self, release: ReleaseId, digest: Digest) -> Result<(), PlatformError> {
        let Some(store) = self.objects.clone() else { return Ok(()) };
        let (path, name) = (self.release_file(release), release_name(release, digest));
        aside(move || put(&store, &name, &path)).await
    }

    /// Whether a release that is being registered is still in the store, where there is one. To be asked when
    /// its row is written, since nothing is swept away from then on.
    pub(super) async fn is_kept(&self, release: ReleaseId, digest: Digest) -> Result<(), PlatformError> {
        let Some(store) = self.objects.clone() else { return Ok(()) };
        let name = release_name(release, digest);
        aside(move || Ok(store.length(&name).map(drop)?)).await
    }

    /// Lets go of what was put into the store. What is left when the process is killed just now does no harm:
    /// it is read as long as it is here.
    pub(super) fn let_go_of(&self, release: ReleaseId) {
        if self.objects.is_some() {
            let _gone = fs::remove_file(self.release_file(release));
        }
    }

    /// Puts a delivery that lies whole at its place in the data directory into the store, where there is one.
    pub(super) async fn keep_delivery(&self, extract: ExtractId, manifest: Digest) -> Result<(), PlatformError> {
        let Some(store) = self.objects.clone() else { return Ok(()) };
        let folder = self.delivery(extract);
        let files = move || {
            for entry in fs::read_dir(&folder).map_err(|e| PlatformError::disk(&folder, e))? {
                let path = entry.map_err(|e| PlatformError::disk(&folder, e))?.path();
                let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                put(&store, &format!("{}/{file}", delivery_name(extract, manifest)), &path)?;
            }
            Ok(())
        };
        aside(files).await
    }

    /// Lets go of a delivery that was put into the store.
    pub(super) async fn let_go_of_delivery(&self, extract: ExtractId) -> Result<(), PlatformError> {
        let folder = self.delivery(extract);
        if self.objects.is_none() {
            return Ok(());
        }
        aside(move || remove(&folder)).await
    }

    /// Deletes everything of a delivery in the store, where there is one.
    pub(super) async fn delete_kept(&self, extract: ExtractId) -> Result<(), PlatformError> {
        let Some(store) = self.objects.clone() else { return Ok(()) };
        aside(move || Ok(store.delete_below(&format!("deliveries/{extract}")).map(drop)?)).await
    }

    /// The files of a delivery, on this machine. Whoever reads them compares them with the manifest.
    ///
    /// # Errors
    /// When there is no delivery, or the store is away.
    pub async fn lying(&self, record: &ExtractRecord) -> Result<Lying, PlatformError> {
        let extract = record.specification.extract;
        let path = self.delivery(extract);
        let Some(store) = self.objects.clone().filter(|_| !path.exists()) else {
            return Ok(Lying { path, _copy: None });
        };
        let manifest = record.manifest_digest.ok_or(PlatformError::NoSuchExtract)?;
        let (folder, under) = (self.incoming(), delivery_name(extract, manifest));
        aside(move || {
            let copy = tempfile::Builder::new().prefix(".read-").tempdir_in(&folder);
            let copy = copy.map_err(|e| PlatformError::disk(&folder, e))?;
            for listed in store.list(&under)? {
                let file = listed.name.rsplit('/').next().unwrap_or_default();
                store.fetch(&listed.name, &copy.path().join(file))?;
            }
            Ok(Lying { path: copy.path().to_owned(), _copy: Some(copy) })
        })
        .await
    }

    /// How a file of a delivery is read whole; it waits for the store where there is one.
    pub(super) fn file_of(
        &self,
        record: &ExtractRecord,
        file: &'static str,
    ) -> impl Fn() -> Result<Vec<u8>, PlatformError> + Send + use<> {
        let path = self.delivery(record.specification.extract).join(file);
        let kept = self.objects.clone().zip(record.manifest_digest);
        let kept = kept.map(|(store, manifest)| (store, delivery_name(record.specification.extract, manifest)));
        move || match &kept {
            Some((store, under)) if !path.exists() => {
                let object = store.object(&format!("{under}/{file}"));
                Ok(object.read(0..object.length()?)?.to_vec())
            }
            _ => fs::read(&path).map_err(|e| PlatformError::disk(&path, e)),
        }
    }

    /// Where a delivery is kept, for whoever runs the machine.
    pub fn whereabouts(&self, record: &ExtractRecord) -> String {
        let path = self.delivery(record.specification.extract);
        match (&self.objects, record.manifest_digest) {
            (Some(store), Some(manifest)) if !path.exists() => {
                format!("{store}/{}", delivery_name(record.specification.extract, manifest))
            }
            _ => path.display().to_string(),
        }
    }

    /// Throws away what processes that were killed have left in the store: what is a day old and no release or
    /// delivery that the database knows. For a timer; gives what was found, nothing where there is no store.
    ///
    /// # Errors
    /// When the database or the store is away.
    pub async fn sweep_store(&self, actor: &Actor) -> Result<Option<Swept>, PlatformError> {
        let Some(store) = self.objects.clone() else { return Ok(None) };
        let until = self.store.clock().now().as_second() - GRACE;
        let listing = store.clone();
        let found = aside(move || {
            let folders = SWEPT.map(|folder| listing.list(folder)).into_iter().collect::<Result<Vec<_>, _>>()?;
            Ok(folders.concat())
        })
        .await?;
        let mut swept = Swept { removed: 0, files: found.len(), bytes: found.iter().map(|one| one.bytes).sum() };
        let old: Vec<Listed> = found.into_iter().filter(|one| one.put_at < until).collect();
        if old.is_empty() {
            return Ok(Some(swept));
        }
        let mut work = self.store.begin(actor).await?;
        // No release is registered meanwhile; one that waits for us looks for its file afterwards.
        kept::hold(work.connection()).await?;
        let releases = kept::list(work.connection()).await?;
        let mut wanted: Vec<String> = releases.iter().map(|one| release_name(one.id, one.digest)).collect();
        let deliveries = extracts::kept(work.connection()).await?;
        wanted
            .extend(deliveries.into_iter().map(|(extract, manifest)| format!("{}/", delivery_name(extract, manifest))));
        let is_wanted =
            |name: &String| wanted.iter().any(|one| name == one || (one.ends_with('/') && name.starts_with(one)));
        let left: Vec<Listed> = old.into_iter().filter(|one| !is_wanted(&one.name)).collect();
        swept.removed = left.len();
        swept.files -= left.len();
        swept.bytes -= left.iter().map(|one| one.bytes).sum::<u64>();
        aside(move || Ok(store.delete(&left.into_iter().map(|one| one.name).collect::<Vec<_>>())?)).await?;
        drop(work);
        Ok(Some(swept))
    }
}

fn release_name(release: ReleaseId, digest: Digest) -> String {
    format!("releases/{release}/{}.parquet", digest_name(digest))
}

fn delivery_name(extract: ExtractId, manifest: Digest) -> String {
    format!("deliveries/{extract}/{}", digest_name(manifest))
}

/// The digits alone: not every store takes a colon.
fn digest_name(digest: Digest) -> String {
    hex::encode(digest.bytes())
}

/// Puts a file; what is there under the name already is the same, unless it was cut off by others.
fn put(store: &Objects, name: &str, path: &Path) -> Result<(), PlatformError> {
    match store.put(name, path) {
        Err(ObjectsError::Exists(_)) => {
            let length = path.metadata().map_err(|e| PlatformError::disk(path, e))?.len();
            if store.length(name)? == length {
                return Ok(());
            }
            store.delete(&[name.to_owned()])?;
            Ok(store.put(name, path)?)
        }
        other => Ok(other?),
    }
}

/// Removes a folder; one that is gone is gone.
pub(super) fn remove(folder: &Path) -> Result<(), PlatformError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(PlatformError::disk(folder, error)),
        _ => Ok(()),
    }
}
