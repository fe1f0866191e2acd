//! Columns of a release as they lie in the file: a dictionary of values and a number of it for each row.
//!
//! A scan asks each value of a dictionary once, not each row; it decodes numbers for the rows that it wants;
//! and pages without such rows are not even decompressed. A column that is not kept by a dictionary is read
//! by the parquet crate's own reader, for the same rows.

mod delta;
mod hybrid;
mod kept;
mod plain;
mod source;

use std::{cell::RefCell, fs::File, ops::Range, sync::Arc};

use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray as _, DictionaryArray, UInt32Array, new_empty_array},
        buffer::NullBuffer,
        compute::{concat, take},
        datatypes::UInt32Type,
    },
    parquet::{
        arrow::{
            ProjectionMask,
            arrow_reader::{ParquetRecordBatchReaderBuilder, RowSelection},
        },
        basic::Encoding,
        column::page::{Page, PageReader},
        errors::ParquetError,
        file::metadata::ColumnChunkMetaData,
    },
};

pub(crate) use self::delta::Visitor;
pub(crate) use self::source::Piece;
use self::{
    delta::walk,
    hybrid::Hybrid,
    kept::{Kept, Pages, has_all},
};
use crate::{EngineError, Release, rows::Ranges};

/// The place of a value that is not there.
const NOTHING: u32 = u32::MAX;
/// How many bytes, compressed, all dictionaries of a column may have when their values are held at once.
const SMALL: i64 = 16 << 20;

/// A release that is being read: its file is opened once.
#[derive(Debug)]
pub(crate) struct Reading {
    release: Release,
    file: Arc<File>,
    /// The pages that a condition was put to last: their values are mostly wanted next.
    kept: RefCell<Option<Kept>>,
}

/// A column of a row group, to be read for some rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column<'a> {
    reading: &'a Reading,
    group: usize,
    /// Its place in the file; the person's index is 0.
    place: usize,
}

impl Reading {
    /// Opens the file.
    pub(crate) fn of(release: &Release) -> Result<Self, EngineError> {
        Ok(Self { file: Arc::new(release.file()?), release: release.clone(), kept: RefCell::new(None) })
    }

    /// What is read.
    pub(crate) fn release(&self) -> &Release {
        &self.release
    }

    /// The column of that name in a row group.
    pub(crate) fn column(&self, group: usize, name: &str) -> Result<Column<'_>, EngineError> {
        let place = self.release.metadata().schema().index_of(name)?;
        Ok(Column { reading: self, group, place })
    }

    /// Fetches columns of a row group of a release that lies elsewhere, in one call: read one after the other each
    /// would be a request.
    pub(crate) fn bring<'a>(&self, group: usize, names: impl Iterator<Item = &'a str>) -> Result<(), EngineError> {
        let schema = self.release.metadata().schema();
        let places = names.map(|name| schema.index_of(name)).collect::<Result<Vec<_>, _>>()?;
        self.release.bring(group, places.into_iter())
    }

    /// Rows of a row group.
    pub(crate) fn rows(&self, group: usize) -> usize {
        usize::try_from(self.release.metadata().metadata().row_group(group).num_rows()).unwrap_or_default()
    }
}

