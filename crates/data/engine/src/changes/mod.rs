//! What changed from one delivery of a project to the next: told in the delivery itself, for programs
//! (`changes.json`) and for people (`CHANGES.md`).
//!
//! The project's key is the same, so a person has the same pseudonym in both, and both files are in the
//! order of pseudonyms: they are read side by side, a person at a time. Rows have no names of their own. So
//! of a person who is in both, as many rows as were both lost and gained count as changed, and the rest as
//! added or removed. Every number is told as counts are.

mod to_read;

use std::{
    cmp::Ordering,
    iter::Peekable,
    path::{Path, PathBuf},
};

use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch},
    compute::cast,
    datatypes::{DataType, SchemaRef},
    row::{RowConverter, Rows, SortField},
};
use serde::{Deserialize, Serialize};
use varde_core::{Digest, ExtractId, ReleaseId, id::CataloguePath};
use varde_permit::{DeliveredFile, ExtractSpec, Format, Manifest, Update};

use self::to_read::to_read;
use crate::{
    EngineError,
    delivery::builder,
    extract::{ExtractError, canonical, read_manifest, rounded},
    output::digest_file,
};

/// The account for programs.
pub const CHANGES: &str = "changes.json";
/// The account for people.
pub const CHANGES_TO_READ: &str = "CHANGES.md";

/// What changed since the delivery before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// The new extract.
    pub extract: ExtractId,
    /// Which update it is.
    pub number: u32,
    /// The extract before it.
    pub previous: ExtractId,
    /// The datasets and their releases.
    pub releases: Vec<ReleaseChange>,
    /// The tables. Each is told of once: every format of it has the same rows.
    pub files: Vec<FileChange>,
}

/// From which release to which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseChange {
    /// The dataset.
    pub dataset: CataloguePath,
    /// The release before; nothing when it was not read.
    pub before: Option<ReleaseId>,
    /// The release now; nothing when it is not read any more.
    pub after: Option<ReleaseId>,
}

/// What changed in a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileChange {
    /// The Parquet file.
    pub file: String,
    /// Its dataset; nothing for what is about persons.
    pub dataset: Option<CataloguePath>,
    /// Its rows.
    pub rows: Counts,
    /// The people who have rows in it. One is changed who has rows in both, and not the same.
    pub people: Counts,
}

/// Counts, each rounded as people are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// In the earlier delivery.
    pub before: u64,
    /// In this one.
    pub after: u64,
    /// Only in this one.
    pub added: u64,
    /// Only in the earlier one.
    pub removed: u64,
    /// In both, and not the same.
    pub changed: u64,
}

impl Counts {
    fn told(self) -> Self {
        let Self { before, after, added, removed, changed } = self;
        Self {
            before: rounded(before),
            after: rounded(after),
            added: rounded(added),
            removed: rounded(removed),
            changed: rounded(changed),
        }
    }
}

/// The account of an update as files, by their names: nothing for a first delivery.
///
/// # Errors
/// When the earlier delivery is not given, is another one, or a file of it is not what was made.
pub(crate) fn account(
    spec: &ExtractSpec,
    previous: Option<&Path>,
    data: &[DeliveredFile],
    draft: &Path,
) -> Result<Vec<(&'static str, Vec<u8>)>, ExtractError> {
    let Some(update) = &spec.update else { return Ok(Vec::new()) };
    let previous = previous.ok_or(ExtractError::NoPrevious { previous: update.of })?;
    let before = earlier(previous, update)?;
    let changes = Changes {
        extract: spec.extract,
        number: update.number,
        previous: update.of,
        releases: releases(&before, spec),
        files: files((previous, &before.files), (draft, data))?,
    };
    let mut machine = serde_json::to_vec_pretty(&changes).unwrap_or_default();
    machine.push(b'\n');
    Ok(vec![(CHANGES, machine), (CHANGES_TO_READ, to_read(&changes, spec.handover.language).into_bytes())])
}

/// The manifest of the earlier delivery, which must be the one that the specification names.
fn earlier(folder: &Path, update: &Update) -> Result<Manifest, ExtractError> {
    let found = read_manifest(folder)?;
    if found.extract == update.of && Digest::of(&canonical(&found)) == update.manifest {
        Ok(found)
    } else {
        Err(ExtractError::OtherPrevious { previous: update.of })
    }
}

