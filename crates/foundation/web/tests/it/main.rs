//! The shell through its public face, on an in-process server and a real database.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here and shows where")]

mod browser;
mod failures;
mod guard;
mod operation;
mod pages;
mod sessions;
#[path = "../site/mod.rs"]
mod site;
mod texts;
