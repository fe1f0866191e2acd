//! What is judged: the module itself, or in a test one that is broken on purpose.

use serde_json::{Map, Value};
use varde_jose::{Algorithm, Claims, Expected, Fault, Jws, PublicKey, parse_object};

/// As the authorisation server takes tokens, with every algorithm.
pub(crate) const EXPECTED: Expected<'static> =
    Expected { types: &["test+jwt"], algorithms: &Algorithm::ALL, largest: 16 * 1024 };

/// A reader of tokens, proofs, keys and JSON.
pub(crate) trait Module {
    /// The claims of a token that the key signed.
    fn token(&self, text: &str, key: &PublicKey) -> Result<Claims, Fault>;

    /// The thumbprint of the key that a proof carries, and the claims that it signed.
    fn proof(&self, text: &str) -> Result<(String, Claims), Fault>;

    /// A public key.
    fn key(&self, jwk: &Map<String, Value>) -> Result<PublicKey, Fault>;

    /// The members of an object.
    fn object(&self, text: &[u8]) -> Result<Claims, Fault>;
}

/// The module as everybody uses it.
pub(crate) struct Ours;

impl Module for Ours {
    fn token(&self, text: &str, key: &PublicKey) -> Result<Claims, Fault> {
        Jws::parse(text, &EXPECTED).and_then(|jws| jws.verify(key))
    }

    fn proof(&self, text: &str) -> Result<(String, Claims), Fault> {
        let (key, claims) = Jws::parse(text, &EXPECTED).and_then(Jws::verify_by_own_key)?;
        Ok((key.thumbprint(), claims))
    }

    fn key(&self, jwk: &Map<String, Value>) -> Result<PublicKey, Fault> {
        PublicKey::from_jwk(jwk)
    }

    fn object(&self, text: &[u8]) -> Result<Claims, Fault> {
        parse_object(text)
    }
}
