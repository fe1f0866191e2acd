//! The contestants, each in a process of its own, and what they took.

use std::{ffi::OsStr, fs, path::PathBuf};

use anyhow::{Context as _, Result};

use super::{Answers, Taken};
use crate::{
    Ourselves,
    extract::world::Place,
    peers::{Peers, output},
};

/// How often Varde answers; of each question the time with the median of processor time counts. DuckDB answers once:
/// its time does not vary by as much as it differs.
const TIMES: usize = 3;
const SCRIPT: &str = "duckdb_explore.py";

/// What everybody took.
pub(super) struct Round {
    pub(super) ours: Answers,
    pub(super) theirs: Vec<Taken>,
}

/// Lets both answer, and fails when what was counted is not the same.
pub(super) fn round(place: &Place, peers: &Peers, ourselves: &Ourselves) -> Result<Round> {
    let made = emptied(place, "varde-explore")?;
    let mut all = Vec::new();
    for _ in 0..TIMES {
        let said = output(&mut ourselves.command(super::BENCH, place.folder(), &made))?;
        all.push(serde_json::from_str::<Answers>(said.trim())?);
    }
    let theirs = emptied(place, "duckdb-explore")?;
    let script = |what: &str| peers.run(SCRIPT, [place.folder().as_os_str(), theirs.as_os_str(), OsStr::new(what)]);
    script("check")?;
    let said = script("time")?;
    let last = said.lines().last().unwrap_or_default();
    let taken = serde_json::from_str(last).with_context(|| format!("{SCRIPT} did not say what it took"))?;
    Ok(Round { ours: medians(all).context("nobody answered")?, theirs: taken })
}

/// Question by question the median.
fn medians(all: Vec<Answers>) -> Option<Answers> {
    let mut middle = all.first()?.clone();
    for (at, taken) in middle.taken.iter_mut().enumerate() {
        let mut each: Vec<&Taken> = all.iter().filter_map(|answers| answers.taken.get(at)).collect();
        each.sort_by(|one, other| one.usage.cpu_seconds.total_cmp(&other.usage.cpu_seconds));
        *taken = (*each.get(each.len() / 2)?).clone();
    }
    Some(middle)
}

/// Where a contestant's files go, without those of an earlier run.
fn emptied(place: &Place, name: &str) -> Result<PathBuf> {
    let made = place.output(name);
    if made.exists() {
        fs::remove_dir_all(&made)?;
    }
    fs::create_dir_all(&made)?;
    Ok(made)
}
