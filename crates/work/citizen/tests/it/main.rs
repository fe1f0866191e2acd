//! The citizen's part through its public face, on a real PostgreSQL with the real services.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops with the place and the error")]

mod choices;
mod pages;
mod policy;
mod proofs;
mod world;
