//! The people that Test-ID lists, in a file that only the program may read: national numbers are in
//! it, made-up ones.

use std::{fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use varde_core::{LocalisedText, identifier::NationalNumber};
use varde_identity::test_id::TestPerson;

/// A listed person as it is written down.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Names the person in Test-ID's form.
    pub key: String,
    /// Their name.
    pub name: String,
    /// What they are in the demonstration.
    pub what: LocalisedText,
    number: String,
}

impl Listed {
    /// A person to be listed.
    pub fn new(key: impl Into<String>, name: impl Into<String>, what: LocalisedText, number: &NationalNumber) -> Self {
        Self { key: key.into(), name: name.into(), what, number: number.digits_for_storage().to_owned() }
    }
}

/// Writes the list; the old one stays until the new one is whole.
pub fn write(path: &Path, people: &[Listed]) -> Result<()> {
    let folder = path.parent().context("the list of people has no folder")?;
    fs::create_dir_all(folder)?;
    let fresh = path.with_extension("new");
    let text = serde_json::to_vec(people)?;
    put(&fresh, &text)
        .and_then(|()| fs::rename(&fresh, path))
        .with_context(|| format!("{} cannot be written", path.display()))
}

fn put(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

/// Reads the list for people to choose from; `None` when there is none.
pub fn listed(path: &Path) -> Option<Vec<Listed>> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Reads the list for Test-ID.
pub fn read(path: &Path) -> Option<Vec<TestPerson>> {
    let person = |listed: Listed| {
        let number = NationalNumber::parse(&listed.number).ok()?;
        Some(TestPerson { key: listed.key, name: listed.name, what: listed.what, number })
    };
    Some(listed(path)?.into_iter().filter_map(person).collect())
}
