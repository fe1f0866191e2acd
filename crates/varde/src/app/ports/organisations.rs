//! The register of organisations as contexts that know them by number see it: open data, so whoever asks
//! is let in. What the authorisation server needs is filled here, what delegation needs beside its own.

use std::collections::BTreeMap;

use async_trait::async_trait;
use varde_basedata::{Basedata, BasedataError, OrganisationView};
use varde_core::{Actor, Component, OrganisationId, identifier::OrganisationNumber};
use varde_oauth::ports::{KnownOrganisation, Organisations, PortError};

/// An organisation and the number of its main unit, when it is a sub unit.
pub(super) struct Known {
    pub(super) view: OrganisationView,
    pub(super) parent: Option<OrganisationNumber>,
}

/// The organisations with these ids, by id; unknown ids are left out.
pub(super) async fn known(
    register: &Basedata,
    actor: &Actor,
    ids: &[OrganisationId],
) -> Result<BTreeMap<OrganisationId, Known>, BasedataError> {
    let views = views(register, actor, ids).await?;
    let above: Vec<OrganisationId> = views.iter().filter_map(|view| view.parent).collect();
    let above = self::views(register, actor, &above).await?;
    let above: BTreeMap<_, _> = above.into_iter().map(|view| (view.id, view.number)).collect();
    let one = |view: OrganisationView| {
        let parent = view.parent.and_then(|parent| above.get(&parent).copied());
        (view.id, Known { view, parent })
    };
    Ok(views.into_iter().map(one).collect())
}

/// The organisation with this number.
pub(super) async fn by_number(
    register: &Basedata,
    actor: &Actor,
    number: OrganisationNumber,
) -> Result<Option<Known>, BasedataError> {
    let Some(id) = register.organisation_by_number(actor, number).await? else { return Ok(None) };
    Ok(known(register, actor, &[id]).await?.remove(&id))
}

async fn views(
    register: &Basedata,
    actor: &Actor,
    ids: &[OrganisationId],
) -> Result<Vec<OrganisationView>, BasedataError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    register.organisations(actor, Some(ids), register.now()).await
}

pub(in crate::app) struct OrganisationRegister(Basedata);

impl OrganisationRegister {
    pub(in crate::app) fn new(basedata: Basedata) -> Self {
        Self(basedata)
    }
}

#[async_trait]
impl Organisations for OrganisationRegister {
    async fn by_number(&self, number: OrganisationNumber) -> Result<Option<KnownOrganisation>, PortError> {
        let found = by_number(&self.0, &Actor::system(Component::AuthorisationServer), number).await;
        let seen = |Known { view, parent }| KnownOrganisation { id: view.id, number: view.number, parent };
        found.map(|known| known.map(seen)).map_err(|error| PortError::Unavailable(Box::new(error)))
    }

    async fn has_sub_units(&self, number: OrganisationNumber) -> Result<bool, PortError> {
        let found = self.0.has_sub_units(&Actor::system(Component::AuthorisationServer), number).await;
        found.map_err(|error| PortError::Unavailable(Box::new(error)))
    }
}
