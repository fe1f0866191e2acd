//! The key ring: the public halves of all keys that ever sealed here, in a file beside the private
//! key, so that a key that is replaced or lost still verifies what it sealed.
//!
//! The ring follows the private key: whenever that is read, the ring is brought to say that it is the
//! one in use and since when the others are not. So a process killed anywhere in a rotation leaves
//! nothing that the next start does not put right.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde_json::Value;
use varde_core::Randomness;

use super::{PublicKeys, SealError, SealingKey, write_new};

impl SealingKey {
    /// The key in a file, made on the first start, with the ring beside it (`.ring.json`).
    ///
    /// # Errors
    /// When a file cannot be read or written, is readable by others, or holds something else.
    pub fn load_or_create(path: &Path, randomness: &Randomness, now: Timestamp) -> Result<Self, SealError> {
        let (mut key, made) = Self::in_file(path, randomness)?;
        let ring = ring_of(path);
        let kept = read(&ring)?;
        // When a key from before there were rings was taken into use is not known.
        let began = (made || kept.is_some()).then_some(now);
        let kept = kept.unwrap_or_default();
        key.public = kept.clone().with_current(&key, began, now);
        if key.public != kept {
            let text = format!("{:#}", key.public.jwks());
            write_new(&ring, &text, 0o644).map_err(|source| SealError::KeyFile { path: ring, source })?;
        }
        Ok(key)
    }

    /// Makes the key that is to come next, in a file beside the one in use, if it is not there yet.
    /// Gives its id.
    ///
    /// # Errors
    /// As [`Self::load_or_create`].
    pub fn prepare_next(path: &Path, randomness: &Randomness) -> Result<String, SealError> {
        Ok(Self::in_file(&next_of(path), randomness)?.0.id().to_owned())
    }

    /// Takes the prepared key into use: its file replaces the one before, whose private half is gone
    /// with that. The ring keeps its public half.
    ///
    /// # Errors
    /// As [`Self::load_or_create`]; also when nothing was prepared.
    pub fn take_next_into_use(path: &Path, randomness: &Randomness, now: Timestamp) -> Result<Self, SealError> {
        // The ring must know the present key before its file is replaced.
        Self::load_or_create(path, randomness, now)?;
        let next = next_of(path);
        fs::rename(&next, path).map_err(|source| SealError::KeyFile { path: next, source })?;
        Self::load_or_create(path, randomness, now)
    }
}

impl PublicKeys {
    /// These keys when this one is in use from now on.
    fn with_current(mut self, current: &SealingKey, began: Option<Timestamp>, now: Timestamp) -> Self {
        for (id, key) in &mut self.0 {
            if id == current.id() {
                key.until = None;
            } else {
                key.until.get_or_insert(now);
            }
        }
        for (id, key) in &current.public.0 {
            self.0.entry(id.clone()).or_insert_with(|| super::PublicKey { from: began, ..key.clone() });
        }
        self
    }
}

fn ring_of(path: &Path) -> PathBuf {
    path.with_extension("ring.json")
}

fn next_of(path: &Path) -> PathBuf {
    path.with_extension("next.key")
}

/// The ring in the file, if there is one.
fn read(ring: &Path) -> Result<Option<PublicKeys>, SealError> {
    let text = match fs::read_to_string(ring) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(SealError::KeyFile { path: ring.to_owned(), source }),
    };
    let not_a_ring = || SealError::NotARing { path: ring.to_owned() };
    let set: Value = serde_json::from_str(&text).map_err(|_| not_a_ring())?;
    PublicKeys::from_jwks(&set).map(Some).map_err(|_| not_a_ring())
}
