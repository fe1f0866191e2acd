//! SQLite's FTS5 with the same texts and the same searches, in a process of its own.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::{Asked, world};
use crate::bench::token::latency::Latencies;

/// What was measured of it.
#[derive(Debug, Deserialize)]
pub(super) struct Peer {
    /// Seconds of each answer, on the clock and of processor, by mixture.
    answers: BTreeMap<String, Vec<(f64, f64)>>,
    /// Seconds until the table was made.
    pub(super) made: f64,
    /// Bytes resident, Python's own among them.
    pub(super) memory: f64,
}

impl Peer {
    /// Seconds of the answers, all or those of one mixture.
    pub(super) fn seconds(&self, mixture: Option<&str>) -> Latencies {
        let wanted = self.answers.iter().filter(|(name, _)| mixture.is_none_or(|mixture| mixture == *name));
        Latencies::of(wanted.flat_map(|(_, answers)| answers).map(|(seconds, _)| *seconds).collect())
    }

    /// Seconds of processor for an answer, on average.
    pub(super) fn cpu(&self) -> f64 {
        let used: Vec<f64> = self.answers.values().flatten().map(|(_, used)| *used).collect();
        used.iter().sum::<f64>() / used.len().max(1) as f64
    }
}

/// The searches within one process without HTTP: a page of hits by bm25, their number, and the counts of
/// five facets. `None` where there is no Python with sqlite3.
pub(super) fn measure(
    folder: &Path,
    sources: &[varde_metadata::DataSource],
    queries: &[Asked],
    rounds: usize,
) -> Result<Option<Peer>> {
    let (script, table) = (folder.join("fts5.py"), folder.join("catalogue.tsv"));
    fs::write(&script, include_str!("fts5.py"))?;
    fs::write(&table, world::table(sources))?;
    let chosen = |chosen: &[(&'static str, &'static str)]| chosen.iter().copied().collect::<BTreeMap<_, _>>();
    let queries: Vec<_> = queries.iter().map(|(mixture, text, choice)| (mixture, text, chosen(choice))).collect();
    let mut python = Command::new("python3");
    python.arg(&script).arg(&table).arg(serde_json::to_string(&queries)?).arg(rounds.to_string());
    let ended = match python.output() {
        Ok(ended) => ended,
        Err(error) => {
            tracing::warn!("no figures of FTS5: python3 cannot be started: {error}");
            return Ok(None);
        }
    };
    if !ended.status.success() {
        tracing::warn!("no figures of FTS5: {}", String::from_utf8_lossy(&ended.stderr));
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&ended.stdout).context("the figures of FTS5")?))
}
