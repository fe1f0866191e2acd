//! Whether a delivery is still what was made.

use std::{collections::BTreeSet, fs, path::Path};

use serde::Serialize;
use varde_permit::Manifest;

use crate::{EngineError, output::digest_file};

/// The manifest's file in a delivery.
pub const MANIFEST: &str = "manifest.json";
/// The manifest's signature, when somebody signs: a JWS in compact form over the manifest's bytes.
pub const SIGNATURE: &str = "manifest.jws";

/// One thing that is not as the manifest says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// A file is gone.
    Missing(String),
    /// A file's bytes are others.
    Altered(String),
    /// A file that the manifest does not list.
    Unlisted(String),
    /// What the platform's tables say of it (`entry`, `manifest`, `permit`, `specification`) is not what
    /// the entry on the log says.
    NotOnLog(&'static str),
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing(file) => write!(f, "{file}: the file is gone"),
            Self::Altered(file) => write!(f, "{file}: the file holds other bytes"),
            Self::Unlisted(file) => write!(f, "{file}: the file is not in the manifest"),
            Self::NotOnLog(what) => write!(f, "{what}: the platform's table says something else than the log"),
        }
    }
}

/// The bytes of a document that are digested and signed: JSON without white space, members sorted
/// by name (the form of RFC 8785 for our values: no floating point numbers).
pub fn canonical(document: &impl Serialize) -> Vec<u8> {
    varde_core::canonical_json(document)
}

/// Reads the manifest of a delivery.
pub fn read_manifest(folder: &Path) -> Result<Manifest, EngineError> {
    let path = folder.join(MANIFEST);
    let bytes = fs::read(&path).map_err(|e| EngineError::file(&path, e))?;
    serde_json::from_slice(&bytes).map_err(|e| EngineError::file(&path, e.into()))
}

/// Compares the signature file of a delivery with the signature that was kept, to the byte.
pub fn check_signature(folder: &Path, signature: &str) -> Result<Option<Finding>, EngineError> {
    let path = folder.join(SIGNATURE);
    if !path.is_file() {
        return Ok(Some(Finding::Missing(SIGNATURE.to_owned())));
    }
    let same = digest_file(&path)? == varde_core::Digest::of(signature.as_bytes());
    Ok((!same).then(|| Finding::Altered(SIGNATURE.to_owned())))
}

/// Compares every file of a delivery with the manifest, to the byte. The manifest file itself is
/// compared too: `manifest` should come from the log or the register, not from the folder.
pub fn check_files(folder: &Path, manifest: &Manifest) -> Result<Vec<Finding>, EngineError> {
    let mut findings = Vec::new();
    let mut look = |name: &str, expected| -> Result<(), EngineError> {
        let path = folder.join(name);
        if !path.is_file() {
            findings.push(Finding::Missing(name.to_owned()));
        } else if digest_file(&path)? != expected {
            findings.push(Finding::Altered(name.to_owned()));
        }
        Ok(())
    };
    look(MANIFEST, varde_core::Digest::of(&canonical(manifest)))?;
    for file in &manifest.files {
        look(&file.name, file.digest)?;
    }
    let listed: BTreeSet<&str> = manifest.files.iter().map(|f| f.name.as_str()).chain([MANIFEST, SIGNATURE]).collect();
    let entries = fs::read_dir(folder).map_err(|e| EngineError::file(folder, e))?;
    for entry in entries {
        let name = entry.map_err(|e| EngineError::file(folder, e))?.file_name();
        let name = name.to_string_lossy();
        if !listed.contains(name.as_ref()) {
            findings.push(Finding::Unlisted(name.into_owned()));
        }
    }
    Ok(findings)
}