impl Column<'_> {
    fn chunk(&self) -> &ColumnChunkMetaData {
        self.reading.release.metadata().metadata().row_group(self.group).column(self.place)
    }

    /// The rows of each page; one page of all when the file does not say.
    pub(crate) fn pages(&self) -> Vec<Range<usize>> {
        let rows = self.reading.rows(self.group);
        let index = self.reading.release.metadata().metadata().offset_index();
        let Some(index) = index.and_then(|index| index.get(self.group)?.get(self.place)) else {
            return std::iter::once(0..rows).collect();
        };
        let begins = index.page_locations().iter().map(|page| usize::try_from(page.first_row_index).unwrap_or(rows));
        let ends = begins.clone().skip(1).chain([rows]);
        begins.zip(ends).map(|(begin, end)| begin..end.max(begin)).collect()
    }

    /// Shows a visitor the persons of the wanted pages.
    pub(crate) fn persons(&self, wanted: &[bool], visitor: &mut impl Visitor) -> Result<(), EngineError> {
        self.read(wanted, |page, rows| {
            if page.encoding() != Encoding::DELTA_BINARY_PACKED || !matches!(page, Page::DataPage { .. }) {
                return None;
            }
            (walk(page.buffer(), rows.start, visitor)? == rows.len()).then(|| visitor.ends(rows.end))
        })
    }

    /// Whether every row's value is a place in a dictionary.
    fn is_coded(&self) -> bool {
        is_coded(self.chunk())
    }

    /// The values of the rows: coded by the file's dictionary where it has one, plain otherwise.
    pub(crate) fn gather(&self, rows: &Ranges) -> Result<ArrayRef, EngineError> {
        match self.is_coded().then(|| self.coded(rows)).transpose()?.flatten() {
            Some(coded) => Ok(Arc::new(coded)),
            None => self.plain(rows),
        }
    }

    fn coded(&self, rows: &Ranges) -> Result<Option<DictionaryArray<UInt32Type>>, EngineError> {
        let Some(Dictionary { values, mut pages }) = self.dictionary(rows)? else { return Ok(None) };
        let mut keys = Vec::with_capacity(rows.count());
        let mut missing = false;
        self.each(&mut pages, rows, |page, of, wanted| {
            let codes = Codes::of(page, of.len())?;
            missing |= codes.present.is_some();
            codes.gather(wanted.iter().map(|range| range.start - of.start..range.end - of.start), &mut keys)
        })?;
        if keys.iter().any(|key| *key as usize >= values.len() && *key != NOTHING) {
            return Err(damaged());
        }
        let nulls = missing.then(|| NullBuffer::from_iter(keys.iter().map(|key| *key != NOTHING)));
        if missing {
            keys.iter_mut().filter(|key| **key == NOTHING).for_each(|key| *key = 0);
        }
        Ok(Some(DictionaryArray::new(UInt32Array::new(keys.into(), nulls), values)))
    }

    /// The rows whose value passes; a row without one does not.
    pub(crate) fn matching(
        &self,
        rows: &Ranges,
        passes: impl Fn(&ArrayRef) -> Result<Vec<bool>, EngineError>,
    ) -> Result<Ranges, EngineError> {
        let dictionary = if self.is_coded() { self.dictionary(rows)? } else { None };
        let Some(Dictionary { values, pages }) = dictionary else {
            let passed = passes(&self.plain(rows)?)?;
            return Ok(rows.kept(&passed));
        };
        let hits = passes(&values)?;
        if hits.iter().all(|hit| !hit) {
            return Ok(Ranges::default());
        }
        let mut found = Ranges::default();
        let mut places = Vec::new();
        let mut pages = pages.into_kept();
        self.each(&mut pages, rows, |page, of, wanted| {
            let codes = Codes::of(page, of.len())?;
            if codes.present.is_none() && wanted == [of.clone()] {
                let hit = |range: Range<usize>| found.push(of.start + range.start..of.start + range.end);
                return codes.numbers.matching(of.len(), &hits, hit);
            }
            places.clear();
            codes.gather(wanted.iter().map(|range| range.start - of.start..range.end - of.start), &mut places)?;
            let mut codes = places.iter();
            for row in wanted.iter().cloned().flatten() {
                if hits.get(*codes.next()? as usize).copied().unwrap_or(false) {
                    found.push(row..row + 1);
                }
            }
            Some(())
        })?;
        let pages = pages.kept();
        self.reading.kept.replace(Some(Kept { group: self.group, place: self.place, values, pages }));
        Ok(found)
    }

    /// Hands on the pages that hold some of the rows, with the rows of the page and the wanted ones in it.
    fn each(
        &self,
        pages: &mut Pages,
        rows: &Ranges,
        mut page: impl FnMut(&Page, Range<usize>, &[Range<usize>]) -> Option<()>,
    ) -> Result<(), EngineError> {
        let mut left = rows.cursor();
        for of in self.pages() {
            let wanted: Vec<Range<usize>> = left.until(of.end).collect();
            match wanted.is_empty() {
                true => pages.skip()?,
                false => pages.next(|next| page(next, of, &wanted))?,
            }
        }
        Ok(())
    }

    fn read(
        &self,
        wanted: &[bool],
        mut page: impl FnMut(&Page, Range<usize>) -> Option<()>,
    ) -> Result<(), EngineError> {
        let mut pages = self.reader(wanted)?;
        for (of, wanted) in self.pages().into_iter().zip(wanted) {
            if !wanted {
                pages.skip_next_page()?;
                continue;
            }
            let next = pages.get_next_page()?.ok_or_else(damaged)?;
            page(&next, of).ok_or_else(damaged)?;
        }
        Ok(())
    }

    /// The dictionary, and the pages behind it; `None` for values of a type that is read plainly.
    fn dictionary(&self, rows: &Ranges) -> Result<Option<Dictionary>, EngineError> {
        let wanted = rows.pages(&self.pages());
        let these = |kept: &mut Kept| (kept.group, kept.place) == (self.group, self.place);
        let kept = self.reading.kept.borrow_mut().take_if(|kept| these(kept) && has_all(&kept.pages, &wanted));
        if let Some(Kept { values, pages, .. }) = kept {
            return Ok(Some(Dictionary { values, pages: Pages::again(pages) }));
        }
        let mut pages = self.reader(&wanted)?;
        let Some(Page::DictionaryPage { buf, num_values, .. }) = pages.get_next_page()? else { return Err(damaged()) };
        let kind = self.reading.release.metadata().schema().field(self.place).data_type();
        let values = plain::values(kind, &buf, num_values as usize)?;
        Ok(values.map(|values| Dictionary { values, pages: Pages::of(pages) }))
    }

    fn reader(&self, wanted: &[bool]) -> Result<Box<dyn PageReader>, EngineError> {
        let index = self.reading.release.metadata().metadata().offset_index();
        let locations = index.and_then(|index| index.get(self.group)?.get(self.place));
        let locations = locations.map(|index| index.page_locations().clone());
        source::reader(self.reading, (self.group, self.place), locations, wanted)
    }

    /// The values as the parquet crate reads them.
    fn plain(&self, rows: &Ranges) -> Result<ArrayRef, EngineError> {
        let metadata = self.reading.release.metadata();
        let total = self.reading.rows(self.group);
        let selection = RowSelection::from_consecutive_ranges(rows.iter(), total);
        self.reading.release.compare_in(&self.reading.file, &[self.group], std::iter::once(self.place))?;
        let file = self.reading.file.try_clone().map_err(ParquetError::from)?;
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
            .with_projection(ProjectionMask::leaves(metadata.parquet_schema(), [self.place]))
            .with_row_groups(vec![self.group])
            .with_row_selection(selection)
            .with_batch_size(rows.count().max(1))
            .build()?;
        let batches = reader.collect::<Result<Vec<_>, _>>()?;
        let columns: Vec<_> = batches.iter().map(|batch| batch.column(0).as_ref()).collect();
        match columns.is_empty() {
            true => Ok(new_empty_array(metadata.schema().field(self.place).data_type())),
            false => Ok(concat(&columns)?),
        }
    }
}

