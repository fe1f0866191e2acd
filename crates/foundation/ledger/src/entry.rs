//! What is entered on the log.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use varde_core::{Actor, Digest, EntryId, LegalBasis, PersonId, Purpose};

/// Whether what was asked for was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was asked for and refused. Denials are entries too.
    Denied,
}

/// What a use case wants to say on the log; it becomes an [`Entry`] when a unit of work enters it.
///
/// Say what happened in `kind` (dotted: context, thing, past participle), to what in `resource`,
/// and concerning whom in `persons`. `details` never hold a national number, a name or a token.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub(crate) kind: String,
    pub(crate) resource: String,
    pub(crate) outcome: Outcome,
    pub(crate) legal_basis: Option<LegalBasis>,
    pub(crate) purpose: Option<Purpose>,
    pub(crate) persons: Vec<PersonId>,
    pub(crate) details: Map<String, Value>,
}

impl Draft {
    /// Something was done: `Draft::new("access.application.submitted", "application", id)`.
    pub fn new(kind: &str, resource_type: &str, resource: impl std::fmt::Display) -> Self {
        Self {
            kind: kind.to_owned(),
            resource: format!("{resource_type}:{resource}"),
            outcome: Outcome::Done,
            legal_basis: None,
            purpose: None,
            persons: Vec::new(),
            details: Map::new(),
        }
    }

    /// The same, but it was refused.
    #[must_use]
    pub fn denied(mut self) -> Self {
        self.outcome = Outcome::Denied;
        self
    }

    /// On which legal basis.
    #[must_use]
    pub fn because(mut self, basis: LegalBasis) -> Self {
        self.legal_basis = Some(basis);
        self
    }

    /// For which purpose.
    #[must_use]
    pub fn for_purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = Some(purpose);
        self
    }

    /// A person the entry concerns: it becomes a link of that person's chain and is shown to them.
    /// What concerns many at once is one entry that commits to a membership tree instead.
    #[must_use]
    pub fn concerning(mut self, person: PersonId) -> Self {
        if !self.persons.contains(&person) {
            self.persons.push(person);
        }
        self
    }

    /// One more detail. Keys are snake_case; values are ids, codes, counts, digests or dates.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        self.details.insert(key.to_owned(), value);
        self
    }

    /// The entry that says this, by this actor, at this time.
    pub fn into_entry(self, id: EntryId, at: Timestamp, actor: &Actor) -> Entry {
        Entry {
            id,
            at,
            kind: self.kind,
            resource: self.resource,
            outcome: self.outcome,
            actor: actor.clone(),
            legal_basis: self.legal_basis,
            purpose: self.purpose.or(actor.purpose),
            persons: self.persons,
            details: self.details,
        }
    }
}

/// One entry on the log, as it is kept in the database. Only its salted commitment is public.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// When it was entered, UTC.
    pub at: Timestamp,
    /// What happened, such as `access.application.submitted`.
    pub kind: String,
    /// To what: `type:id`.
    pub resource: String,
    /// Whether it was done or refused.
    pub outcome: Outcome,
    /// Who acted.
    pub actor: Actor,
    /// On which legal basis.
    pub legal_basis: Option<LegalBasis>,
    /// For which purpose.
    pub purpose: Option<Purpose>,
    /// The persons it concerns.
    pub persons: Vec<PersonId>,
    /// More, by kind.
    pub details: Map<String, Value>,
}

impl Entry {
    /// The bytes that are committed to: [`varde_core::canonical_json`].
    pub fn canonical(&self) -> Vec<u8> {
        varde_core::canonical_json(self)
    }

    /// The salted commitment that becomes the leaf: SHA-256 of the 32 bytes of salt followed by
    /// [`Self::canonical`]. Destroying salt and entry erases a person without breaking the tree.
    pub fn commitment(&self, salt: &[u8; 32]) -> Digest {
        commit(salt, &self.canonical())
    }
}

/// The salted commitment to canonical bytes.
pub fn commit(salt: &[u8; 32], canonical: &[u8]) -> Digest {
    let mut bytes = Vec::with_capacity(32 + canonical.len());
    bytes.extend_from_slice(salt);
    bytes.extend_from_slice(canonical);
    Digest::of(&bytes)
}
