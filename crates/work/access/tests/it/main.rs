//! Applications through their public face: service, pages and API on a real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot go on ends the test")]

mod applicant;
mod dummy;
mod form;
mod granting;
mod input;
mod news;
mod outcome;
mod world;
