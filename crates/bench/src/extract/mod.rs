//! A permitted extract from a country's hospital contacts and dispensed medicines, against scripts
//! for DuckDB and Polars that do the same job for somebody who has no Varde, and for DuckDB once more on
//! Varde's own releases: what it adds to their layout.
//!
//! **The job**: everybody with a main condition I50 from 2020 to 2024, without those who have opted
//! out (of everything or of the register) or whose address is protected; their contacts and
//! dispensings of those years; five and four columns, coarsened; pseudonyms; rows in the order of
//! pseudonyms; Parquet. Each does it three times in turn, and the run with the median of processor time
//! counts. The results are compared row by row, and the benchmark fails when they differ.
//!
//! **Not the same**, because it is what the two ways of working differ in: Varde reads releases that
//! know people by a dense index, and finds ids in a file (in a service: the database). The peers read
//! the same rows with national numbers as they stood on the day, and need the population register's
//! history of numbers to tell who is who. What Varde did once when the data came in (putting index for
//! number, sorting) is not measured. Varde alone checks the releases' digests, checks small groups,
//! commits to a membership tree, and writes codebook and a manifest with digests, forced to disk;
//! all of that is measured. The peers' files are compressed alike and lie in person order, which
//! helps them more than the order of arrival would.

pub(crate) mod contest;
pub(crate) mod job;
mod pseudonyms;
mod round;
mod rows;
pub(crate) mod world;

use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};

pub use contest::contest;

use crate::{Figure, Listener, Ourselves, Usage, megabytes, peers::Peers};
use round::{PEERS, Round, round};
use world::Made;

const BENCH: &str = "extract";
/// People in a country, at full scale.
const PEOPLE: f64 = 5_500_000.0;
/// Parts of the size at which growth is told.
const PARTS: [f64; 3] = [0.01, 0.1, 1.0];
/// Fewer people than these say nothing about growth.
const TELLING: f64 = 20_000.0;

/// What one of the contestants did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// What it used, without starting its process.
    #[serde(flatten)]
    pub usage: Usage,
    /// People in the extract.
    pub people: u64,
    /// Contacts and dispensings in the extract.
    pub rows: u64,
    /// Bytes of the files that it made.
    #[serde(default)]
    pub bytes: u64,
    /// Of them those of the data: without codebook, manifest and the like, which only Varde makes.
    #[serde(default)]
    pub data_bytes: u64,
}

/// Prepares the data below `folder` unless it is there, lets all do the job, compares their results; at a
/// hundredth and a tenth of the size first. `say` hears for people what goes on. Peers need Python with
/// `venv`, and the package index unless the folder has them already.
pub fn run(
    folder: &Path,
    scale: f64,
    ourselves: &Ourselves,
    say: &mut dyn FnMut(&str),
    tell: Listener<'_>,
) -> Result<()> {
    let peers = Peers::prepare(folder, say)?;
    for part in PARTS {
        let people = PEOPLE * scale * part;
        if part < 1.0 && people < TELLING {
            continue;
        }
        let (place, made) = world::prepare(folder, (people as u32).max(varde_demo::FEWEST), say)?;
        say(&format!("{} contacts: Varde, DuckDB and Polars in turn, each in a process of its own", made.contacts));
        let round = round(&place, &peers, ourselves)?;
        say("The results are the same, row by row.");
        growth(&made, &round).iter().try_for_each(&mut *tell)?;
        if part == 1.0 {
            let full = scale >= 1.0;
            figures(&made, &round, full).iter().try_for_each(&mut *tell)?;
            say("Pseudonyms for everybody in the country and every row of the contacts");
            pseudonyms::measure(&place, &made)?.figures(full).iter().try_for_each(&mut *tell)?;
        }
    }
    Ok(())
}

/// What is told, by names.
pub const FIGURES: [&str; 14] = [
    "growth: CPU time of ",
    "growth: peak memory of ",
    "people in the country",
    "contacts",
    "dispensings",
    "people in the extract",
    "rows in the extract",
    "CPU time",
    "wall time",
    "peak memory",
    "output",
    "output, data files alone",
    "pseudonyms made, a core",
    "rows given pseudonyms, a core",
];

/// What this size takes, so that sizes can be compared.
fn growth(made: &Made, round: &Round) -> Vec<Figure> {
    let (ours, theirs, name) = (&round.ours.usage, &round.theirs[0].usage, PEERS[0].name);
    let new = |what: &str, value, unit| {
        Figure::new(BENCH, &format!("growth: {what} of {} contacts", made.contacts), value, unit)
    };
    vec![
        new("CPU time", ours.cpu_seconds, "s").beside(name, theirs.cpu_seconds),
        new("peak memory", megabytes(ours.peak_bytes), "MB").beside(name, megabytes(theirs.peak_bytes)),
    ]
}

