//! The catalogue through its public face, on a real PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod availability;
mod browse;
mod catalogue;
mod codes;
mod explorer;
mod governance;
mod lists;
mod pages;
mod search;
mod statements;
mod world;
