//! Giving a right, and ending one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{Actor, identifier::OrganisationNumber};
use varde_ledger::Draft;
use varde_policy::Permission;
use varde_store::{StoreError, Work};

use super::{Delegations, Demand};
use crate::{
    Change, ChangeId, Delegation, DelegationError, DelegationId, Kind, KnownOrganisation, Registered, ResourceId,
    Right,
    model::{
        change::begun,
        rules::{self, Fault},
    },
    store,
};

/// The event that a right was given or ended, with a [`ChangedEvent`].
pub const CHANGED: &str = "delegation.changed";

/// What [`CHANGED`] carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedEvent {
    /// The delegation that began or ended.
    pub delegation: DelegationId,
    /// The change.
    pub change: ChangeId,
    /// What happened.
    pub kind: Kind,
}

/// A right that an organisation could give to some supplier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The resource.
    pub resource: Registered,
    /// The organisation that would give it.
    pub from: KnownOrganisation,
}

/// A right that could be given, before anybody has said yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The resource.
    pub resource: Registered,
    /// The organisation that would give it.
    pub from: KnownOrganisation,
    /// The supplier that would get it.
    pub to: KnownOrganisation,
}

impl Delegations {
    /// What could be given, before a supplier is chosen: whoever may not give it, or must log in at a
    /// higher level, is told before they look for one. Action `delegation.right.grant`.
    ///
    /// # Errors
    /// As [`Self::grant`], but for the supplier.
    pub async fn offer(
        &self,
        actor: &Actor,
        from: OrganisationNumber,
        resource: &ResourceId,
    ) -> Result<Offer, DelegationError> {
        Ok(self.settle_offer(actor, from, resource).await?.0)
    }

    /// What would be given, for the page that asks whether it is right. As [`Self::grant`], without
    /// giving.
    ///
    /// # Errors
    /// As [`Self::grant`].
    pub async fn prepare(&self, actor: &Actor, right: &Right) -> Result<Prepared, DelegationError> {
        let (prepared, _) = self.settle(actor, right).await?;
        let mut read = self.store.read(actor).await?;
        rules::next_grant(store::changes::latest(read.connection(), right).await?.as_ref())?;
        Ok(prepared)
    }

    /// Gives a right, at once and until it is removed. Action `delegation.right.grant`, entry
    /// `delegation.right.granted`, event [`CHANGED`].
    ///
    /// # Errors
    /// [`DelegationError::Fault`] when the rules say no; refusals, also for too low a login level; the
    /// database.
    pub async fn grant(&self, actor: &Actor, right: &Right) -> Result<Delegation, DelegationError> {
        let (prepared, permission) = self.settle(actor, right).await?;
        let now = self.store.clock().now();
        let mut work = self.store.begin(actor).await?;
        let latest = store::changes::latest(work.connection(), right).await?;
        let id = ChangeId::new(&**self.store.clock(), self.store.randomness());
        let change = Change {
            id,
            delegation: DelegationId::from_uuid(id.uuid()),
            right: right.clone(),
            resource_version: prepared.resource.version,
            kind: Kind::Grant,
            position: rules::next_grant(latest.as_ref())?,
            applies_from: now,
            recorded_at: now,
        };
        once(store::changes::add(work.connection(), &change, actor).await, Fault::AlreadyGiven)?;
        finish(work, &change, &permission, "delegation.right.granted").await?;
        begun(&change).ok_or(DelegationError::NotFound)
    }

    /// Ends a right for one of its parties: the giver takes it back, the receiver gives it up. At once,
    /// or as from an earlier time, when it ended before anybody told the register. Action
    /// `delegation.right.revoke`, entry `delegation.right.revoked`, event [`CHANGED`].
    ///
    /// # Errors
    /// [`DelegationError::NotFound`] when there is none or the organisation is no party;
    /// [`DelegationError::Fault`] when it has ended before or the time is wrong; refusals; the database.
    pub async fn revoke(
        &self,
        actor: &Actor,
        id: DelegationId,
        party: OrganisationNumber,
        applies_from: Option<Timestamp>,
    ) -> Result<Change, DelegationError> {
        const ACTION: &str = "delegation.right.revoke";
        self.logged_in(actor, ACTION).await?;
        let organisation = self.main_unit(party).await?;
        let permission = self.check(actor, ACTION, &organisation, &Demand::access_management()).await?;
        let now = self.store.clock().now();
        let mut work = self.store.begin(actor).await?;
        let changes = store::changes::of_delegation(work.connection(), id).await?;
        let (Some(granted), Some(latest)) = (changes.first(), changes.last()) else {
            return Err(DelegationError::NotFound);
        };
        let applies_from = applies_from.unwrap_or(now);
        let ending = rules::next_end(granted, latest, party, applies_from, now).ok_or(DelegationError::NotFound)?;
        let (kind, position) = ending?;
        let change = Change {
            id: ChangeId::new(&**self.store.clock(), self.store.randomness()),
            kind,
            position,
            applies_from,
            recorded_at: now,
            ..granted.clone()
        };
        once(store::changes::add(work.connection(), &change, actor).await, Fault::AlreadyEnded)?;
        finish(work, &change, &permission, "delegation.right.revoked").await?;
        Ok(change)
    }

    /// Everything about a right that must hold before it is given but whether it is held.
    async fn settle(&self, actor: &Actor, right: &Right) -> Result<(Prepared, Permission), DelegationError> {
        let (Offer { resource, from }, permission) = self.settle_offer(actor, right.from, &right.resource).await?;
        let to = rules::receiver(self.organisations.by_number(right.to).await?, &from)?;
        Ok((Prepared { resource, from, to }, permission))
    }

    async fn settle_offer(
        &self,
        actor: &Actor,
        from: OrganisationNumber,
        resource: &ResourceId,
    ) -> Result<(Offer, Permission), DelegationError> {
        const ACTION: &str = "delegation.right.grant";
        self.logged_in(actor, ACTION).await?;
        let from = rules::giver(self.organisations.by_number(from).await?)?;
        let resource = match self.resource(resource).await {
            Err(DelegationError::NoSuchResource) => Err(Fault::NoSuchResource.into()),
            other => other,
        }?;
        let demand = Demand { roles: resource.resource.roles.clone(), level: resource.resource.least_level };
        let permission = self.check(actor, ACTION, &from, &demand).await?;
        rules::delegable(&resource.resource)?;
        Ok((Offer { resource, from }, permission))
    }
}

/// The one who comes second changes nothing.
fn once(added: Result<(), sqlx::Error>, late: Fault) -> Result<(), DelegationError> {
    added.map_err(StoreError::from).map_err(|error| match error {
        StoreError::Conflict(_) => late.into(),
        other => DelegationError::Store(other),
    })
}

async fn finish(mut work: Work, change: &Change, permission: &Permission, entry: &str) -> Result<(), DelegationError> {
    let event = ChangedEvent { delegation: change.delegation, change: change.id, kind: change.kind };
    work.emit(CHANGED, &event).await?;
    let draft = Draft::new(entry, "delegation", change.delegation)
        .because(permission.legal_basis())
        .with("change", change.id)
        .with("kind", change.kind.name())
        .with("resource", change.right.resource.as_str())
        .with("resource_version", change.resource_version)
        .with("from", change.right.from.as_str())
        .with("to", change.right.to.as_str())
        .with("applies_from", change.applies_from.to_string());
    let entered = work.enter(draft).await?;
    work.commit(entered).await?;
    Ok(())
}
