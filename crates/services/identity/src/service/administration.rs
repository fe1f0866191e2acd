//! What an organisation's administrator sees and does: its roles by name, and the person who is to
//! have one.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use varde_core::{Actor, Matter, OrganisationId, PersonId, Role, identifier::NationalNumber};
use varde_ledger::Draft;

use crate::{
    Administered, Given, Identity, IdentityError, KnownPerson, NewAssignment,
    store::found::{self, keep},
};

/// How long somebody who was found can be given a role.
const FOUND_FOR: SignedDuration = SignedDuration::from_hours(24);

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
        let matter = roles_of(organisation).with(holders.chain(proposed));
        let names = match matter.parties().is_empty() {
            true => BTreeMap::new(),
            false => self.directory.role_holders(actor, &matter).await?,
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
        let by = actor.person().ok_or(IdentityError::NotLoggedIn)?;
        let found = self.directory.by_number(number).await?;
        let mut draft = Draft::new("identity.person.found", "organisation", organisation)
            .because(permission.legal_basis())
            .with("found", found.is_some());
        let mut work = self.store.begin(actor).await?;
        if let Some(known) = &found {
            draft = draft.concerning(known.person);
            let now = self.store.clock().now();
            keep(work.connection(), organisation, (known.person, by), now, self.found_since()?).await?;
        }
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        found.ok_or(IdentityError::NoSuchPerson)
    }

    /// The name of somebody whom the actor has found, while the form about them is filled in.
    ///
    /// # Errors
    /// [`IdentityError::NoSuchPerson`] when the actor has not found them; refusals; the register.
    pub(crate) async fn name_of(
        &self,
        actor: &Actor,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<String, IdentityError> {
        self.roles.check_administers(actor, Some(organisation)).await?;
        self.check_found(actor, organisation, person).await?;
        let names = self.directory.role_holders(actor, &roles_of(organisation).with([person])).await?;
        names.into_values().next().ok_or(IdentityError::NoSuchPerson)
    }

    /// Gives somebody whom the actor has found a role, or proposes it where two must agree.
    ///
    /// # Errors
    /// [`IdentityError::NoSuchPerson`] when the actor has not found them; as
    /// [`Roles::give_or_propose`](crate::Roles::give_or_propose).
    pub(crate) async fn give_found(&self, actor: &Actor, new: NewAssignment) -> Result<Given, IdentityError> {
        self.check_found(actor, new.organisation, new.person).await?;
        self.roles.give_or_propose(actor, new).await
    }

    /// Only whoever has typed the person's number goes on with them: nobody turns an id into a name.
    async fn check_found(
        &self,
        actor: &Actor,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<(), IdentityError> {
        let by = actor.person().ok_or(IdentityError::NotLoggedIn)?;
        let mut read = self.store.read(actor).await?;
        match found::since(read.connection(), organisation, (person, by), self.found_since()?).await? {
            true => Ok(()),
            false => Err(IdentityError::NoSuchPerson),
        }
    }

    /// What was found before this is forgotten.
    fn found_since(&self) -> Result<Timestamp, IdentityError> {
        self.store.clock().now().checked_sub(FOUND_FOR).map_err(|_| IdentityError::NoSuchPerson)
    }
}

/// The roles of an organisation as a matter: those who look after them see the names of those in it.
fn roles_of(organisation: OrganisationId) -> Matter {
    Matter::new("roles", organisation).handled_by(organisation, [Role::Administrator, Role::Operator])
}
