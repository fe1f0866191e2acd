//! Registered APIs: who owns them, what can be asked of them, and which claims their tokens hold.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use url::Url;
use varde_core::{LoginLevel, identifier::OrganisationNumber};
use varde_jose::Algorithm;

use crate::{ClientId, Scope, model::claims::Claim};

/// An API. Its tokens' claims are its own to decide: a client cannot add or leave out any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// Its short name, the `aud` of its tokens: what is before the slash in its scopes.
    pub audience: String,
    /// The main unit that owns it.
    pub owner: OrganisationNumber,
    /// Its name for people.
    pub name: String,
    /// What can be asked of it.
    pub scopes: BTreeMap<Scope, ScopeRules>,
    /// Which claims its tokens hold.
    #[serde(default)]
    pub claims: BTreeSet<Claim>,
    /// The names of claims that it wants from clients which have a value for them, such as `herid`.
    #[serde(default)]
    pub client_claims: BTreeSet<String>,
    /// What its tokens are signed with: ES256, or RS256 when it cannot do better.
    #[serde(default)]
    pub algorithm: TokenAlgorithm,
    /// Whether an organisation must have accepted its terms of use before a client may act for it.
    #[serde(default)]
    pub needs_terms: bool,
    /// Where it is called: https, without query and fragment. Clients may name it so too (RFC 8707), and
    /// its metadata are under it (RFC 9728).
    #[serde(default)]
    pub address: Option<Url>,
    /// The clients, of the same owner, that are this API when it calls others: they may exchange the
    /// tokens that it was called with (RFC 8693).
    #[serde(default)]
    pub exchanged_by: BTreeSet<ClientId>,
}

impl Api {
    /// What it is called in metadata: its address when one is registered, else its short name.
    pub fn identifier(&self) -> &str {
        self.address.as_ref().map_or(self.audience.as_str(), Url::as_str)
    }
}

/// What applies to one scope.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeRules {
    /// The resource in the resource registry that opens it to a supplier. Without one no supplier
    /// gets it: only an organisation's own client.
    #[serde(default)]
    pub resource: Option<String>,
    /// Types of authorization details that a token with it must hold.
    #[serde(default)]
    pub needs_details: BTreeSet<String>,
    /// How surely a person must have logged in for a token with it; without one any login will do.
    #[serde(default)]
    pub level: Option<LoginLevel>,
    /// Whether it is about one patient at a time, so that an attest must name the patient (ATT-6).
    #[serde(default)]
    pub needs_patient: bool,
}

/// What an API's tokens are signed with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenAlgorithm {
    /// ECDSA on P-256: the default.
    #[default]
    ES256,
    /// RSA, for APIs that know nothing else.
    RS256,
}

impl From<TokenAlgorithm> for Algorithm {
    fn from(algorithm: TokenAlgorithm) -> Self {
        match algorithm {
            TokenAlgorithm::ES256 => Self::Es256,
            TokenAlgorithm::RS256 => Self::Rs256,
        }
    }
}
