//! Files of columns: Parquet and Arrow IPC. Values become the text that the same value has in a text
//! file: dates as `2024-03-09`, decimals with a point, no value as an empty cell.

use std::{fs::File, io::BufReader, path::Path, sync::Arc};

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, TimestampMicrosecondArray},
        compute::cast,
        datatypes::{DataType, Schema, TimeUnit, TimestampMicrosecondType},
        error::ArrowError,
        ipc::reader::{FileReader, StreamReader},
    },
    parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder,
};
use jiff::{Timestamp, tz::TimeZone};

use super::{Record, Table, unreadable};
use crate::import::Refused;

/// Rows read at a time.
const BATCH: usize = 8192;

type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

/// The rows of a file of columns.
pub(super) struct Columns {
    batches: Batches,
    headings: Vec<String>,
    current: Vec<StringArray>,
    at: usize,
    row: u64,
}

impl Columns {
    pub(super) fn parquet(path: &Path) -> Result<Self, Refused> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(open(path)?).map_err(|_| Refused::Damaged)?;
        let schema = builder.schema().clone();
        let batches = builder.with_batch_size(BATCH).build().map_err(|_| Refused::Damaged)?;
        Self::new(&schema, Box::new(batches))
    }

    pub(super) fn arrow_file(path: &Path) -> Result<Self, Refused> {
        let reader = FileReader::try_new(BufReader::new(open(path)?), None).map_err(|_| Refused::Damaged)?;
        let schema = reader.schema();
        Self::new(&schema, Box::new(reader))
    }

    pub(super) fn arrow_stream(path: &Path) -> Result<Self, Refused> {
        let reader = StreamReader::try_new(BufReader::new(open(path)?), None).map_err(|_| Refused::Damaged)?;
        let schema = reader.schema();
        Self::new(&schema, Box::new(reader))
    }

    fn new(schema: &Schema, batches: Batches) -> Result<Self, Refused> {
        let headings: Vec<String> = schema.fields().iter().map(|f| f.name().trim().to_owned()).collect();
        if headings.is_empty() {
            return Err(Refused::Empty);
        }
        let odd: Vec<String> =
            schema.fields().iter().filter(|f| !is_plain(f.data_type())).map(|f| f.name().clone()).collect();
        if odd.is_empty() {
            Ok(Self { batches, headings, current: Vec::new(), at: 0, row: 0 })
        } else {
            Err(Refused::Nested { columns: odd })
        }
    }

    /// The next batch that has rows, as text.
    fn advance(&mut self) -> Result<bool, Refused> {
        while self.current.first().is_none_or(|column| self.at >= column.len()) {
            let Some(batch) = self.batches.next() else { return Ok(false) };
            let damaged = || Refused::DamagedAfter { row: self.row };
            let batch = batch.map_err(|_| damaged())?;
            let columns: Option<Vec<StringArray>> = batch.columns().iter().map(texts).collect();
            self.current = columns.ok_or_else(damaged)?;
            self.at = 0;
        }
        Ok(true)
    }
}

impl Table for Columns {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, Refused> {
        if !self.advance()? {
            return Ok(false);
        }
        self.row += 1;
        record.line = self.row;
        record.cells.clear();
        for column in &self.current {
            record.cells.push_field(if column.is_null(self.at) { "" } else { column.value(self.at) });
        }
        self.at += 1;
        Ok(true)
    }
}

fn open(path: &Path) -> Result<File, Refused> {
    File::open(path).map_err(|e| unreadable(&e))
}

/// Whether a value of the type is one text.
fn is_plain(kind: &DataType) -> bool {
    use DataType as T;
    match kind {
        T::Dictionary(_, values) => is_plain(values),
        T::Null | T::Boolean | T::Utf8 | T::LargeUtf8 | T::Utf8View | T::Date32 | T::Date64 | T::Timestamp(..) => true,
        T::Decimal32(..) | T::Decimal64(..) | T::Decimal128(..) | T::Decimal256(..) => true,
        other => other.is_integer() || other.is_floating(),
    }
}

/// The values as text. A moment with a zone is an instant; the catalogue's moments are civil, so it
/// becomes the civil time in Norway.
fn texts(column: &ArrayRef) -> Option<StringArray> {
    let plain = match column.data_type() {
        DataType::Date64 => cast(column, &DataType::Date32).ok()?,
        DataType::Timestamp(_, Some(_)) => Arc::new(in_norway(column)?),
        _ => Arc::clone(column),
    };
    Some(cast(&plain, &DataType::Utf8).ok()?.as_string::<i32>().clone())
}

fn in_norway(column: &ArrayRef) -> Option<TimestampMicrosecondArray> {
    let instants = cast(column, &DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into()))).ok()?;
    let civil = |instant: i64| {
        let there = Timestamp::from_microsecond(instant).ok()?.to_zoned(varde_core::clock::norway());
        Some(there.datetime().to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond())
    };
    Some(instants.as_primitive::<TimestampMicrosecondType>().iter().map(|instant| instant.and_then(civil)).collect())
}
