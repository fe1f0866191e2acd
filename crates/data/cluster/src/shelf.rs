//! Where executors find releases.

use std::{path::PathBuf, sync::Arc};

use serde::{Deserialize, Serialize};
use varde_core::{Digest, ReleaseId};
use varde_engine::Release;
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
        let object = Arc::new(self.store.object(&pinned.name));
        Ok(Release::open_elsewhere(object, pinned.digest, &self.folder)?)
    }
}
