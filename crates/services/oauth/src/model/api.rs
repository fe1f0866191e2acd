//! Registered APIs: who owns them, what can be asked of them, and which claims their tokens hold.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use varde_core::{LoginLevel, identifier::OrganisationNumber};
use varde_jose::Algorithm;

use crate::{Scope, model::claims::Claim};

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
    /// What its tokens are signed with: ES256, or RS256 when it cannot do better.
    #[serde(default)]
    pub algorithm: TokenAlgorithm,
    /// Whether an organisation must have accepted its terms of use before a client may act for it.
    #[serde(default)]
    pub needs_terms: bool,
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