fn releases(before: &Manifest, spec: &ExtractSpec) -> Vec<ReleaseChange> {
    let of = |pins: &[varde_permit::PinnedRelease], dataset: &CataloguePath| {
        pins.iter().find(|pin| pin.dataset == *dataset).map(|pin| pin.release)
    };
    let mut datasets: Vec<_> = before.releases.iter().chain(&spec.releases).map(|pin| pin.dataset.clone()).collect();
    datasets.sort();
    datasets.dedup();
    let change = |dataset: CataloguePath| ReleaseChange {
        before: of(&before.releases, &dataset),
        after: of(&spec.releases, &dataset),
        dataset,
    };
    datasets.into_iter().map(change).collect()
}

/// A folder and what was put there.
type Delivered<'a> = (&'a Path, &'a [DeliveredFile]);

fn files(before: Delivered<'_>, after: Delivered<'_>) -> Result<Vec<FileChange>, ExtractError> {
    let is_table =
        |file: &&DeliveredFile| file.rows.is_some() && Path::new(&file.name).extension() == Some(parquet().as_ref());
    let mut tables: Vec<&DeliveredFile> = after.1.iter().chain(before.1).filter(is_table).collect();
    tables.sort_by(|one, other| one.name.cmp(&other.name));
    tables.dedup_by(|one, other| one.name == other.name);
    let find = |(folder, files): Delivered<'_>, name: &str| -> Result<Option<PathBuf>, ExtractError> {
        let Some(file) = files.iter().find(|file| file.name == name) else { return Ok(None) };
        let path = folder.join(name);
        if digest_file(&path)? != file.digest {
            return Err(ExtractError::NotAsMade { file: path });
        }
        Ok(Some(path))
    };
    let change = |table: &&DeliveredFile| {
        let (was, is) = (find(before, &table.name)?, find(after, &table.name)?);
        let (rows, people) = compare(was.as_deref(), is.as_deref())?;
        let (file, dataset) = (table.name.clone(), table.dataset.clone());
        Ok(FileChange { file, dataset, rows: rows.told(), people: people.told() })
    };
    tables.iter().map(change).collect()
}

const fn parquet() -> &'static str {
    Format::Parquet.extension()
}

/// Compares two files of the same table; one that is not there has no rows. Gives rows and people.
fn compare(before: Option<&Path>, after: Option<&Path>) -> Result<(Counts, Counts), EngineError> {
    let schema = |path: Option<&Path>| path.map(builder).transpose().map(|b| b.map(|b| b.schema().clone()));
    let (one, other) = (schema(before)?, schema(after)?);
    // A release may have retyped a column: then values are compared as they are written.
    let alike = |a: &SchemaRef, b: &SchemaRef| {
        let types = |s: &SchemaRef| s.fields().iter().map(|f| f.data_type().clone()).collect::<Vec<_>>();
        types(a) == types(b)
    };
    let as_text = one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| !alike(one, other));
    let mut was = Persons::open(before, as_text)?.peekable();
    let mut is = Persons::open(after, as_text)?.peekable();
    let (mut rows, mut people) = (Counts::default(), Counts::default());
    loop {
        let which = match (was.peek(), is.peek()) {
            (None, None) => return Ok((rows, people)),
            (Some(Ok(_)), None) => Ordering::Less,
            (None, Some(Ok(_))) => Ordering::Greater,
            (Some(Ok(one)), Some(Ok(other))) => one.pseudonym.cmp(&other.pseudonym),
            // The one that failed is taken, and its error with it.
            (Some(Err(_)), _) => Ordering::Less,
            (_, Some(Err(_))) => Ordering::Greater,
        };
        let lost = if which.is_le() { take(&mut was)? } else { Vec::new() };
        let gained = if which.is_ge() { take(&mut is)? } else { Vec::new() };
        count(&lost, &gained, &mut rows, &mut people);
    }
}

fn take(persons: &mut Peekable<Persons>) -> Result<Vec<Vec<u8>>, EngineError> {
    Ok(persons.next().transpose()?.map(|person| person.rows).unwrap_or_default())
}

