//! The context through its public face, on a real PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops with the place and the error")]

mod computed;
mod pages;
mod texts;
mod world;
