//! The authorisation server over HTTP on a real database.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail like the test itself")]

mod api;
mod assertions;
mod calls;
mod described;
mod dialects;
mod exchange;
mod faults;
mod given;
mod keys;
mod login;
mod outside;
mod population;
mod proofs;
mod registration;
mod resource;
mod test_tokens;
mod together;
mod tokens;
mod used;
mod world;
