//! Registered clients (RFC 7591's words where it has them).

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::identifier::OrganisationNumber;
use varde_jose::Algorithm;

use crate::{Scopes, model::acting_for::ActingFor};

varde_core::define_id!(
    /// A client. The UUID's text is the `client_id`.
    ClientId
);

/// For how many organisations a client may act (`helseid://claims/client/client_tenancy`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tenancy {
    /// For its owner, which is in no token.
    None,
    /// For its owner and the sub-units it is registered for.
    SingleTenant,
    /// For every organisation that has delegated to its owner, one in each token.
    MultiTenant,
}

impl Tenancy {
    /// The name in the database and in tokens.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SingleTenant => "single-tenant",
            Self::MultiTenant => "multi-tenant",
        }
    }

    /// The tenancy of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::None, Self::SingleTenant, Self::MultiTenant].into_iter().find(|tenancy| tenancy.name() == name)
    }
}

/// How a client gets tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// The client for itself (RFC 6749, section 4.4).
    ClientCredentials,
}

impl Grant {
    /// All grants.
    pub const ALL: [Self; 1] = [Self::ClientCredentials];

    /// The `grant_type`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
        }
    }

    /// The grant of that `grant_type`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.name() == name)
    }
}

/// A client to be registered, as its owner describes it in JSON. It gets tokens for itself and for
/// organisations (`client_credentials`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewClient {
    /// What its owner calls it.
    pub name: String,
    /// The main unit it belongs to.
    pub owner: OrganisationNumber,
    /// For how many it may act.
    pub tenancy: Tenancy,
    /// The sub-units that a single-tenant client may name.
    #[serde(default)]
    pub sub_units: BTreeSet<OrganisationNumber>,
    /// What it may ask for.
    pub scopes: Scopes,
    /// Whether it follows the national profile (see [`Client::national_profile`]).
    #[serde(default)]
    pub national_profile: bool,
}

impl NewClient {
    /// The client with its id.
    pub(crate) fn client(self, id: ClientId) -> Client {
        let Self { name, owner, tenancy, sub_units, scopes, national_profile } = self;
        let grants = BTreeSet::from([Grant::ClientCredentials]);
        Client { id, name, owner, tenancy, sub_units, grants, scopes, national_profile, ended_at: None }
    }
}

/// A client as it is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// What its owner calls it. For logs and pages; never to decide by.
    pub name: String,
    /// The main unit it belongs to: whoever acts by it, or the supplier of a multi-tenant one.
    pub owner: OrganisationNumber,
    /// For how many it may act.
    pub tenancy: Tenancy,
    /// The sub-units that a single-tenant client may name.
    pub sub_units: BTreeSet<OrganisationNumber>,
    /// How it gets tokens.
    pub grants: BTreeSet<Grant>,
    /// What it may ask for.
    pub scopes: Scopes,
    /// Whether it follows the national profile, which takes RSASSA-PKCS1-v1_5; FAPI 2.0 forbids it.
    pub national_profile: bool,
    /// When it was ended; it gets nothing after that.
    pub ended_at: Option<Timestamp>,
}

/// Why a client may not act for an organisation as it asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotForThem {
    /// A client without tenancy names none.
    #[error("this client acts for nobody but its owner: leave the organisation out")]
    NoTenancy,
    /// A single-tenant client belongs to one main unit.
    #[error("this client belongs to another main unit")]
    OtherParent,
    /// Not one of the sub-units it is registered for.
    #[error("the client is not registered for that sub-unit")]
    OtherChild,
    /// A multi-tenant client must always say for whom.
    #[error("a multi-tenant client must say for which organisation it acts (authorization details)")]
    Unsaid,
}

/// An organisation as a request names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A sub-unit of the client's owner (`urn:oid:2.16.578.1.12.4.1.4.101`).
    Child(OrganisationNumber),
    /// A main unit, maybe with a sub-unit (`urn:oid:1.0.6523`).
    Parent(OrganisationNumber, Option<OrganisationNumber>),
}

impl Client {
    /// The algorithms its statements may be signed with.
    pub fn algorithms(&self) -> &'static [Algorithm] {
        if self.national_profile { &Algorithm::ALL } else { &Algorithm::STRONG }
    }

    /// For whom it acts when a request names that organisation, or none. Whether a supplier holds
    /// the delegation is asked afterwards.
    ///
    /// # Errors
    /// [`NotForThem`].
    pub fn acting_for(&self, named: Option<&Named>) -> Result<Option<ActingFor>, NotForThem> {
        match (self.tenancy, named) {
            (Tenancy::None, None) => Ok(None),
            (Tenancy::None, Some(_)) => Err(NotForThem::NoTenancy),
            (Tenancy::SingleTenant, None) => Ok(Some(ActingFor::itself(self.owner, None))),
            (Tenancy::SingleTenant, Some(Named::Parent(parent, _))) if parent != &self.owner => {
                Err(NotForThem::OtherParent)
            }
            (Tenancy::SingleTenant, Some(Named::Parent(_, None))) => Ok(Some(ActingFor::itself(self.owner, None))),
            (Tenancy::SingleTenant, Some(Named::Child(child) | Named::Parent(_, Some(child)))) => {
                let known = self.sub_units.contains(child);
                known.then(|| Some(ActingFor::itself(self.owner, Some(*child)))).ok_or(NotForThem::OtherChild)
            }
            (Tenancy::MultiTenant, Some(Named::Parent(parent, child))) => {
                Ok(Some(ActingFor::delegated(*parent, *child, self.owner)))
            }
            (Tenancy::MultiTenant, None | Some(Named::Child(_))) => Err(NotForThem::Unsaid),
        }
    }
}
