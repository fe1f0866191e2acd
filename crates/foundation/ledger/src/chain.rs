//! A person's chain: a digest over all entries that concern them, in the order of the log, so that
//! leaving one out shows. `head₀` is 32 zero bytes; `headₙ = SHA-256(headₙ₋₁ ‖ commitmentₙ)`.

use serde::{Deserialize, Serialize};
use varde_core::Digest;

/// The end of a person's chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// How many entries.
    pub count: u64,
    /// The digest over them.
    pub head: Digest,
}

impl Default for Head {
    /// The chain of a person whom nothing concerns yet.
    fn default() -> Self {
        Self { count: 0, head: Digest::from_bytes([0; 32]) }
    }
}

impl Head {
    /// The chain with one more entry.
    #[must_use]
    pub fn then(self, commitment: &Digest) -> Self {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(self.head.bytes());
        bytes[32..].copy_from_slice(commitment.bytes());
        Self { count: self.count + 1, head: Digest::of(&bytes) }
    }

    /// The chain over these entries.
    pub fn over<'a>(commitments: impl IntoIterator<Item = &'a Digest>) -> Self {
        commitments.into_iter().fold(Self::default(), |head, c| head.then(c))
    }

    /// What the tree of heads commits to: the count as eight big-endian bytes, then the digest.
    pub fn bytes(&self) -> [u8; 40] {
        let mut bytes = [0; 40];
        bytes[..8].copy_from_slice(&self.count.to_be_bytes());
        bytes[8..].copy_from_slice(self.head.bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn leaving_out_adding_or_swapping_an_entry_shows(seeds in prop::collection::hash_set(any::<u64>(), 2..20), i in any::<prop::sample::Index>()) {
            let all: Vec<Digest> = seeds.iter().map(|s| Digest::of(&s.to_be_bytes())).collect();
            let head = Head::over(&all);
            let i = i.index(all.len());
            let mut less = all.clone();
            less.remove(i);
            prop_assert_ne!(Head::over(&less), head);
            let mut swapped = all.clone();
            swapped.swap(i, (i + 1) % all.len());
            prop_assert_ne!(Head::over(&swapped).head, head.head);
            prop_assert_eq!(Head::over(&all[..i]).count, i as u64);
        }
    }
}
