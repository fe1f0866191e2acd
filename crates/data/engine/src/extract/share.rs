//! The rows of a delivery in shares, so that several processes can each make some: everybody in the extract is
//! in one share, people whose indices lie together are in the same, and so each share reads its own row groups.
//! Rows of a share come in the order of pseudonyms, a person's own in the release's order. Merged by pseudonym,
//! the shares are the rows of the delivery's file, to the byte.

use std::path::Path;

use datafusion::arrow::{array::RecordBatch, datatypes::SchemaRef};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use varde_permit::{DeliveredFile, ExtractSpec, Format, PermittedVariable};

use super::{
    ExtractError, Order,
    minimise::Minimiser,
    select::{by_dataset, scan},
};
use crate::{
    EngineError, Release, delivery::Table, output::Output, pages::spelt_out, people::Places, pseudonym::Pseudonyms,
    sort::Sorter,
};

/// One of so many shares, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Which.
    pub number: u32,
    /// Of how many; at least 1.
    pub of: u32,
}

impl Share {
    /// Those of the people whom it is about: as many in each share, but for one.
    pub fn people(self, everybody: &RoaringBitmap) -> RoaringBitmap {
        let cut = |number: u32| everybody.len() * u64::from(number.min(self.of)) / u64::from(self.of.max(1));
        let (from, until) = (cut(self.number), cut(self.number.saturating_add(1)));
        let first = u32::try_from(from).ok().and_then(|from| everybody.select(from));
        let last =
            until.checked_sub(1).and_then(|last| u32::try_from(last).ok()).and_then(|last| everybody.select(last));
        let mut people = RoaringBitmap::new();
        if let (Some(first), Some(last), true) = (first, last, from < until) {
            people.insert_range(first..=last);
        }
        people & everybody
    }
}

/// A table of rows: its release, the variables that are delivered of it, and how it is told.
pub(crate) type Rows<'a> = (&'a Release, Vec<&'a PermittedVariable>, Table);

/// The tables of rows, in the order of their files.
pub(crate) fn tables<'a>(spec: &'a ExtractSpec, releases: &'a [Release]) -> Result<Vec<Rows<'a>>, EngineError> {
    let told = |(release, variables): (&'a Release, Vec<&'a PermittedVariable>)| {
        Ok((release, variables.clone(), Table::of(release.schema(), &variables)?))
    };
    by_dataset(spec, releases).into_iter().map(told).collect()
}

/// Hands on the rows of a share of a table.
pub(crate) fn share(
    order: &Order<'_>,
    (release, variables, table): &Rows<'_>,
    share: Share,
    folder: &Path,
    mut each: impl FnMut(RecordBatch) -> Result<(), EngineError>,
) -> Result<(), ExtractError> {
    let selection = order.selection;
    let people = share.people(&selection.included);
    let places = Places::of(&selection.concerned());
    let id = |person| places.get(person).and_then(|place| order.ids.get(place as usize).copied());
    let pseudonyms = Pseudonyms::of(order.key, &people, id);
    let schema = table.arrow(order.spec.handover.language);
    let names = variables.iter().map(|variable| variable.variable.name());
    let scan = scan(order.spec, release, order.exclusions, &people, selection.index.as_ref(), names)?;
    let mut minimiser = Minimiser::new(order, release, &scan, variables, (schema.clone(), &pseudonyms))?;
    let mut sorter = Sorter::new(minimiser.sorted(), order.memory, folder)?;
    let excluded = order.exclusions.for_dataset(&release.schema().dataset);
    for part in scan.parts()? {
        let part = part?;
        // The scan leaves them out; whoever puts the delivery together sees no index any more to check it by.
        if part.persons.iter().any(|(person, _)| excluded.contains(*person)) {
            return Err(ExtractError::Check { name: "nobody_excluded_present".to_owned() });
        }
        sorter.push(minimiser.minimise(&part)?)?;
    }
    let finished = minimiser.finish()?;
    sorter.finish(|batch| {
        let columns = finished.written(&batch)?.columns().iter().map(spelt_out).collect::<Result<Vec<_>, _>>()?;
        each(RecordBatch::try_new(schema.clone(), columns)?)
    })?;
    Ok(())
}

/// Writes the file of a table from rows that come in the order of pseudonyms.
pub struct TableWriter {
    output: Output,
    schema: SchemaRef,
    file: DeliveredFile,
}

impl std::fmt::Debug for TableWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TableWriter({})", self.file.name)
    }
}

impl TableWriter {
    pub(crate) fn create(
        spec: &ExtractSpec,
        (release, _, table): &Rows<'_>,
        folder: &Path,
    ) -> Result<Self, EngineError> {
        let (name, language) = (table.file(Format::Parquet), spec.handover.language);
        let schema = table.arrow(language);
        let output = Output::create(&folder.join(&name), schema.clone(), &table.notes(spec.extract, language))?;
        let file = DeliveredFile {
            name,
            dataset: Some(release.schema().dataset.clone()),
            digest: varde_core::Digest::of(b""),
            bytes: 0,
            rows: None,
            columns: schema.fields().iter().map(|field| field.name().clone()).collect(),
        };
        Ok(Self { output, schema, file })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// When they have other columns, or cannot be written.
    pub fn push(&mut self, rows: &RecordBatch) -> Result<(), EngineError> {
        self.output.push(RecordBatch::try_new(self.schema.clone(), rows.columns().to_vec())?)
    }

    /// Ends the file and moves it to its place in the folder; gives what a manifest says of it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> Result<DeliveredFile, EngineError> {
        let sealed = self.output.finish()?;
        Ok(DeliveredFile { digest: sealed.digest, bytes: sealed.bytes, rows: Some(sealed.rows), ..self.file })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn everybody_is_in_one_share(people in prop::collection::btree_set(0_u32..500, 0..60), of in 1_u32..9) {
            let everybody: RoaringBitmap = people.into_iter().collect();
            let mut all = RoaringBitmap::new();
            for number in 0..of {
                let people = Share { number, of }.people(&everybody);
                prop_assert!(all.is_disjoint(&people) && all.max() <= people.min().or(all.max()));
                prop_assert!(people.len().abs_diff(everybody.len() / u64::from(of)) <= 1);
                all |= people;
            }
            prop_assert_eq!(all, everybody.clone());
            let beyond = Share { number: of, of };
            prop_assert!(beyond.people(&everybody).is_empty());
        }
    }
}
