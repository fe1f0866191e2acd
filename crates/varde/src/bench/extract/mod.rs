//! A permitted extract from a country's hospital contacts and dispensed medicines, against scripts
//! for DuckDB and Polars that do the same job for somebody who has no Varde.
//!
//! **The job**: everybody with a main condition I50 from 2020 to 2024, without those who have opted
//! out (of everything or of the register) or whose address is protected; their contacts and
//! dispensings of those years; five and four columns, coarsened; pseudonyms; rows in the order of
//! pseudonyms; Parquet. The results are compared row by row, and the benchmark fails when they differ.
//!
//! **Not the same**, because it is what the two ways of working differ in: Varde reads releases that
//! know people by a dense index, and finds ids in a file (in a service: the database). The peers read
//! the same rows with national numbers as they stood on the day, and need the population register's
//! history of numbers to tell who is who. What Varde did once when the data came in (putting index for
//! number, sorting) is not measured. Varde alone checks the releases' digests, checks small groups,
//! commits to a membership tree, and writes codebook and a manifest with digests, forced to disk;
//! all of that is measured. The peers' files are compressed alike and lie in person order, which
//! helps them more than the order of arrival would.

mod contest;
mod job;
mod peers;
mod rows;
mod world;

use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};

pub use contest::contest;

use super::{Figure, Listener, Usage, megabytes};
use peers::Peers;

const BENCH: &str = "extract";
/// People in a country, at full scale.
const PEOPLE: f64 = 5_500_000.0;

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
}

/// Prepares the data below `folder` unless it is there, lets all do the job, compares their results.
/// `say` hears for people what goes on. Peers need Python with `venv`, and the package index unless
/// the folder has them already.
pub fn run(folder: &Path, scale: f64, say: &mut dyn FnMut(&str), tell: Listener<'_>) -> Result<()> {
    let people = (PEOPLE * scale) as u32;
    let (world, made) = world::prepare(folder, people.max(varde_demo::FEWEST), say)?;
    let peers = Peers::prepare(folder, say)?;
    say("Varde, DuckDB, Polars: each in a process of its own");
    let ours = peers::our_own(&world)?;
    let theirs = peers::NAMES.map(|name| peers.contest(name, &world).map(|outcome| (name, outcome)));
    let theirs = theirs.into_iter().collect::<Result<Vec<_>>>()?;
    peers.compare(&world)?;
    say("The results are the same, row by row.");
    figures(&made, &ours, &theirs, scale >= 1.0).iter().try_for_each(tell)
}

/// What is told, by names.
pub(super) const FIGURES: [&str; 8] = [
    "people in the country",
    "contacts",
    "dispensings",
    "people in the extract",
    "rows in the extract",
    "CPU time",
    "wall time",
    "peak memory",
];

fn figures(made: &world::Made, ours: &Outcome, theirs: &[(&str, Outcome)], full: bool) -> Vec<Figure> {
    let new = |figure, value, unit| Figure::new(BENCH, figure, value, unit);
    let mut figures = vec![
        new("people in the country", f64::from(made.people), "people"),
        new("contacts", made.contacts as f64, "rows"),
        new("dispensings", made.dispensings as f64, "rows"),
        new("people in the extract", ours.people as f64, "people"),
        new("rows in the extract", ours.rows as f64, "rows"),
    ];
    for (place, (name, their)) in theirs.iter().enumerate() {
        let cpu = new("CPU time", ours.usage.cpu_seconds, "s").beside(name, their.usage.cpu_seconds);
        let memory = new("peak memory", megabytes(ours.usage.peak_bytes), "MB");
        let memory = memory.beside(name, megabytes(their.usage.peak_bytes));
        // The goals speak of the first peer, DuckDB.
        figures.push(if place == 0 { cpu.at_most_of_peer(0.3).judged(full) } else { cpu });
        figures.push(new("wall time", ours.usage.wall_seconds, "s").beside(name, their.usage.wall_seconds));
        figures.push(if place == 0 { memory.at_most(4_000.0).judged(full) } else { memory });
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
        let (_, again) = world::prepare(folder.path(), 3_000, &mut say).unwrap();
        assert_eq!((made.contacts, made.dispensings), (again.contacts, again.dispensings));
        assert_eq!(said.len(), 1, "the second time finds it made: {said:?}");
        assert!(made.contacts > 30_000, "a whole country's density: {made:?}");
        let outcome = contest(place.folder(), &folder.path().join("extract")).unwrap();
        assert!(outcome.people > 10 && outcome.rows > outcome.people, "{outcome:?}");
        let manifest = varde_platform::engine::extract::read_manifest(&folder.path().join("extract")).unwrap();
        assert!(manifest.checks.iter().all(|check| check.passed), "{:?}", manifest.checks);
        assert!(!manifest.excluded.is_empty(), "somebody with the condition has a protected address");
    }

    #[test]
    fn goals_speak_of_the_first_peer_only() {
        let usage = Usage { wall_seconds: 1.0, cpu_seconds: 1.0, peak_bytes: 5_000_000_000 };
        let outcome = Outcome { usage, people: 1, rows: 1 };
        let made = world::Made { people: 1, contacts: 1, dispensings: 1 };
        let theirs = [("DuckDB", outcome.clone()), ("Polars", outcome.clone())];
        let part = figures(&made, &outcome, &theirs, false);
        assert!(part.iter().all(|f| f.met.is_none()) && part.iter().any(|f| f.goal.is_some()), "a part is not judged");
        crate::bench::assert_named(&part, &FIGURES);
        let figures = figures(&made, &outcome, &theirs, true);
        let judged: Vec<_> = figures.iter().filter(|f| f.met.is_some()).collect();
        assert!(judged.iter().all(|f| f.peer.as_deref() == Some("DuckDB") && f.met == Some(false)));
        assert_eq!(judged.len(), 2);
    }
}
