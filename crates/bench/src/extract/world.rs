//! The same country twice: releases as Varde keeps them, and files with national numbers as anybody
//! else would have them.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufWriter, Write as _},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result};
use datafusion::{
    arrow::{
        array::{ArrayRef, RecordBatch, StringArray, UInt32Array},
        datatypes::{DataType, Field, Schema as ArrowSchema, SchemaRef},
    },
    parquet::{
        arrow::ArrowWriter,
        basic::{Compression, ZstdLevel},
        file::properties::WriterProperties,
    },
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varde_core::{ReleaseId, identifier::NationalNumber};
use varde_demo::{Person, PreferenceKind, World};
use varde_engine::{Schema, Writer};

use super::{
    job::{Registered, SEED, contact_schema, dispensing_schema},
    rows,
};

/// People whose rows are made at a time.
const BLOCK: u32 = 32_768;

/// Where everything lies.
#[derive(Debug, Clone)]
pub(crate) struct Place(PathBuf);

impl Place {
    pub(crate) fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }

    pub(crate) fn contacts(&self) -> PathBuf {
        self.0.join("release-contacts.parquet")
    }

    pub(crate) fn dispensings(&self) -> PathBuf {
        self.0.join("release-dispensings.parquet")
    }

    pub(crate) fn registered(&self) -> PathBuf {
        self.0.join("registered.json")
    }

    pub(crate) fn left_out(&self) -> PathBuf {
        self.0.join("left-out.json")
    }

    /// The same for whoever reads the releases and not JSON.
    fn left_out_index(&self) -> PathBuf {
        self.0.join("left-out-index.csv")
    }

    pub(crate) fn ids(&self) -> PathBuf {
        self.0.join("ids.bin")
    }

    /// Written last: says that everything is there.
    fn made(&self) -> PathBuf {
        self.0.join("made.json")
    }

    /// What a contestant makes.
    pub(crate) fn output(&self, contestant: &str) -> PathBuf {
        self.0.join(format!("made-by-{contestant}"))
    }
}

/// Who is in no extract, by index.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct LeftOut {
    /// Protected addresses.
    pub(crate) protected: Vec<u32>,
    /// Reservations by source; the empty name stands for all.
    pub(crate) opted_out: BTreeMap<String, Vec<u32>>,
}

impl LeftOut {
    /// The source, and a person who is left out of it.
    fn all(&self) -> impl Iterator<Item = (&str, u32)> {
        let everywhere = self.protected.iter().map(|person| ("", *person));
        let by_source = self.opted_out.iter();
        everywhere.chain(by_source.flat_map(|(source, all)| all.iter().map(move |p| (source.as_str(), *p))))
    }

    fn by_index(&self) -> String {
        let header = "person_index,source\n".to_owned();
        self.all().fold(header, |all, (source, person)| all + &format!("{person},{source}\n"))
    }
}

/// What was made.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Made {
    pub(crate) people: u32,
    pub(crate) contacts: u64,
    pub(crate) dispensings: u64,
}

/// Makes the country below `folder`, unless it is there already.
pub(crate) fn prepare(folder: &Path, people: u32, say: &mut dyn FnMut(&str)) -> Result<(Place, Made)> {
    let place = Place::at(&folder.join(format!("country-2-{people}")));
    if let Ok(bytes) = fs::read(place.made()) {
        return Ok((place, serde_json::from_slice(&bytes)?));
    }
    say(&format!("Making a country of {people} people, twice: for Varde and for the peers"));
    fs::create_dir_all(&place.0)?;
    let world = World::new(SEED, people)?.with_density(1.0);
    let left_out = left_out(&world);
    fs::write(place.left_out(), serde_json::to_vec(&left_out)?)?;
    fs::write(place.left_out_index(), left_out.by_index())?;
    persons(&world, &place, &left_out)?;
    let contacts = Twice::create(&place, "contacts", &contact_schema()?, &place.contacts(), 1)?;
    let contacts = contacts.fill(&world, |range| rows::contacts(world.contacts_of(range)))?;
    let dispensings = Twice::create(&place, "dispensings", &dispensing_schema()?, &place.dispensings(), 2)?;
    let dispensings = dispensings.fill(&world, |range| rows::dispensings(world.dispensings_of(range)))?;
    let made = Made { people, contacts: contacts.1, dispensings: dispensings.1 };
    fs::write(place.registered(), serde_json::to_vec(&[contacts.0, dispensings.0])?)?;
    fs::write(place.made(), serde_json::to_vec(&made)?)?;
    Ok((place, made))
}

/// Reservations in force at the end, and everybody who ever had a protected address.
fn left_out(world: &World) -> LeftOut {
    let mut opted_out: BTreeMap<String, BTreeMap<u32, bool>> = BTreeMap::new();
    for preference in world.preferences().filter(|p| p.kind == PreferenceKind::Reservation) {
        let source = preference.source.map_or(String::new(), |register| register.name().to_owned());
        opted_out.entry(source).or_default().insert(preference.person, preference.active);
    }
    let active =
        |people: BTreeMap<u32, bool>| people.into_iter().filter_map(|(p, active)| active.then_some(p)).collect();
    let protected = world.persons().filter(|person| !person.protections.is_empty()).map(|person| person.index);
    LeftOut {
        protected: protected.collect(),
        opted_out: opted_out.into_iter().map(|(source, people)| (source, active(people))).collect(),
    }
}

