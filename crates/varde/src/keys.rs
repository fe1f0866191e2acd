//! The installation's keys: files in the data directory, made at the first start, readable by the
//! program alone.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, Result};
use varde_core::{Clock, Randomness, SystemClock};
use varde_ledger::{SecretKey, key::KeyKind};
use varde_permit::SealingKey;
use varde_store::log::open_key;

/// The sealing key's file in the data directory.
pub const SEAL: &str = "keys/seal.key";

/// The keys of an installation.
pub struct Keys {
    /// Signs the log's checkpoints.
    pub log: Arc<SecretKey>,
    /// Seals permits and manifests.
    pub seal: Arc<SealingKey>,
}

impl Keys {
    /// Reads the keys, and makes those that are not there.
    pub fn open(data: &Path, log_name: &str, randomness: &Randomness) -> Result<Self> {
        let folder = data.join("keys");
        std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let log = open_key(&folder.join("log.key"), log_name, KeyKind::Log, randomness)?;
        let seal = SealingKey::load_or_create(&data.join(SEAL), randomness, SystemClock.now())?;
        Ok(Self { log: Arc::new(log), seal: Arc::new(seal) })
    }
}
