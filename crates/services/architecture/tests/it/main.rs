//! Architecture governance, through the crate's public face.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops with the place and the error")]

mod assessments;
mod deviations;
mod governed;
mod pages;
mod texts;
mod world;
