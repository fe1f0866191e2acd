//! The register of organisations as the authorisation server sees it.

use async_trait::async_trait;
use varde_basedata::{Basedata, BasedataError};
use varde_core::{Actor, Component, OrganisationId, identifier::OrganisationNumber};
use varde_oauth::ports::{KnownOrganisation, Organisations, PortError};

pub(in crate::app) struct OrganisationRegister(Basedata);

impl OrganisationRegister {
    pub(in crate::app) fn new(basedata: Basedata) -> Self {
        Self(basedata)
    }

    async fn find(&self, number: OrganisationNumber) -> Result<Option<KnownOrganisation>, BasedataError> {
        let actor = Actor::system(Component::AuthorisationServer);
        let Some(id) = self.0.organisation_by_number(&actor, number).await? else { return Ok(None) };
        let view = async |id: OrganisationId| self.0.organisation(&actor, id, self.0.now()).await;
        let parent = match view(id).await?.parent {
            Some(parent) => Some(view(parent).await?.number),
            None => None,
        };
        Ok(Some(KnownOrganisation { id, number, parent }))
    }
}

#[async_trait]
impl Organisations for OrganisationRegister {
    async fn by_number(&self, number: OrganisationNumber) -> Result<Option<KnownOrganisation>, PortError> {
        self.find(number).await.map_err(|error| PortError::Unavailable(Box::new(error)))
    }
}
