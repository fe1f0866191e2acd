//! A package: the folder with `NAME.json` and `NAME.csv`, or the tar file that microdata-tools makes of it.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufReader, BufWriter, ErrorKind, Read as _, Seek as _, SeekFrom, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use tempfile::TempPath;

use super::{Described, Misdescribed, ReceiverKey, key::decrypt};

/// More than a description or an encrypted key ever is.
const SMALL: u64 = 64 << 20;
/// More than a piece of rows ever is: microdata-tools makes them of 250 MB.
const PIECE: u64 = 1 << 30;
/// Bytes before each encrypted piece: what AES-GCM wants anew each time.
const NONCE: usize = 12;

/// Why a package cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum NotUnpacked {
    /// What it says of itself.
    #[error(transparent)]
    Described(#[from] Misdescribed),
    /// It is not there, or cannot be read.
    #[error("the package cannot be read: {0}")]
    Unreadable(String),
    /// It lacks a part.
    #[error("the package lacks {0}")]
    Lacks(String),
    /// It has a part that no package has.
    #[error("the package has {0}, which is no part of one made by microdata-tools 2: package the dataset anew")]
    Odd(String),
    /// It is encrypted, and there is no key.
    #[error(
        "the package is encrypted, and this installation has no key for packages yet: make one with \
             `varde import microdata-key`, and have the dataset packaged to it"
    )]
    NoKey,
    /// It is encrypted to somebody else, or damaged.
    #[error("{0} cannot be decrypted: it was packaged to another key than this installation's, or is damaged")]
    NotForUs(String),
    /// The rows are not those that were packaged.
    #[error("the rows are not those that were packaged: their SHA-256 is another than the package says")]
    Changed,
    /// There is a description and no rows.
    #[error("the package has no rows: it holds a description only")]
    NoRows,
}

/// A package whose description could be read.
#[derive(Debug, Clone)]
pub struct Package {
    path: PathBuf,
    /// Where its parts lie in the tar file; nothing for a folder.
    parts: Option<BTreeMap<String, (u64, u64)>>,
    name: String,
    described: Described,
    key: Option<ReceiverKey>,
}

impl Package {
    /// Opens a package and reads its description. It is named after its file or folder, as its parts are.
    ///
    /// # Errors
    /// When it is no package, or its description cannot be taken.
    pub fn open(path: &Path) -> Result<Self, NotUnpacked> {
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let parts = if path.is_dir() { None } else { Some(parts(path)?) };
        let text = match &parts {
            None => whole(&path.join(format!("{name}.json")))?,
            Some(parts) => part(path, parts, &format!("{name}.json"), SMALL)?,
        };
        let described = Described::read(&name, &text)?;
        let package = Self { path: path.to_owned(), parts, name, described, key: None };
        package.check_parts()?;
        Ok(package)
    }

    /// The same package, to be decrypted by the key.
    #[must_use]
    pub fn opened_by(self, key: ReceiverKey) -> Self {
        Self { key: Some(key), ..self }
    }

    /// What it says of itself.
    pub fn described(&self) -> &Described {
        &self.described
    }

    /// Its rows as a file of our own in the folder, readable by its owner only: CSV with a heading.
    ///
    /// # Errors
    /// When a piece cannot be decrypted, or the rows are not those that were packaged.
    pub fn copy_out(&self, folder: &Path) -> Result<TempPath, NotUnpacked> {
        let made = tempfile::Builder::new().suffix(".partial").tempfile_in(folder).map_err(|e| unreadable(&e))?;
        let mut out = BufWriter::with_capacity(1 << 20, made);
        writeln!(out, "{}", self.described.headings().join(";")).map_err(|e| unreadable(&e))?;
        match &self.parts {
            None => {
                let rows = self.path.join(format!("{}.csv", self.name));
                let mut rows = File::open(&rows).map_err(|e| lacking(&rows, &e))?;
                std::io::copy(&mut rows, &mut out).map_err(|e| unreadable(&e))?;
            }
            Some(parts) => self.decrypt(parts, self.key.as_ref().ok_or(NotUnpacked::NoKey)?, &mut out)?,
        }
        let out = out.into_inner().map_err(|e| unreadable(e.error()))?;
        Ok(out.into_temp_path())
    }

