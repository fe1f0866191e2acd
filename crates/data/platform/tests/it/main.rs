//! The platform through its public face.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot go on ends the test")]

mod altered;
mod deletion;
mod deliveries;
mod ending;
mod killed;
mod killed_import;
mod large;
mod mimic;
mod observe;
mod pages;
mod published;
mod quality;
mod quarantine;
mod reading;
mod service;
mod stewards;
mod support;
#[path = "../../../engine/tests/it/world.rs"]
#[expect(dead_code, reason = "the engine's own tests use more of it")]
mod world;
