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

#[cfg(test)]
mod tests {
    use varde_core::{Randomness, SystemClock};

    use super::*;
    use crate::{
        Draft, PublicKey,
        proof::tests::{independent, proof_of},
    };

    /// An extract of 300 people, and what it proves to one of them or to a stranger.
    fn membership(status: Option<&str>) -> (MembershipProof, PublicKey) {
        let randomness = Randomness::seeded(5);
        let words = ["included", "opted_out", "small_group"];
        let mut people: Vec<_> = (0..300).map(|n| (PersonId::new(&SystemClock, &randomness), words[n % 3])).collect();
        let person = match status {
            Some(wanted) => people.iter().find(|(_, status)| *status == wanted).unwrap().0,
            None => people.pop().unwrap().0,
        };
        let membership = Membership::build(TreeKey::generate(&randomness), &people).unwrap();
        let tree = membership.commitment();
        let draft = |n| Draft::new("platform.extract.delivered", "extract", n).with(TREE_DETAIL, tree);
        let (entry, key) = proof_of(40, 17, draft);
        (MembershipProof::new(person, membership.prove(person, status).unwrap(), &entry), key)
    }

    #[test]
    fn the_independent_checker_reads_every_part_and_finds_every_alteration() {
        for status in [Some("included"), Some("opted_out"), None] {
            let (proof, key) = membership(status);
            assert_eq!(proof.check(&Policy::trusting(key.clone())).unwrap().1.as_deref(), status);
            let text = serde_json::to_string(&proof).unwrap();
            let (held, said) = independent(text.as_bytes(), &key.to_string());
            assert!(held, "{said}");
            assert!(said.contains(&format!("Your part in what it tells of: {}", status.unwrap_or("none"))), "{said}");
            for at in (0..text.len()).step_by(text.len() / 15) {
                let mut altered = text.clone().into_bytes();
                altered[at] ^= 1;
                let (held, said) = independent(&altered, &key.to_string());
                assert!(!held, "byte {at} of {status:?}: {said}");
            }
        }
    }

    #[test]
    fn nobody_can_use_the_proof_of_another() {
        let (proof, key) = membership(Some("included"));
        let mut forged = serde_json::to_value(&proof).unwrap();
        forged["person"] = serde_json::json!(PersonId::new(&SystemClock, &Randomness::seeded(6)));
        let forged: MembershipProof = serde_json::from_value(forged).unwrap();
        let trust = Policy::trusting(key.clone());
        assert_eq!(forged.check(&trust), Err(MembershipError::Tree(KeyedError::WrongProof)));
        let (held, _) = independent(serde_json::to_string(&forged).unwrap().as_bytes(), &key.to_string());
        assert!(!held);
    }
}
