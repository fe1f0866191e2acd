//! Exploration through its public face.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops with the place and the error")]

mod api;
mod asking;
mod attack;
mod pages;
mod register;
mod statistics;
mod statistics_attack;
mod statistics_files;
mod statistics_pages;
mod texts;
mod world;
