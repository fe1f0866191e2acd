//! Small worlds: a few registers about some fifty people, of whom it is known who may not be read.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use datafusion::arrow::array::{
    ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray, UInt32Array,
};
use jiff::civil::date;
use roaring::RoaringBitmap;
use varde_core::{CataloguePath, Digest, PersonId, Randomness, ReleaseId};
use varde_engine::{
    Column, Exclusions, Kind, Release, Schema,
    extract::Available,
    facts::{Facts, Home, People},
    pseudonym::ProjectKey,
    release::{SortingWriter, day_number},
};
use varde_permit::{Exclusion, Sex};

/// How many people there are.
pub(crate) const PEOPLE: u32 = 50;
/// The codes that occur.
pub(crate) const CODES: [&str; 6] = ["I501", "I50", "C349", "J18", "00123", "C07AB02"];
/// The municipalities that occur.
pub(crate) const PLACES: [&str; 4] = ["0301", "1103", "1101", "5001"];

/// The columns that there are, by dataset. The first of a dataset is its date, where it has one.
pub(crate) const COLUMNS: [(&str, &[(&str, Kind)]); 4] = [
    (
        "npr/contact",
        &[("in_date", Kind::Date), ("condition", Kind::Code), ("age", Kind::Integer), ("municipality", Kind::Code)],
    ),
    ("lmr/dispensing", &[("dispensed", Kind::Date), ("atc", Kind::Code), ("ddd", Kind::Decimal)]),
    ("dar/death", &[("died", Kind::Date), ("cause", Kind::Code)]),
    ("reg/person", &[("birth_year", Kind::Integer), ("county", Kind::Code)]),
];

/// One row as it was made: person, day, and the dataset's columns as text.
pub(crate) struct Row {
    pub(crate) person: u32,
    pub(crate) day: Option<i32>,
    pub(crate) cells: Vec<(&'static str, String)>,
}

/// A world.
pub(crate) struct World {
    pub(crate) available: Vec<Available>,
    pub(crate) releases: Vec<Release>,
    pub(crate) exclusions: Exclusions,
    pub(crate) facts: Facts,
    pub(crate) key: ProjectKey,
    pub(crate) ids: Vec<PersonId>,
    /// Who is behind a pseudonym.
    pub(crate) by_pseudonym: BTreeMap<String, u32>,
    pub(crate) rows: Vec<(CataloguePath, Vec<Row>)>,
}

/// An id that depends on the number alone.
pub(crate) fn uuid(number: u32) -> uuid::Uuid {
    let digest = Digest::of(&number.to_be_bytes());
    uuid::Builder::from_bytes(digest.bytes()[..16].try_into().unwrap_or_default()).into_uuid()
}

impl World {
    /// The world of that number; its releases are files in the folder.
    pub(crate) fn make(number: u64, folder: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let random = Randomness::of_case(0x5eed, number);
        let (mut available, mut rows) = (Vec::new(), Vec::new());
        for (at, (dataset, columns)) in COLUMNS.into_iter().enumerate() {
            let dataset: CataloguePath = dataset.parse()?;
            let made = made(&random, columns);
            let place = folder.join(format!("{number}-{at}.parquet"));
            available.push(release(&place, &dataset, columns, &made, (number * 10) as u32 + at as u32)?);
            rows.push((dataset, made));
        }
        let mut exclusions = Exclusions::default();
        exclusions.everywhere(Exclusion::OptedOut, some(&random, 6));
        exclusions.everywhere(Exclusion::ConfidentialAddress, some(&random, 15));
        for source in ["npr", "lmr", "dar"] {
            exclusions.in_source(source, Exclusion::ConsentWithdrawn, some(&random, 8));
        }
        let key = ProjectKey::new(&[number as u8; 32]);
        let ids: Vec<PersonId> = (0..PEOPLE).map(|person| PersonId::from_uuid(uuid(person))).collect();
        let hex = |id: &PersonId| key.pseudonym(*id).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self {
            by_pseudonym: ids.iter().map(hex).zip(0..).collect(),
            releases: available.iter().map(|a: &Available| a.release.clone()).collect(),
            available,
            exclusions,
            facts: facts(&random),
            key,
            ids,
            rows,
        })
    }
}

