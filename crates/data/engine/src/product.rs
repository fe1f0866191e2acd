//! Derived datasets: releases that are made of other releases.
//!
//! What a product holds is asked for as the content of an extract is: whom, which rows, which figures
//! ([`crate::extract::draft`]). It stays on the platform, so that it has the dense index where a delivery has
//! pseudonyms, and small groups are looked for when something is delivered of it, not here.
//!
//! Who may not be read in one of its sources is not in it at all. Everybody else is found as if nobody had
//! been left out, so that the rows of one person never follow from what another has chosen.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
    path::Path,
    sync::Arc,
};

use datafusion::arrow::{
    array::{ArrayRef, AsArray, RecordBatch, UInt32Array},
    compute::{cast, take},
    datatypes::UInt32Type,
};
use roaring::RoaringBitmap;
use varde_core::{Digest, ReleaseId, id::CataloguePath};
use varde_permit::{Aggregate, ExtractSpec, Granularity, PermittedVariable};

use crate::{
    Column, EngineError, Exclusions, Kind, Release, Schema, Written,
    aggregate::{self, figures},
    extract::{
        ExtractError, Listener, Progress, Whom,
        select::{Origins, Reading, by_dataset, pinned, scan},
    },
    facts::Facts,
    granularity,
    people::Places,
    pseudonym::ProjectKey,
    release::Writer,
};

/// Rows written at a time.
const BATCH: usize = 32_768;

/// Everything that a product's release is made of.
///
/// ```compile_fail
/// # use varde_engine::{Release, Schema, facts::Facts, product::Derivation};
/// fn forgetful<'a>(spec: &'a varde_permit::ExtractSpec, releases: &'a [Release], facts: &'a Facts,
///                  schema: &'a Schema) -> Derivation<'a> {
///     // Who may not be read cannot be left out.
///     Derivation { spec, releases, facts, schema }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Derivation<'a> {
    /// Whom and what, as [`crate::extract::draft`] makes it of the declaration's content.
    pub spec: &'a ExtractSpec,
    /// The releases that it pins.
    pub releases: &'a [Release],
    /// Who may not be read.
    pub exclusions: &'a Exclusions,
    /// What base data says.
    pub facts: &'a Facts,
    /// What its columns are: one for each variable of the specification, in that order.
    pub schema: &'a Schema,
}

/// The column that a variable of a source becomes, under a name of its own.
pub fn column(name: &str, source: &Column, variable: &PermittedVariable) -> Column {
    let aggregate = variable.measure.aggregate;
    let counted = matches!(aggregate, Some(Aggregate::Count | Aggregate::Any | Aggregate::Distinct));
    let kind = granularity::kind_of(source.kind, &aggregate::delivered(source.kind, variable));
    let same = !counted && variable.granularity == Granularity::AsIs && aggregate != Some(Aggregate::Sum);
    let number = matches!(kind, Kind::Integer | Kind::Decimal) && kind == source.kind;
    Column {
        name: name.to_owned(),
        kind,
        label: source.label.clone(),
        // How many rows somebody has does not help to recognise them; a value of theirs does.
        quasi_identifier: source.quasi_identifier && !counted,
        sensitive: source.sensitive,
        unit: source.unit.clone().filter(|_| number && !counted),
        codes: if same { source.codes.clone() } else { Vec::new() },
    }
}

/// The digest of what is known of people when a product is made: who may not be read in one of the datasets,
/// and what base data says. With another, the same declaration over the same releases may give other rows.
pub fn known(datasets: &[CataloguePath], exclusions: &Exclusions, facts: &Facts) -> Digest {
    let unreadable = left_out(datasets.iter(), exclusions);
    let mut written = Vec::new();
    // Writing to memory does not fail, and what is written has no keys that could not be.
    let _ = ciborium::into_writer(&(unreadable, facts), &mut written);
    Digest::of(&written)
}

/// Everybody who may not be read in one of the datasets.
fn left_out<'a>(datasets: impl Iterator<Item = &'a CataloguePath>, exclusions: &Exclusions) -> RoaringBitmap {
    let sets = datasets.map(|dataset| exclusions.for_dataset(dataset));
    sets.fold(exclusions.anywhere(), |all, set| all | set.people())
}

