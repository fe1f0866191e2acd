//! What organisations have taken into use, as the authorisation server sees it. Read at every request,
//! so that a grant, an acceptance, a lapse and an end act at once.

use std::collections::BTreeSet;

use async_trait::async_trait;
use varde_core::{Actor, Component, identifier::OrganisationNumber};
use varde_oauth::{
    Scopes,
    ports::{PortError, Terms as Port},
};
use varde_onboarding::{Onboarding, Opened};

pub(in crate::app) struct Terms(Onboarding);

impl Terms {
    pub(in crate::app) fn new(onboarding: Onboarding) -> Self {
        Self(onboarding)
    }
}

#[async_trait]
impl Port for Terms {
    async fn opened(
        &self,
        organisation: OrganisationNumber,
        audience: &str,
        asked: &Scopes,
    ) -> Result<Scopes, PortError> {
        let server = Actor::system(Component::AuthorisationServer);
        let opened = self.0.opened(&server, organisation, audience).await;
        Ok(match opened.map_err(|error| PortError::Unavailable(Box::new(error)))? {
            Opened::Open { scopes, .. } => {
                asked.iter().filter(|scope| scopes.contains(scope.as_str())).cloned().collect()
            }
            Opened::NotOrdered | Opened::TermsMissing { .. } => BTreeSet::new(),
        })
    }
}
