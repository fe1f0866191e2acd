//! Files of persons, organisations and roles (one JSON object a line) and of health personnel (a table),
//! read as a stream. What is wrong is named by line, column (the member's path) and reason, never by
//! repeating a value.

mod member;
mod organisation;
mod person;
mod personnel;
mod roles;
mod table;

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    marker::PhantomData,
    path::{Path, PathBuf},
};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

pub(crate) use member::Member;
pub use organisation::OrganisationLine;
pub use person::{FamilyMember, PersonLine};
pub use personnel::PersonnelRows;
pub(crate) use personnel::PersonnelTable;
pub use roles::{HeldRole, RolesLine};

/// Why a line cannot be taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineFault {
    /// The line, from 1.
    pub line: u64,
    /// The member, such as `name[0].validFrom`; empty for the line as a whole.
    pub column: String,
    /// What is wrong. Repeats no value.
    pub reason: String,
}

/// What is wrong in a line, before the line is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnFault {
    /// As in [`LineFault`].
    pub column: String,
    /// As in [`LineFault`].
    pub reason: String,
}

impl ColumnFault {
    pub(crate) fn at(self, line: u64) -> LineFault {
        LineFault { line, column: self.column, reason: self.reason }
    }
}

/// The file cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be read")]
pub struct FileError {
    /// Which.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub source: std::io::Error,
}

/// What a line can be read as.
pub trait Line: Sized {
    /// Reads one line.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    fn read(text: &str) -> Result<Self, ColumnFault>;
}

/// A record's first line, and the record or what is wrong with it.
pub(crate) type Numbered<T> = (u64, Result<T, Vec<LineFault>>);

/// The records of a file, one after the other.
pub(crate) trait Records: Sized + Send {
    /// What it has.
    type Record: Send + Sync;

    /// Opens the file.
    fn of(path: &Path) -> Result<Self, FileError>;

    /// The next record, read or with what is wrong with it; `None` at the end.
    fn next(&mut self) -> Result<Option<Numbered<Self::Record>>, FileError>;

    /// The SHA-256 of the file, when all of it has been read.
    fn digest(self) -> [u8; 32];
}

/// The lines of a file that are not empty, each a record.
pub(crate) struct Lines<T> {
    file: BufReader<File>,
    path: PathBuf,
    number: u64,
    digest: Sha256,
    record: PhantomData<fn() -> T>,
}

impl<T: Line + Send + Sync> Records for Lines<T> {
    type Record = T;

    fn of(path: &Path) -> Result<Self, FileError> {
        let file = BufReader::new(open(path)?);
        Ok(Self { file, path: path.to_owned(), number: 0, digest: Sha256::new(), record: PhantomData })
    }

    fn next(&mut self) -> Result<Option<Numbered<T>>, FileError> {
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let read = self.file.read_until(b'\n', &mut bytes);
            if read.map_err(|source| FileError { path: self.path.clone(), source })? == 0 {
                return Ok(None);
            }
            self.number += 1;
            self.digest.update(&bytes);
            if !bytes.trim_ascii().is_empty() {
                break;
            }
        }
        let whole = |reason: &str| ColumnFault { column: String::new(), reason: reason.to_owned() };
        let text = std::str::from_utf8(&bytes).map_err(|_| whole("the line is not UTF-8"));
        let read = text.and_then(|text| T::read(text.trim())).map_err(|fault| vec![fault.at(self.number)]);
        Ok(Some((self.number, read)))
    }

    fn digest(self) -> [u8; 32] {
        self.digest.finalize().into()
    }
}

fn open(path: &Path) -> Result<File, FileError> {
    File::open(path).map_err(|source| FileError { path: path.to_owned(), source })
}
