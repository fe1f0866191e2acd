//! Our own signing keys (ES256) as relying party and as Test-ID.

use serde::Serialize;
use serde_json::Value;
use varde_jose::{Algorithm, KeySet, PublicKey};

/// An ECDSA key on P-256. Does not print; cloning is cheap.
#[derive(Debug, Clone)]
pub struct SigningKey(varde_jose::SigningKey);

/// The bytes are no key of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a P-256 private key in PKCS#8 (DER)")]
pub struct NotAKey;

impl SigningKey {
    /// A new key from the cryptographic library's own generator.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn generate() -> Result<Self, NotAKey> {
        varde_jose::SigningKey::generate(Algorithm::Es256).map(Self).map_err(|_| NotAKey)
    }

    /// A key that was made before, PKCS#8 in DER.
    ///
    /// # Errors
    /// When it is no private key on P-256.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, NotAKey> {
        varde_jose::SigningKey::from_pkcs8(Algorithm::Es256, der).map(Self).map_err(|_| NotAKey)
    }

    /// The set with the public half, as it is published or registered.
    pub fn public(&self) -> KeySet {
        KeySet::new(PublicKey::from_jwk(&self.0.public().to_jwk()))
    }

    /// A compact JWS over the claims, `typ` JWT. `None` when the claims are no JSON object.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Option<String> {
        let Ok(Value::Object(claims)) = serde_json::to_value(claims) else { return None };
        self.0.sign("JWT", &claims).ok()
    }
}
