//! A service on a private database, and records of synthetic people.

use std::path::PathBuf;

use jiff::{ToSpan, civil::Date};
use varde_basedata::{Basedata, CONTEXT, Dated, FileOutcome, Gender, PersonRecord, Status};
use varde_core::{
    Actor, Component, LoginLevel, Period, PersonId, SimulatedClock,
    identifier::{NationalNumber, Rule, synthetic, synthetic_d_number},
};
use varde_policy::{CONTEXT as POLICY, Guard, Policy};
use varde_store::testing::{TestDatabase, database};

pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) service: Basedata,
}

impl World {
    pub(crate) async fn new() -> Self {
        let database = database(&[&CONTEXT, &POLICY]).await;
        let store = database.simulated();
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        let service = Basedata::new(&store, guard);
        Self { database, service }
    }

    pub(crate) fn clock(&self) -> &SimulatedClock {
        self.database.clock()
    }

    /// Lets a second pass, so that what follows is recorded later.
    pub(crate) fn later(&self) {
        self.clock().advance(std::time::Duration::from_secs(1));
    }

    /// Takes in one person.
    pub(crate) async fn one(&self, record: PersonRecord) -> varde_basedata::Imported {
        self.service.import_persons(&demo(), "test", &[record]).await.unwrap()[0]
    }

    /// The bodies of the entries of this kind, oldest first.
    pub(crate) async fn entries(&self, kind: &str) -> Vec<String> {
        self.database.entries(kind).await.iter().map(ToString::to_string).collect()
    }
}

/// A world, and a folder for the files that are taken into it.
pub(crate) struct Files {
    pub(crate) world: World,
    folder: tempfile::TempDir,
}

impl Files {
    pub(crate) async fn new() -> Self {
        Self { world: World::new().await, folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn write(&self, lines: &[String]) -> PathBuf {
        let path = self.folder.path().join("file");
        std::fs::write(&path, lines.join("\n")).unwrap();
        path
    }
}

/// Where a file is wrong: line and column.
pub(crate) fn faults(outcome: &FileOutcome) -> Vec<(u64, &str)> {
    outcome.faults.iter().map(|f| (f.line, f.column.as_str())).collect()
}

pub(crate) fn demo() -> Actor {
    Actor::system(Component::DemoWorld)
}

pub(crate) fn citizen(person: PersonId) -> Actor {
    Actor::citizen(person, LoginLevel::High)
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn until(from: &str, until: &str) -> Period {
    Period::new(day(from), day(until)).unwrap()
}

/// The `n`th valid fødselsnummer of a birth date.
pub(crate) fn number(birth: Date, n: usize) -> NationalNumber {
    (0..1000).filter_map(|i| synthetic(birth, i, Rule::Of2032)).nth(n).unwrap()
}

/// The first valid D-number of a birth date.
pub(crate) fn d_number(birth: Date) -> NationalNumber {
    (0..1000).find_map(|i| synthetic_d_number(birth, i, Rule::Of1964)).unwrap()
}

/// A resident woman with one number.
pub(crate) fn woman(name: &str, birth: Date, number: NationalNumber) -> PersonRecord {
    PersonRecord {
        numbers: vec![Dated::since(number, birth)],
        names: vec![Dated::since(name.to_owned(), birth)],
        birth_date: Some(birth),
        genders: vec![Dated::since(Gender::Female, birth)],
        residences: vec![Dated::since("0301".parse().unwrap(), birth)],
        statuses: vec![Dated::since(Status::Resident, birth)],
        ..PersonRecord::default()
    }
}

/// Many people, each with a number of their own.
pub(crate) fn crowd(count: usize) -> Vec<PersonRecord> {
    let numbers = (0..20_000).flat_map(|days| {
        let birth = day("1945-01-01") + days.days();
        (0..8u16).filter_map(move |i| Some((birth, synthetic(birth, i, Rule::Of2032)?)))
    });
    numbers.take(count).map(|(birth, number)| woman("Rolig Fjord", birth, number)).collect()
}
