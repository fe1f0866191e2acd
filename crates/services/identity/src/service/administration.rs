//! What an organisation's administrator sees and does: its roles by name, and the person who is to
//! have one.

use std::collections::BTreeMap;

use varde_core::{Actor, OrganisationId, PersonId, identifier::NationalNumber};
use varde_ledger::Draft;

use crate::{Administered, Identity, IdentityError, KnownPerson};

/// An organisation's roles and proposals, with the names of all who are in them.
#[derive(Debug)]
pub(crate) struct Overview {
    pub(crate) organisation: String,
    pub(crate) administered: Administered,
    pub(crate) names: BTreeMap<PersonId, String>,
}

impl Identity {
    /// The roles of an organisation by name. Action `identity.role.administer`.
    pub(crate) async fn overview(
        &self,
        actor: &Actor,
        organisation: OrganisationId,
    ) -> Result<Overview, IdentityError> {
        let administered = self.roles.administered(actor, Some(organisation)).await?;
        let holders = administered.assignments.iter().map(|a| a.person);
        let proposed = administered.proposals.iter().flat_map(|p| [p.what.person, p.proposed_by]);
        let mut persons: Vec<PersonId> = holders.chain(proposed).collect();
        persons.sort();
        persons.dedup();
        let names = match persons.is_empty() {
            true => BTreeMap::new(),
            false => self.directory.role_holders(actor, organisation, &persons).await?,
        };
        let organisation = self.directory.organisation_name(organisation).await?.unwrap_or_default();
        Ok(Overview { organisation, administered, names })
    }

    /// Finds the person who is to have a role. Action `identity.role.administer`, entry
    /// `identity.person.found`, also when nobody has the number; the number is in no entry.
    pub(crate) async fn find_person(
        &self,
        actor: &Actor,
        organisation: OrganisationId,
        number: &NationalNumber,
    ) -> Result<KnownPerson, IdentityError> {
        let permission = self.roles.check_administers(actor, Some(organisation)).await?;
        let found = self.directory.by_number(number).await?;
        let mut draft = Draft::new("identity.person.found", "organisation", organisation)
            .because(permission.legal_basis())
            .with("found", found.is_some());
        if let Some(known) = &found {
            draft = draft.concerning(known.person);
        }
        let mut work = self.store.begin(actor).await?;
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        found.ok_or(IdentityError::NoSuchPerson)
    }

    /// The name of somebody who was found, while the form about them is filled in.
    pub(crate) async fn name_of(
        &self,
        actor: &Actor,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<String, IdentityError> {
        self.roles.check_administers(actor, Some(organisation)).await?;
        let names = self.directory.role_holders(actor, organisation, &[person]).await?;
        names.into_values().next().ok_or(IdentityError::NoSuchPerson)
    }
}
