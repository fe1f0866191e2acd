//! The register of delegations as the authorisation server sees it. Read at every request, so that a
//! right that was given or ended acts at once.

use async_trait::async_trait;
use uuid::Uuid;
use varde_core::{Actor, Component, identifier::OrganisationNumber};
use varde_delegation::{DelegationId, Delegations as Register, ResourceId};
use varde_oauth::ports::{Delegations, PortError};

pub(in crate::app) struct Rights(Register);

impl Rights {
    pub(in crate::app) fn new(register: Register) -> Self {
        Self(register)
    }
}

fn server() -> Actor {
    Actor::system(Component::AuthorisationServer)
}

#[async_trait]
impl Delegations for Rights {
    async fn holding(
        &self,
        from: OrganisationNumber,
        supplier: OrganisationNumber,
        resource: &str,
    ) -> Result<Option<Uuid>, PortError> {
        // An API may name a resource that was never registered: nobody can hold that.
        let Ok(resource) = resource.parse::<ResourceId>() else { return Ok(None) };
        let held = self.0.holding(&server(), from, supplier, &resource).await;
        held.map(|id| id.map(DelegationId::uuid)).map_err(|error| PortError::Unavailable(Box::new(error)))
    }

    async fn holds(&self, delegation: Uuid) -> Result<bool, PortError> {
        let held = self.0.holds(&server(), DelegationId::from_uuid(delegation)).await;
        held.map_err(|error| PortError::Unavailable(Box::new(error)))
    }
}
