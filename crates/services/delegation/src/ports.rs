//! What delegation asks others. The composition fills these in.

use std::collections::BTreeSet;

use async_trait::async_trait;
pub use varde_core::PortError;
use varde_core::{Actor, PersonId, identifier::OrganisationNumber};

use crate::KnownOrganisation;

/// The register of organisations.
#[async_trait]
pub trait Organisations: Send + Sync {
    /// The organisation with that number; `None` when the register does not have it.
    async fn by_number(&self, number: OrganisationNumber) -> Result<Option<KnownOrganisation>, PortError>;
}

/// Who holds which role in the register of organisations, by its codes, such as `DAGL`.
#[async_trait]
pub trait Leadership: Send + Sync {
    /// The roles that the person holds in the organisation today.
    async fn roles(
        &self,
        actor: &Actor,
        organisation: &KnownOrganisation,
        person: PersonId,
    ) -> Result<BTreeSet<String>, PortError>;

    /// The organisations where the person holds a role today, and which.
    async fn organisations(
        &self,
        actor: &Actor,
        person: PersonId,
    ) -> Result<Vec<(KnownOrganisation, BTreeSet<String>)>, PortError>;

    /// The organisation that the actor acts for, to show what it can do there by a role that was given.
    async fn acted_for(&self, actor: &Actor) -> Result<Option<KnownOrganisation>, PortError>;
}
