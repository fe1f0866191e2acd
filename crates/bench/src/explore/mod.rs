//! Safe tables over a country's registers, with every check on, against DuckDB making the same tables from the same
//! releases without any.
//!
//! **The questions**: contacts by type, year and sex, all of them; contacts with a condition of the heart or the
//! lungs in six years, by condition and age; dispensings for the heart, their mean amount for each person, by sex and
//! age. Varde answers each as it answers a question that nobody has asked before: from the releases, without
//! those who have opted out or whose address is protected, rows and different people in every cell and margin,
//! extremes pulled in, the rules, the noise, and the record of what was checked. DuckDB counts rows and different
//! people in the same cells and margins, and leaves out nobody. Before anything is told, DuckDB does it once more
//! without those whom Varde leaves out, and every count must be what Varde counted before its rules.
//!
//! **Not in it**, on either side: what a service has in memory (facts about people; for Varde the record keys and
//! the table of the noise, told apart), and Varde's own database: the budget, earlier questions and the entry on the
//! log, a few milliseconds whatever the size.

mod contest;
mod people;
mod questions;
mod round;

use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};

pub use contest::contest;

use crate::{
    Figure, Listener, Ourselves, Usage,
    extract::world::{self, Made},
    megabytes,
    peers::Peers,
};
use round::{Round, round};

const BENCH: &str = "explore";
/// People in a country, at full scale.
const PEOPLE: f64 = 5_500_000.0;
/// The most of DuckDB's time that a safe table should take.
const GOAL: f64 = 1.2;
const DUCKDB: &str = "DuckDB without checks";
const ROWS: &str = "DuckDB without checks, rows alone";

/// What an answer took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    /// Which question.
    pub question: String,
    /// Whether different people were counted, not rows alone.
    pub people: bool,
    /// What it took. The peak of memory is that of the process up to then.
    #[serde(flatten)]
    pub usage: Usage,
    /// How many cells came of it, totals among them.
    pub cells: u64,
}

/// What Varde took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// What a service works out once, before the first answer.
    pub once: Usage,
    /// The questions in turn.
    pub taken: Vec<Taken>,
}

/// Prepares the data below `folder` unless it is there (the same country as for [`crate::extract`]), lets Varde and
/// DuckDB answer, compares what they counted. `say` hears for people what goes on. The peer needs Python with `venv`,
/// and the package index unless the folder has it already.
pub fn run(
    folder: &Path,
    scale: f64,
    ourselves: &Ourselves,
    say: &mut dyn FnMut(&str),
    tell: Listener<'_>,
) -> Result<()> {
    let peers = Peers::prepare(folder, say)?;
    let people = (PEOPLE * scale) as u32;
    let (place, made) = world::prepare(folder, people.max(varde_demo::FEWEST), say)?;
    people::prepare(&place, made.people)?;
    say(&format!("{} contacts: Varde and DuckDB in turn, each in a process of its own", made.contacts));
    let round = round(&place, &peers, ourselves)?;
    say("What was counted is the same, cell by cell.");
    figures(&made, &round, scale >= 1.0).iter().try_for_each(tell)
}

/// What is told, by names.
pub const FIGURES: [&str; 9] = [
    "people in the country",
    "contacts",
    "dispensings",
    "once for a service: CPU time",
    "three variables: ",
    "a filter: ",
    "a mean: ",
    "peak memory",
    "cells of the largest table",
];

fn figures(made: &Made, round: &Round, full: bool) -> Vec<Figure> {
    let new = |figure: &str, value, unit| Figure::new(BENCH, figure, value, unit);
    let ours = &round.ours;
    let mut figures = vec![
        new("people in the country", f64::from(made.people), "people"),
        new("contacts", made.contacts as f64, "rows"),
        new("dispensings", made.dispensings as f64, "rows"),
        new("once for a service: CPU time", ours.once.cpu_seconds, "s"),
    ];
    for taken in &ours.taken {
        let with =
            |people: bool| round.theirs.iter().find(|one| one.question == taken.question && one.people == people);
        let figure = |what: &str, value| new(&format!("{}: {what}", taken.question), value, "s");
        if let Some(peer) = with(true) {
            let wall = figure("wall time", taken.usage.wall_seconds).beside(DUCKDB, peer.usage.wall_seconds);
            let cpu = figure("CPU time", taken.usage.cpu_seconds).beside(DUCKDB, peer.usage.cpu_seconds);
            figures.extend([wall, cpu].map(|figure| figure.at_most_of_peer(GOAL).judged(full)));
        }
        if let Some(peer) = with(false) {
            figures.push(figure("wall time", taken.usage.wall_seconds).beside(ROWS, peer.usage.wall_seconds));
            figures.push(figure("CPU time", taken.usage.cpu_seconds).beside(ROWS, peer.usage.cpu_seconds));
        }
    }
    let peak = |taken: &[Taken]| taken.iter().map(|one| one.usage.peak_bytes).max().unwrap_or(0);
    let memory = new("peak memory", megabytes(peak(&ours.taken)), "MB");
    figures.push(memory.beside(DUCKDB, megabytes(peak(&round.theirs))));
    let largest = ours.taken.iter().map(|one| one.cells).max().unwrap_or(0);
    figures.push(new("cells of the largest table", largest as f64, "cells"));
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_questions_are_answered_and_what_is_true_is_written_for_the_comparison() {
        let folder = tempfile::tempdir().unwrap();
        let (place, made) = world::prepare(folder.path(), 3_000, &mut |_| {}).unwrap();
        people::prepare(&place, made.people).unwrap();
        let output = folder.path().join("made");
        std::fs::create_dir_all(&output).unwrap();
        let answers = contest(place.folder(), &output).unwrap();
        let names: Vec<&str> = answers.taken.iter().map(|taken| taken.question.as_str()).collect();
        assert_eq!(names, questions::all().unwrap().map(|(name, _)| name));
        for (name, question) in questions::all().unwrap() {
            let text = std::fs::read_to_string(output.join(format!("{name}.csv"))).unwrap();
            let total = "*,".repeat(question.by.len());
            let line = text.lines().find(|line| line.starts_with(&total)).unwrap();
            let people: u64 = line.rsplit(',').next().unwrap().parse().unwrap();
            assert!(people > 500 && people < u64::from(made.people), "{name}: {line}");
        }
    }

    #[test]
    fn goals_speak_of_the_full_size_and_of_people_counted() {
        let usage = |seconds| Usage { wall_seconds: seconds, cpu_seconds: seconds, peak_bytes: 1 };
        let taken =
            |name: &str, people, seconds| Taken { question: name.to_owned(), people, usage: usage(seconds), cells: 4 };
        let each =
            |people, seconds: f64| questions::all().unwrap().map(|(name, _)| taken(name, people, seconds)).to_vec();
        let ours = Answers { once: usage(1.0), taken: each(true, 1.1) };
        let round = Round { ours, theirs: [each(true, 1.0), each(false, 0.5)].concat() };
        let made = Made { people: 1, contacts: 1, dispensings: 1 };
        assert!(figures(&made, &round, false).iter().all(|figure| figure.met.is_none()));
        let told = figures(&made, &round, true);
        assert_eq!(crate::misnamed(&told, &FIGURES), [""; 0]);
        let judged: Vec<bool> = told.iter().filter_map(|figure| figure.met).collect();
        assert_eq!(judged, [true; 6]);
    }
}
