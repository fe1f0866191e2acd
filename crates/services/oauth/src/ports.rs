//! What the authorisation server asks others. The composition fills these in.

use std::fmt;

use async_trait::async_trait;
use serde::Serialize;
use uuid::Uuid;
use varde_core::{
    OrganisationId, PersonId,
    identifier::{HprNumber, NationalNumber, OrganisationNumber},
};

use crate::{ClientId, Scopes};

/// Why another context gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// It failed; trying again may help.
    #[error("another part of Varde did not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// An organisation as the register knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownOrganisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its number.
    pub number: OrganisationNumber,
    /// The main unit above it; none for a main unit.
    pub parent: Option<OrganisationNumber>,
}

/// The register of organisations.
#[async_trait]
pub trait Organisations: Send + Sync {
    /// The organisation with that number, unless it is unknown or has been wound up.
    async fn by_number(&self, number: OrganisationNumber) -> Result<Option<KnownOrganisation>, PortError>;

    /// Whether the organisation has sub-units.
    async fn has_sub_units(&self, number: OrganisationNumber) -> Result<bool, PortError>;
}

/// The delegation register.
#[async_trait]
pub trait Delegations: Send + Sync {
    /// The delegation of that resource from the organisation to the supplier, if it holds now.
    async fn holding(
        &self,
        from: OrganisationNumber,
        supplier: OrganisationNumber,
        resource: &str,
    ) -> Result<Option<Uuid>, PortError>;

    /// Whether that delegation still holds.
    async fn holds(&self, delegation: Uuid) -> Result<bool, PortError>;
}

/// Who has taken which API into use.
#[async_trait]
pub trait Terms: Send + Sync {
    /// Which of these scopes of that API are open to the organisation now: it has taken the API into
    /// use with them, and accepted the terms that apply.
    async fn opened(
        &self,
        organisation: OrganisationNumber,
        audience: &str,
        asked: &Scopes,
    ) -> Result<Scopes, PortError>;
}

/// What is to be told of a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The national number.
    pub national_number: bool,
    /// The name.
    pub name: bool,
    /// What the register of health personnel says.
    pub health_personnel: bool,
}

impl Wanted {
    /// Whether nothing is.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// Who is told, for the entry on the person's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The client that gets the token.
    pub client: ClientId,
    /// The API that the token is for; none when it is the client itself.
    pub audience: Option<String>,
}

/// What the registers say of a person, as far as it was wanted and they know.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PersonFacts {
    /// The national number in use now.
    pub national_number: Option<NationalNumber>,
    /// The name.
    pub name: Option<String>,
    /// What the register of health personnel says.
    pub health_personnel: Registered,
}

impl fmt::Debug for PersonFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonFacts(…)")
    }
}

/// What the register of health personnel says of a person.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Registered {
    /// It was not asked, or no such register is kept: nobody can be said not to be in it, and no attest
    /// can be checked.
    #[default]
    Unknown,
    /// They are not in it.
    No,
    /// They are.
    As(HealthPersonnel),
}

impl Registered {
    /// Whoever is in it.
    pub fn found(&self) -> Option<&HealthPersonnel> {
        match self {
            Self::As(found) => Some(found),
            Self::Unknown | Self::No => None,
        }
    }
}

/// Somebody in the register of health personnel, in the form of the claim
/// `helseid://claims/hpr/hpr_details`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct HealthPersonnel {
    /// The number there. In this claim a number, which clients expect; in all others a text.
    #[serde(serialize_with = "as_number")]
    pub hpr_number: HprNumber,
    /// What they are authorised as today; empty for who has lost it.
    pub approvals: Vec<Approval>,
}

impl HealthPersonnel {
    /// The number of somebody who is authorised as something today. Of others no number is told: an
    /// API would take it for the right to practise.
    pub fn number_in_force(&self) -> Option<HprNumber> {
        (!self.approvals.is_empty()).then_some(self.hpr_number)
    }
}

fn as_number<S: serde::Serializer>(number: &HprNumber, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u32(number.number())
}

impl fmt::Debug for HealthPersonnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HealthPersonnel(…)")
    }
}

/// An authorisation of health personnel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Approval {
    /// The profession, by its code (9060), such as `LE`.
    pub profession: String,
    /// The kind of authorisation.
    pub authorization: Coded,
    /// What they may requisition.
    pub requisition_rights: Vec<Coded>,
    /// What they are specialists in.
    pub specialities: Vec<Coded>,
}

/// A code and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coded {
    /// The code.
    pub value: String,
    /// What it means, in Norwegian as the code system says it.
    pub description: String,
}

/// The registers of persons and of health personnel.
#[async_trait]
pub trait People: Send + Sync {
    /// What the registers say of a person who has logged in. The implementer enters it on the log,
    /// concerning the person, before it answers.
    async fn facts(&self, person: PersonId, wanted: Wanted, told: &Told) -> Result<PersonFacts, PortError>;
}
