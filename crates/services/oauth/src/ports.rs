//! What the authorisation server asks others. The composition fills these in.

use async_trait::async_trait;
use uuid::Uuid;
use varde_core::{OrganisationId, identifier::OrganisationNumber};

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
    /// Whether the organisation has accepted the terms of that API that apply now.
    async fn accepted(&self, organisation: OrganisationNumber, audience: &str) -> Result<bool, PortError>;
}
