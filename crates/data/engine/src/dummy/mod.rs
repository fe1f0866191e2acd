//! Invented data of the shape that a need would be delivered in, so that code can be written while an
//! application waits: the same file names, columns, types, labels and formats, and nobody in it.
//!
//! Invented releases are made from the codebook alone (types, closed lists, usual values), then selected
//! and minimised by the same code as real ones, so that the shape cannot differ. No release is read. The
//! same need and codebook give the same bytes.

mod rows;

use std::{collections::BTreeMap, fs, path::Path};

use datafusion::arrow::array::RecordBatch;
use jiff::Timestamp;
use roaring::RoaringBitmap;
use uuid::Uuid;
use varde_core::{
    ApplicationId, DecisionId, Digest, ExtractId, OrganisationId, Period, PermitId, PersonId, Purpose, Randomness,
    ReleaseId,
};
use varde_permit::{Cohort, DataNeed, DeliveredFile, Design, Format, Permit, PermittedVariable, RuleSet, Sex};

use crate::{
    EngineError, Exclusions, Release, Schema,
    delivery::{READ_ME, Table, codebook, in_other_formats, invented_read_me},
    extract::{self, Available, ExtractError, Order, canonical},
    facts::{Facts, Home, People, Question, questions},
    output::{Output, write_file},
    pseudonym::ProjectKey,
    release::{SortingWriter, day_number},
};

/// So many invented people.
const PEOPLE: u32 = 300;
/// About how many bytes of rows to hold.
const MEMORY: usize = 16 << 20;

/// What an invented dataset is made from.
#[derive(Debug, Clone)]
pub struct Invented {
    /// Its columns, from the codebook.
    pub schema: Schema,
    /// The usual numbers of columns that the codebook says them of: smallest and largest.
    pub numbers: BTreeMap<String, (f64, f64)>,
}

/// Makes the files in the folder, which must be empty or not there.
///
/// # Errors
/// When the need asks for what the codebook does not have, or the folder cannot be written.
pub fn invent(
    need: &DataNeed,
    title: &str,
    datasets: &[Invented],
    folder: &Path,
) -> Result<Vec<DeliveredFile>, ExtractError> {
    let failed = |e| EngineError::file(folder, e);
    fs::create_dir_all(folder).map_err(failed)?;
    if fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(ExtractError::Occupied { place: folder.to_owned() });
    }
    let aside = tempfile::Builder::new().prefix(".inventing-").tempdir_in(folder).map_err(failed)?;
    let seed = Digest::of(&canonical(need));
    let available = releases(need, datasets, seed, aside.path())?;
    let tables = made(need, &available, seed)?;
    let mut files = Vec::new();
    for (table, rows) in &tables {
        files.extend(write(need, table, rows, folder)?);
    }
    let tables: Vec<Table> = tables.into_iter().map(|(table, _)| table).collect();
    for (name, bytes) in [
        (codebook::COLUMNS, codebook::columns(&tables, &[])?),
        (codebook::VALUES, codebook::values(&tables)?),
        (codebook::JSON, codebook::json(&tables, &[], title)),
        (READ_ME, invented_read_me(&need.handover, title, &files)),
    ] {
        let sealed = write_file(&folder.join(name), &bytes)?;
        files.push(DeliveredFile {
            name: name.to_owned(),
            dataset: None,
            digest: sealed.digest,
            bytes: sealed.bytes,
            rows: None,
            columns: Vec::new(),
        });
    }
    Ok(files)
}

/// The tables as they would leave. Where nobody invented fits the rule, everybody is in it: what the rule
/// finds is no part of the shape.
fn made(need: &DataNeed, available: &[Available], seed: Digest) -> Result<Vec<(Table, RecordBatch)>, ExtractError> {
    let permit = permit(need);
    match selected(&permit, available, seed) {
        Err(ExtractError::Nobody { .. }) => selected(&Permit { cohort: Cohort::Everyone, ..permit }, available, seed),
        other => other,
    }
}

fn selected(permit: &Permit, available: &[Available], seed: Digest) -> Result<Vec<(Table, RecordBatch)>, ExtractError> {
    let spec =
        extract::compile(permit, seed, ExtractId::from_uuid(Uuid::nil()), permit.decided_at, available, "dummy")?;
    let releases: Vec<Release> = available.iter().map(|a| a.release.clone()).collect();
    let (exclusions, key) = (Exclusions::default(), ProjectKey::new(seed.bytes()));
    let facts = facts(&permit.cohort, &permit.design, permit.period);
    let selection = extract::select(&spec, &releases, &exclusions, &facts, &key)?;
    let ids: Vec<PersonId> = selection.concerned().iter().map(|person| PersonId::from_uuid(uuid(person))).collect();
    let order = Order {
        spec: &spec,
        releases: &releases,
        exclusions: &exclusions,
        selection: &selection,
        ids: &ids,
        key: &key,
        title: "",
        memory: MEMORY,
        previous: None,
    };
    extract::in_memory(&order)
}

