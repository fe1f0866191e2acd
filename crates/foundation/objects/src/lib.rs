//! Where large files are kept: a folder that several machines share, or an object store that speaks S3.
//!
//! A file is put whole or not at all, under a name that nothing has yet: a name is never written twice, so
//! whoever reads by a name reads the same bytes for as long as they are there. It is read by ranges, or
//! fetched whole. What bytes mean, and whether they are those that were put, is for whoever asks.
//!
//! Every call waits for its answer, on a thread that may wait. Requests run on a thread of their own, so
//! that a call from within a runtime cannot stop the requests that it waits for.
//!
//! An S3 store has to give what was put to whoever reads afterwards (strong consistency, as AWS has it since
//! 2020 and Ceph and others always had). Nothing else is asked of it: no locks, no conditional requests (one
//! is made where a file is small, as a second guard), no renaming.

mod error;
mod object;
mod place;
mod put;
pub mod testing;
mod worker;

use std::{fmt, fs, io::Write as _, ops::Range, path::Path, sync::Arc};

use bytes::Bytes;
use futures::TryStreamExt as _;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, coalesce_ranges, path::Path as Name};

pub use error::ObjectsError;
pub use object::Object;
pub use place::{Address, Credentials, Place, S3};
use worker::Worker;

/// Ranges nearer to each other than this are read in one request: a request costs more than so many bytes.
const NEAR: u64 = 64 << 10;
/// What a try puts, reads and deletes.
const TRIAL: &[u8] = b"Varde tries whether it may put, read and delete here.\n";

/// A place for files. Cheap to clone; it prints without credentials.
#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    worker: Arc<Worker>,
    described: Arc<str>,
    secrets: Arc<[String]>,
}

/// A file at the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// When it was put by the store's clock, in seconds since 1970-01-01 UTC.
    pub put_at: i64,
}

/// What a try has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The store keeps earlier versions: what is deleted is still there until a rule of the bucket's life
    /// cycle removes it.
    pub keeps_versions: bool,
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Objects({})", self.described)
    }
}

impl fmt::Display for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.described)
    }
}

impl Objects {
    /// Opens the place. A folder is made when it is not there; of an object store nothing is asked yet.
    ///
    /// # Errors
    /// When the folder cannot be made, or the settings make no store.
    pub fn open(place: &Place) -> Result<Self, ObjectsError> {
        let (store, described, secrets) = place.store()?;
        Ok(Self { store, worker: Arc::new(Worker::start()?), described: described.into(), secrets: secrets.into() })
    }

    /// Puts a file under a name that nothing has yet. Whoever looks meanwhile sees nothing of it.
    ///
    /// # Errors
    /// [`ObjectsError::Exists`]; when the file cannot be read or the store refuses or is away. A part of a
    /// large file may then be left in an upload that nobody can see: see `docs/operators.md`.
    pub fn put(&self, name: &str, file: &Path) -> Result<(), ObjectsError> {
        let (store, name, file) = (self.store.clone(), parsed(name)?, file.to_owned());
        self.wait(name.as_ref(), put::put(store, name.clone(), file))
    }

    /// How long a file is.
    ///
    /// # Errors
    /// When there is no such file, or the store refuses or is away.
    pub fn length(&self, name: &str) -> Result<u64, ObjectsError> {
        let (store, name) = (self.store.clone(), parsed(name)?);
        self.wait(name.as_ref(), {
            let name = name.clone();
            async move { Ok(store.head(&name).await?.size) }
        })
    }

    /// The bytes of each range, in their order. An end beyond the file is an error.
    ///
    /// # Errors
    /// When there is no such file, it is shorter, or the store refuses or is away.
    pub fn ranges(&self, name: &str, ranges: &[Range<u64>]) -> Result<Vec<Bytes>, ObjectsError> {
        let (store, name, ranges) = (self.store.clone(), parsed(name)?, ranges.to_vec());
        self.wait(name.as_ref(), {
            let name = name.clone();
            async move {
                let fetch = |range| store.get_range(&name, range);
                let read = coalesce_ranges(&ranges, fetch, NEAR).await?;
                let whole =
                    ranges.iter().zip(&read).all(|(range, bytes)| range.end - range.start == bytes.len() as u64);
                if whole { Ok(read) } else { Err(ObjectsError::Short(name.to_string())) }
            }
        })
    }

    /// One file, to be read by whoever knows nothing of the place. Whether it is there is not asked.
    pub fn object(&self, name: &str) -> Object {
        Object { objects: self.clone(), name: name.to_owned() }
    }

