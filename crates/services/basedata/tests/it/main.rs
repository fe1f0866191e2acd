//! The registers through their public face, on a real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot go on ends the test")]

mod api;
mod bulk;
mod files;
mod luck;
mod organisations;
mod people;
mod personnel;
mod support;