fn write(need: &DataNeed, table: &Table, rows: &RecordBatch, folder: &Path) -> Result<Vec<DeliveredFile>, EngineError> {
    let language = need.handover.language;
    let (name, schema) = (table.file(Format::Parquet), table.arrow(language));
    let mut notes = table.notes(ExtractId::from_uuid(Uuid::nil()), language);
    notes.push(("varde.invented", "true".to_owned()));
    let mut output = Output::create(&folder.join(&name), schema.clone(), &notes)?;
    output.push(rows.clone())?;
    let sealed = output.finish()?;
    let columns = schema.fields().iter().map(|f| f.name().clone()).collect();
    let parquet = DeliveredFile {
        name,
        dataset: Some(table.dataset.clone()),
        digest: sealed.digest,
        bytes: sealed.bytes,
        rows: Some(sealed.rows),
        columns,
    };
    let others = in_other_formats(&parquet, table, &need.handover, folder)?;
    Ok(std::iter::once(parquet).chain(others).collect())
}

/// Invented releases of the datasets, in a folder that goes away.
fn releases(
    need: &DataNeed,
    datasets: &[Invented],
    seed: Digest,
    folder: &Path,
) -> Result<Vec<Available>, EngineError> {
    let mut number = [0; 8];
    number.copy_from_slice(&seed.bytes()[..8]);
    let randomness = Randomness::seeded(u64::from_le_bytes(number));
    let mut made = Vec::new();
    for (place, dataset) in datasets.iter().enumerate() {
        let file = folder.join(format!("{place}.parquet"));
        let id = ReleaseId::from_uuid(uuid(place as u32));
        let mut writer = SortingWriter::create(&file, &dataset.schema, id, MEMORY)?;
        writer.push(rows::of(dataset, need, PEOPLE, &randomness)?)?;
        let digest = writer.finish()?.file.digest;
        made.push(Available { release: Release::open(&file)?, digest });
    }
    Ok(made)
}

/// A permit for nobody, so that the need is compiled and checked as a real one.
fn permit(need: &DataNeed) -> Permit {
    let nil = Uuid::nil();
    let variables = need.variables.iter().map(|v| PermittedVariable {
        variable: v.variable.clone(),
        granularity: v.granularity,
        measure: v.measure.clone(),
    });
    Permit {
        id: PermitId::from_uuid(nil),
        version: 1,
        predecessor: None,
        application: ApplicationId::from_uuid(nil),
        decision: DecisionId::from_uuid(nil),
        title: String::new(),
        decided_at: Timestamp::UNIX_EPOCH,
        valid: need.period,
        access_body: OrganisationId::from_uuid(nil),
        holder: OrganisationId::from_uuid(nil),
        persons: Vec::new(),
        purpose: Purpose::Research,
        legal_bases: Vec::new(),
        rule_set: RuleSet::Ehds,
        cohort: need.cohort.clone(),
        design: need.design.clone(),
        variables: variables.collect(),
        period: need.period,
        minimum_group: 1,
        conditions: Vec::new(),
        handover: need.handover.clone(),
        large: None,
    }
}

/// What base data would say of the invented people: what is asked of everybody holds for everybody.
fn facts(cohort: &Cohort, design: &Design, period: Period) -> Facts {
    let everybody: RoaringBitmap = (0..PEOPLE).collect();
    let mut facts = Facts::default();
    for question in questions(cohort, design) {
        match question {
            Question::Born(from, until) => {
                facts.born.insert((from, until), everybody.clone());
            }
            Question::Resident(areas) => {
                facts.resident.insert(areas, everybody.clone());
            }
            _ => {}
        }
    }
    let first = day_number(period.from);
    facts.people = People {
        // Twenty to eighty years old when the period begins.
        born: (0..PEOPLE).map(|person| Some(first - 365 * (20 + i32::try_from(person % 60).unwrap_or(0)))).collect(),
        sex: (0..PEOPLE).map(|person| Some(if person % 2 == 0 { Sex::Female } else { Sex::Male })).collect(),
        died: vec![None; PEOPLE as usize],
        homes: (0..PEOPLE).map(|person| Home { person, from: i32::MIN, until: i32::MAX, municipality: 301 }).collect(),
        parents: (PEOPLE / 2..PEOPLE).map(|child| (child, child - PEOPLE / 2)).collect(),
    };
    facts
}

fn uuid(number: u32) -> Uuid {
    Uuid::from_u128(u128::from(number) + 1)
}

#[cfg(test)]
mod tests;
