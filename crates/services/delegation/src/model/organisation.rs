//! Organisations as the register of organisations knows them.

use varde_core::{OrganisationId, identifier::OrganisationNumber};

/// A main unit or a sub unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownOrganisation {
    /// Its id, for the policy.
    pub id: OrganisationId,
    /// Its number.
    pub number: OrganisationNumber,
    /// Its name.
    pub name: String,
    /// The main unit above it; none for a main unit.
    pub parent: Option<OrganisationNumber>,
}