fn figures(made: &Made, round: &Round, full: bool) -> Vec<Figure> {
    let new = |figure, value, unit| Figure::new(BENCH, figure, value, unit);
    let ours = &round.ours;
    let mut figures = vec![
        new("people in the country", f64::from(made.people), "people"),
        new("contacts", made.contacts as f64, "rows"),
        new("dispensings", made.dispensings as f64, "rows"),
        new("people in the extract", ours.people as f64, "people"),
        new("rows in the extract", ours.rows as f64, "rows"),
    ];
    for (peer, their) in PEERS.iter().zip(&round.theirs) {
        let cpu = new("CPU time", ours.usage.cpu_seconds, "s").beside(peer.name, their.usage.cpu_seconds);
        let wall = new("wall time", ours.usage.wall_seconds, "s").beside(peer.name, their.usage.wall_seconds);
        let memory = new("peak memory", megabytes(ours.usage.peak_bytes), "MB");
        let memory = memory.beside(peer.name, megabytes(their.usage.peak_bytes));
        let output = new("output", megabytes(ours.bytes), "MB").beside(peer.name, megabytes(their.bytes));
        let data = new("output, data files alone", megabytes(ours.data_bytes), "MB");
        let data = data.beside(peer.name, megabytes(their.data_bytes));
        // Goals speak of the full size.
        figures.extend([
            cpu.at_most_of_peer(peer.goal).judged(full),
            wall,
            memory.at_most(4_000.0).judged(full),
            output.at_most_of_peer(1.0).judged(full),
            data.at_most_of_peer(1.0).judged(full),
        ]);
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_country_is_made_once_and_our_extract_leaves_out_whom_it_must() {
        let folder = tempfile::tempdir().unwrap();
        let mut said = Vec::new();
        let mut say = |text: &str| said.push(text.to_owned());
        let (place, made) = world::prepare(folder.path(), 3_000, &mut say).unwrap();
        let measured = pseudonyms::measure(&place, &made).unwrap();
        assert_eq!((measured.people, measured.rows), (made.people as usize, made.contacts), "everybody and every row");
        let (_, again) = world::prepare(folder.path(), 3_000, &mut say).unwrap();
        assert_eq!((made.contacts, made.dispensings), (again.contacts, again.dispensings));
        assert_eq!(said.len(), 1, "the second time finds it made: {said:?}");
        assert!(made.contacts > 30_000, "a whole country's density: {made:?}");
        let outcome = contest(place.folder(), &folder.path().join("extract")).unwrap();
        assert!(outcome.people > 10 && outcome.rows > outcome.people, "{outcome:?}");
        let manifest = varde_engine::extract::read_manifest(&folder.path().join("extract")).unwrap();
        assert!(manifest.checks.iter().all(|check| check.passed), "{:?}", manifest.checks);
        assert!(!manifest.excluded.is_empty(), "somebody with the condition has a protected address");
    }

    #[test]
    fn goals_speak_of_the_full_size_and_of_each_peer() {
        let usage = Usage { wall_seconds: 1.0, cpu_seconds: 1.0, peak_bytes: 5_000_000_000 };
        let outcome = Outcome { usage, people: 1, rows: 1, bytes: 2, data_bytes: 1 };
        let made = Made { people: 1, contacts: 1, dispensings: 1 };
        let round = Round { theirs: vec![outcome.clone(); PEERS.len()], ours: outcome };
        let part = figures(&made, &round, false);
        assert!(part.iter().all(|f| f.met.is_none()) && part.iter().any(|f| f.goal.is_some()), "a part is not judged");
        let pseudonyms = pseudonyms::Measured { people: 4, rows: 90, making: 2.0, giving: 1.0 };
        let pseudonyms = pseudonyms.figures(true);
        let told: Vec<Figure> = [growth(&made, &round), figures(&made, &round, true), pseudonyms].concat();
        assert_eq!(crate::misnamed(&told, &FIGURES), [""; 0]);
        let judged = |figure: &str| told.iter().filter(|f| f.figure == figure).map(|f| f.met).collect::<Vec<_>>();
        assert_eq!(judged("CPU time"), [Some(false); 3]);
        assert_eq!(judged("peak memory"), [Some(false); 3]);
        assert_eq!(judged("output"), [Some(true); 3]);
        assert_eq!(judged("output, data files alone"), [Some(true); 3]);
        let rates: Vec<_> = told.iter().filter(|f| f.unit.ends_with("/s")).map(|f| (f.value, f.met)).collect();
        assert_eq!(rates, [(2.0, None), (90.0, None), (30.0, Some(false))]);
    }
}
