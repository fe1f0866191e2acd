//! What delegation needs: organisations by number, and who holds which registry role where.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use varde_basedata::Basedata;
use varde_core::{Actor, OrganisationId, PersonId, Problem, identifier::OrganisationNumber};
use varde_delegation::{
    KnownOrganisation,
    ports::{Leadership, Organisations, PortError},
};

use super::organisations::{self, Known};

/// The registers of `basedata` as delegation sees them.
pub(crate) struct Delegation(Basedata);

impl Delegation {
    pub(crate) fn new(basedata: Basedata) -> Self {
        Self(basedata)
    }

    /// The organisations with these ids, by id. Open data: nobody in particular asks.
    async fn known(&self, ids: &[OrganisationId]) -> Result<BTreeMap<OrganisationId, KnownOrganisation>, PortError> {
        let found = organisations::known(&self.0, &Actor::anonymous(), ids).await.map_err(failed)?;
        Ok(found.into_iter().map(|(id, known)| (id, seen(known))).collect())
    }
}

fn seen(Known { view, parent }: Known) -> KnownOrganisation {
    KnownOrganisation { id: view.id, number: view.number, name: view.name, parent }
}

fn failed(error: impl Problem) -> PortError {
    PortError { kind: error.kind(), message: error.to_string() }
}

#[async_trait]
impl Organisations for Delegation {
    async fn by_number(&self, number: OrganisationNumber) -> Result<Option<KnownOrganisation>, PortError> {
        let found = organisations::by_number(&self.0, &Actor::anonymous(), number).await.map_err(failed)?;
        Ok(found.map(seen))
    }
}

#[async_trait]
impl Leadership for Delegation {
    async fn roles(
        &self,
        actor: &Actor,
        organisation: &KnownOrganisation,
        person: PersonId,
    ) -> Result<BTreeSet<String>, PortError> {
        let all = self.0.roles_of(actor, person, self.0.now()).await.map_err(failed)?.open();
        let there = all.into_iter().filter(|(held_in, _)| *held_in == organisation.id);
        Ok(there.map(|(_, role)| role.code().to_owned()).collect())
    }

    async fn organisations(
        &self,
        actor: &Actor,
        person: PersonId,
    ) -> Result<Vec<(KnownOrganisation, BTreeSet<String>)>, PortError> {
        let all = self.0.roles_of(actor, person, self.0.now()).await.map_err(failed)?.open();
        let mut roles: BTreeMap<OrganisationId, BTreeSet<String>> = BTreeMap::new();
        for (organisation, role) in all {
            roles.entry(organisation).or_default().insert(role.code().to_owned());
        }
        let mut known = self.known(&roles.keys().copied().collect::<Vec<_>>()).await?;
        Ok(roles.into_iter().filter_map(|(id, roles)| Some((known.remove(&id)?, roles))).collect())
    }

    async fn acted_for(&self, actor: &Actor) -> Result<Option<KnownOrganisation>, PortError> {
        let Some(organisation) = actor.organisation else { return Ok(None) };
        Ok(self.known(&[organisation]).await?.remove(&organisation))
    }
}