/// About one in so many people.
fn some(random: &Randomness, many: usize) -> RoaringBitmap {
    (0..PEOPLE).filter(|_| random.once_in(many)).collect()
}

fn made(random: &Randomness, columns: &[(&'static str, Kind)]) -> Vec<Row> {
    let dated = columns[0].1 == Kind::Date;
    let many = if dated { 40 + random.below(120) } else { PEOPLE as usize };
    let row = |at: usize| {
        let person = if dated { random.below(PEOPLE as usize) as u32 } else { at as u32 };
        let day = dated.then(|| day_number(date(2024, 1, 1)) + random.between(-200, 500) as i32);
        let cell = |(name, kind): &(&'static str, Kind)| {
            let text = match kind {
                Kind::Date => day.unwrap_or_default().to_string(),
                Kind::Integer => random.between(0, 90).to_string(),
                Kind::Decimal => format!("{}.5", random.between(-3, 40)),
                _ if name.contains("municipality") || name.contains("county") => (*random.pick(&PLACES)).to_owned(),
                _ => (*random.pick(&CODES)).to_owned(),
            };
            (*name, text)
        };
        Row { person, day, cells: columns.iter().map(cell).collect() }
    };
    (0..many).map(row).collect()
}

fn release(
    place: &Path,
    dataset: &CataloguePath,
    columns: &[(&'static str, Kind)],
    rows: &[Row],
    id: u32,
) -> Result<Available, Box<dyn std::error::Error>> {
    let column = |(name, kind): &(&str, Kind)| {
        let column = Column::new(name, *kind);
        if ["age", "municipality", "birth_year"].contains(name) { column.identifying() } else { column }
    };
    let schema = Schema {
        dataset: dataset.clone(),
        event_date: (columns[0].1 == Kind::Date).then(|| columns[0].0.to_owned()),
        columns: columns.iter().map(column).collect(),
    };
    let values = |(at, (_, kind)): (usize, &(&str, Kind))| -> ArrayRef {
        let texts = rows.iter().map(|row| row.cells[at].1.as_str());
        match kind {
            Kind::Date => Arc::new(texts.map(|t| t.parse::<i32>().ok()).collect::<Date32Array>()),
            Kind::Integer => Arc::new(texts.map(|t| t.parse::<i64>().ok()).collect::<Int64Array>()),
            Kind::Decimal => Arc::new(texts.map(|t| t.parse::<f64>().ok()).collect::<Float64Array>()),
            _ => Arc::new(texts.map(Some).collect::<StringArray>()),
        }
    };
    let person: ArrayRef = Arc::new(UInt32Array::from_iter_values(rows.iter().map(|row| row.person)));
    let arrays = std::iter::once(person).chain(columns.iter().enumerate().map(values)).collect();
    let mut writer = SortingWriter::create(place, &schema, ReleaseId::from_uuid(uuid(7_000_000 + id)), 1 << 20)?;
    writer.push(RecordBatch::try_new(schema.arrow(), arrays)?)?;
    let written = writer.finish()?;
    Ok(Available { release: Release::open(place)?, digest: written.file.digest })
}

fn facts(random: &Randomness) -> Facts {
    let people = 0..PEOPLE;
    let born: Vec<Option<i32>> = people
        .clone()
        .map(|_| (!random.once_in(20)).then(|| day_number(date(1950, 1, 1)) + random.between(0, 3_000) as i32))
        .collect();
    let sex = people.clone().map(|_| Some(*random.pick(&[Sex::Female, Sex::Male]))).collect();
    let died = people
        .clone()
        .map(|_| random.once_in(8).then(|| day_number(date(2024, 1, 1)) + random.between(0, 400) as i32))
        .collect();
    let homes = people
        .clone()
        .map(|person| Home {
            person,
            from: i32::MIN,
            until: i32::MAX,
            municipality: random.pick(&PLACES).parse().unwrap_or_default(),
        })
        .collect();
    let parent = |child| random.once_in(3).then(|| (child, random.below(PEOPLE as usize) as u32));
    let parents = people.filter_map(parent).collect();
    Facts { people: People { born, sex, died, homes, parents }, ..Facts::default() }
}
