//! Self-service through its pages and its API, on a database of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops with the place and the error")]

mod addresses;
mod customers;
mod drafts;
mod keys;
mod own;
mod pages;
mod registry;
mod reminders;
mod texts;
mod world;