impl Derivation<'_> {
    /// Makes the release and moves it to its place when it is whole and on the disk.
    ///
    /// # Errors
    /// When the releases are not those that are pinned or lack something, nobody is left, or a file cannot be
    /// read or written.
    pub fn make(&self, place: &Path, id: ReleaseId, listener: Listener<'_>) -> Result<Written, ExtractError> {
        pinned(self.spec, self.releases)?;
        // Nobody is drawn and no date is moved by the key: `draft` gives neither, and the declaration has no
        // word for them.
        let key = ProjectKey::new(&[0; 32]);
        let found = Whom::of(self.spec).find(self.releases, self.exclusions, self.facts, &key)?;
        let sources: BTreeSet<&CataloguePath> = self.releases.iter().map(|r| &r.schema().dataset).collect();
        let people = found.members.people() - left_out(sources.into_iter(), self.exclusions);
        let index = found.index.as_ref();
        let origins = Origins::of(self.spec, self.releases, self.exclusions, &people, index, &key)?;
        let (spec, releases, exclusions) = (self.spec, self.releases, self.exclusions);
        let reading = Reading { spec, releases, exclusions, people: &people, index, origins: &origins };
        let mut writer = Writer::create(place, self.schema, id)?;
        let mut told = Told { listener, done: 0, total: 0 };
        match by_dataset(spec, releases).first() {
            Some((release, _)) => self.rows(&reading, release, &mut writer, &mut told)?,
            None => self.persons(&reading, &mut writer, &mut told)?,
        }
        let written = writer.finish()?;
        if written.file.rows == 0 { Err(ExtractError::Nobody { minimum: 1 }) } else { Ok(written) }
    }

    /// One row for each person.
    fn persons(&self, reading: &Reading<'_>, writer: &mut Writer, told: &mut Told<'_>) -> Result<(), EngineError> {
        let made: BTreeMap<String, ArrayRef> = figures(reading, |_, _| true)?.into_iter().collect();
        let persons: UInt32Array = reading.people.iter().collect::<Vec<u32>>().into();
        let columns = self.spec.variables.iter().map(|variable| of(&made, variable));
        let whole = self.batch(Arc::new(persons), columns)?;
        told.total = whole.num_rows() as u64;
        for from in (0..whole.num_rows()).step_by(BATCH) {
            let slice = whole.slice(from, BATCH.min(whole.num_rows() - from));
            told.more(slice.num_rows())?;
            writer.push(slice)?;
        }
        Ok(())
    }

    /// The rows of one source, each with what is known of its person.
    fn rows(
        &self,
        reading: &Reading<'_>,
        release: &Release,
        writer: &mut Writer,
        told: &mut Told<'_>,
    ) -> Result<(), EngineError> {
        let made: BTreeMap<String, ArrayRef> = figures(reading, |_, _| true)?.into_iter().collect();
        let places = Places::of(reading.people);
        let dataset = &release.schema().dataset;
        let taken = self.spec.variables.iter().filter(|v| v.measure.aggregate.is_none()).map(|v| v.variable.name());
        told.total = release.rows();
        let scan = scan(self.spec, release, self.exclusions, reading.people, reading.index, taken)?;
        for batch in scan.read()? {
            let batch = batch?;
            let persons = batch.column(0).as_primitive::<UInt32Type>().clone();
            let at: UInt32Array = persons.values().iter().map(|person| places.get(*person)).collect();
            let columns = self.spec.variables.iter().map(|variable| {
                if variable.measure.aggregate.is_some() {
                    return Ok(take(&of(&made, variable)?, &at, None)?);
                }
                let name = variable.variable.name();
                let missing = || EngineError::NoColumn { dataset: dataset.clone(), column: name.to_owned() };
                let origin = |row: usize| reading.origins.get(persons.value(row), variable.granularity);
                granularity::apply(batch.column_by_name(name).ok_or_else(missing)?, variable.granularity, &origin)
            });
            let rows = self.batch(Arc::new(persons.clone()), columns)?;
            told.more(rows.num_rows())?;
            writer.push(rows)?;
        }
        Ok(())
    }

    /// Columns as the release has them.
    fn batch(
        &self,
        persons: ArrayRef,
        columns: impl Iterator<Item = Result<ArrayRef, EngineError>>,
    ) -> Result<RecordBatch, EngineError> {
        let schema = self.schema.arrow();
        let mut whole = vec![persons];
        for (column, field) in columns.zip(schema.fields().iter().skip(1)) {
            whole.push(cast(&column?, field.data_type())?);
        }
        Ok(RecordBatch::try_new(schema, whole)?)
    }
}

/// The figures of a variable.
fn of(made: &BTreeMap<String, ArrayRef>, variable: &PermittedVariable) -> Result<ArrayRef, EngineError> {
    let missing = || EngineError::NoColumn {
        dataset: variable.variable.parent().unwrap_or_else(|| variable.variable.clone()),
        column: variable.column(),
    };
    made.get(&variable.column()).cloned().ok_or_else(missing)
}

/// How far it is, for whoever listens.
struct Told<'a> {
    listener: Listener<'a>,
    done: u64,
    total: u64,
}

impl Told<'_> {
    fn more(&mut self, rows: usize) -> Result<(), EngineError> {
        self.done += rows as u64;
        match (self.listener)(Progress { done: self.done, total: self.total }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(EngineError::Stopped),
        }
    }
}
