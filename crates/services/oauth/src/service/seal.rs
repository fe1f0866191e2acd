//! Sealing what lies in the database and must not be readable there: private keys and secrets.

use std::{fmt, sync::Arc};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

/// AES-256-GCM under the installation's key file. The name of what is sealed is sealed with it, so
/// that one thing cannot be put in another's place.
#[derive(Clone)]
pub struct Sealer(Arc<RandomizedNonceKey>);

impl Sealer {
    /// A sealer with a key of 32 bytes; `None` when the library refuses it.
    pub fn new(key: &[u8; 32]) -> Option<Self> {
        RandomizedNonceKey::new(&AES_256_GCM, key).ok().map(|key| Self(Arc::new(key)))
    }

    /// Seals: nonce, then what is sealed, then the tag.
    pub(crate) fn seal(&self, name: &str, content: &[u8]) -> Option<Vec<u8>> {
        let mut sealed = content.to_vec();
        let nonce = self.0.seal_in_place_append_tag(Aad::from(name), &mut sealed).ok()?;
        Some([nonce.as_ref().as_slice(), &sealed].concat())
    }

    /// Opens what was sealed under that name.
    pub(crate) fn open(&self, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, content) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut content = content.to_vec();
        self.0.open_in_place(nonce, Aad::from(name), &mut content).ok().map(|opened| opened.to_vec())
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_under_its_name_and_key_only() {
        let (sealer, other) = (Sealer::new(&[1; 32]).unwrap(), Sealer::new(&[2; 32]).unwrap());
        let sealed = sealer.seal("a", b"secret").unwrap();
        assert_eq!(sealer.open("a", &sealed).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(sealer.open("b", &sealed), None);
        assert_eq!(other.open("a", &sealed), None);
        assert_ne!(sealer.seal("a", b"secret"), Some(sealed), "never twice the same");
        assert_eq!(sealer.open("a", b"short"), None);
    }
}
