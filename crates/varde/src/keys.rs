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
use varde_platform::microdata::ReceiverKey;
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

/// The file of the key that packages of microdata-tools are made for.
pub const PACKAGES: &str = "keys/packages.key";

/// The key that packages of microdata-tools are made for, where one was made.
pub fn package_key(data: &Path) -> Result<Option<ReceiverKey>> {
    let path = data.join(PACKAGES);
    match std::fs::read(&path) {
        Ok(bytes) => {
            let key = ReceiverKey::of_bytes(&bytes);
            key.map(Some).with_context(|| format!("{} holds no key: restore it", path.display()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// The same, made when it is not there.
pub fn make_package_key(data: &Path, randomness: &Randomness) -> Result<ReceiverKey> {
    let folder = data.join("keys");
    std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let made = || {
        let key = ReceiverKey::generate(randomness).map_err(|_| anyhow::anyhow!("no key could be made"))?;
        Ok(key.bytes())
    };
    let bytes = kept(data, "packages.key", made)?;
    ReceiverKey::of_bytes(&bytes).with_context(|| format!("{PACKAGES} holds no key: restore it"))
}

fn random_key(data: &Path, name: &str, randomness: &Randomness) -> Result<[u8; 32]> {
    let bytes = kept(data, name, || Ok(randomness.bytes::<32>().to_vec()))?;
    bytes.try_into().ok().with_context(|| format!("keys/{name} does not hold 32 bytes: restore it"))
}

/// The bytes of a key's file, made when it is not there.
fn kept(data: &Path, name: &str, make: impl Fn() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    let folder = data.join("keys");
    let path = folder.join(name);
    let place = || path.display().to_string();
    match std::fs::read(&path) {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // Whole before it has its name (a temporary file is readable by its owner only), and never
            // over another one.
            let bytes = make()?;
            let mut file =
                tempfile::NamedTempFile::new_in(&folder).with_context(|| format!("{} cannot be made", place()))?;
            file.write_all(&bytes).and_then(|()| file.as_file().sync_all()).with_context(place)?;
            match file.persist_noclobber(&path) {
                Ok(_) => Ok(bytes),
                Err(other) if other.error.kind() == ErrorKind::AlreadyExists => kept(data, name, make),
                Err(other) => Err(other.error).with_context(|| format!("{} cannot be made", place())),
            }
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", place())),
    }
}
