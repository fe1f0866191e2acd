//! Pseudonyms: HMAC-SHA256 of the stable person id under the project's key, cut to 128 bits.
//! Computed once per person and project and gathered by index, never per row. Destroying the key
//! makes the way back impossible (crypto-shredding).

use std::fmt;

use aws_lc_rs::hmac;
use varde_core::{ExtractId, PersonId};

/// A project's pseudonym key. It prints nothing, and is written down nowhere but in a sealed plan.
#[derive(Clone)]
pub struct ProjectKey {
    bytes: [u8; 32],
    mac: hmac::Key,
}

impl ProjectKey {
    /// The key of 32 bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self { bytes: *bytes, mac: hmac::Key::new(hmac::HMAC_SHA256, bytes) }
    }

    /// Its 32 bytes, for a plan.
    pub(crate) fn bytes(&self) -> [u8; 32] {
        self.bytes
    }

    /// The person's pseudonym in this project: 16 bytes.
    pub fn pseudonym(&self, person: PersonId) -> [u8; 16] {
        let tag = hmac::sign(&self.mac, person.uuid().as_bytes());
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
        self.derived(&message)
    }

    /// What the project draws its controls by.
    pub(crate) fn draw(&self) -> Draw {
        let bytes = self.derived(b"varde matching v1");
        let half = |from: usize| bytes[from..from + 8].iter().fold(0, |all: u64, byte| all << 8 | u64::from(*byte));
        Draw([half(0), half(8)])
    }

    /// By how many days the person's dates are moved, at most `most` to either side: the same every time,
    /// and known to nobody without the key.
    pub(crate) fn shift(&self, person: u32, most: u32) -> i32 {
        let mut message = b"varde shift v1 ".to_vec();
        message.extend_from_slice(&person.to_be_bytes());
        let bytes = self.derived(&message);
        let drawn = bytes[..8].iter().fold(0, |all: u64, byte| all << 8 | u64::from(*byte));
        let most = i64::from(most);
        i32::try_from(i64::try_from(drawn % (2 * most as u64 + 1)).unwrap_or(0) - most).unwrap_or(0)
    }

    fn derived(&self, message: &[u8]) -> [u8; 32] {
        let tag = hmac::sign(&self.mac, message);
        let mut out = [0; 32];
        out.copy_from_slice(tag.as_ref());
        out
    }
}

/// An order of people that is a project's own: nobody without the project's key can tell who is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draw([u64; 2]);

impl Draw {
    /// The person's place in the order; two people may share one.
    pub(crate) fn order(&self, person: u32) -> u64 {
        // The finalizer of SplitMix64, twice, each time with half of the key.
        self.0.iter().fold(u64::from(person), |value, half| {
            let value = (value ^ half).wrapping_add(0x9e37_79b9_7f4a_7c15);
            let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            value ^ value >> 31
        })
    }
}

impl fmt::Debug for ProjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProjectKey(…)")
    }
}
