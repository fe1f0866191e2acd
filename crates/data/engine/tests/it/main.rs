//! The engine through its public face.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot go on ends the test")]

mod another;
mod design;
mod extract;
mod fuzzer;
mod parts;
mod plan;
mod product;
mod remote;
mod scan;
mod world;
