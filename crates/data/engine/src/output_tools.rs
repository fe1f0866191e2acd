//! Moving a finished delivery to its place.

use std::{fs, path::Path};

use super::{
    EngineError,
    extract::SIGNATURE,
    output::{sync_folder, write_file},
};

/// Adds the signature to the folder and moves it: visible whole, or not at all.
pub fn move_folder(from: &Path, to: &Path, signature: &str) -> Result<(), EngineError> {
    write_file(&from.join(SIGNATURE), signature.as_bytes())?;
    let moved = fs::rename(from, to).and_then(|()| sync_folder(to));
    moved.map_err(|e| EngineError::file(to, e))
}
