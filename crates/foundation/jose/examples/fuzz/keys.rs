//! The keys that sign the corpus, in our module and in the independent library.

use jsonwebtoken::{DecodingKey, EncodingKey, jwk::Jwk};
use serde_json::{Map, Value};
use varde_jose::{Algorithm, SigningKey};

/// What both libraries can do, one of each family; ES512 is ours alone.
const SHARED: [(Algorithm, jsonwebtoken::Algorithm); 5] = [
    (Algorithm::Es256, jsonwebtoken::Algorithm::ES256),
    (Algorithm::Es384, jsonwebtoken::Algorithm::ES384),
    (Algorithm::Ps256, jsonwebtoken::Algorithm::PS256),
    (Algorithm::Rs256, jsonwebtoken::Algorithm::RS256),
    (Algorithm::EdDsa, jsonwebtoken::Algorithm::EdDSA),
];

/// A key as both know it.
pub(crate) struct Pair {
    pub(crate) ours: SigningKey,
    pub(crate) algorithm: jsonwebtoken::Algorithm,
    pub(crate) theirs: DecodingKey,
    private: EncodingKey,
}

pub(crate) struct Keys {
    pub(crate) pairs: Vec<Pair>,
    pub(crate) p521: SigningKey,
}

impl Keys {
    pub(crate) fn generate() -> Self {
        let pairs = SHARED.map(|(ours, theirs)| Pair::generate(ours, theirs)).into();
        Self { pairs, p521: key(Algorithm::Es512) }
    }
}

impl Pair {
    fn generate(ours: Algorithm, algorithm: jsonwebtoken::Algorithm) -> Self {
        let ours = key(ours);
        let der = ours.to_pkcs8().expect("PKCS#8");
        let private = match ours.algorithm() {
            Algorithm::Es256 | Algorithm::Es384 => EncodingKey::from_ec_der(&der),
            Algorithm::EdDsa => EncodingKey::from_ed_der(&der),
            // PKCS#1 lies in PKCS#8 after 26 bytes of header (RFC 5208).
            _ => EncodingKey::from_rsa_der(&der[26..]),
        };
        let theirs = decoding_key(&ours.public().to_jwk()).expect("a public key");
        Self { ours, algorithm, theirs, private }
    }

    /// A signature over any bytes, made by the independent library.
    pub(crate) fn sign(&self, message: &str) -> String {
        jsonwebtoken::crypto::sign(message.as_bytes(), &self.private, self.algorithm).expect("a signature")
    }

    /// Whether the independent library believes the signature over those bytes.
    pub(crate) fn believes(&self, message: &str, signature: &str) -> bool {
        jsonwebtoken::crypto::verify(signature, message.as_bytes(), &self.theirs, self.algorithm).unwrap_or(false)
    }
}

/// The key as the independent library reads it.
pub(crate) fn decoding_key(jwk: &Map<String, Value>) -> Option<DecodingKey> {
    let jwk: Jwk = serde_json::from_value(Value::Object(jwk.clone())).ok()?;
    DecodingKey::from_jwk(&jwk).ok()
}

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm).expect("a key")
}
