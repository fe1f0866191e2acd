//! That delegations were used.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varde_core::{EntryId, define_id, identifier::OrganisationNumber};

define_id!(
    /// A use: the token's or the call's id. Of version 7, so that their order is time's.
    UseId
);

/// How a delegation was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UseKind {
    /// A token was given by it.
    Token,
    /// An API was called with such a token.
    Call,
}

impl UseKind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::Token, Self::Call];

    /// The name in the database, entries and texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Call => "call",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Use {
    /// Its id.
    pub id: UseId,
    /// How.
    pub kind: UseKind,
    /// When, UTC.
    pub at: Timestamp,
    /// The supplier's client.
    pub client: Uuid,
    /// What the client was called then.
    pub client_name: String,
    /// The API.
    pub audience: String,
    /// The scopes, with spaces between.
    pub scope: String,
    /// The sub-unit it was for, when one was named.
    pub child: Option<OrganisationNumber>,
    /// The entry on the log that proves it.
    pub entry: EntryId,
}

/// How often a delegation was used, and when last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Total {
    /// How often.
    pub uses: u64,
    /// When last, UTC.
    pub last_at: Timestamp,
}
