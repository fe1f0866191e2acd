//! What a scan does, one row group after the other: which rows are wanted, then their columns.
//!
//! Whom a scan names is found first when it names them, by walking through the sorted index, in the pages that
//! can hold them. Conditions on values are put to a column's dictionary, and only numbers of
//! rows that are still wanted are looked at. When nobody is named the conditions come first, and people are
//! looked up for the rows that passed.

use std::{iter, ops::Range};

use datafusion::{
    arrow::array::ArrayRef,
    parquet::file::{page_index::column_index::ColumnIndexMetaData, statistics::Statistics},
};
use roaring::RoaringBitmap;

use crate::{
    EngineError, Release,
    pages::Reading,
    people::Bits,
    rows::Ranges,
    schema::PERSON,
    whose::{Named, Owners, Runs},
};

/// Whose rows.
#[derive(Debug, Clone)]
pub(crate) enum Admission {
    /// These people's.
    Only(RoaringBitmap, Bits),
    /// Everybody's but these.
    AllBut(Bits),
}

/// A condition on the values of a column.
pub(crate) type Passes = Box<dyn Fn(&ArrayRef) -> Result<Vec<bool>, EngineError> + Send>;
/// A condition on rows: their persons with so many rows each, and the values of a column.
pub(crate) type RowsPass = Box<dyn Fn(&[(u32, usize)], &ArrayRef) -> Result<Vec<bool>, EngineError> + Send>;

/// A condition.
pub(crate) enum Test {
    /// On a value; rows without one do not pass.
    Value(String, Passes),
    /// On a row's person and value.
    Row(String, RowsPass),
}

impl Test {
    fn column(&self) -> &str {
        match self {
            Self::Value(column, _) | Self::Row(column, _) => column,
        }
    }
}

/// What to read of a release.
pub(crate) struct Wanted {
    pub(crate) admission: Admission,
    pub(crate) tests: Vec<Test>,
    pub(crate) columns: Vec<String>,
}

/// Rows of a row group.
pub(crate) struct Part {
    /// Whose they are: each person with the number of their rows. A person may come twice after each other.
    pub(crate) persons: Vec<(u32, usize)>,
    /// How many rows.
    pub(crate) rows: usize,
    /// The wanted columns, coded where the file has a dictionary.
    pub(crate) columns: Vec<ArrayRef>,
}

impl Part {
    /// The person of each row.
    pub(crate) fn spread<T: Copy>(&self, of: impl Fn(u32) -> T) -> Vec<T> {
        let mut all = Vec::with_capacity(self.rows);
        for (person, rows) in &self.persons {
            all.extend(std::iter::repeat_n(of(*person), *rows));
        }
        all
    }
}

impl Admission {
    /// These people without those who are excluded; everybody but those when nobody is named.
    pub(crate) fn of(people: Option<&RoaringBitmap>, excluded: &RoaringBitmap) -> Self {
        match people {
            Some(people) => {
                let people = people - excluded;
                let bits = Bits::of(&people);
                Self::Only(people, bits)
            }
            None => Self::AllBut(Bits::of(excluded)),
        }
    }

    fn any(&self, persons: Range<u64>) -> bool {
        match self {
            Self::Only(people, _) => people.range_cardinality(persons.start as u32..=(persons.end - 1) as u32) > 0,
            Self::AllBut(_) => true,
        }
    }
}

/// Reads: parts in the file's order, none of them empty.
pub(crate) fn read(
    release: &Release,
    wanted: Wanted,
) -> Result<impl Iterator<Item = Result<Part, EngineError>> + Send + use<>, EngineError> {
    let groups = groups(release, &wanted.admission).collect();
    read_groups(release, groups, wanted)
}

/// The same of some row groups.
pub(crate) fn read_groups(
    release: &Release,
    groups: Vec<usize>,
    wanted: Wanted,
) -> Result<impl Iterator<Item = Result<Part, EngineError>> + Send + use<>, EngineError> {
    let reading = Reading::of(release)?;
    Ok(groups.into_iter().filter_map(move |group| part(&reading, group, &wanted).transpose()))
}

/// The row groups that can hold somebody: their smallest and largest person are in the footer.
fn groups(release: &Release, admission: &Admission) -> impl Iterator<Item = usize> {
    let all = release.metadata().metadata().row_groups().iter().enumerate();
    all.filter(|(_, group)| match group.column(0).statistics() {
        Some(Statistics::Int32(range)) => match (range.min_opt(), range.max_opt()) {
            (Some(first), Some(last)) => admission.any(persons(*first, *last)),
            _ => true,
        },
        _ => true,
    })
    .map(|(at, _)| at)
}

