//! The installation's keys: files in the data directory, made at the first start, readable by the
//! program alone.

use std::{
    io::{ErrorKind, Write as _},
    path::Path,
    sync::Arc,
};

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

/// The key that the authorisation server's own keys are sealed with: 32 random bytes in
/// `keys/oauth.key`, made when it is not there.
pub fn oauth_key(data: &Path, randomness: &Randomness) -> Result<[u8; 32]> {
    random_key(data, "oauth.key", randomness)
}

/// What the noise of safe tables is made with: 32 random bytes in `keys/exploration.key`, made when it is not
/// there. With another one the same tables get other noise, and the two together tell more than either.
pub fn exploration_key(data: &Path, randomness: &Randomness) -> Result<[u8; 32]> {
    random_key(data, "exploration.key", randomness)
}

fn random_key(data: &Path, name: &str, randomness: &Randomness) -> Result<[u8; 32]> {
    let folder = data.join("keys");
    let path = folder.join(name);
    let place = || path.display().to_string();
    match std::fs::read(&path) {
        Ok(bytes) => bytes.try_into().ok().with_context(|| format!("{} does not hold 32 bytes: restore it", place())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // Whole before it has its name (a temporary file is readable by its owner only), and never
            // over another one.
            let bytes: [u8; 32] = randomness.bytes();
            let mut file =
                tempfile::NamedTempFile::new_in(&folder).with_context(|| format!("{} cannot be made", place()))?;
            file.write_all(&bytes).and_then(|()| file.as_file().sync_all()).with_context(place)?;
            match file.persist_noclobber(&path) {
                Ok(_) => Ok(bytes),
                Err(other) if other.error.kind() == ErrorKind::AlreadyExists => random_key(data, name, randomness),
                Err(other) => Err(other.error).with_context(|| format!("{} cannot be made", place())),
            }
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", place())),
    }
}
