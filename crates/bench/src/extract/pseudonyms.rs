//! How fast people get pseudonyms, and rows the pseudonyms of their people: everybody in the country, and every
//! hospital contact. One thread, by the code that a delivery's pseudonyms are made by.

use std::{fs, hint::black_box};

use anyhow::{Result, ensure};
use datafusion::arrow::{array::AsArray as _, datatypes::UInt32Type};
use roaring::RoaringBitmap;
use uuid::Uuid;
use varde_core::PersonId;
use varde_engine::{
    Exclusions, Release, Scan,
    pseudonym::{ProjectKey, Pseudonyms},
};

use super::{
    BENCH,
    job::KEY,
    world::{Made, Place},
};
use crate::{Figure, Usage};

/// What it took.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) people: usize,
    pub(super) rows: u64,
    /// Seconds of processor for all pseudonyms: HMAC-SHA256, put in order, spelt out.
    pub(super) making: f64,
    /// Seconds of processor for giving each row its person's.
    pub(super) giving: f64,
}

/// Makes a pseudonym of everybody, and gives each contact its person's. Reading the rows is not in it.
pub(super) fn measure(place: &Place, made: &Made) -> Result<Measured> {
    let key = ProjectKey::new(&KEY);
    let ids = fs::read(place.ids())?;
    let (ids, _) = ids.as_chunks::<16>();
    let id = |person: u32| ids.get(person as usize).map(|id| PersonId::from_uuid(Uuid::from_bytes(*id)));
    let everybody: RoaringBitmap = (0..made.people).collect();
    let (pseudonyms, making) = Usage::of(|| Ok(Pseudonyms::of(&key, &everybody, id)))?;
    ensure!(pseudonyms.len() == ids.len(), "{} of {} people got a pseudonym", pseudonyms.len(), ids.len());
    let persons = persons(place)?;
    let rows = persons.iter().map(|batch| batch.len() as u64).sum();
    let ((), giving) = Usage::of(|| {
        for batch in &persons {
            black_box(pseudonyms.column(black_box(batch))?);
        }
        Ok(())
    })?;
    Ok(Measured { people: pseudonyms.len(), rows, making: making.cpu_seconds, giving: giving.cpu_seconds })
}

/// Whose each contact is, some rows at a time.
fn persons(place: &Place) -> Result<Vec<Vec<u32>>> {
    let release = Release::open(&place.contacts())?;
    // Nobody's row leaves: what is measured is how fast rows go through, and the more the better.
    let scan = Scan::new(&release, Exclusions::default().for_dataset(&release.schema().dataset)).columns([])?;
    scan.read()?.map(|batch| Ok(batch?.column(0).as_primitive::<UInt32Type>().values().to_vec())).collect()
}

impl Measured {
    /// Three rates; the one with a goal has the making of the pseudonyms in it.
    pub(super) fn figures(&self, full: bool) -> Vec<Figure> {
        let rate = |figure: &str, many: f64, seconds: f64, unit| {
            // The kernel counts hundredths of a second.
            Figure::new(BENCH, figure, many / seconds.max(0.01), unit)
        };
        let rows = self.rows as f64;
        let whole = rate("rows given pseudonyms, a core, with their making", rows, self.making + self.giving, "rows/s");
        vec![
            rate("pseudonyms made, a core", self.people as f64, self.making, "people/s"),
            rate("rows given pseudonyms, a core", rows, self.giving, "rows/s"),
            whole.at_least(10_000_000.0).judged(full),
        ]
    }
}
