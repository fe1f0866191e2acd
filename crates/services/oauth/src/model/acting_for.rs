//! For whom a client acts: the organisation in every token, and by whose right.

use serde::{Deserialize, Serialize};
use varde_core::identifier::OrganisationNumber;

/// The organisation behind a token. A multi-tenant client can never be without one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ActingFor {
    /// The main unit (`orgnr_parent`).
    pub parent: OrganisationNumber,
    /// The sub-unit (`orgnr_child`), when one was named.
    pub child: Option<OrganisationNumber>,
    /// The supplier who received the delegation (`orgnr_supplier`), for a multi-tenant client.
    pub supplier: Option<OrganisationNumber>,
}

impl ActingFor {
    /// An organisation by its own client.
    pub fn itself(parent: OrganisationNumber, child: Option<OrganisationNumber>) -> Self {
        Self { parent, child, supplier: None }
    }

    /// An organisation by a supplier's client.
    pub fn delegated(
        parent: OrganisationNumber,
        child: Option<OrganisationNumber>,
        supplier: OrganisationNumber,
    ) -> Self {
        Self { parent, child, supplier: Some(supplier) }
    }
}
