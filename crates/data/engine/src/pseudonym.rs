//! Pseudonyms: HMAC-SHA256 of the stable person id under the project's key, cut to 128 bits.
//! Computed once per person and project and gathered by index, never per row. Destroying the key
//! makes the way back impossible (crypto-shredding).

use std::fmt;

use aws_lc_rs::hmac;
use varde_core::{ExtractId, PersonId};

/// A project's pseudonym key. It prints nothing and is never serialised here.
#[derive(Clone)]
pub struct ProjectKey(hmac::Key);

impl ProjectKey {
    /// The key of 32 bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The person's pseudonym in this project: 16 bytes.
    pub fn pseudonym(&self, person: PersonId) -> [u8; 16] {
        let tag = hmac::sign(&self.0, person.uuid().as_bytes());
        let mut out = [0; 16];
        out.copy_from_slice(&tag.as_ref()[..16]);
        out
    }

    /// The key of an extract's membership tree, drawn from the project's key, so that the tree can be
    /// made again. The log keeps it beside the tree for the citizens' proofs, also when the project's
    /// key is destroyed: by it one finds whether a known person was in the extract, which the platform
    /// must be able to tell them, and nothing of a row. The way from here back to the project's key,
    /// and so to a pseudonym, is that of inverting HMAC-SHA256; docs/log.md says more.
    pub fn membership(&self, extract: ExtractId) -> [u8; 32] {
        let mut message = b"varde membership v1 ".to_vec();
        message.extend_from_slice(extract.uuid().as_bytes());
        let tag = hmac::sign(&self.0, &message);
        let mut out = [0; 32];
        out.copy_from_slice(tag.as_ref());
        out
    }
}

impl fmt::Debug for ProjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProjectKey(…)")
    }
}
