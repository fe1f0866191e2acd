//! A release: one immutable Parquet file, sorted by person, that describes itself.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use datafusion::{
    arrow::{
        array::{AsArray, RecordBatch},
        datatypes::{Date32Type, TimestampMicrosecondType, UInt32Type},
    },
    parquet::{
        arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions},
        file::metadata::{PageIndexPolicy, ParquetMetaDataReader},
    },
};
use jiff::civil::Date;
use roaring::RoaringBitmap;
use varde_core::{Digest, Period, ReleaseId};

use super::{
    EngineError, Schema,
    output::{Output, Sealed, digest_file},
    pages::Piece,
    parts::{self, Parts},
    remote::{Remote, Source},
    sort::Sorter,
};

const NOTE_SCHEMA: &str = "varde.schema";
const NOTE_RELEASE: &str = "varde.release";

/// What was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The file.
    pub file: Sealed,
    /// Everybody who has a row in it.
    pub people: RoaringBitmap,
    /// First and last day of the rows' event date, where there is one.
    pub period: Option<Period>,
}

/// Writes a release from rows that are already sorted by person, holding only one chunk of them.
pub struct Writer {
    output: Output,
    schema: Schema,
    people: RoaringBitmap,
    last: u32,
    days: Option<(i32, i32)>,
}

impl Writer {
    /// Begins the file at `place`. Batches must have the columns of [`Schema::arrow`].
    pub fn create(place: &Path, schema: &Schema, release: ReleaseId) -> Result<Self, EngineError> {
        schema.check()?;
        let described = serde_json::to_string(schema).unwrap_or_default();
        let notes = [(NOTE_SCHEMA, described), (NOTE_RELEASE, release.to_string())];
        let output = Output::release(place, schema.arrow(), &notes)?;
        Ok(Self { output, schema: schema.clone(), people: RoaringBitmap::new(), last: 0, days: None })
    }

    /// Adds rows; their persons must not come before those already added.
    pub fn push(&mut self, batch: RecordBatch) -> Result<(), EngineError> {
        // Take the batch under our own schema: refuses other columns and forgets foreign metadata.
        let batch = RecordBatch::try_new(self.schema.arrow(), batch.columns().to_vec())?;
        for person in batch.column(0).as_primitive::<UInt32Type>().values() {
            if *person < self.last {
                return Err(EngineError::Unsorted { before: self.last, after: *person });
            }
            if *person > self.last || self.people.is_empty() {
                self.people.insert(*person);
                self.last = *person;
            }
        }
        self.note_days(&batch);
        self.output.push(batch)
    }

    /// Forces the file to disk and moves it to its place.
    pub fn finish(self) -> Result<Written, EngineError> {
        let period = self.days.and_then(|(first, last)| Period::new(day(first)?, day(last)?));
        Ok(Written { file: self.output.finish()?, people: self.people, period })
    }

    fn note_days(&mut self, batch: &RecordBatch) {
        let Some(name) = &self.schema.event_date else { return };
        let Some(column) = batch.column_by_name(name) else { return };
        for found in days(column) {
            let Some(found) = found else { continue };
            let (first, last) = self.days.unwrap_or((found, found));
            self.days = Some((first.min(found), last.max(found)));
        }
    }
}

/// Writes a release from rows in any order, sorting them with about `budget` bytes of memory.
pub struct SortingWriter {
    sorter: Sorter,
    writer: Writer,
}

impl SortingWriter {
    /// Begins the file at `place`.
    pub fn create(place: &Path, schema: &Schema, release: ReleaseId, budget: usize) -> Result<Self, EngineError> {
        let folder = place.parent().unwrap_or(Path::new("."));
        let sorter = Sorter::new(schema.arrow(), budget, folder)?;
        Ok(Self { sorter, writer: Writer::create(place, schema, release)? })
    }

    /// Adds rows.
    pub fn push(&mut self, batch: RecordBatch) -> Result<(), EngineError> {
        let batch = RecordBatch::try_new(self.writer.schema.arrow(), batch.columns().to_vec())?;
        self.sorter.push(batch)
    }

    /// Sorts, writes, forces to disk and moves the file to its place.
    pub fn finish(mut self) -> Result<Written, EngineError> {
        self.sorter.finish(|batch| self.writer.push(batch))?;
        self.writer.finish()
    }
}

