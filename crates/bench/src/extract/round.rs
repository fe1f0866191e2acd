//! The contestants, each in a process of its own, and what they used.

use std::{ffi::OsStr, fs, path::PathBuf};

use anyhow::{Context as _, Result};

use super::{Outcome, job::KEY, world::Place};
use crate::{
    Ourselves,
    peers::{Peers, output},
};

/// How often each does the job, in turn; the run with the median of processor time counts.
const TIMES: usize = 3;

/// Who does the same.
pub(super) struct Peer {
    pub(super) name: &'static str,
    script: &'static str,
    folder: &'static str,
    /// The most of its processor time that Varde should take.
    pub(super) goal: f64,
}

pub(super) const PEERS: [Peer; 3] = [
    Peer { name: "DuckDB", script: "duckdb_extract.py", folder: "duckdb", goal: 0.3 },
    Peer { name: "Polars", script: "polars_extract.py", folder: "polars", goal: 0.3 },
    Peer { name: "DuckDB on our releases", script: "duckdb_dense_extract.py", folder: "duckdb-dense", goal: 0.9 },
];
const OURS: &str = "varde";

/// What everybody used.
pub(super) struct Round {
    pub(super) ours: Outcome,
    /// In the order of [`PEERS`].
    pub(super) theirs: Vec<Outcome>,
}

/// Lets everybody do the job a few times, and fails when the results are not the same rows.
pub(super) fn round(place: &Place, peers: &Peers, ourselves: &Ourselves) -> Result<Round> {
    let mut all = vec![Vec::new(); 1 + PEERS.len()];
    for _ in 0..TIMES {
        all[0].push(our_own(place, ourselves)?);
        for (outcomes, peer) in all[1..].iter_mut().zip(&PEERS) {
            outcomes.push(contest(peers, peer, place)?);
        }
    }
    let folders: Vec<PathBuf> =
        [OURS].into_iter().chain(PEERS.iter().map(|peer| peer.folder)).map(|name| place.output(name)).collect();
    peers.run("compare.py", folders.iter().map(|folder| folder.as_os_str()))?;
    let mut medians = all.into_iter().filter_map(median);
    let ours = medians.next().context("nobody did the job")?;
    Ok(Round { ours, theirs: medians.collect() })
}

fn median(mut outcomes: Vec<Outcome>) -> Option<Outcome> {
    outcomes.sort_by(|one, other| one.usage.cpu_seconds.total_cmp(&other.usage.cpu_seconds));
    let middle = outcomes.len() / 2;
    outcomes.into_iter().nth(middle)
}

fn our_own(place: &Place, ourselves: &Ourselves) -> Result<Outcome> {
    let made = emptied(place, OURS)?;
    let said = output(&mut ourselves.command(super::BENCH, place.folder(), &made))?;
    with_bytes(serde_json::from_str(said.trim())?, made)
}

fn contest(peers: &Peers, peer: &Peer, place: &Place) -> Result<Outcome> {
    let made = emptied(place, peer.folder)?;
    fs::create_dir_all(&made)?;
    let said = peers.run(peer.script, [place.folder().as_os_str(), made.as_os_str(), OsStr::new(&hex::encode(KEY))])?;
    let last = said.lines().last().unwrap_or_default();
    let outcome = serde_json::from_str(last).with_context(|| format!("{} did not say what it did", peer.script))?;
    with_bytes(outcome, made)
}

/// The outcome with the size of everything that was made, and of the data without what goes with it.
fn with_bytes(mut outcome: Outcome, made: PathBuf) -> Result<Outcome> {
    (outcome.bytes, outcome.data_bytes) = (0, 0);
    for entry in fs::read_dir(made)? {
        let entry = entry?;
        let bytes = entry.metadata()?.len();
        outcome.bytes += bytes;
        if entry.path().extension().is_some_and(|extension| extension == "parquet") {
            outcome.data_bytes += bytes;
        }
    }
    Ok(outcome)
}

/// Where a contestant's files go, without those of an earlier run.
fn emptied(place: &Place, name: &str) -> Result<PathBuf> {
    let made = place.output(name);
    if made.exists() {
        fs::remove_dir_all(&made)?;
    }
    Ok(made)
}
