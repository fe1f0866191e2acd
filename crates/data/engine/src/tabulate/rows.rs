//! Reading the rows of a part, codes as the numbers of a dictionary.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, RecordBatch},
        datatypes::{DataType, Field, Schema as ArrowSchema, UInt32Type},
    },
    parquet::{
        arrow::{
            ProjectionMask,
            arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
        },
        file::statistics::Statistics,
    },
};

use crate::{EngineError, ExclusionSet, Release, people::Bits, schema::PERSON};

/// Rows read at a time: some arrays of them fit into the processor's nearest memory.
const BATCH: usize = 16_384;

/// Some people of a release, all with all their rows: from the first index, up to but without the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) from: u64,
    pub(super) until: u64,
    groups: Vec<usize>,
}

/// A release, and who in it may not be read.
pub(super) struct Source<'a> {
    pub(super) release: &'a Release,
    excluded: Bits,
}

impl<'a> Source<'a> {
    pub(super) fn new(release: &'a Release, excluded: &ExclusionSet) -> Self {
        Self { release, excluded: Bits::of(excluded.people()) }
    }
}

/// Divides the people of a release at the beginnings of row groups.
pub(super) fn parts(source: &Source<'_>, most: usize) -> Vec<Part> {
    let metadata = source.release.metadata().metadata();
    let ranges: Vec<(u64, u64)> = metadata
        .row_groups()
        .iter()
        .map(|group| match group.column(0).statistics() {
            Some(Statistics::Int32(range)) => match (range.min_opt(), range.max_opt()) {
                // The index is unsigned; Parquet keeps its bits in a signed number.
                (Some(first), Some(last)) => (u64::from(*first as u32), u64::from(*last as u32)),
                _ => (0, u64::from(u32::MAX)),
            },
            _ => (0, u64::from(u32::MAX)),
        })
        .collect();
    let beginnings = (1..most).filter_map(|at| ranges.get(at * ranges.len() / most)).map(|range| range.0);
    let mut ends: Vec<u64> = beginnings.chain([u64::from(u32::MAX) + 1]).collect();
    ends.dedup();
    let mut from = 0;
    let mut parts = Vec::new();
    for until in ends {
        let inside = |(first, last): &(u64, u64)| *first < until && *last >= from;
        let groups: Vec<usize> = (0..ranges.len()).filter(|at| inside(&ranges[*at])).collect();
        if until > from && !groups.is_empty() {
            parts.push(Part { from, until, groups });
        }
        from = until;
    }
    parts
}

/// Some rows of a part, those of excluded people among them: [`Rows::admits`] tells.
pub(super) struct Rows<'a> {
    batch: RecordBatch,
    excluded: &'a Bits,
}

impl Rows<'_> {
    /// Whose the rows are.
    pub(super) fn persons(&self) -> &[u32] {
        self.batch.column(0).as_primitive::<UInt32Type>().values()
    }

    /// Whether a person's rows may be read.
    pub(super) fn admits(&self, person: u32) -> bool {
        !self.excluded.contains(person)
    }

    /// A column that was asked for.
    pub(super) fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.batch.column_by_name(name)
    }
}

/// Reads the rows of a part with some columns.
pub(super) fn read<'a>(
    source: &'a Source<'a>,
    columns: &[String],
    part: &Part,
) -> Result<impl Iterator<Item = Result<Rows<'a>, EngineError>> + use<'a>, EngineError> {
    let release = source.release;
    let metadata = release.metadata().metadata();
    let options = ArrowReaderOptions::new().with_schema(Arc::new(with_dictionaries(&release.schema().arrow())));
    let described = ArrowReaderMetadata::try_new(Arc::clone(metadata), options)?;
    let names = std::iter::once(PERSON).chain(columns.iter().map(String::as_str));
    let mask = ProjectionMask::columns(release.metadata().parquet_schema(), names);
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(release.file()?, described)
        .with_batch_size(BATCH)
        .with_projection(mask)
        .with_row_groups(part.groups.clone())
        .build()?;
    let (from, until) = (part.from, part.until);
    let excluded = &source.excluded;
    Ok(reader.map(move |batch| {
        let batch = batch?;
        let persons = batch.column(0).as_primitive::<UInt32Type>().values();
        let first = persons.partition_point(|person| u64::from(*person) < from);
        let end = persons.partition_point(|person| u64::from(*person) < until);
        let batch = if (first, end) == (0, batch.num_rows()) { batch } else { batch.slice(first, end - first) };
        Ok(Rows { batch, excluded })
    }))
}

/// The columns, texts as numbers of a dictionary.
fn with_dictionaries(schema: &ArrowSchema) -> ArrowSchema {
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let fields = schema.fields().iter().map(|field| match field.data_type() {
        DataType::Utf8 => Field::new(field.name(), dictionary.clone(), field.is_nullable()),
        other => Field::new(field.name(), other.clone(), field.is_nullable()),
    });
    ArrowSchema::new(fields.collect::<Vec<_>>())
}

/// What each entry of a dictionary means, worked out again only when the dictionary is another.
#[derive(Debug)]
pub(super) struct ByEntry<T> {
    /// The dictionary, held so that its memory is nobody else's.
    held: Option<ArrayRef>,
    meanings: Vec<T>,
}

impl<T> Default for ByEntry<T> {
    fn default() -> Self {
        Self { held: None, meanings: Vec::new() }
    }
}

impl<T: Copy> ByEntry<T> {
    /// Gives `each` the meaning of every row's code; `missing` for rows without one.
    pub(super) fn map<R>(
        &mut self,
        column: &ArrayRef,
        missing: R,
        mut meaning: impl FnMut(&str) -> T,
        each: impl Fn(T) -> R,
    ) -> Vec<R>
    where
        R: Copy,
    {
        let Some(coded) = column.as_dictionary_opt::<datafusion::arrow::datatypes::Int32Type>() else {
            return vec![missing; column.len()];
        };
        if !self.held.as_ref().is_some_and(|held| same(held, coded.values())) {
            let texts = coded.values().as_string::<i32>();
            self.meanings = (0..texts.len()).map(|at| meaning(texts.value(at))).collect();
            self.held = Some(Arc::clone(coded.values()));
        }
        let of =
            |key: i32| usize::try_from(key).ok().and_then(|key| self.meanings.get(key)).map_or(missing, |m| each(*m));
        let keys = coded.keys();
        if keys.null_count() == 0 {
            return keys.values().iter().map(|key| of(*key)).collect();
        }
        keys.iter().map(|key| key.map_or(missing, of)).collect()
    }
}

/// Whether two dictionaries are the same memory, without comparing what is in them.
fn same(held: &ArrayRef, other: &ArrayRef) -> bool {
    let (held, other) = (held.as_string::<i32>(), other.as_string::<i32>());
    held.len() == other.len()
        && held.value_data().as_ptr() == other.value_data().as_ptr()
        && held.offsets().as_ptr() == other.offsets().as_ptr()
}