/// The population register's history of numbers, and the lists of those who are left out as numbers.
fn persons(world: &World, place: &Place, left_out: &LeftOut) -> Result<()> {
    let mut ids = BufWriter::new(File::create(place.ids())?);
    let mut numbers = parquet(&place.0.join("population.parquet"), &texts(&["national_id", "person_id"]))?;
    let mut block: Vec<(String, String)> = Vec::new();
    let mut current: Vec<String> = Vec::with_capacity(world.people() as usize);
    for person in world.persons() {
        ids.write_all(person.id.uuid().as_bytes())?;
        block.extend(numbers_of(&person));
        current.push(person.number().map_or(String::new(), |number| digits(&number)));
        if block.len() >= BLOCK as usize {
            numbers.write(&pairs(&std::mem::take(&mut block))?)?;
        }
    }
    numbers.write(&pairs(&block)?)?;
    numbers.close()?;
    ids.flush()?;
    let mut list = BufWriter::new(File::create(place.0.join("left-out.csv"))?);
    writeln!(list, "national_id,source")?;
    for (source, person) in left_out.all() {
        let number = current.get(person as usize).context("a preference of nobody")?;
        writeln!(list, "{number},{source}")?;
    }
    Ok(list.flush()?)
}

fn numbers_of(person: &Person) -> impl Iterator<Item = (String, String)> {
    let id = person.id.uuid().to_string();
    person.numbers.iter().map(move |number| (digits(&number.value), id.clone()))
}

fn digits(number: &NationalNumber) -> String {
    number.digits_for_storage().to_owned()
}

fn texts(names: &[&str]) -> SchemaRef {
    Arc::new(ArrowSchema::new(names.iter().map(|name| Field::new(*name, DataType::Utf8, false)).collect::<Vec<_>>()))
}

fn pairs(pairs: &[(String, String)]) -> Result<RecordBatch> {
    let first: ArrayRef = Arc::new(StringArray::from_iter_values(pairs.iter().map(|pair| &pair.0)));
    let second: ArrayRef = Arc::new(StringArray::from_iter_values(pairs.iter().map(|pair| &pair.1)));
    Ok(RecordBatch::try_new(texts(&["national_id", "person_id"]), vec![first, second])?)
}

fn parquet(path: &Path, schema: &SchemaRef) -> Result<ArrowWriter<BufWriter<File>>> {
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?)).build();
    let file = BufWriter::new(File::create(path)?);
    Ok(ArrowWriter::try_new(file, schema.clone(), Some(properties))?)
}

/// Rows of some people: indices, numbers on the day, and the register's own columns.
pub(crate) struct Rows {
    pub(crate) people: Vec<u32>,
    pub(crate) numbers: Vec<NationalNumber>,
    pub(crate) columns: Vec<ArrayRef>,
}

/// One register, written as a release and with national numbers.
struct Twice {
    release: Writer,
    plain: ArrowWriter<BufWriter<File>>,
    schema: Schema,
    plain_schema: SchemaRef,
    id: ReleaseId,
}

impl Twice {
    fn create(place: &Place, name: &str, schema: &Schema, release: &Path, id: u128) -> Result<Self> {
        let id = ReleaseId::from_uuid(Uuid::from_u128(id));
        let arrow = schema.arrow();
        let number = Arc::new(Field::new("national_id", DataType::Utf8, false));
        let rest = arrow.fields().iter().skip(1).cloned();
        let plain_schema = Arc::new(ArrowSchema::new(std::iter::once(number).chain(rest).collect::<Vec<_>>()));
        Ok(Self {
            release: Writer::create(release, schema, id)?,
            plain: parquet(&place.0.join(format!("{name}.parquet")), &plain_schema)?,
            schema: schema.clone(),
            plain_schema,
            id,
        })
    }

    fn fill(mut self, world: &World, rows: impl Fn(Range<u32>) -> Rows) -> Result<(Registered, u64)> {
        for from in (0..world.people()).step_by(BLOCK as usize) {
            let rows = rows(from..(from + BLOCK).min(world.people()));
            let people: ArrayRef = Arc::new(UInt32Array::from(rows.people));
            let numbers: ArrayRef =
                Arc::new(StringArray::from_iter_values(rows.numbers.iter().map(|n| n.digits_for_storage())));
            let with = |first: ArrayRef| std::iter::once(first).chain(rows.columns.iter().cloned()).collect::<Vec<_>>();
            self.release.push(RecordBatch::try_new(self.schema.arrow(), with(people))?)?;
            self.plain.write(&RecordBatch::try_new(self.plain_schema.clone(), with(numbers))?)?;
        }
        self.plain.close()?;
        let written = self.release.finish()?;
        Ok((Registered { release: self.id, digest: written.file.digest }, written.file.rows))
    }
}