/// Counts a person's rows before and after, both sorted.
fn count(before: &[Vec<u8>], after: &[Vec<u8>], rows: &mut Counts, people: &mut Counts) {
    let (mut lost, mut gained, mut one, mut other) = (0_u64, 0_u64, 0, 0);
    while one < before.len() || other < after.len() {
        let order = match (before.get(one), after.get(other)) {
            (Some(was), Some(is)) => was.cmp(is),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        lost += u64::from(order.is_lt());
        gained += u64::from(order.is_gt());
        one += usize::from(order.is_le());
        other += usize::from(order.is_ge());
    }
    let both = lost.min(gained);
    rows.before += before.len() as u64;
    rows.after += after.len() as u64;
    rows.changed += both;
    rows.removed += lost - both;
    rows.added += gained - both;
    people.before += u64::from(!before.is_empty());
    people.after += u64::from(!after.is_empty());
    match (before.is_empty(), after.is_empty()) {
        (true, _) => people.added += 1,
        (_, true) => people.removed += 1,
        _ => people.changed += u64::from(lost + gained > 0),
    }
}

/// A person's rows, sorted, in a form that compares byte by byte.
struct Person {
    pseudonym: String,
    rows: Vec<Vec<u8>>,
}

/// The persons of a file, in its order.
struct Persons {
    batches: Box<dyn Iterator<Item = Result<RecordBatch, EngineError>>>,
    converter: Option<RowConverter>,
    as_text: bool,
    batch: Option<(ArrayRef, Rows)>,
    at: usize,
}

impl Persons {
    fn open(path: Option<&Path>, as_text: bool) -> Result<Self, EngineError> {
        let batches: Box<dyn Iterator<Item = _>> = match path {
            None => Box::new(std::iter::empty()),
            Some(path) => Box::new(builder(path)?.build()?.map(|batch| batch.map_err(EngineError::from))),
        };
        Ok(Self { batches, converter: None, as_text, batch: None, at: 0 })
    }

    /// Stands on a row that is there; false at the end of the file.
    fn stand(&mut self) -> Result<bool, EngineError> {
        while self.batch.as_ref().is_none_or(|(pseudonyms, _)| self.at >= pseudonyms.len()) {
            let Some(batch) = self.batches.next().transpose()? else { return Ok(false) };
            self.batch = Some(self.rows(&batch)?);
            self.at = 0;
        }
        Ok(true)
    }

    fn rows(&mut self, batch: &RecordBatch) -> Result<(ArrayRef, Rows), EngineError> {
        let text = |column: &ArrayRef| cast(column, &DataType::Utf8);
        let columns: Vec<ArrayRef> = match self.as_text {
            true => batch.columns().iter().map(text).collect::<Result<_, _>>()?,
            false => batch.columns().to_vec(),
        };
        let converter = match &mut self.converter {
            Some(converter) => converter,
            empty => {
                let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
                empty.insert(RowConverter::new(fields)?)
            }
        };
        let rows = converter.convert_columns(&columns)?;
        // The pseudonym is the first column of every file.
        Ok((text(batch.column(0))?, rows))
    }

    fn person(&mut self) -> Result<Option<Person>, EngineError> {
        let mut found: Option<Person> = None;
        while self.stand()? {
            let Some((pseudonyms, rows)) = &self.batch else { break };
            let pseudonyms = pseudonyms.as_string::<i32>();
            let person = found
                .get_or_insert_with(|| Person { pseudonym: pseudonyms.value(self.at).to_owned(), rows: Vec::new() });
            if pseudonyms.value(self.at) != person.pseudonym {
                break;
            }
            person.rows.push(rows.row(self.at).data().to_vec());
            self.at += 1;
        }
        if let Some(person) = &mut found {
            person.rows.sort_unstable();
        }
        Ok(found)
    }
}

impl Iterator for Persons {
    type Item = Result<Person, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.person().transpose()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_and_what_came_and_went_is_what_is(
            before in prop::collection::vec(0_u8..4, 0..12), after in prop::collection::vec(0_u8..4, 0..12),
        ) {
            let sorted = |codes: &[u8]| {
                let mut rows: Vec<Vec<u8>> = codes.iter().map(|code| vec![*code]).collect();
                rows.sort_unstable();
                rows
            };
            let (was, is) = (sorted(&before), sorted(&after));
            let (mut rows, mut people) = (Counts::default(), Counts::default());
            prop_assume!(!was.is_empty() || !is.is_empty());
            count(&was, &is, &mut rows, &mut people);
            prop_assert_eq!(rows.before + rows.added - rows.removed, rows.after);
            prop_assert_eq!(people.before + people.added - people.removed, people.after);
            prop_assert!(rows.added == 0 || rows.removed == 0, "what is both is changed");
            let same = was == is;
            prop_assert_eq!(same, rows.added + rows.removed + rows.changed == 0);
            prop_assert_eq!(people.changed == 1, !same && !was.is_empty() && !is.is_empty());
        }
    }
}
