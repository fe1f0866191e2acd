//! Parquet files whose bytes depend on the rows alone: fixed chunks, fixed properties, no time and
//! no name of a machine in them; written beside their place, digested on the way, moved when whole.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use datafusion::{
    arrow::{array::RecordBatch, compute::concat_batches, datatypes::SchemaRef},
    parquet::{
        arrow::{ArrowWriter, arrow_writer::ArrowWriterOptions},
        basic::{Compression, Encoding, ZstdLevel},
        file::{
            metadata::KeyValue,
            properties::{EnabledStatistics, WriterProperties},
        },
        schema::types::ColumnPath,
    },
};
use sha2::{Digest as _, Sha256};
use varde_core::Digest;

use super::{EngineError, schema::PERSON};

/// Rows handed to the Parquet writer at a time. Page boundaries follow from it, so it is part of
/// what makes the bytes the same.
const CHUNK: usize = 65_536;
/// Rows in a row group: large enough to compress, small enough that a bitmap can skip some.
const ROW_GROUP: usize = 1 << 20;

/// A finished file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its rows.
    pub rows: u64,
}

/// A Parquet file being written.
pub(crate) struct Output {
    writer: ArrowWriter<Hashing>,
    schema: SchemaRef,
    pending: Vec<RecordBatch>,
    pending_rows: usize,
    rows: u64,
    place: PathBuf,
}

impl Output {
    /// Begins the file that will be at `place`; `notes` go into its metadata in this order.
    pub(crate) fn create(place: &Path, schema: SchemaRef, notes: &[(&str, String)]) -> Result<Self, EngineError> {
        let hashing = Hashing::create(place)?;
        let options = ArrowWriterOptions::new().with_properties(properties(notes)?).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(hashing, schema.clone(), options)?;
        Ok(Self { writer, schema, pending: Vec::new(), pending_rows: 0, rows: 0, place: place.to_owned() })
    }

    /// Adds rows.
    pub(crate) fn push(&mut self, batch: RecordBatch) -> Result<(), EngineError> {
        self.rows += batch.num_rows() as u64;
        self.pending_rows += batch.num_rows();
        self.pending.push(batch);
        if self.pending_rows < CHUNK {
            return Ok(());
        }
        let whole = self.gather()?;
        let mut from = 0;
        while whole.num_rows() - from >= CHUNK {
            self.writer.write(&whole.slice(from, CHUNK))?;
            from += CHUNK;
        }
        self.pending_rows = whole.num_rows() - from;
        // Nothing left is nothing to be put before what comes next.
        self.pending.extend((self.pending_rows > 0).then(|| whole.slice(from, self.pending_rows)));
        Ok(())
    }

    /// Writes what is left, forces it to disk and moves the file to its place.
    pub(crate) fn finish(mut self) -> Result<Sealed, EngineError> {
        if self.pending_rows > 0 {
            let last = self.gather()?;
            self.writer.write(&last)?;
        }
        self.writer.into_inner()?.settle(&self.place, self.rows)
    }

    fn gather(&mut self) -> Result<RecordBatch, EngineError> {
        let pending = std::mem::take(&mut self.pending);
        match <[RecordBatch; 1]>::try_from(pending) {
            Ok([one]) => Ok(one),
            Err(many) => {
                // Text may come by dictionaries: then the batches' columns are not those of the file.
                let schema = many.first().map_or_else(|| self.schema.clone(), RecordBatch::schema);
                Ok(concat_batches(&schema, &many)?)
            }
        }
    }
}

fn properties(notes: &[(&str, String)]) -> Result<WriterProperties, EngineError> {
    let notes = notes.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), value.clone())).collect();
    // The person's index is sorted: differences of zero and one pack to almost nothing, and decode
    // faster than a dictionary of every person.
    Ok(WriterProperties::builder()
        .set_created_by("varde".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_data_page_row_count_limit(20_000)
        .set_dictionary_page_size_limit(8 << 20)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_column_dictionary_enabled(ColumnPath::from(PERSON), false)
        .set_column_encoding(ColumnPath::from(PERSON), Encoding::DELTA_BINARY_PACKED)
        .set_key_value_metadata(Some(notes))
        .build())
}

fn partial(place: &Path) -> PathBuf {
    place.with_added_extension("partial")
}

/// Makes a rename durable.
pub(crate) fn sync_folder(place: &Path) -> io::Result<()> {
    match place.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Writes a whole small file durably: beside its place, then moved there.
pub(crate) fn write_file(place: &Path, bytes: &[u8]) -> Result<Sealed, EngineError> {
    let write = || -> io::Result<()> {
        let mut file = File::create(partial(place))?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(partial(place), place)?;
        sync_folder(place)
    };
    write().map_err(|e| EngineError::file(place, e))?;
    Ok(Sealed { digest: Digest::of(bytes), bytes: bytes.len() as u64, rows: 0 })
}

/// The digest of a file's bytes, read in pieces.
pub fn digest_file(path: &Path) -> Result<Digest, EngineError> {
    let mut hash = Hashing { file: io::sink(), hash: Sha256::new(), bytes: 0 };
    let mut file = File::open(path).map_err(|e| EngineError::file(path, e))?;
    io::copy(&mut file, &mut hash).map_err(|e| EngineError::file(path, e))?;
    Ok(Digest::from_bytes(hash.hash.finalize().into()))
}

/// A writer that digests what passes through.
pub(crate) struct Hashing<W = BufWriter<File>> {
    file: W,
    hash: Sha256,
    bytes: u64,
}

impl Hashing {
    /// Begins the file that will be at `place`, beside it.
    pub(crate) fn create(place: &Path) -> Result<Self, EngineError> {
        let file = File::create(partial(place)).map_err(|e| EngineError::file(place, e))?;
        Ok(Self { file: BufWriter::with_capacity(1 << 20, file), hash: Sha256::new(), bytes: 0 })
    }

    /// Forces the file to disk and moves it to its place.
    pub(crate) fn settle(mut self, place: &Path, rows: u64) -> Result<Sealed, EngineError> {
        let mut settle = || -> io::Result<()> {
            self.file.flush()?;
            self.file.get_ref().sync_all()?;
            fs::rename(partial(place), place)?;
            sync_folder(place)
        };
        settle().map_err(|e| EngineError::file(place, e))?;
        Ok(Sealed { digest: Digest::from_bytes(self.hash.finalize().into()), bytes: self.bytes, rows })
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let written = self.file.write(piece)?;
        self.hash.update(&piece[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
        // A relative path of one name lies in the folder where we are.
        Some(folder) if folder.as_os_str().is_empty() => File::open(".")?.sync_all(),
