//! The proof that a citizen's list of entries leaves nothing out.
//!
//! From time to time the log enters the heads of everybody's chains: one entry [`HEADS_KIND`] that
//! commits to shards, each a keyed tree over (person, count, head). The list of a person's entries
//! gives a head; the keyed proof shows that head in the tree of their shard; the shard proof shows
//! that shard among those of the entry; the log proof shows the entry on the log. An entry left out,
//! added or changed gives another head. Entries after the heads entry are not covered:
//! [`Complete::upto`] says how far it reaches.
//!
//! In the first version of the format there was one tree and no shards. Files of that version still
//! hold, and are still checked; none are made.

use serde::{Deserialize, Serialize};
use varde_core::{Digest, PersonId};

use crate::{
    Entry, LogProof, Policy,
    chain::Head,
    entry::commit,
    keyed::{KeyedError, KeyedProof, TreeCommitment},
    membership::TREE_DETAIL,
    proof::{ProofError, Proven},
    shards::{SHARDS_DETAIL, ShardProof, ShardsCommitment},
};

/// The kind of the entry that commits to everybody's heads.
pub const HEADS_KIND: &str = "ledger.heads.published";
/// Its detail that says how many entries of the log the heads cover.
pub const SIZE_DETAIL: &str = "size";

const FORMAT: &str = "varde-completeness-proof@v2";
const FIRST_FORMAT: &str = "varde-completeness-proof@v1";

/// One link of a person's chain as it is handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The entry's place on the log.
    pub index: u64,
    /// The leaf that stands for it.
    pub commitment: Digest,
    /// The salt in hexadecimal; `None` when the entry was erased.
    pub salt: Option<String>,
    /// The entry's canonical JSON; `None` when it was erased.
    pub body: Option<String>,
}

/// The file a citizen gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompletenessProof {
    format: String,
    person: PersonId,
    entries: Vec<Link>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shard: Option<ShardProof>,
    head: KeyedProof,
    log_proof: String,
}

/// What a completeness proof shows once it has been checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Complete {
    /// Whom it is about.
    pub person: PersonId,
    /// Their entries in order, `None` for an erased one.
    pub entries: Vec<(u64, Option<Entry>)>,
    /// The list is complete for the log's first so many entries.
    pub upto: u64,
    /// The entry with everybody's heads: when it was made is in it.
    pub heads: Proven,
}

/// Why a completeness proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompletenessError {
    /// Not of the known format.
    #[error("not a {FORMAT} file")]
    Format,
    /// The heads entry's proof does not hold.
    #[error(transparent)]
    Log(#[from] ProofError),
    /// The proved entry does not commit to heads.
    #[error("the proved entry is not one that publishes everybody's chain heads")]
    NotHeads,
    /// The keyed proof does not hold.
    #[error(transparent)]
    Tree(#[from] KeyedError),
    /// An entry in the list is not what its commitment says.
    #[error("entry number {0} in the list was altered: salt and text do not give its commitment")]
    Altered(usize),
    /// An entry in the list is about others.
    #[error("entry number {0} in the list does not concern this person")]
    Foreign(usize),
    /// The order is not the log's.
    #[error("entry number {0} in the list is out of order")]
    Order(usize),
    /// The list gives another head than the log has.
    #[error(
        "the list is not complete: it has {listed} entries, the log has {on_log} for this person, or the heads differ"
    )]
    Incomplete {
        /// How many entries the list has.
        listed: u64,
        /// How many the log's head counts.
        on_log: u64,
    },
}

impl CompletenessProof {
    /// Puts the parts together. `entries` are those with an index below the heads' size.
    pub fn new(person: PersonId, entries: Vec<Link>, shard: ShardProof, head: KeyedProof, heads: &LogProof) -> Self {
        let (format, log_proof) = (FORMAT.to_owned(), heads.to_string());
        Self { format, person, entries, shard: Some(shard), head, log_proof }
    }

    /// Whom it is about.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// Checks all of it offline.
    pub fn check(&self, trust: &Policy) -> Result<Complete, CompletenessError> {
        if !matches!((self.format.as_str(), &self.shard), (FORMAT, Some(_)) | (FIRST_FORMAT, None)) {
            return Err(CompletenessError::Format);
        }
        let heads = self.log_proof.parse::<LogProof>()?.check(trust)?;
        let (upto, said) = heads.entry.as_ref().and_then(read_heads).ok_or(CompletenessError::NotHeads)?;
        let value = match (&said, &self.shard) {
            (Heads::Shards(shards), Some(shard)) => shard.check(self.person, shards, &self.head)?,
            (Heads::Tree(tree), None) => self.head.check(self.person, tree)?,
            _ => return Err(CompletenessError::NotHeads),
        };
        let entries = self.read_entries(upto)?;
        let listed = Head::over(self.entries.iter().map(|l| &l.commitment));
        let on_log = value.unwrap_or_else(|| Head::default().bytes().to_vec());
        if on_log == listed.bytes() {
            return Ok(Complete { person: self.person, entries, upto, heads });
        }
        let count = on_log.first_chunk::<8>().map_or(0, |c| u64::from_be_bytes(*c));
        Err(CompletenessError::Incomplete { listed: listed.count, on_log: count })
    }

    fn read_entries(&self, upto: u64) -> Result<Vec<(u64, Option<Entry>)>, CompletenessError> {
        let mut entries = Vec::with_capacity(self.entries.len());
        let mut next = 0;
        for (number, link) in (1..).zip(&self.entries) {
            if link.index < next || link.index >= upto {
                return Err(CompletenessError::Order(number));
            }
            next = link.index + 1;
            entries.push((link.index, link.open(self.person, number)?));
        }
        Ok(entries)
    }
}

impl Link {
    fn open(&self, person: PersonId, number: usize) -> Result<Option<Entry>, CompletenessError> {
        let (salt, body) = match (&self.salt, &self.body) {
            (None, None) => return Ok(None),
            (Some(salt), Some(body)) => (salt, body),
            _ => return Err(CompletenessError::Altered(number)),
        };
        let mut bytes = [0; 32];
        hex::decode_to_slice(salt, &mut bytes).map_err(|_| CompletenessError::Altered(number))?;
        if commit(&bytes, body.as_bytes()) != self.commitment {
            return Err(CompletenessError::Altered(number));
        }
        let entry: Entry = serde_json::from_str(body).map_err(|_| CompletenessError::Altered(number))?;
        if entry.persons.contains(&person) { Ok(Some(entry)) } else { Err(CompletenessError::Foreign(number)) }
    }
}

/// What an entry that publishes everybody's heads commits to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heads {
    /// Shards, each with a tree.
    Shards(ShardsCommitment),
    /// One tree, as in the first version.
    Tree(TreeCommitment),
}

/// How many entries a heads entry covers, and what it commits to: one of the two, never both.
pub fn read_heads(entry: &Entry) -> Option<(u64, Heads)> {
    let size = entry.details.get(SIZE_DETAIL)?.as_u64()?;
    let said = match (entry.details.get(SHARDS_DETAIL), entry.details.get(TREE_DETAIL)) {
        (Some(shards), None) => Heads::Shards(serde_json::from_value(shards.clone()).ok()?),
        (None, Some(tree)) => Heads::Tree(serde_json::from_value(tree.clone()).ok()?),
        _ => return None,
    };
    (entry.kind == HEADS_KIND).then_some((size, said))
}

#[cfg(test)]
mod tests;
