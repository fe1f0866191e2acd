//! Benchmarks (`varde admin bench NAME`, `cargo xtask bench NAME`): one line a figure, with its peer
//! measured in the same run on the same machine, CPU time beside wall time.
//!
//! - [`catalogue`]: searching and importing the catalogue, against SQLite's FTS5.
//! - [`explore`]: safe tables, against DuckDB making the same ones without any check.
//! - [`extract`]: a permitted extract, against DuckDB and Polars doing the same job.
//! - [`ledger`]: entries that become durable, against plain inserts in the same database.
//! - [`start`]: time until the service is ready and what it holds when idle.
//! - [`token`]: what a token costs the authorisation server, against npm's `oidc-provider`.

pub mod catalogue;
mod installation;
pub mod ledger;
pub mod start;
pub mod token;

pub use varde_bench::{Figure, Listener, Usage, explore, extract, megabytes, usage};

/// The figures of each benchmark by their names, for whoever asks what it measures. A figure's name begins
/// so: what follows is the size of a run.
pub const FIGURES: [(&str, &[&str]); 6] = [
    ("catalogue", &catalogue::FIGURES),
    ("explore", &explore::FIGURES),
    ("extract", &extract::FIGURES),
    ("ledger", &ledger::FIGURES),
    ("start", &start::FIGURES),
    ("token", &token::FIGURES),
];

/// Every figure of a run is one of those that are named, and each of those is among them.
#[cfg(test)]
pub(crate) fn assert_named(told: &[Figure], names: &[&str]) {
    assert_eq!(varde_bench::misnamed(told, names), [""; 0], "not in FIGURES, or there and never told");
}
