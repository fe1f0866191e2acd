//! That delegations were used: told to whoever keeps them, so that both parties can see every use.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varde_core::{EntryId, identifier::OrganisationNumber};

use crate::{ClientId, Scopes};

/// The event that delegations were used, with a [`DelegationUsed`].
pub const DELEGATION_USED: &str = "oauth.delegation.used";

/// How delegations were used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UseKind {
    /// A token was given by them.
    Token,
    /// An API was called with such a token.
    Call,
}

/// What [`DELEGATION_USED`] carries. Nothing of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegationUsed {
    /// The token's or the call's id: told twice, it is still one use.
    pub id: Uuid,
    /// How.
    pub kind: UseKind,
    /// The delegations that opened it; all between the same two organisations.
    pub delegations: Vec<Uuid>,
    /// The supplier's client.
    pub client: ClientId,
    /// What the client was called then.
    pub client_name: String,
    /// The API.
    pub audience: String,
    /// The scopes.
    pub scopes: Scopes,
    /// The sub-unit for which it was, when one was named.
    pub child: Option<OrganisationNumber>,
    /// The entry on the log that proves it.
    pub entry: EntryId,
    /// When, UTC.
    pub at: Timestamp,
}
