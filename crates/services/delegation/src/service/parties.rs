//! What the parties see: where somebody manages access, what their organisation has given and
//! received, now and as at any time.

use std::collections::{BTreeMap, BTreeSet};

use varde_core::{Actor, Role, identifier::OrganisationNumber};

use super::{Delegations, Demand};
use crate::{
    AsAt, Change, Delegation, DelegationError, DelegationId, KnownOrganisation, Total, model::change::held,
    model::resource::ACCESS_MANAGEMENT, store,
};

/// Seeing what an organisation has given and received.
const READ: &str = "delegation.right.read";

/// An organisation where somebody manages access, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The organisation.
    pub organisation: KnownOrganisation,
    /// The registry roles that carry it, by code; none when the role of administrator was given.
    pub roles: Vec<String>,
}

/// The rights that an organisation is a party to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parties {
    /// The organisation.
    pub organisation: KnownOrganisation,
    /// What it has given.
    pub given: Vec<Delegation>,
    /// What it has received.
    pub received: Vec<Delegation>,
    /// The names of the organisations, by number. One that the register has lost is not among them.
    pub names: BTreeMap<OrganisationNumber, String>,
    /// How often each was used and when last; those that never were are not among them.
    pub totals: BTreeMap<DelegationId, Total>,
}

impl Delegations {
    /// The main units where the person manages access, by name. Action `delegation.side.list`.
    ///
    /// # Errors
    /// Refusals; a neighbour.
    pub async fn sides(&self, actor: &Actor) -> Result<Vec<Side>, DelegationError> {
        let everywhere = varde_policy::Resource::new("DelegationSides");
        self.guard.check(actor, "delegation.side.list", &everywhere).await?;
        let Some(person) = actor.person() else { return Ok(Vec::new()) };
        let mut sides = Vec::new();
        for (organisation, roles) in self.leadership.organisations(actor, person).await? {
            let roles: Vec<String> = roles.into_iter().filter(|r| ACCESS_MANAGEMENT.contains(&r.as_str())).collect();
            if !roles.is_empty() && organisation.parent.is_none() {
                sides.push(Side { organisation, roles });
            }
        }
        if actor.is(Role::Administrator)
            && let Some(organisation) = self.leadership.acted_for(actor).await?
            && organisation.parent.is_none()
            && sides.iter().all(|side| side.organisation.number != organisation.number)
        {
            sides.push(Side { organisation, roles: Vec::new() });
        }
        sides.sort_by(|a, b| a.organisation.name.cmp(&b.organisation.name));
        Ok(sides)
    }

    /// What the organisation had given and received at that point in the two times; now without one.
    /// Action `delegation.right.read`.
    ///
    /// # Errors
    /// [`DelegationError::NoSuchOrganisation`]; refusals; the database.
    pub async fn parties(
        &self,
        actor: &Actor,
        party: OrganisationNumber,
        as_at: Option<AsAt>,
    ) -> Result<Parties, DelegationError> {
        let organisation = self.reader(actor, READ, party).await?;
        let as_at = as_at.unwrap_or(AsAt::now(self.store.clock().now()));
        let mut read = self.store.read(actor).await?;
        let changes = store::changes::of_party(read.connection(), party).await?;
        drop(read);
        let all = held(&changes, as_at);
        let names = self.names(all.iter().flat_map(|one| [one.right.from, one.right.to]).collect()).await?;
        let totals = self.totals(actor, &all.iter().map(|one| one.id).collect::<Vec<_>>()).await?;
        let (given, received) = all.into_iter().partition(|one: &Delegation| one.right.from == party);
        Ok(Parties { organisation, given, received, names, totals })
    }

    /// What has happened to the rights that the organisation is a party to, newest first. Action
    /// `delegation.right.read`.
    ///
    /// # Errors
    /// As [`Self::parties`].
    pub async fn history(&self, actor: &Actor, party: OrganisationNumber) -> Result<Vec<Change>, DelegationError> {
        self.reader(actor, READ, party).await?;
        let mut read = self.store.read(actor).await?;
        let mut changes = store::changes::of_party(read.connection(), party).await?;
        changes.reverse();
        Ok(changes)
    }

    /// The changes of one delegation, the grant first, for one of its parties. Action
    /// `delegation.right.read`.
    ///
    /// # Errors
    /// [`DelegationError::NotFound`] when there is none or the organisation is no party; refusals; the
    /// database.
    pub async fn one(
        &self,
        actor: &Actor,
        party: OrganisationNumber,
        id: DelegationId,
    ) -> Result<Vec<Change>, DelegationError> {
        self.of_party(actor, READ, party, id).await
    }

    /// The main unit of that number, for somebody who manages access there. Action
    /// `delegation.right.read`.
    ///
    /// # Errors
    /// [`DelegationError::NoSuchOrganisation`]; refusals.
    pub async fn party(&self, actor: &Actor, party: OrganisationNumber) -> Result<KnownOrganisation, DelegationError> {
        self.reader(actor, READ, party).await
    }

    /// The organisation of that number, main unit or sub unit, for showing its name. Open data.
    ///
    /// # Errors
    /// A neighbour.
    pub async fn organisation(&self, number: OrganisationNumber) -> Result<Option<KnownOrganisation>, DelegationError> {
        Ok(self.organisations.by_number(number).await?)
    }

    /// The names of organisations, by number; one that the register has lost is not among them. Open
    /// data.
    ///
    /// # Errors
    /// A neighbour.
    pub async fn names(
        &self,
        numbers: BTreeSet<OrganisationNumber>,
    ) -> Result<BTreeMap<OrganisationNumber, String>, DelegationError> {
        let mut names = BTreeMap::new();
        for number in numbers {
            if let Some(found) = self.organisations.by_number(number).await? {
                names.insert(number, found.name);
            }
        }
        Ok(names)
    }

    /// The main unit, when the actor may do that for it.
    pub(super) async fn reader(
        &self,
        actor: &Actor,
        action: &str,
        party: OrganisationNumber,
    ) -> Result<KnownOrganisation, DelegationError> {
        self.logged_in(actor, action).await?;
        let organisation = self.main_unit(party).await?;
        self.check(actor, action, &organisation, &Demand::access_management()).await?;
        Ok(organisation)
    }
}
