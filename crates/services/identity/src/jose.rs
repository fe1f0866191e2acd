//! Our own signing keys (ES256) and the JSON Web Key sets they are published in.

use std::sync::Arc;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use serde::Serialize;

/// An ECDSA key on P-256. Does not print; cloning is cheap.
#[derive(Clone)]
pub struct SigningKey(Arc<Pair>);

struct Pair {
    key: EncodingKey,
    public: Jwk,
}

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
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        Self::from_pkcs8(document.map_err(|_| NotAKey)?.as_ref())
    }

    /// A key that was made before, PKCS#8 in DER.
    ///
    /// # Errors
    /// When it is no private key on P-256.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, NotAKey> {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| NotAKey)?;
        let key = EncodingKey::from_ec_der(der);
        let mut public = Jwk::from_encoding_key(&key, Algorithm::ES256).map_err(|_| NotAKey)?;
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        public.common.key_id = Some(public.thumbprint(ThumbprintHash::SHA256).map_err(|_| NotAKey)?);
        Ok(Self(Arc::new(Pair { key, public })))
    }

    /// The set with the public half, as it is published or registered.
    pub fn public(&self) -> JwkSet {
        JwkSet { keys: vec![self.0.public.clone()] }
    }

    /// A compact JWS over the claims, `typ` JWT. `None` when the claims are no JSON object.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Option<String> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid.clone_from(&self.0.public.common.key_id);
        jsonwebtoken::encode(&header, claims, &self.0.key).ok()
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.0.public.common.key_id.as_deref().unwrap_or(""))
    }
}