/// A release that can be read, but only through [`super::Scan`].
#[derive(Debug, Clone)]
pub struct Release {
    path: PathBuf,
    id: ReleaseId,
    schema: Arc<Schema>,
    metadata: ArrowReaderMetadata,
    /// To be compared before they are read, when the release was opened with its digest.
    parts: Option<Arc<Parts>>,
    /// Where its bytes come from, when it lies elsewhere.
    remote: Option<Arc<Remote>>,
}

impl Release {
    /// Opens the file and reads its description.
    pub fn open(path: &Path) -> Result<Self, EngineError> {
        let file = File::open(path).map_err(|e| EngineError::file(path, e))?;
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required);
        Self::described(path, ArrowReaderMetadata::load(&file, options)?)
    }

    /// Opens the file, and sees to it that nothing is read but what was registered. Of a release that lists
    /// its parts the footer is compared now, and each column chunk before it is read for the first time:
    /// [`EngineError::Altered`] comes then. Of an older one every byte is compared now.
    pub fn open_verified(path: &Path, expected: Digest) -> Result<Self, EngineError> {
        let (found, release) = match Footer::of(path)? {
            Some(footer) => (footer.digest, footer.open(path)?),
            None => {
                let release = Self::open(path)?;
                (digest_file(path)?, release)
            }
        };
        if found == expected {
            Ok(release)
        } else {
            Err(EngineError::Altered { dataset: release.schema.dataset.clone(), expected, found })
        }
    }

    /// Opens a release that lies elsewhere: what is read of it is fetched into a copy in `folder`, which goes
    /// with the last clone of this.
    ///
    /// # Errors
    /// When it cannot be fetched, is not what was registered, or does not list its parts.
    pub fn open_elsewhere(source: Arc<dyn Source>, expected: Digest, folder: &Path) -> Result<Self, EngineError> {
        let remote = Remote::open(source, folder)?;
        let release = Self::open_verified(remote.path(), expected)?;
        Ok(Self { remote: Some(Arc::new(remote)), ..release })
    }

    fn described(path: &Path, metadata: ArrowReaderMetadata) -> Result<Self, EngineError> {
        let wrong = |what: &str| EngineError::NotARelease { path: path.to_owned(), what: what.to_owned() };
        let notes = metadata.metadata().file_metadata().key_value_metadata();
        let note = |key: &str| notes.and_then(|all| all.iter().find(|n| n.key == key)).and_then(|n| n.value.clone());
        let described = note(NOTE_SCHEMA).ok_or_else(|| wrong("it does not describe its columns"))?;
        let schema: Schema = serde_json::from_str(&described).map_err(|e| wrong(&e.to_string()))?;
        schema.check()?;
        if metadata.schema().fields() != schema.arrow().fields() {
            return Err(wrong("its columns are not those it describes"));
        }
        let id = note(NOTE_RELEASE).and_then(|id| id.parse().ok()).ok_or_else(|| wrong("it has no release id"))?;
        Ok(Self { path: path.to_owned(), id, schema: Arc::new(schema), metadata, parts: None, remote: None })
    }

    /// Its id.
    pub fn id(&self) -> ReleaseId {
        self.id
    }

    /// Its columns.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Its rows.
    pub fn rows(&self) -> u64 {
        u64::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    pub(crate) fn metadata(&self) -> &ArrowReaderMetadata {
        &self.metadata
    }

    pub(crate) fn file(&self) -> Result<File, EngineError> {
        File::open(&self.path).map_err(|e| EngineError::file(&self.path, e))
    }

    /// Whether a column of a row group may be read as it lies in the file.
    pub(crate) fn is_compared(&self, group: usize, column: usize) -> bool {
        self.parts.as_ref().is_none_or(|parts| parts.is_compared(group, column))
    }

    /// Fetches columns of a row group of a release that lies elsewhere, in one call, before they are compared for
    /// the first time.
    pub(crate) fn bring(&self, group: usize, columns: impl Iterator<Item = usize>) -> Result<(), EngineError> {
        let Some(remote) = &self.remote else { return Ok(()) };
        let chunks = columns.filter(|column| !self.is_compared(group, *column)).filter_map(|column| {
            let (begins, length) = self.place(group, column)?;
            Some(begins..begins.checked_add(length)?)
        });
        remote.bring(chunks.collect())
    }

    fn place(&self, group: usize, column: usize) -> Option<(u64, u64)> {
        parts::place(self.metadata.metadata().row_group(group).column(column))
    }

    /// Compares the bytes of a column chunk, unless that was done.
    pub(crate) fn compare(&self, group: usize, column: usize, bytes: &[u8]) -> Result<(), EngineError> {
        let Some(parts) = self.parts.as_ref().filter(|parts| !parts.is_compared(group, column)) else { return Ok(()) };
        parts.compare(group, column, bytes).map_err(|(expected, found)| {
            if let Some((remote, (begins, _))) = self.remote.as_ref().zip(self.place(group, column)) {
                remote.forget(begins);
            }
            EngineError::Altered { dataset: self.schema.dataset.clone(), expected, found }
        })
    }

    /// The same of columns that somebody else reads from the file: whoever does must call this first.
    pub(crate) fn compare_in(
        &self,
        file: &File,
        groups: &[usize],
        columns: impl Iterator<Item = usize> + Clone,
    ) -> Result<(), EngineError> {
        for group in groups {
            self.bring(*group, columns.clone())?;
            for column in columns.clone().filter(|column| !self.is_compared(*group, *column)) {
                let chunk = self.metadata.metadata().row_group(*group).column(column);
                let bytes = parts::chunk(file, chunk).map_err(|e| EngineError::file(&self.path, e))?;
                self.compare(*group, column, &bytes)?;
            }
        }
        Ok(())
    }
}

