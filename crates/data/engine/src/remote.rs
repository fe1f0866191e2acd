//! Releases that lie elsewhere, such as in an object store: what is read of them is fetched first, once, and
//! nothing else is.
//!
//! A release that is opened so has a copy on this machine: a file as long as the release, with nothing in it
//! (sparse). What describes the release is fetched when it is opened, and each column chunk before it is read
//! for the first time, those that a scan needs of a row group in one call; then it is compared with its digest
//! as every release's are. So row groups and columns that nobody asks for are neither fetched nor on the disk,
//! and everything else reads the copy as it reads a release that lies here. The copy goes with the last who
//! reads the release.

use std::{
    collections::BTreeSet,
    fmt,
    fs::{File, OpenOptions},
    io,
    ops::Range,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
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

    /// The bytes of each range, all of them, in the ranges' order. They come in the order of the file; what lies
    /// near each other is best had at once.
    ///
    /// # Errors
    /// When they are not there or cannot be had.
    fn read(&self, ranges: &[Range<u64>]) -> io::Result<Vec<Bytes>>;
}

/// A file in a folder that machines share, or in an object store.
impl Source for Object {
    fn name(&self) -> String {
        self.to_string()
    }

    fn length(&self) -> io::Result<u64> {
        Self::length(self).map_err(io::Error::other)
    }

    fn read(&self, ranges: &[Range<u64>]) -> io::Result<Vec<Bytes>> {
        self.ranges(ranges).map_err(io::Error::other)
    }
}

/// A release that lies elsewhere, and its copy.
pub(crate) struct Remote {
    source: Arc<dyn Source>,
    copy: TempPath,
    file: File,
    /// The first bytes of the column chunks that are in the copy. Nothing is written over them: another reader
    /// may have compared them meanwhile.
    here: Mutex<BTreeSet<u64>>,
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
        let new = Self { source, copy, file, here: Mutex::default() };
        let length = new.source.length().map_err(|e| new.away(e))?;
        new.file.set_len(length).map_err(here)?;
        new.describe(length)?;
        Ok(new)
    }

    /// Where the copy lies.
    pub(crate) fn path(&self) -> &Path {
        &self.copy
    }

    /// Fetches column chunks into the copy in one call, those that are not in it.
    pub(crate) fn bring(&self, mut chunks: Vec<Range<u64>>) -> Result<(), EngineError> {
        let here = || self.here.lock().unwrap_or_else(PoisonError::into_inner);
        chunks.sort_unstable_by_key(|chunk| chunk.start);
        chunks.dedup();
        chunks.retain({
            let here = here();
            move |chunk| !here.contains(&chunk.start)
        });
        if chunks.is_empty() {
            return Ok(());
        }
        let fetched = self.fetch(&chunks)?;
        let mut here = here();
        for (chunk, bytes) in chunks.iter().zip(fetched) {
            if !here.contains(&chunk.start) {
                self.keep(chunk.start, &bytes)?;
                here.insert(chunk.start);
            }
        }
        Ok(())
    }

    /// Forgets a column chunk that is not what was registered: it may be put right, and is fetched anew then.
    pub(crate) fn forget(&self, begins: u64) {
        self.here.lock().unwrap_or_else(PoisonError::into_inner).remove(&begins);
    }

    fn keep(&self, at: u64, bytes: &[u8]) -> Result<(), EngineError> {
        self.file.write_all_at(bytes, at).map_err(|e| EngineError::file(&self.copy, e))
    }

    fn fetch(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>, EngineError> {
        let read = self.source.read(ranges).map_err(|e| self.away(e))?;
        let is_whole = |(range, bytes): (&Range<u64>, &Bytes)| bytes.len() as u64 == range.end - range.start;
        let whole = read.len() == ranges.len() && ranges.iter().zip(&read).all(is_whole);
        if whole { Ok(read) } else { Err(self.away(io::ErrorKind::UnexpectedEof.into())) }
    }

    /// Fetches what describes the release: how it begins, and everything behind the column chunks. Most releases
    /// are described by what is asked for first.
    fn describe(&self, length: u64) -> Result<(), EngineError> {
        let wrong = |what: &str| EngineError::NotARelease { path: self.name(), what: what.to_owned() };
        let mut from = length.saturating_sub(END);
        let fetched = self.fetch(&[0..4.min(length), from..length])?;
        let [head, end] = fetched.as_slice() else { return Err(wrong("it is too short")) };
        self.keep(0, head)?;
        let mut end = end.to_vec();
        let (_, footer) = end.split_last_chunk::<FOOTER>().ok_or_else(|| wrong("it is too short"))?;
        let [a, b, c, d, letters @ ..] = *footer;
        if letters != *b"PAR1" {
            return Err(wrong("it does not end as Parquet does"));
        }
        let described = u64::from(u32::from_le_bytes([a, b, c, d])) + FOOTER as u64;
        let begins = length.checked_sub(described).ok_or_else(|| wrong("it is too short"))?;
        self.reach(begins, &mut from, &mut end)?;
        let description = (begins - from) as usize..end.len() - FOOTER;
        let metadata = ParquetMetaDataReader::decode_metadata(&end[description])?;
        // One from before releases listed their parts could be compared only whole.
        let parts = Parts::of(&metadata).map_err(wrong)?.ok_or_else(|| wrong("it does not list its parts"))?;
        if parts.ends() > length {
            return Err(wrong("it is too short"));
        }
        self.reach(parts.ends(), &mut from, &mut end)?;
        self.keep(parts.ends(), &end[(parts.ends() - from) as usize..])
    }

    /// Fetches what lies before the end that is known, from there on.
    fn reach(&self, begins: u64, from: &mut u64, end: &mut Vec<u8>) -> Result<(), EngineError> {
        if begins < *from {
            let before = self.fetch(std::slice::from_ref(&(begins..*from)))?;
            *end = [&before.concat()[..], &end[..]].concat();
            *from = begins;
        }
        Ok(())
    }

    fn name(&self) -> PathBuf {
        self.source.name().into()
    }

    fn away(&self, error: io::Error) -> EngineError {
        EngineError::file(&self.name(), error)
    }
}
