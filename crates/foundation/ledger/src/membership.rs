//! Whether, and how, a person was part of something that concerns millions at once: an extract or
//! a wash is one entry on the log whose detail `tree` commits to a keyed tree of statuses.

use serde::{Deserialize, Serialize};
use varde_core::PersonId;

use crate::{
    LogProof, Policy,
    keyed::{KeyedError, KeyedProof, KeyedTree, TreeCommitment, TreeKey},
    proof::{ProofError, Proven},
};

/// The name of the detail in which an entry commits to its tree.
pub const TREE_DETAIL: &str = "tree";

/// The tree of statuses (`included`, `opted_out`, `small_group` …) of one event.
#[derive(Debug, Clone)]
pub struct Membership {
    tree: KeyedTree,
    key: TreeKey,
}

impl Membership {
    /// Builds the tree; each person at most once. Statuses are short words of the event's own.
    pub fn build<S: AsRef<[u8]> + Sync>(key: TreeKey, statuses: &[(PersonId, S)]) -> Result<Self, KeyedError> {
        Ok(Self { tree: KeyedTree::build(&key, statuses)?, key })
    }

    /// The tree read back from storage.
    pub fn from_tree(key: TreeKey, tree: KeyedTree) -> Self {
        Self { tree, key }
    }

    /// What the event's entry must carry: `draft.with(TREE_DETAIL, membership.commitment())`.
    pub fn commitment(&self) -> TreeCommitment {
        self.tree.commitment()
    }

    /// The tree, for storage.
    pub fn tree(&self) -> &KeyedTree {
        &self.tree
    }

    /// The tree's secret, for storage.
    pub fn key(&self) -> &TreeKey {
        &self.key
    }

    /// Proves a person's status, or with `None` that the tree does not have them.
    pub fn prove(&self, person: PersonId, status: Option<&str>) -> Result<KeyedProof, KeyedError> {
        self.tree.prove(&self.key, person, status.map(str::as_bytes))
    }
}

/// The file a citizen gets: their status, and the proof of the entry that commits to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MembershipProof {
    format: String,
    person: PersonId,
    member: KeyedProof,
    log_proof: String,
}

const FORMAT: &str = "varde-membership-proof@v1";

/// Why a membership proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MembershipError {
    /// Not of the known format.
    #[error("not a {FORMAT} file")]
    Format,
    /// The entry's proof does not hold.
    #[error(transparent)]
    Log(#[from] ProofError),
    /// The entry does not commit to a tree.
    #[error("the entry on the log does not commit to a membership tree")]
    NoTree,
    /// The person's proof does not hold.
    #[error(transparent)]
    Tree(#[from] KeyedError),
}

impl MembershipProof {
    /// Puts the parts together.
    pub fn new(person: PersonId, member: KeyedProof, entry: &LogProof) -> Self {
        Self { format: FORMAT.to_owned(), person, member, log_proof: entry.to_string() }
    }

    /// Checks all of it offline; returns the entry's proof and the person's status, `None` when it
    /// is proved that the tree does not have them.
    pub fn check(&self, trust: &Policy) -> Result<(Proven, Option<String>), MembershipError> {
        if self.format != FORMAT {
            return Err(MembershipError::Format);
        }
        let proven = self.log_proof.parse::<LogProof>()?.check(trust)?;
        let commitment = proven.entry.as_ref().and_then(|e| e.details.get(TREE_DETAIL));
        let commitment = commitment.and_then(|v| serde_json::from_value::<TreeCommitment>(v.clone()).ok());
        let value = self.member.check(self.person, &commitment.ok_or(MembershipError::NoTree)?)?;
        Ok((proven, value.map(|v| String::from_utf8_lossy(&v).into_owned())))
    }

    /// Whom it is about.
    pub fn person(&self) -> PersonId {
        self.person
    }
}