/// Parquet keeps the bits of an unsigned number as those of a signed one.
fn persons(first: i32, last: i32) -> Range<u64> {
    let (first, last) = (u64::from(first as u32), u64::from(last as u32));
    first..last.max(first) + 1
}

fn part(reading: &Reading, group: usize, wanted: &Wanted) -> Result<Option<Part>, EngineError> {
    // Conditions may leave nothing of a row group: then its other columns are not fetched.
    let columns = wanted.columns.iter().map(String::as_str).filter(|_| wanted.tests.is_empty());
    reading.bring(group, iter::once(PERSON).chain(wanted.tests.iter().map(Test::column)).chain(columns))?;
    let (runs, rows) = match &wanted.admission {
        Admission::Only(_, people) => {
            let (runs, rows) = admitted(reading, group, &wanted.admission, people)?;
            (runs, passing(reading, group, wanted, rows)?)
        }
        Admission::AllBut(excluded) => {
            let rows = passing(reading, group, wanted, Ranges::all(reading.rows(group)))?;
            whose(reading, group, excluded, rows)?
        }
    };
    let rows = passing_rows(reading, group, wanted, &runs, rows)?;
    if rows.count() == 0 {
        return Ok(None);
    }
    reading.bring(group, wanted.columns.iter().map(String::as_str))?;
    let columns = wanted.columns.iter().map(|name| reading.column(group, name)?.gather(&rows));
    Ok(Some(Part { columns: columns.collect::<Result<_, _>>()?, persons: counted(&rows, &runs), rows: rows.count() }))
}

/// The rows of those who are named, by the pages that can hold them.
fn admitted(
    reading: &Reading,
    group: usize,
    admission: &Admission,
    people: &Bits,
) -> Result<(Runs, Ranges), EngineError> {
    let column = reading.column(group, PERSON)?;
    let pages = column.pages();
    let index = reading.release().metadata().metadata().column_index();
    let wanted: Vec<bool> = match index.and_then(|index| index.get(group)?.first()) {
        Some(ColumnIndexMetaData::INT32(index)) if index.min_values().len() == pages.len() => {
            let bounds = index.min_values().iter().zip(index.max_values());
            bounds.map(|(first, last)| admission.any(persons(*first, *last))).collect()
        }
        _ => vec![true; pages.len()],
    };
    let mut named = Named::new(people);
    column.persons(&wanted, &mut named)?;
    let runs = named.found();
    let mut rows = Ranges::default();
    runs.iter().for_each(|(_, run)| rows.push(run.clone()));
    Ok((runs, rows))
}

/// Whose the rows are, and the rows without those of the excluded.
fn whose(reading: &Reading, group: usize, excluded: &Bits, rows: Ranges) -> Result<(Runs, Ranges), EngineError> {
    let column = reading.column(group, PERSON)?;
    let mut owners = Owners::new(&rows);
    column.persons(&rows.pages(&column.pages()), &mut owners)?;
    let mut runs = owners.found();
    runs.retain(|(person, _)| !excluded.contains(*person));
    let mut kept = Ranges::default();
    rows.within(&runs, |_, range| kept.push(range));
    Ok((runs, kept))
}

fn passing(reading: &Reading, group: usize, wanted: &Wanted, mut rows: Ranges) -> Result<Ranges, EngineError> {
    for test in &wanted.tests {
        if let Test::Value(column, passes) = test
            && rows.count() > 0
        {
            rows = reading.column(group, column)?.matching(&rows, passes)?;
        }
    }
    Ok(rows)
}

fn passing_rows(
    reading: &Reading,
    group: usize,
    wanted: &Wanted,
    runs: &Runs,
    mut rows: Ranges,
) -> Result<Ranges, EngineError> {
    for test in &wanted.tests {
        if let Test::Row(column, pass) = test
            && rows.count() > 0
        {
            let values = reading.column(group, column)?.gather(&rows)?;
            rows = rows.kept(&pass(&counted(&rows, runs), &values)?);
        }
    }
    Ok(rows)
}

/// Whose the rows are, with how many each has; all rows lie in a run.
fn counted(rows: &Ranges, runs: &Runs) -> Vec<(u32, usize)> {
    let mut counted: Vec<(u32, usize)> = Vec::new();
    rows.within(runs, |person, range| match counted.last_mut() {
        Some((last, many)) if *last == person => *many += range.len(),
        _ => counted.push((person, range.len())),
    });
    counted
}
