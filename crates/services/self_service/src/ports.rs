//! What self-service asks others. The composition fills these in.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Map, Value};
use varde_core::{Actor, FieldProblem, OrganisationId, identifier::OrganisationNumber};
pub use varde_core::{Letter, Letters, PortError};

use crate::{Agreement, ClientId, Key, Settings, Tenancy};

/// An organisation as the register knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its id, for the policy.
    pub id: OrganisationId,
    /// Its number.
    pub number: OrganisationNumber,
    /// Its name.
    pub name: String,
    /// The main unit above it; none for a main unit.
    pub parent: Option<OrganisationNumber>,
}

/// Organisations, and who manages access in them.
#[async_trait]
pub trait Organisations: Send + Sync {
    /// The organisation with that number.
    async fn by_number(&self, number: OrganisationNumber) -> Result<Option<Organisation>, PortError>;

    /// Whether the person who acts manages access there (*Tilgangsstyring*) by a role in the register
    /// of organisations.
    async fn manages_access(&self, actor: &Actor, organisation: &Organisation) -> Result<bool, PortError>;

    /// The main units where the person manages access, by a role in the register or one that was given.
    async fn managed(&self, actor: &Actor) -> Result<Vec<Organisation>, PortError>;
}

/// A scope that some API has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownScope {
    /// The API's short name.
    pub audience: String,
    /// The API's name for people.
    pub api: String,
    /// What in the registry of resources opens it to a vendor; none when nobody may delegate it.
    pub resource: Option<String>,
    /// Whether an organisation must have taken the API into use.
    pub needs_terms: bool,
}

/// A client as the authorisation server is to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its name: the product's.
    pub name: String,
    /// The organisation it belongs to.
    pub owner: OrganisationNumber,
    /// For how many it acts.
    pub tenancy: Tenancy,
    /// Whether people log in through it.
    pub people: bool,
    /// What it may do.
    pub settings: Settings,
}

/// Why the authorisation server did not take something.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// Something is wrong with the settings, by the members' names in the registry.
    #[error("the authorisation server does not take the client as it is")]
    Invalid(Vec<FieldProblem>),
    /// Three keys are enough.
    #[error("the client has three keys already")]
    TooManyKeys,
    /// A key of that name was there already, or still is.
    #[error("the client has or had a key of that name")]
    KeyNameTaken,
    /// No such key, or no such client.
    #[error("there is no such key")]
    NoSuchKey,
    /// It did not answer.
    #[error(transparent)]
    Failed(#[from] PortError),
}

/// Something a client did at the token endpoint, as the authorisation server remembers it: the last of
/// its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What came of it, such as `token_given`, `clock`, `unknown_key`.
    pub outcome: String,
    /// When it last happened.
    pub at: Timestamp,
    /// How often it has happened since it was first seen.
    pub times: u64,
    /// What the client was told, in English.
    pub description: String,
    /// By how many seconds the client's clock is ahead of ours (negative: behind), when that is wrong.
    pub clock: Option<i64>,
}

/// The authorisation server's registry of clients.
#[async_trait]
pub trait ClientRegistry: Send + Sync {
    /// Its issuer, the audience of client assertions.
    fn issuer(&self) -> String;

    /// Where tokens are given.
    fn token_endpoint(&self) -> String;

    /// Every scope that an API has.
    async fn scopes(&self) -> Result<BTreeMap<String, KnownScope>, PortError>;

    /// Registers the client, or replaces what is registered.
    async fn put(&self, id: ClientId, registration: &Registration) -> Result<(), RegistryError>;

    /// The client's keys, the newest first.
    async fn keys(&self, id: ClientId) -> Result<Vec<Key>, RegistryError>;

    /// Adds a public key.
    async fn add_key(&self, id: ClientId, jwk: &Map<String, Value>) -> Result<Key, RegistryError>;

    /// Removes a key: nothing signed with it is taken after some seconds.
    async fn remove_key(&self, id: ClientId, kid: &str) -> Result<(), RegistryError>;

    /// Makes these the client's keys, as its address has them.
    async fn set_keys(&self, id: ClientId, keys: &[Map<String, Value>]) -> Result<(), RegistryError>;

    /// Ends the client.
    async fn end(&self, id: ClientId) -> Result<(), RegistryError>;

    /// What it last did at the token endpoint, the newest first.
    async fn calls(&self, id: ClientId) -> Result<Vec<Call>, PortError>;

    /// The clients whose last key is good now and not beyond that time, with when it ends: those that
    /// are locked out then unless somebody does something.
    async fn ending(&self, until: Timestamp) -> Result<Vec<(ClientId, Timestamp)>, PortError>;

    /// The clients that have used a key that is not known since then.
    async fn with_unknown_key(&self, since: Timestamp) -> Result<Vec<ClientId>, PortError>;
}

/// What organisations have agreed to.
#[async_trait]
pub trait Agreements: Send + Sync {
    /// Whether that scope of that API, which must be taken into use, is open to the organisation.
    async fn with(&self, organisation: OrganisationNumber, audience: &str, scope: &str)
    -> Result<Agreement, PortError>;

    /// The organisations that have delegated that resource to the vendor.
    async fn givers(
        &self,
        vendor: OrganisationNumber,
        resource: &str,
    ) -> Result<BTreeSet<OrganisationNumber>, PortError>;
}

/// Who follows how far an organisation has come in taking a service into use.
#[async_trait]
pub trait Progress: Send + Sync {
    /// A client of the organisation has a key for these APIs.
    async fn key_registered(
        &self,
        organisation: OrganisationNumber,
        client: ClientId,
        audiences: &[String],
    ) -> Result<(), PortError>;

    /// A client of the organisation has got a token for these APIs.
    async fn connection_tested(
        &self,
        organisation: OrganisationNumber,
        client: ClientId,
        audiences: &[String],
    ) -> Result<(), PortError>;
}
