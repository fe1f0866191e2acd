//! Harmonisation, through the crate's public face.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops with the place and the error")]

mod import;
mod pages;
mod similar;
mod texts;
mod workbench;
mod world;
