//! The module through its public face: what it takes, what it refuses, and that an independent
//! library agrees.

mod agreement;
mod fuzzer;
mod hostile;
mod keys;
mod vectors;

use serde_json::{Value, json};
use varde_jose::{Algorithm, Claims, Expected, SigningKey};

/// Takes everything that exists, of the type `test+jwt`.
const EVERYTHING: Expected<'static> =
    Expected { types: &["test+jwt"], algorithms: &Algorithm::ALL, largest: 16 * 1024 };

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm).expect("a key")
}

fn claims(value: &Value) -> Claims {
    value.as_object().cloned().expect("an object")
}

fn sample() -> Claims {
    claims(&json!({ "iss": "somebody", "n": 1, "list": ["a", { "b": null }] }))
}
