//! The heads of everybody's chains in a fixed number of shards, each a keyed tree of its own, so that
//! publishing them writes only the shards in which a chain has grown.
//!
//! Which shard a person is in, their **place**, is the first bits of `HMAC-SHA-256(shard key, PersonId)`.
//! A **line** of 72 bytes stands for each shard: its tree's root, its number of leaves as eight
//! big-endian bytes, SHA-256 of its tag key. The Merkle tree (RFC 6962, 2.1) over the 2^bits lines is
//! what an entry on the log commits to, together with the digest of the shard key: with another key a
//! person could be looked for where they are not. A shard without anybody is the empty tree whose
//! secret is 32 zero bytes.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};
use tlog_tiles::{Hash, tlog};
use varde_core::{Digest, PersonId, Randomness};

use crate::keyed::{KeyedError, KeyedProof, KeyedTree, TreeCommitment, TreeKey};

/// The name of the detail in which an entry commits to its shards.
pub const SHARDS_DETAIL: &str = "shards";
/// 2¹⁴ shards: some 340 persons in each at five million, 22 KB to write when one of them grew.
pub const SHARD_BITS: u8 = 14;
/// More than anybody needs; it bounds what a proof can ask of whoever checks it.
const MOST_BITS: u8 = 31;

/// What an entry on the log commits to, as its detail `shards`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardsCommitment {
    /// The Merkle tree hash (RFC 6962, 2.1) of the shards' lines.
    pub root: Digest,
    /// There are 2^bits shards.
    pub bits: u8,
    /// SHA-256 of the shard key.
    pub key: Digest,
}

/// The secret that says in which shard a person is. It stays the same, so that a shard without a
/// change stays as it is; each person's proof shows it.
#[derive(Clone)]
pub struct ShardKey([u8; 32]);

impl std::fmt::Debug for ShardKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShardKey")
    }
}

impl ShardKey {
    /// A new secret.
    pub fn generate(randomness: &Randomness) -> Self {
        Self(randomness.bytes())
    }

    /// The secret read back from where it is kept.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The secret's bytes, to be kept.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What an entry carries of it.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// In which of the 2^[`SHARD_BITS`] shards a person is.
    pub fn place(&self, person: PersonId) -> u32 {
        place(&self.0, person, SHARD_BITS)
    }
}

fn place(key: &[u8; 32], person: PersonId, bits: u8) -> u32 {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), person.uuid().as_bytes());
    let first = tag.as_ref().first_chunk::<4>().map_or(0, |first| u32::from_be_bytes(*first));
    first.checked_shr(32 - u32::from(bits)).unwrap_or(0)
}

/// The secret of a shard without anybody: there is nothing in it to keep.
pub const fn nobody() -> TreeKey {
    TreeKey::from_bytes([0; 32])
}

/// What each shard commits to; one that is not named is without anybody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shards(BTreeMap<u32, TreeCommitment>);

impl FromIterator<(u32, TreeCommitment)> for Shards {
    fn from_iter<I: IntoIterator<Item = (u32, TreeCommitment)>>(shards: I) -> Self {
        Self(shards.into_iter().collect())
    }
}

impl Shards {
    /// What a shard commits to.
    pub fn get(&self, shard: u32) -> TreeCommitment {
        self.0.get(&shard).copied().unwrap_or_else(empty)
    }

    /// The shards that have somebody.
    pub fn iter(&self) -> impl Iterator<Item = (u32, TreeCommitment)> {
        self.0.iter().map(|(shard, tree)| (*shard, *tree))
    }

    /// What the entry on the log must carry.
    pub fn commitment(&self, key: &ShardKey) -> ShardsCommitment {
        let (root, _) = self.walk(SHARD_BITS, 0);
        ShardsCommitment { root: Digest::from_bytes(root.0), bits: SHARD_BITS, key: key.digest() }
    }

    /// Proves which shard a person is in and what it commits to.
    pub fn prove(&self, key: &ShardKey, person: PersonId) -> ShardProof {
        let shard = key.place(person);
        let path = self.walk(SHARD_BITS, shard).1.into_iter().map(|hash| Digest::from_bytes(hash.0)).collect();
        ShardProof { key: Digest::from_bytes(key.0), tree: self.get(shard), path }
    }

    /// The root over 2^bits shards, and the audit path of one. Subtrees without anybody have one hash a level, so
    /// the work grows with the shards that have somebody.
    fn walk(&self, bits: u8, shard: u32) -> (Hash, Vec<Hash>) {
        let mut row: BTreeMap<u32, Hash> = self.0.iter().map(|(n, tree)| (*n, line(tree))).collect();
        let mut none = line(&empty());
        let mut path = Vec::with_capacity(usize::from(bits));
        for level in 0..bits {
            let of = |row: &BTreeMap<u32, Hash>, n: u32| row.get(&n).copied().unwrap_or(none);
            path.push(of(&row, (shard >> level) ^ 1));
            let mut above = BTreeMap::new();
            for n in row.keys().map(|n| n >> 1) {
                above.entry(n).or_insert_with(|| tlog::node_hash(of(&row, 2 * n), of(&row, 2 * n + 1)));
            }
            (row, none) = (above, tlog::node_hash(none, none));
        }
        (row.get(&0).copied().unwrap_or(none), path)
    }
}

fn empty() -> TreeCommitment {
    let nobody: [(PersonId, [u8; 0]); 0] = [];
    let root = Digest::from_bytes(tlog::EMPTY_HASH.0);
    let none = TreeCommitment { root, leaves: 0, tag_key: Digest::of(self::nobody().tag_key().bytes()) };
    debug_assert!(KeyedTree::build(&self::nobody(), &nobody).is_ok_and(|tree| tree.commitment() == none));
    none
}

/// The leaf that stands for a shard.
fn line(tree: &TreeCommitment) -> Hash {
    let mut bytes = [0; 72];
    bytes[..32].copy_from_slice(tree.root.bytes());
    bytes[32..40].copy_from_slice(&tree.leaves.to_be_bytes());
    bytes[40..].copy_from_slice(tree.tag_key.bytes());
    tlog::record_hash(&bytes)
}

/// Shows which shard a person is in, and what it commits to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardProof {
    key: Digest,
    tree: TreeCommitment,
    path: Vec<Digest>,
}

impl ShardProof {
    /// Checks that this is the person's shard among those that an entry commits to, and then what the
    /// shard's tree says of them; `None` when they are proved not to be in it.
    pub fn check(
        &self,
        person: PersonId,
        shards: &ShardsCommitment,
        says: &KeyedProof,
    ) -> Result<Option<Vec<u8>>, KeyedError> {
        if Digest::of(self.key.bytes()) != shards.key || shards.bits > MOST_BITS {
            return Err(KeyedError::WrongProof);
        }
        let place = place(self.key.bytes(), person, shards.bits);
        let path = self.path.iter().map(|hash| Hash(*hash.bytes())).collect();
        tlog::check_record(&path, 1 << shards.bits, Hash(*shards.root.bytes()), u64::from(place), line(&self.tree))
            .map_err(|_| KeyedError::WrongProof)?;
        says.check(person, &self.tree)
    }
}

#[cfg(test)]
mod tests;
