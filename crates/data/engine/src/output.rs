//! Parquet files whose bytes depend on the rows alone: fixed chunks, fixed properties, no time and
//! no name of a machine in them; written beside their place, digested on the way, moved when whole.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use datafusion::{
    arrow::{
        array::{AsArray as _, RecordBatch},
        compute::concat_batches,
        datatypes::{FieldRef, Int64Type, SchemaRef},
    },
    parquet::{
        arrow::{ArrowWriter, arrow_writer::ArrowWriterOptions},
        basic::{Compression, Encoding, ZstdLevel},
        errors::ParquetError,
        file::{
            metadata::KeyValue,
            properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder},
        },
        schema::types::ColumnPath,
    },
};
use sha2::{Digest as _, Sha256};
use varde_core::Digest;

use super::{
    EngineError,
    parts::{self, Cuts},
    schema::PERSON,
};

/// Rows handed to the Parquet writer at a time. Page boundaries follow from it, so it is part of
/// what makes the bytes the same.
const CHUNK: usize = 65_536;
/// Rows in a row group: large enough to compress, small enough that a bitmap can skip some.
const ROW_GROUP: usize = 1 << 20;

/// A finished file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// SHA-256 of its bytes; of a release, the digest by its parts ([`crate::release::digest`]).
    pub digest: Digest,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its rows.
    pub rows: u64,
}

/// A Parquet file being written.
pub(crate) struct Output {
    state: State,
    schema: SchemaRef,
    notes: Vec<KeyValue>,
    pending: Vec<RecordBatch>,
    pending_rows: usize,
    rows: u64,
    place: PathBuf,
}

/// How columns are kept follows from the first rows.
enum State {
    Waiting(Hashing),
    Writing(Box<ArrowWriter<Hashing>>),
    /// Something failed on the way between the two.
    Broken,
}

impl Output {
    /// Begins the file that will be at `place`, digested as a whole; `notes` go into its metadata in this order.
    pub(crate) fn create(place: &Path, schema: SchemaRef, notes: &[(&str, String)]) -> Result<Self, EngineError> {
        Self::begin(place, schema, notes, Account::Whole(Sha256::new()))
    }

    /// Begins a release, digested by parts. Numbers that hardly ever come twice are kept by differences.
    pub(crate) fn release(place: &Path, schema: SchemaRef, notes: &[(&str, String)]) -> Result<Self, EngineError> {
        Self::begin(place, schema, notes, Account::Parts(Cuts::default()))
    }

