//! Nobody finds out by what is refused how many groups there are, and what is told is the same either way.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt32Array};
use jiff::Timestamp;
use uuid::Uuid;
use varde_core::{CataloguePath, Digest, ReleaseId};
use varde_engine::{Column, Exclusions, Kind, Release, Schema, release::SortingWriter, tabulate::MAX_CELLS};
use varde_permit::Granularity;

use super::*;
use crate::{Answer, Condition, Dimension, Keys, Known, Measure, People, Pinned, Question, Truth, Withheld};

const EVERYBODY: u32 = 6_000;

fn dataset() -> CataloguePath {
    "npr/contact".parse().unwrap()
}

/// A row for each of 6,000 people: the last ones have a code and a number that nobody else has.
fn release(folder: &tempfile::TempDir, rare: u32) -> Release {
    let is_rare = |person: u32| person >= EVERYBODY - rare;
    let code = |person: u32| match is_rare(person) {
        true => format!("R{person}"),
        false => ["I50", "J18", "C34"][(person % 3) as usize].to_owned(),
    };
    let number = |person: u32| f64::from(if is_rare(person) { person } else { person % 2 });
    let people = 0..EVERYBODY;
    let schema = Schema {
        dataset: dataset(),
        event_date: None,
        columns: vec![Column::new("code", Kind::Code), Column::new("number", Kind::Decimal)],
    };
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(UInt32Array::from_iter_values(people.clone())),
        Arc::new(StringArray::from_iter_values(people.clone().map(code))),
        Arc::new(Float64Array::from_iter_values(people.map(number))),
    ];
    let place = folder.path().join("release.parquet");
    let mut writer = SortingWriter::create(&place, &schema, ReleaseId::from_uuid(Uuid::from_u128(1)), 1 << 24).unwrap();
    writer.push(RecordBatch::try_new(schema.arrow(), arrays).unwrap()).unwrap();
    writer.finish().unwrap();
    Release::open(&place).unwrap()
}

fn variable(name: &str, level: Granularity) -> Dimension {
    Dimension::Variable { name: name.to_owned(), level }
}

fn code() -> Dimension {
    variable("code", Granularity::Prefix(6))
}

fn number() -> Dimension {
    variable("number", Granularity::Band(1))
}

/// The job, and the folder of its release.
fn job(rare: u32, only: Condition, by: Vec<Dimension>, measure: Measure) -> (Job, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let release = release(&folder, rare);
    let many = EVERYBODY as usize;
    let sex = |person: usize| Some(if person.is_multiple_of(2) { "female" } else { "male" });
    let people = People { born: vec![None; many], sex: (0..many).map(sex).collect(), county: vec![None; many] };
    let pinned = Pinned { release: release.id(), digest: Digest::of(b""), period: None };
    let job = Job {
        question: Question { dataset: dataset(), only, by, measure },
        pinned,
        releases: BTreeMap::from([(dataset(), release)]),
        exclusions: Exclusions::default(),
        known: Arc::new(Known::of(&people)),
        keys: Arc::new(Keys::new([3; 32])),
        threads: 1,
        sets: false,
        now: Timestamp::UNIX_EPOCH,
        stop: Arc::default(),
    };
    (job, folder)
}

fn told(job: &Job, counted: Counted) -> Answer {
    job.tell(&Truth { counted, below_zero: false }).unwrap()
}

#[test]
fn what_is_told_is_the_same_whether_all_groups_are_counted_apart_or_not() {
    let measures = ["sum", "mean", "median"].map(|name| match name {
        "sum" => Measure::Sum("number".to_owned()),
        "mean" => Measure::Mean("number".to_owned()),
        _ => Measure::Median("number".to_owned()),
    });
    for by in [vec![code()], vec![code(), Dimension::Sex], vec![number()], vec![]] {
        for measure in [Measure::People, Measure::Events].iter().chain(&measures) {
            let (job, _folder) = job(100, Condition::default(), by.clone(), measure.clone());
            let (plan, below_zero) = job.plan().unwrap();
            let apart = told(&job, job.tabulated(&plan).unwrap());
            assert_eq!(told(&job, job.listed_only(&plan, below_zero).unwrap()), apart, "{by:?} {measure:?}");
            assert!(apart.withheld.is_none() && !apart.cells.is_empty(), "{by:?} {measure:?}");
        }
    }
}

#[test]
fn many_groups_of_one_person_each_refuse_nothing() {
    let ask = |rare| job(rare, Condition::default(), vec![code(), number()], Measure::People);
    let (fine, _folder) = ask(300);
    assert!(matches!(fine.count(), Err(CountError::TooFine(MAX_CELLS))), "more than are counted at once");
    assert_eq!(fine.run().unwrap().withheld, Some(Withheld::Sparse));
    // The same as is said where few more are counted at once.
    let (coarse, _folder) = ask(200);
    assert!(coarse.count().is_ok());
    assert_eq!(coarse.run().unwrap().withheld, Some(Withheld::Sparse));
    // What would be told of is too much, by the counts with their noise.
    let (many, _folder) = ask(4_000);
    assert!(matches!(many.run(), Err(CountError::TooFine(CELLS))));
}

#[test]
fn few_people_are_told_nothing_of_however_many_groups_they_are() {
    let only = Condition::Code { variable: "code".to_owned(), begins: vec!["R".to_owned()] };
    let (few, _folder) = job(600, only, vec![code(), number()], Measure::People);
    assert!(matches!(few.count(), Err(CountError::TooFine(MAX_CELLS))));
    assert_eq!(few.run().unwrap().withheld, Some(Withheld::Population));
}
