//! RDF through the crate's public face.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod reading;
mod real;
mod writing;
