//! By what somebody acts for an organisation.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varde_core::identifier::OrganisationNumber;

/// By what somebody acts for an organisation when a service is ordered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Power {
    /// They lead it: a role in the register of organisations that carries access management.
    RegistryRole {
        /// The role's code, such as `DAGL`.
        code: String,
    },
    /// The role of administrator was given to them.
    Administrator,
    /// Their own organisation is the supplier to which it delegated.
    Delegation {
        /// The supplier's number.
        supplier: OrganisationNumber,
        /// The delegation, as the register of delegations names it.
        delegation: Uuid,
        /// What was delegated.
        resource: String,
    },
}

impl Power {
    /// The name in policies, entries and texts.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RegistryRole { .. } => "registry_role",
            Self::Administrator => "administrator",
            Self::Delegation { .. } => "delegation",
        }
    }

    /// Whether it opens a service that is ordered on behalf of others by that delegation; one's own
    /// organisation opens every service.
    pub fn opens(&self, delegable: Option<&str>) -> bool {
        match self {
            Self::RegistryRole { .. } | Self::Administrator => true,
            Self::Delegation { resource, .. } => Some(resource.as_str()) == delegable,
        }
    }

    /// The supplier that acts, when it is one.
    pub const fn supplier(&self) -> Option<OrganisationNumber> {
        match self {
            Self::Delegation { supplier, .. } => Some(*supplier),
            _ => None,
        }
    }
}
