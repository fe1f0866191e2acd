//! Registered clients (RFC 7591's words where it has them).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::identifier::OrganisationNumber;
use varde_jose::Algorithm;

use crate::{
    Scopes,
    model::{acting_for::ActingFor, redirect::RedirectUri},
};

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
    /// A person who logged in, by a code (RFC 6749, section 4.1).
    AuthorizationCode,
    /// The same person without a new login (RFC 6749, section 6).
    RefreshToken,
    /// An API for the one who called it (RFC 8693).
    TokenExchange,
}

impl Grant {
    /// All grants.
    pub const ALL: [Self; 4] =
        [Self::ClientCredentials, Self::AuthorizationCode, Self::RefreshToken, Self::TokenExchange];

    /// The `grant_type`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
        }
    }

    /// The grant of that `grant_type`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.name() == name)
    }
}

/// What becomes of a refresh token when it is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshTokens {
    /// It stays good until it expires. The default: it is bound to a key, and a client that loses an
    /// answer loses no login (FAPI 2.0 Security Profile, section 5.3.2.1, asks for no rotation).
    #[default]
    Reusable,
    /// A new one takes its place. Whoever uses the old one again ends all that came from the login.
    Rotating,
}

impl RefreshTokens {
    /// The name in a registration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reusable => "reusable",
            Self::Rotating => "rotating",
        }
    }
}

/// For how many hours a refresh token is good, unless the client is registered for another time: a
/// working day.
pub const REFRESH_HOURS: u16 = 8;
/// The longest time that can be registered: 90 days.
pub const MOST_REFRESH_HOURS: u16 = 90 * 24;

/// A client to be registered, as its owner describes it in JSON. Without `grants` it gets tokens for
/// itself and for organisations (`client_credentials`).
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
    /// How it gets tokens.
    #[serde(default = "for_itself")]
    pub grants: BTreeSet<Grant>,
    /// What it may ask for; who somebody is (`openid` and the others), too.
    pub scopes: Scopes,
    /// Where people come back to after they logged in.
    #[serde(default)]
    pub redirect_uris: BTreeSet<RedirectUri>,
    /// Where people come back to after they logged out.
    #[serde(default)]
    pub post_logout_redirect_uris: BTreeSet<RedirectUri>,
    /// What becomes of its refresh tokens.
    #[serde(default)]
    pub refresh_tokens: RefreshTokens,
    /// For how many hours after a login they are good.
    #[serde(default = "refresh_hours")]
    pub refresh_hours: u16,
    /// What it says to APIs that want it (see [`Client::claims`]).
    #[serde(default)]
    pub claims: BTreeMap<String, String>,
    /// Whether it follows the national profile (see [`Client::national_profile`]).
    #[serde(default)]
    pub national_profile: bool,
}

fn for_itself() -> BTreeSet<Grant> {
    BTreeSet::from([Grant::ClientCredentials])
}

fn refresh_hours() -> u16 {
    REFRESH_HOURS
}

impl NewClient {
    /// A client that gets tokens by `client_credentials`, with nothing registered besides.
    pub fn new(name: impl Into<String>, owner: OrganisationNumber, tenancy: Tenancy, scopes: Scopes) -> Self {
        Self {
            name: name.into(),
            owner,
            tenancy,
            sub_units: BTreeSet::new(),
            grants: for_itself(),
            scopes,
            redirect_uris: BTreeSet::new(),
            post_logout_redirect_uris: BTreeSet::new(),
            refresh_tokens: RefreshTokens::default(),
            refresh_hours: REFRESH_HOURS,
            claims: BTreeMap::new(),
            national_profile: false,
        }
    }

    /// The client with its id.
    pub(crate) fn client(self, id: ClientId) -> Client {
        Client {
            id,
            name: self.name,
            owner: self.owner,
            tenancy: self.tenancy,
            sub_units: self.sub_units,
            grants: self.grants,
            scopes: self.scopes,
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            refresh_tokens: self.refresh_tokens,
            refresh_hours: self.refresh_hours,
            claims: self.claims,
            national_profile: self.national_profile,
            ended_at: None,
        }
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
    /// Where people come back to after they logged in.
    pub redirect_uris: BTreeSet<RedirectUri>,
    /// Where people come back to after they logged out.
    pub post_logout_redirect_uris: BTreeSet<RedirectUri>,
    /// What becomes of its refresh tokens.
    pub refresh_tokens: RefreshTokens,
    /// For how many hours after a login they are good.
    pub refresh_hours: u16,
    /// Claims that are settled for this client, such as `herid`: for APIs that want them by name
    /// ([`crate::Api::client_claims`]), and no others.
    pub claims: BTreeMap<String, String>,
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
