//! The platform through its public face.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot go on ends the test")]

mod altered;
mod coded;
mod deletion;
mod deliveries;
mod editions;
mod encrypted;
mod ending;
mod hit;
mod kept;
mod killed;
mod killed_import;
mod killed_product;
mod large;
mod mimic;
mod observe;
mod pages;
mod products;
mod products_amended;
mod products_fields;
mod products_pages;
mod published;
mod quality;
mod quarantine;
mod reading;
mod rules;
mod service;
mod stewards;
mod support;
mod updates;
#[path = "../../../engine/tests/it/world.rs"]
#[expect(dead_code, reason = "the engine's own tests use more of it")]
mod world;
