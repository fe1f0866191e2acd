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
        file::metadata::PageIndexPolicy,
    },
};
use jiff::civil::Date;
use roaring::RoaringBitmap;
use varde_core::{Digest, Period, ReleaseId};

use super::{
    EngineError, Schema,
    output::{Output, Sealed, digest_file},
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
        let output = Output::create(place, schema.arrow(), &notes)?;
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
}

impl Release {
    /// Opens the file and reads its description.
    pub fn open(path: &Path) -> Result<Self, EngineError> {
        let file = File::open(path).map_err(|e| EngineError::file(path, e))?;
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required);
        let metadata = ArrowReaderMetadata::load(&file, options)?;
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
        Ok(Self { path: path.to_owned(), id, schema: Arc::new(schema), metadata })
    }

    /// Opens the file after comparing every byte with the registered digest.
    pub fn open_verified(path: &Path, expected: Digest) -> Result<Self, EngineError> {
        let release = Self::open(path)?;
        let found = digest_file(path)?;
        if found == expected {
            Ok(release)
        } else {
            Err(EngineError::Altered { dataset: release.schema.dataset.clone(), expected, found })
        }
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
