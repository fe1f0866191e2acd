//! Where executors find releases.

use std::{io, ops::Range, path::PathBuf, sync::Arc};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use varde_core::{Digest, ReleaseId};
use varde_engine::{Release, remote::Source};
use varde_objects::Objects;

use crate::ClusterError;

/// A release that a plan reads: by its id, what it must be, and where it lies in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pinned {
    /// Which.
    pub release: ReleaseId,
    /// The digest that it was registered by.
    pub digest: Digest,
    /// Its name in the store.
    pub name: String,
}

/// The store, and a folder of this machine for what is read of it.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// Where releases are kept.
    pub store: Objects,
    /// For what is read of them, and for sorting. Nothing stays there.
    pub folder: PathBuf,
}

impl Shelf {
    /// Opens a release; nothing is read of it but what was registered. Waits for the store.
    pub(crate) fn open(&self, pinned: &Pinned) -> Result<Release, ClusterError> {
        let object = Object { store: self.store.clone(), name: pinned.name.clone() };
        Ok(Release::open_elsewhere(Arc::new(object), pinned.digest, &self.folder)?)
    }
}

struct Object {
    store: Objects,
    name: String,
}

impl Source for Object {
    fn name(&self) -> String {
        format!("{}/{}", self.store, self.name)
    }

    fn length(&self) -> io::Result<u64> {
        self.store.length(&self.name).map_err(io::Error::other)
    }

    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        let read = self.store.ranges(&self.name, std::slice::from_ref(&range)).map_err(io::Error::other)?;
        read.into_iter().next().ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}
