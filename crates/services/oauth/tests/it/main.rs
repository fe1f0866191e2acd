//! The authorisation server over HTTP on a real database.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail like the test itself")]

mod assertions;
mod dialects;
mod given;
mod keys;
mod proofs;
mod registration;
mod tokens;
mod used;
mod world;