/// The digest by which the file is registered as a release, after every byte has been compared with the list of
/// parts; of a release without such a list, that of the whole file.
///
/// # Errors
/// When the file is no release, or one of its parts is not what the list says.
pub fn digest(path: &Path) -> Result<Digest, EngineError> {
    let Some(footer) = Footer::of(path)? else { return digest_file(path) };
    let (digest, release) = (footer.digest, footer.open(path)?);
    let metadata = release.metadata.metadata();
    let groups: Vec<usize> = (0..metadata.num_row_groups()).collect();
    release.compare_in(&release.file()?, &groups, 0..metadata.file_metadata().schema_descr().num_columns())?;
    Ok(digest)
}

/// The footer of a release that lists its parts.
struct Footer {
    parts: Parts,
    digest: Digest,
    tail: Vec<u8>,
}

impl Footer {
    fn of(path: &Path) -> Result<Option<Self>, EngineError> {
        let file = File::open(path).map_err(|e| EngineError::file(path, e))?;
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&file)?;
        let wrong = |what: &str| EngineError::NotARelease { path: path.to_owned(), what: what.to_owned() };
        let Some(parts) = Parts::of(&metadata).map_err(wrong)? else { return Ok(None) };
        let (digest, tail) = parts.tail(&file).map_err(|e| EngineError::file(path, e))?;
        Ok(Some(Self { parts, digest, tail }))
    }

    /// The release as these bytes describe it, and no others: the file may have changed since they were read.
    fn open(self, path: &Path) -> Result<Release, EngineError> {
        let tail = Piece { begins: self.parts.ends(), bytes: self.tail.into() };
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required);
        let metadata = ArrowReaderMetadata::load(&tail, options)?;
        let wrong = |what: &str| EngineError::NotARelease { path: path.to_owned(), what: what.to_owned() };
        let parts = Parts::of(metadata.metadata()).map_err(wrong)?.filter(|parts| parts.ends() == self.parts.ends());
        let parts = parts.ok_or_else(|| wrong("it changed while it was opened"))?;
        Ok(Release { parts: Some(Arc::new(parts)), ..Release::described(path, metadata)? })
    }
}

/// The day of each row of a column of dates or moments, in days since 1970-01-01.
pub fn days(column: &dyn datafusion::arrow::array::Array) -> impl Iterator<Item = Option<i32>> {
    const MICROSECONDS: i64 = 86_400_000_000;
    let dates = column.as_primitive_opt::<Date32Type>();
    let moments = column.as_primitive_opt::<TimestampMicrosecondType>();
    (0..column.len()).map(move |row| {
        if column.is_null(row) {
            return None;
        }
        match (dates, moments) {
            (Some(dates), _) => Some(dates.value(row)),
            (_, Some(moments)) => i32::try_from(moments.value(row).div_euclid(MICROSECONDS)).ok(),
            _ => None,
        }
    })
}

/// The civil date of a number of days since 1970-01-01; `None` outside the years −9999 to 9999.
pub fn day(days: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// The number of days since 1970-01-01.
pub fn day_number(date: Date) -> i32 {
    // Both dates are civil, so the difference is whole days and fits: years have four digits.
    date.since((jiff::Unit::Day, Date::constant(1970, 1, 1))).map_or(0, |span| span.get_days())
}