/// Whether the whole column is kept by dictionaries that together are small enough to be held at once.
pub(crate) fn has_small_dictionaries(release: &Release, name: &str) -> bool {
    let metadata = release.metadata();
    let Ok(place) = metadata.schema().index_of(name) else { return false };
    let groups = metadata.metadata().row_groups().iter().map(|group| group.column(place));
    let sizes = groups.map(|chunk| is_coded(chunk).then(|| chunk.data_page_offset() - chunk.byte_range().0 as i64));
    sizes.sum::<Option<i64>>().is_some_and(|bytes| bytes < SMALL)
}

fn is_coded(chunk: &ColumnChunkMetaData) -> bool {
    let encodings = chunk.page_encoding_stats_mask();
    chunk.dictionary_page_offset().is_some() && encodings.is_some_and(|all| all.is_only(Encoding::RLE_DICTIONARY))
}

/// What the numbers of a column chunk mean, and its pages.
struct Dictionary {
    values: ArrayRef,
    pages: Pages,
}

/// The numbers of a page of codes.
struct Codes<'a> {
    numbers: Hybrid<'a>,
    /// Which rows have one, when some have none.
    present: Option<Vec<bool>>,
}

impl<'a> Codes<'a> {
    /// `None` when the page is of another make than the engine writes.
    fn of(page: &'a Page, rows: usize) -> Option<Self> {
        let Page::DataPage { buf, encoding: Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY, .. } = page else {
            return None;
        };
        // Every column but the person's may be empty: one bit a row says whether it is (definition level).
        let (length, rest) = buf.split_first_chunk()?;
        let (levels, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let levels = Hybrid::new(levels, 1)?;
        let mut empty = false;
        levels.matching(rows, &[true], |_| empty = true)?;
        let mut bits = Vec::new();
        if empty {
            levels.gather(std::iter::once(0..rows), &mut bits)?;
        }
        let present = empty.then(|| bits.into_iter().map(|bit| bit == 1).collect());
        // A page without any value may have no width.
        let (width, numbers) = rest.split_first().unwrap_or((&0, &[]));
        Some(Self { numbers: Hybrid::new(numbers, *width)?, present })
    }

    /// The numbers of some rows of the page, [`NOTHING`] for those without one.
    fn gather(&self, rows: impl Iterator<Item = Range<usize>>, into: &mut Vec<u32>) -> Option<()> {
        let Some(present) = &self.present else { return self.numbers.gather(rows, into) };
        let mut numbers = Vec::new();
        let filled = present.iter().filter(|is| **is).count();
        self.numbers.gather(std::iter::once(0..filled), &mut numbers)?;
        let mut numbers = numbers.into_iter();
        let spread = present.iter().map(|is| if *is { numbers.next() } else { Some(NOTHING) });
        let spread = spread.collect::<Option<Vec<u32>>>()?;
        for range in rows {
            into.extend_from_slice(spread.get(range)?);
        }
        Some(())
    }
}

fn damaged() -> EngineError {
    ParquetError::General("a page is not as its column says".to_owned()).into()
}

/// Values one by one: those of a coded column taken out of their dictionary.
pub(crate) fn spelt_out(column: &ArrayRef) -> Result<ArrayRef, EngineError> {
    match column.as_any_dictionary_opt() {
        Some(coded) => Ok(take(coded.values(), coded.keys(), None)?),
        None => Ok(column.clone()),
    }
}