    /// Fetches a file whole to a place of this machine, beside it first; gives its size.
    ///
    /// # Errors
    /// When there is no such file, it cannot be written, or the store refuses or is away.
    pub fn fetch(&self, name: &str, to: &Path) -> Result<u64, ObjectsError> {
        let (store, name, to) = (self.store.clone(), parsed(name)?, to.to_owned());
        self.wait(name.as_ref(), {
            let name = name.clone();
            async move {
                let disk = |source| ObjectsError::File { path: to.clone(), source };
                let beside = to.with_added_extension("partial");
                let mut file = fs::File::create(&beside).map_err(disk)?;
                let mut pieces = store.get(&name).await?.into_stream();
                let mut bytes = 0;
                while let Some(piece) = pieces.try_next().await? {
                    file.write_all(&piece).map_err(disk)?;
                    bytes += piece.len() as u64;
                }
                file.sync_all().and_then(|()| fs::rename(&beside, &to)).map_err(disk)?;
                Ok(bytes)
            }
        })
    }

    /// Everything below a name, by name; nothing when nothing is there.
    ///
    /// # Errors
    /// When the store refuses or is away.
    pub fn list(&self, under: &str) -> Result<Vec<Listed>, ObjectsError> {
        let (store, under) = (self.store.clone(), parsed(under)?);
        self.wait(under.as_ref(), {
            let under = under.clone();
            async move {
                let found: Vec<_> = store.list(Some(&under)).try_collect().await?;
                let one = |meta: object_store::ObjectMeta| Listed {
                    name: meta.location.to_string(),
                    bytes: meta.size,
                    put_at: meta.last_modified.timestamp(),
                };
                let mut listed: Vec<Listed> = found.into_iter().map(one).collect();
                listed.sort_by(|one, other| one.name.cmp(&other.name));
                Ok(listed)
            }
        })
    }

    /// Deletes files; one that is gone already is gone.
    ///
    /// # Errors
    /// When the store refuses or is away; some may be deleted by then.
    pub fn delete(&self, names: &[String]) -> Result<(), ObjectsError> {
        let store = self.store.clone();
        let names = names.iter().map(|name| parsed(name)).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = names.first().map(ToString::to_string) else { return Ok(()) };
        self.wait(&first, async move {
            // One by one: deleting many at once is not spoken by every store.
            for name in names {
                match store.delete(&name).await {
                    Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Ok(())
        })
    }

    /// Deletes everything below a name; gives how many files that were.
    ///
    /// # Errors
    /// As [`Self::list`] and [`Self::delete`].
    pub fn delete_below(&self, under: &str) -> Result<usize, ObjectsError> {
        let names: Vec<String> = self.list(under)?.into_iter().map(|listed| listed.name).collect();
        self.delete(&names)?;
        Ok(names.len())
    }

    /// Tries whether a file can be put, listed, read and deleted, under a name that is the caller's to
    /// choose and that nothing has yet.
    ///
    /// # Errors
    /// Whatever cannot be done, and why.
    pub fn try_out(&self, name: &str) -> Result<Tried, ObjectsError> {
        let (store, tried) = (self.store.clone(), parsed(name)?);
        let keeps_versions = self.wait(name, {
            let name = tried.clone();
            async move {
                let create = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
                let put = store.put_opts(&name, Bytes::from_static(TRIAL).into(), create).await?;
                Ok(put.version.is_some())
            }
        })?;
        let part = 6..11;
        let read = self.ranges(name, std::slice::from_ref(&part))?;
        let listed = self.list(name.rsplit_once('/').map_or("", |(folder, _)| folder))?;
        self.delete(&[name.to_owned()])?;
        if read.first().is_none_or(|bytes| bytes[..] != TRIAL[6..11]) || !listed.iter().any(|one| one.name == name) {
            return Err(ObjectsError::Unlike(name.to_owned()));
        }
        Ok(Tried { keeps_versions })
    }

    fn wait<T: Send + 'static>(
        &self,
        name: &str,
        work: impl Future<Output = Result<T, ObjectsError>> + Send + 'static,
    ) -> Result<T, ObjectsError> {
        self.worker.wait(work).map_err(|error| error.told(name, &self.secrets))
    }
}

/// A name as stores have them: parts between slashes, none of them empty, `.` or `..`.
fn parsed(name: &str) -> Result<Name, ObjectsError> {
    Name::parse(name).map_err(|_| ObjectsError::Name(name.to_owned()))
}
