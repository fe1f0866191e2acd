//! Private keys, to sign with.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair as _},
};
use serde_json::{Map, Value, json};

use crate::{Algorithm, Claims, Family, Fault, PublicKey, encode, encode_to};

/// A private key for one algorithm, named by the thumbprint of its public half unless another name
/// is given. It does not print. Cloning is cheap.
#[derive(Clone)]
pub struct SigningKey(Arc<Inner>);

struct Inner {
    algorithm: Algorithm,
    pair: Pair,
    public: PublicKey,
    id: String,
}

enum Pair {
    Ecdsa(EcdsaKeyPair),
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    /// A new key from the library's own generator. RSA keys have 3072 bits.
    ///
    /// # Errors
    /// [`Fault::Sign`] when the operating system gives no randomness.
    pub fn generate(algorithm: Algorithm) -> Result<Self, Fault> {
        let pair = match algorithm.family() {
            Family::Rsa => Pair::Rsa(RsaKeyPair::generate(KeySize::Rsa3072).map_err(|_| Fault::Sign)?),
            Family::Ed25519 => Pair::Ed25519(Ed25519KeyPair::generate().map_err(|_| Fault::Sign)?),
            family => {
                let curve = family.ecdsa().ok_or(Fault::Sign)?;
                Pair::Ecdsa(EcdsaKeyPair::generate(curve).map_err(|_| Fault::Sign)?)
            }
        };
        Self::new(algorithm, pair)
    }

    /// A key that was made before, PKCS#8 in DER.
    ///
    /// # Errors
    /// [`Fault::NotAKey`] when it is no private key for that algorithm.
    pub fn from_pkcs8(algorithm: Algorithm, der: &[u8]) -> Result<Self, Fault> {
        let pair = match algorithm.family() {
            Family::Rsa => Pair::Rsa(RsaKeyPair::from_pkcs8(der).map_err(|_| Fault::NotAKey)?),
            Family::Ed25519 => Pair::Ed25519(Ed25519KeyPair::from_pkcs8(der).map_err(|_| Fault::NotAKey)?),
            family => {
                let curve = family.ecdsa().ok_or(Fault::NotAKey)?;
                Pair::Ecdsa(EcdsaKeyPair::from_pkcs8(curve, der).map_err(|_| Fault::NotAKey)?)
            }
        };
        Self::new(algorithm, pair)
    }

    /// An Ed25519 key from its seed (RFC 8032, section 5.1.5).
    ///
    /// # Errors
    /// [`Fault::NotAKey`].
    pub fn from_ed25519_seed(seed: &[u8; 32]) -> Result<Self, Fault> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| Fault::NotAKey)?;
        Self::new(Algorithm::EdDsa, Pair::Ed25519(pair))
    }

    fn new(algorithm: Algorithm, pair: Pair) -> Result<Self, Fault> {
        let public = PublicKey::from_jwk(&pair.public(algorithm.family()))?;
        let id = public.thumbprint();
        let public = public.named(id.clone(), Some(algorithm));
        Ok(Self(Arc::new(Inner { algorithm, pair, public, id })))
    }

    /// The private key, PKCS#8 in DER: to be kept encrypted.
    ///
    /// # Errors
    /// [`Fault::Sign`] when the library cannot write it.
    pub fn to_pkcs8(&self) -> Result<Vec<u8>, Fault> {
        match &self.0.pair {
            Pair::Ecdsa(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
            Pair::Rsa(pair) => pair.as_der().map(|der| der.as_ref().to_vec()),
            Pair::Ed25519(pair) => pair.to_pkcs8().map(|der| der.as_ref().to_vec()),
        }
        .map_err(|_| Fault::Sign)
    }

    /// The public half, with name and algorithm.
    pub fn public(&self) -> &PublicKey {
        &self.0.public
    }

    /// The key's name (`kid`).
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The algorithm it signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.0.algorithm
    }

    /// A compact JWS over the claims, of that type, that names this key.
    ///
    /// # Errors
    /// [`Fault::Sign`].
    pub fn sign(&self, kind: &str, claims: &Claims) -> Result<String, Fault> {
        let said = |text: &str| serde_json::to_string(text).map_err(|_| Fault::Sign);
        let (kind, id, algorithm) = (said(kind)?, said(self.id())?, self.0.algorithm.name());
        let claims = serde_json::to_string(claims).map_err(|_| Fault::Sign)?;
        self.sign_text(&format!(r#"{{"alg":"{algorithm}","typ":{kind},"kid":{id}}}"#), &claims)
    }

    /// A compact JWS whose header has these members beside `alg`. For proofs, which carry their
    /// key, and for tests that need a wrong header: a member `alg` here is written as it is, and what is
    /// null is left out.
    ///
    /// # Errors
    /// [`Fault::Sign`].
    pub fn sign_with(&self, header: &Value, claims: &Claims) -> Result<String, Fault> {
        let mut members = Map::new();
        members.insert("alg".to_owned(), json!(self.0.algorithm.name()));
        members.extend(header.as_object().cloned().unwrap_or_default());
        members.retain(|_, value| !value.is_null());
        let claims = serde_json::to_string(claims).map_err(|_| Fault::Sign)?;
        self.sign_text(&Value::Object(members).to_string(), &claims)
    }

    /// A compact JWS over these very texts: for what must come out the same to the byte, whichever
    /// order a library writes members in. The caller sees to it that they are objects, and that `alg`
    /// is this key's.
    ///
    /// # Errors
    /// [`Fault::Sign`].
    pub fn sign_text(&self, header: &str, claims: &str) -> Result<String, Fault> {
        // Four characters for three bytes, and room for a signature on a curve.
        let mut signed = String::with_capacity((header.len() + claims.len() + 100) * 4 / 3);
        encode_to(header, &mut signed);
        signed.push('.');
        encode_to(claims, &mut signed);
        let signature = self.signature(signed.as_bytes())?;
        signed.push('.');
        encode_to(signature, &mut signed);
        Ok(signed)
    }

    fn signature(&self, message: &[u8]) -> Result<Vec<u8>, Fault> {
        let random = SystemRandom::new();
        match &self.0.pair {
            Pair::Ecdsa(pair) => pair.sign(&random, message).map(|s| s.as_ref().to_vec()).map_err(|_| Fault::Sign),
            Pair::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let encoding = self.0.algorithm.rsa_signing().ok_or(Fault::Sign)?;
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, message, &mut signature).map_err(|_| Fault::Sign)?;
                Ok(signature)
            }
        }
    }
}

impl Pair {
    fn public(&self, family: Family) -> Map<String, Value> {
        let jwk = match self {
            Self::Ecdsa(pair) => {
                let (curve, length) = family.curve().unwrap_or_default();
                // Uncompressed: 4, x, y.
                let point = pair.public_key().as_ref();
                let (x, y) = point.get(1..).unwrap_or_default().split_at(length.min(point.len().saturating_sub(1)));
                json!({ "kty": "EC", "crv": curve, "x": encode(x), "y": encode(y) })
            }
            Self::Rsa(pair) => {
                let key = pair.public_key();
                let (n, e) = (key.modulus(), key.exponent());
                json!({
                    "kty": "RSA",
                    "n": encode(n.big_endian_without_leading_zero()),
                    "e": encode(e.big_endian_without_leading_zero()),
                })
            }
            Self::Ed25519(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(pair.public_key().as_ref()) })
            }
        };
        jwk.as_object().cloned().unwrap_or_default()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, {})", self.0.algorithm.name(), self.0.id)
    }
}