    fn begin(place: &Path, schema: SchemaRef, notes: &[(&str, String)], account: Account) -> Result<Self, EngineError> {
        let state = State::Waiting(Hashing::with(place, account)?);
        let notes = notes.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), value.clone())).collect();
        Ok(Self { state, schema, notes, pending: Vec::new(), pending_rows: 0, rows: 0, place: place.to_owned() })
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
            self.write(&whole.slice(from, CHUNK))?;
            from += CHUNK;
        }
        self.pending_rows = whole.num_rows() - from;
        // Nothing left is nothing to be put before what comes next.
        self.pending.extend((self.pending_rows > 0).then(|| whole.slice(from, self.pending_rows)));
        Ok(())
    }

    /// Writes what is left, forces it to disk and moves the file to its place.
    pub(crate) fn finish(mut self) -> Result<Sealed, EngineError> {
        let last = self.gather()?;
        self.write(&last)?;
        let mut writer = self.take_writer(&last)?;
        writer.flush()?;
        cut(&mut writer)?;
        if let Account::Parts(cuts) = &writer.inner().account {
            let list = cuts.list();
            writer.append_key_value_metadata(KeyValue::new(parts::NOTE.to_owned(), list));
        }
        writer.into_inner()?.settle(&self.place, self.rows)
    }

    fn write(&mut self, rows: &RecordBatch) -> Result<(), EngineError> {
        let mut writer = self.take_writer(rows)?;
        writer.write(rows)?;
        cut(&mut writer)?;
        self.state = State::Writing(writer);
        Ok(())
    }

    /// The writer, begun when these are the first rows.
    fn take_writer(&mut self, first: &RecordBatch) -> Result<Box<ArrowWriter<Hashing>>, EngineError> {
        match std::mem::replace(&mut self.state, State::Broken) {
            State::Writing(writer) => Ok(writer),
            State::Waiting(hashing) => {
                let notes = std::mem::take(&mut self.notes);
                let properties = match hashing.account {
                    Account::Parts(_) => release_properties(notes, &hardly_twice(first)),
                    Account::Whole(_) => delivery_properties(notes, self.schema.fields().first()),
                };
                let properties = properties?.build();
                let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
                Ok(Box::new(ArrowWriter::try_new_with_options(hashing, self.schema.clone(), options)?))
            }
            State::Broken => Err(ParquetError::General("writing went on after it had failed".to_owned()).into()),
        }
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

/// Digests the column chunks that have been written since the last time.
fn cut(writer: &mut ArrowWriter<Hashing>) -> Result<(), EngineError> {
    let Account::Parts(cuts) = &writer.inner().account else { return Ok(()) };
    let groups = writer.flushed_row_groups().iter().skip(cuts.groups());
    let chunks: Vec<Vec<_>> = groups.map(|group| group.columns().iter().filter_map(parts::place).collect()).collect();
    if chunks.is_empty() {
        return Ok(());
    }
    writer.sync().map_err(ParquetError::from)?;
    if let Account::Parts(cuts) = &mut writer.inner_mut().account {
        for group in chunks {
            cuts.cut(&group).ok_or_else(|| ParquetError::General("a column lies beside its place".to_owned()))?;
        }
    }
    Ok(())
}

/// The columns of whole numbers that hardly ever come twice, such as a register's own numbers of its rows: a
/// dictionary of them is larger than they are, and differences are small where they grow.
fn hardly_twice(first: &RecordBatch) -> Vec<String> {
    let schema = first.schema();
    let numbers = schema.fields().iter().zip(first.columns()).filter(|(_, column)| {
        let numbers = column.as_primitive_opt::<Int64Type>();
        numbers.is_some_and(|numbers| numbers.iter().flatten().collect::<HashSet<i64>>().len() * 2 > column.len())
    });
    numbers.map(|(field, _)| field.name().clone()).collect()
}

fn properties(notes: Vec<KeyValue>) -> Result<WriterPropertiesBuilder, EngineError> {
    Ok(WriterProperties::builder()
        .set_created_by("varde".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_dictionary_page_size_limit(8 << 20)
        .set_key_value_metadata(Some(notes)))
}

/// Small pages with what is in them, so that a scan passes over those that it does not want.
fn release_properties(notes: Vec<KeyValue>, by_differences: &[String]) -> Result<WriterPropertiesBuilder, EngineError> {
    let properties =
        properties(notes)?.set_data_page_row_count_limit(20_000).set_statistics_enabled(EnabledStatistics::Page);
    // The person's index is sorted: differences of zero and one pack to almost nothing, and decode
    // faster than a dictionary of every person.
    let columns = std::iter::once(PERSON).chain(by_differences.iter().map(String::as_str));
    Ok(columns.map(ColumnPath::from).fold(properties, |properties, column| {
        let properties = properties.set_column_dictionary_enabled(column.clone(), false);
        properties.set_column_encoding(column, Encoding::DELTA_BINARY_PACKED)
    }))
}

/// A delivery is read as a whole: large pages, and no list of what is in them. The smallest and largest of the
/// first column, which are pseudonyms, say nothing to anybody.
fn delivery_properties(notes: Vec<KeyValue>, first: Option<&FieldRef>) -> Result<WriterPropertiesBuilder, EngineError> {
    let properties = properties(notes)?
        .set_data_page_row_count_limit(CHUNK)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true);
    Ok(first.map(|field| ColumnPath::from(field.name().as_str())).into_iter().fold(properties, |properties, column| {
        properties.set_column_statistics_enabled(column, EnabledStatistics::None)
    }))
}

fn partial(place: &Path) -> PathBuf {
    place.with_added_extension("partial")
}

/// Makes a rename durable.
pub(crate) fn sync_folder(place: &Path) -> io::Result<()> {
    match place.parent() {
        // A relative path of one name lies in the folder where we are.
        Some(folder) if folder.as_os_str().is_empty() => File::open(".")?.sync_all(),
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

/// The digest of a file's bytes, read in pieces. That of a release is another: [`crate::release::digest`].
pub fn digest_file(path: &Path) -> Result<Digest, EngineError> {
    let mut hash = Hashing { file: io::sink(), account: Account::Whole(Sha256::new()), bytes: 0 };
    let mut file = File::open(path).map_err(|e| EngineError::file(path, e))?;
    io::copy(&mut file, &mut hash).map_err(|e| EngineError::file(path, e))?;
    Ok(hash.account.finish())
}

/// What a file is digested by.
enum Account {
    /// All its bytes.
    Whole(Sha256),
    /// A release's column chunks, and what lies behind them.
    Parts(Cuts),
}

impl Account {
    fn finish(self) -> Digest {
        match self {
            Self::Whole(hash) => Digest::from_bytes(hash.finalize().into()),
            Self::Parts(cuts) => cuts.finish(),
        }
    }
}

/// A writer that digests what passes through.
pub(crate) struct Hashing<W = BufWriter<File>> {
    file: W,
    account: Account,
    bytes: u64,
}

impl Hashing {
    /// Begins the file that will be at `place`, beside it.
    pub(crate) fn create(place: &Path) -> Result<Self, EngineError> {
        Self::with(place, Account::Whole(Sha256::new()))
    }

    fn with(place: &Path, account: Account) -> Result<Self, EngineError> {
        let file = File::create(partial(place)).map_err(|e| EngineError::file(place, e))?;
        Ok(Self { file: BufWriter::with_capacity(1 << 20, file), account, bytes: 0 })
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
        Ok(Sealed { digest: self.account.finish(), bytes: self.bytes, rows })
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let written = self.file.write(piece)?;
        match &mut self.account {
            Account::Whole(hash) => hash.update(&piece[..written]),
            Account::Parts(cuts) => cuts.take(&piece[..written]),
        }
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
