//! Releases that lie elsewhere, such as in an object store: what is read of them is fetched first, once, and
//! nothing else is.
//!
//! A release that is opened so has a copy on this machine: a file as long as the release, with nothing in it
//! (sparse). What describes the release is fetched when it is opened, and each column chunk before it is read
//! for the first time; then it is compared with its digest as every release's are. So row groups and columns
//! that nobody asks for are neither fetched nor on the disk, and everything else reads the copy as it reads a
//! release that lies here. The copy goes with the last who reads the release.

use std::{
    fmt,
    fs::{File, OpenOptions},
    io,
    ops::Range,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use datafusion::parquet::file::metadata::ParquetMetaDataReader;
use tempfile::TempPath;
use varde_objects::Object;

use crate::{EngineError, parts::Parts};

/// What is fetched of the end at first: the description of most releases is smaller.
const END: u64 = 256 << 10;
/// What a Parquet file ends with: the length of its description, and four letters.
const FOOTER: usize = 8;

/// Bytes that lie elsewhere.
pub trait Source: Send + Sync {
    /// What errors call it. No credentials, and nothing about people.
    fn name(&self) -> String;

    /// How many bytes there are.
    ///
    /// # Errors
    /// When it cannot be found out.
    fn length(&self) -> io::Result<u64>;

    /// The bytes of a range, all of them.
    ///
    /// # Errors
    /// When they are not there or cannot be had.
    fn read(&self, range: Range<u64>) -> io::Result<Bytes>;
}

/// A file in a folder that machines share, or in an object store.
impl Source for Object {
    fn name(&self) -> String {
        self.to_string()
    }

    fn length(&self) -> io::Result<u64> {
        Self::length(self).map_err(io::Error::other)
    }

    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        Self::read(self, range).map_err(io::Error::other)
    }
}

/// A release that lies elsewhere, and its copy.
pub(crate) struct Remote {
    source: Arc<dyn Source>,
    copy: TempPath,
    file: File,
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Remote({})", self.source.name())
    }
}

impl Remote {
    /// Makes the copy in a folder, with what describes the release in it and nothing else.
    pub(crate) fn open(source: Arc<dyn Source>, folder: &Path) -> Result<Self, EngineError> {
        let here = |e: io::Error| EngineError::file(folder, e);
        let copy = tempfile::Builder::new().prefix(".read-").tempfile_in(folder).map_err(here)?.into_temp_path();
        let file = OpenOptions::new().write(true).open(&copy).map_err(here)?;
        let new = Self { source, copy, file };
        let length = new.source.length().map_err(|e| new.away(e))?;
        new.file.set_len(length).map_err(here)?;
        let begins = new.described(length)?;
        new.bring(0..4.min(length))?;
        new.bring(begins..length)?;
        Ok(new)
    }

    /// Where the copy lies.
    pub(crate) fn path(&self) -> &Path {
        &self.copy
    }

    /// Fetches bytes into the copy.
    pub(crate) fn bring(&self, range: Range<u64>) -> Result<(), EngineError> {
        let bytes = self.fetch(range.clone())?;
        self.file.write_all_at(&bytes, range.start).map_err(|e| EngineError::file(&self.copy, e))
    }

    fn fetch(&self, range: Range<u64>) -> Result<Bytes, EngineError> {
        let bytes = self.source.read(range.clone()).map_err(|e| self.away(e))?;
        let whole = bytes.len() as u64 == range.end.saturating_sub(range.start);
        if whole { Ok(bytes) } else { Err(self.away(io::ErrorKind::UnexpectedEof.into())) }
    }

    /// The first byte behind the column chunks: from there on the release is described.
    fn described(&self, length: u64) -> Result<u64, EngineError> {
        let wrong = |what: &str| EngineError::NotARelease { path: self.name(), what: what.to_owned() };
        let mut end = self.fetch(length.saturating_sub(END)..length)?;
        let (_, footer) = end.split_last_chunk::<FOOTER>().ok_or_else(|| wrong("it is too short"))?;
        let [a, b, c, d, letters @ ..] = *footer;
        if letters != *b"PAR1" {
            return Err(wrong("it does not end as Parquet does"));
        }
        let described = u32::from_le_bytes([a, b, c, d]) as usize + FOOTER;
        if described > end.len() {
            let from = length.checked_sub(described as u64).ok_or_else(|| wrong("it is too short"))?;
            end = self.fetch(from..length)?;
        }
        let metadata = ParquetMetaDataReader::decode_metadata(&end[end.len() - described..end.len() - FOOTER])?;
        // One from before releases listed their parts could be compared only whole.
        let parts = Parts::of(&metadata).map_err(wrong)?.ok_or_else(|| wrong("it does not list its parts"))?;
        if parts.ends() <= length { Ok(parts.ends()) } else { Err(wrong("it is too short")) }
    }

    fn name(&self) -> PathBuf {
        self.source.name().into()
    }

    fn away(&self, error: io::Error) -> EngineError {
        EngineError::file(&self.name(), error)
    }
}
