//! Reading the rows of a part as they lie in the file: people by their runs of rows, values as numbers of a
//! dictionary, and only the rows that pass the conditions on values ([`crate::reading`]). Who is excluded is gone.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{Array as _, ArrayRef, DictionaryArray},
        datatypes::UInt32Type,
    },
    parquet::file::statistics::Statistics,
};

use crate::{
    EngineError, ExclusionSet, Release,
    reading::{self, Admission, Test, Wanted},
};

/// About how many rows are counted at a time: some arrays of them fit into the processor's nearer memory.
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
    admission: Admission,
}

impl<'a> Source<'a> {
    pub(super) fn new(release: &'a Release, excluded: &ExclusionSet) -> Self {
        Self { release, admission: Admission::of(None, excluded.people()) }
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

/// Some rows of a part.
pub(super) struct Rows<'a> {
    /// Whose they are: each person with the number of their rows.
    pub(super) persons: &'a [(u32, usize)],
    /// How many.
    pub(super) many: usize,
    columns: Vec<(&'a str, ArrayRef)>,
}

impl Rows<'_> {
    /// What is known of each row's person.
    pub(super) fn spread<T: Copy>(&self, of: impl Fn(u32) -> T) -> Vec<T> {
        let mut all = Vec::with_capacity(self.many);
        for (person, rows) in self.persons {
            all.extend(std::iter::repeat_n(of(*person), *rows));
        }
        all
    }

    /// A column that was asked for.
    pub(super) fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.columns.iter().find(|(column, _)| *column == name).map(|(_, values)| values)
    }
}

/// Reads the rows of a part with some columns, those that pass the tests on values, and hands them on, the rows of a
/// person together.
pub(super) fn read(
    source: &Source<'_>,
    (columns, tests): (&[String], Vec<Test>),
    part: &Part,
    mut each: impl FnMut(&Rows<'_>) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let wanted = Wanted { admission: source.admission.clone(), tests, columns: columns.to_vec() };
    for found in reading::read_groups(source.release, part.groups.clone(), wanted)? {
        let found = found?;
        // Row groups may begin or end with people of the parts beside this one.
        let inside = |person: u32| part.from <= u64::from(person) && u64::from(person) < part.until;
        let first = found.persons.partition_point(|(person, _)| u64::from(*person) < part.from);
        let mut row: usize = found.persons[..first].iter().map(|(_, rows)| rows).sum();
        let mut left = &found.persons[first..];
        while left.first().is_some_and(|(person, _)| inside(*person)) {
            let (people, many) = some(left, &inside);
            let (persons, rest) = left.split_at(people);
            left = rest;
            let slice = |values: &ArrayRef| values.slice(row, many);
            let named = columns.iter().map(String::as_str).zip(found.columns.iter().map(slice)).collect();
            each(&Rows { persons, many, columns: named })?;
            row += many;
        }
    }
    Ok(())
}

/// How many of the people come next, and how many rows they have.
fn some(left: &[(u32, usize)], inside: &impl Fn(u32) -> bool) -> (usize, usize) {
    let mut many = 0;
    for (at, (person, rows)) in left.iter().enumerate() {
        if many >= BATCH || !inside(*person) {
            return (at, many);
        }
        many += rows;
    }
    (left.len(), many)
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
    /// What every row's value means; `missing` for rows without one. `meanings` tells it for each of some values.
    pub(super) fn map(
        &mut self,
        column: &ArrayRef,
        missing: T,
        mut meanings: impl FnMut(&ArrayRef) -> Vec<T>,
    ) -> Vec<T> {
        let Some(coded) = column.as_any().downcast_ref::<DictionaryArray<UInt32Type>>() else {
            return meanings(column);
        };
        if !self.held.as_ref().is_some_and(|held| Arc::ptr_eq(held, coded.values())) {
            self.meanings = meanings(coded.values());
            self.held = Some(Arc::clone(coded.values()));
        }
        let of = |key: u32| self.meanings.get(key as usize).copied().unwrap_or(missing);
        let keys = coded.keys();
        match keys.null_count() {
            0 => keys.values().iter().map(|key| of(*key)).collect(),
            _ => keys.iter().map(|key| key.map_or(missing, of)).collect(),
        }
    }
}