    /// The pieces in their order, each decrypted whole.
    fn decrypt(
        &self,
        parts: &BTreeMap<String, (u64, u64)>,
        key: &ReceiverKey,
        out: &mut impl Write,
    ) -> Result<(), NotUnpacked> {
        let own = format!("{}.kem.encr", self.name);
        let sealed = part(&self.path, parts, &own, SMALL)?;
        let dataset = key.open(&sealed).map_err(|_| NotUnpacked::NotForUs(own))?;
        let mut digest = Sha256::new();
        for number in 1.. {
            let name = piece(number);
            if !parts.contains_key(&name) {
                break;
            }
            let sealed = part(&self.path, parts, &name, PIECE)?;
            let damaged = || NotUnpacked::NotForUs(name.clone());
            let (nonce, body) = sealed.split_at_checked(NONCE).ok_or_else(damaged)?;
            let nonce = nonce.try_into().map_err(|_| damaged())?;
            let rows = decrypt(&dataset, nonce, body).map_err(|_| damaged())?;
            digest.update(&rows);
            out.write_all(&rows).map_err(|e| unreadable(&e))?;
        }
        let said = part(&self.path, parts, &format!("{}.sha256", self.name), SMALL)?;
        let said = String::from_utf8_lossy(&said).trim().to_owned();
        if said.eq_ignore_ascii_case(&hex::encode(digest.finalize())) { Ok(()) } else { Err(NotUnpacked::Changed) }
    }

    /// A tar file has rows, encrypted, or a description only; nothing else is in it.
    fn check_parts(&self) -> Result<(), NotUnpacked> {
        let Some(parts) = &self.parts else { return Ok(()) };
        let name = &self.name;
        let small = [format!("{name}.json"), format!("{name}.kem.encr"), format!("{name}.sha256")];
        let pieces = (1..).take_while(|number| parts.contains_key(&piece(*number))).count();
        let odd = parts.keys().find(|part| !small.contains(part) && !in_order(part, pieces));
        if let Some(odd) = odd {
            return Err(NotUnpacked::Odd(odd.clone()));
        }
        if parts.len() == 1 {
            return Err(NotUnpacked::NoRows);
        }
        match small.iter().find(|part| !parts.contains_key(*part)) {
            Some(lacking) => Err(NotUnpacked::Lacks(lacking.clone())),
            None if pieces == 0 => Err(NotUnpacked::Lacks(piece(1))),
            None => Ok(()),
        }
    }
}

fn piece(number: usize) -> String {
    format!("chunks/{number}.csv.encr")
}

fn in_order(part: &str, pieces: usize) -> bool {
    (1..=pieces).any(|number| piece(number) == part)
}

/// Where each file of a tar file begins, and how long it is. Nothing is unpacked, so that no name can lead
/// anywhere.
fn parts(path: &Path) -> Result<BTreeMap<String, (u64, u64)>, NotUnpacked> {
    let file = BufReader::new(File::open(path).map_err(|e| lacking(path, &e))?);
    let mut archive = tar::Archive::new(file);
    let mut found = BTreeMap::new();
    for entry in archive.entries_with_seek().map_err(|e| unreadable(&e))? {
        let entry = entry.map_err(|e| unreadable(&e))?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        found.insert(name, (entry.raw_file_position(), entry.size()));
    }
    Ok(found)
}

/// One file of a tar file, if it is no longer than it may be.
fn part(path: &Path, parts: &BTreeMap<String, (u64, u64)>, name: &str, most: u64) -> Result<Vec<u8>, NotUnpacked> {
    let (begins, length) = *parts.get(name).ok_or_else(|| NotUnpacked::Lacks(name.to_owned()))?;
    if length > most {
        return Err(NotUnpacked::Odd(format!("{name} of {length} bytes")));
    }
    let mut file = File::open(path).map_err(|e| unreadable(&e))?;
    file.seek(SeekFrom::Start(begins)).map_err(|e| unreadable(&e))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).map_err(|e| unreadable(&e))?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(NotUnpacked::Lacks(format!("the end of {name}"))) }
}

fn whole(path: &Path) -> Result<Vec<u8>, NotUnpacked> {
    fs::read(path).map_err(|e| lacking(path, &e))
}

fn lacking(path: &Path, error: &std::io::Error) -> NotUnpacked {
    match error.kind() {
        ErrorKind::NotFound => NotUnpacked::Lacks(path.display().to_string()),
        _ => unreadable(error),
    }
}

fn unreadable(error: &std::io::Error) -> NotUnpacked {
    NotUnpacked::Unreadable(error.kind().to_string())
}
