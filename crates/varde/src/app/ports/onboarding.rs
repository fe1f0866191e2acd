//! What taking services into use needs: organisations, who may act for whom, names of who acts.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use varde_access::service::Directory;
use varde_basedata::{Basedata, BasedataError};
use varde_core::{Actor, Matter, PersonId, Problem, identifier::OrganisationNumber};
use varde_delegation::{Delegations, Side};
use varde_onboarding::{
    Power,
    ports::{KnownOrganisation, Mandate, Mandates, Organisations, People, PortError},
};

use super::Names;

/// The registers of organisations and delegations as orders see them.
pub(in crate::app) struct Onboarding {
    basedata: Basedata,
    delegations: Delegations,
    names: Arc<Names>,
}

impl Onboarding {
    pub(in crate::app) fn new(basedata: Basedata, delegations: Delegations, names: Arc<Names>) -> Self {
        Self { basedata, delegations, names }
    }
}

fn failed(error: impl Problem) -> PortError {
    PortError { kind: error.kind(), message: error.to_string() }
}

fn known(organisation: varde_delegation::KnownOrganisation) -> KnownOrganisation {
    KnownOrganisation { id: organisation.id, number: organisation.number, name: organisation.name }
}

#[async_trait]
impl Organisations for Onboarding {
    async fn by_number(&self, number: OrganisationNumber) -> Result<Option<KnownOrganisation>, PortError> {
        let found = self.delegations.organisation(number).await.map_err(failed)?;
        Ok(found.filter(|organisation| organisation.parent.is_none()).map(known))
    }

    async fn acted_for(&self, actor: &Actor) -> Result<Option<KnownOrganisation>, PortError> {
        let Some(id) = actor.organisation else { return Ok(None) };
        match self.basedata.organisation(&Actor::anonymous(), id, self.basedata.now()).await {
            Ok(found) => Ok(Some(KnownOrganisation { id, number: found.number, name: found.name })),
            Err(BasedataError::NoSuchOrganisation) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }
}

/// The role that says most, of those that carry access management.
fn strongest(side: &Side) -> Power {
    let leading = ["DAGL", "LEDE", "INNH"].into_iter().find(|code| side.roles.iter().any(|role| role == code));
    let code = leading.or(side.roles.first().map(String::as_str));
    code.map_or(Power::Administrator, |code| Power::RegistryRole { code: code.to_owned() })
}

#[async_trait]
impl Mandates for Onboarding {
    async fn of(&self, actor: &Actor) -> Result<Vec<Mandate>, PortError> {
        if actor.person().is_none() {
            return Ok(Vec::new());
        }
        let mut mandates = Vec::new();
        for side in self.delegations.sides(actor).await.map_err(failed)? {
            let supplier = side.organisation.number;
            let parties = self.delegations.parties(actor, supplier, None).await.map_err(failed)?;
            mandates.push(Mandate { power: strongest(&side), organisation: known(side.organisation) });
            for received in parties.received {
                let Some(organisation) = self.by_number(received.right.from).await? else { continue };
                let resource = received.right.resource.to_string();
                let power = Power::Delegation { supplier, delegation: received.id.uuid(), resource };
                mandates.push(Mandate { organisation, power });
            }
        }
        Ok(mandates)
    }
}

#[async_trait]
impl People for Onboarding {
    async fn names(&self, actor: &Actor, matter: &Matter) -> BTreeMap<PersonId, String> {
        let persons: Vec<PersonId> = matter.parties().iter().copied().collect();
        Directory::names(&*self.names, actor, matter, &persons).await
    }
}
