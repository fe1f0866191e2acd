//! What a researcher receives: the data in the formats that were chosen, and what they say of
//! themselves.
//!
//! The Parquet file is made first (`extract`), in the order in which rows leave; every other format is
//! made from it, row for row, so that no format can hold something else. [`Table`] says what the columns
//! are, and files, [`codebook`] and labels are told from it.

pub mod codebook;
mod package;
mod read_me;
mod separated;
mod stata;
mod table;

use std::{fs::File, io, path::Path};

use datafusion::{
    arrow::{array::RecordBatch, datatypes::SchemaRef, ipc::writer::FileWriter},
    parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
};
use varde_core::Language;
use varde_permit::{DeliveredFile, Format, Handover};

use crate::{
    EngineError,
    output::{Hashing, Sealed},
};

pub(crate) use package::{RO_CRATE, ro_crate};
pub(crate) use read_me::{About, READ_ME, invented_read_me, read_me};
pub use table::{Table, Told};

/// Rows in a part of an Arrow file and read at a time: part of what makes the bytes the same.
const BATCH: usize = 65_536;

/// Rows, a batch at a time.
type Batches = Box<dyn Iterator<Item = Result<RecordBatch, EngineError>>>;
/// Gives the rows from the beginning, as often as it is called.
type Again<'a> = &'a dyn Fn() -> Result<Batches, EngineError>;

/// The data file of a table in every other format that was chosen, made from its Parquet file in `draft`.
///
/// # Errors
/// When a file cannot be read or written.
pub(crate) fn in_other_formats(
    parquet: &DeliveredFile,
    table: &Table,
    handover: &Handover,
    draft: &Path,
) -> Result<Vec<DeliveredFile>, EngineError> {
    let source = draft.join(&parquet.name);
    let make = |format| {
        let name = table.file(format);
        let sealed = convert(&source, table, format, handover.language, &draft.join(&name))?;
        Ok(DeliveredFile { name, digest: sealed.digest, bytes: sealed.bytes, ..parquet.clone() })
    };
    handover.formats().filter(|format| *format != Format::Parquet).map(make).collect()
}

/// Makes the file of another format from the Parquet file.
fn convert(
    source: &Path,
    table: &Table,
    format: Format,
    language: Language,
    place: &Path,
) -> Result<Sealed, EngineError> {
    let schema = table.arrow(language);
    let again = || rows_of(source, schema.clone());
    let failed = |e| EngineError::file(place, e);
    let mut out = Hashing::create(place)?;
    match format {
        Format::Parquet => {
            let mut file = File::open(source).map_err(|e| EngineError::file(source, e))?;
            io::copy(&mut file, &mut out).map_err(failed)?;
        }
        Format::Csv => {
            separated::heading(&mut out, table.columns.iter().map(|c| c.name.as_str())).map_err(failed)?;
            for batch in again()? {
                separated::rows(&mut out, &batch?).map_err(failed)?;
            }
        }
        Format::Arrow => {
            let mut writer = FileWriter::try_new(&mut out, &schema)?;
            for batch in again()? {
                writer.write(&batch?)?;
            }
            writer.finish()?;
        }
        Format::Stata => stata::write(&mut out, table, language, &again)?,
    }
    let rows = builder(source)?.metadata().file_metadata().num_rows();
    out.settle(place, u64::try_from(rows).unwrap_or(0))
}

/// Reads a Parquet file by its own types, without what Arrow has noted in it.
pub(crate) fn builder(source: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, EngineError> {
    let file = File::open(source).map_err(|e| EngineError::file(source, e))?;
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    Ok(ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)?)
}

/// The rows of a Parquet file under the table's own schema.
fn rows_of(source: &Path, schema: SchemaRef) -> Result<Batches, EngineError> {
    let reader = builder(source)?.with_batch_size(BATCH).build()?;
    Ok(Box::new(reader.map(move |batch| Ok(RecordBatch::try_new(schema.clone(), batch?.columns().to_vec())?))))
}
