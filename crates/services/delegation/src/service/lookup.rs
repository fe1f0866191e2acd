//! What the authorisation server asks. Each answer is read from the register when it is asked for:
//! a right that was given or ended acts at once, on every server.

use std::collections::BTreeSet;

use varde_core::{Actor, identifier::OrganisationNumber};
use varde_policy::Resource;

use super::Delegations;
use crate::{
    AsAt, DelegationError, DelegationId, Kind, ResourceId, Right,
    model::change::{begun, held},
    store,
};

impl Delegations {
    /// The delegation by which the supplier holds the right now; `None` when it does not. Action
    /// `delegation.right.look_up`.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn holding(
        &self,
        actor: &Actor,
        from: OrganisationNumber,
        supplier: OrganisationNumber,
        resource: &ResourceId,
    ) -> Result<Option<DelegationId>, DelegationError> {
        self.check_look_up(actor).await?;
        let right = Right { resource: resource.clone(), from, to: supplier };
        let mut read = self.store.read(actor).await?;
        let latest = store::changes::latest(read.connection(), &right).await?;
        Ok(latest.as_ref().and_then(begun).map(|held| held.id))
    }

    /// Whether that delegation still holds. Action `delegation.right.look_up`.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn holds(&self, actor: &Actor, id: DelegationId) -> Result<bool, DelegationError> {
        self.check_look_up(actor).await?;
        let mut read = self.store.read(actor).await?;
        let changes = store::changes::of_delegation(read.connection(), id).await?;
        Ok(changes.last().is_some_and(|latest| latest.kind == Kind::Grant))
    }

    /// The organisations that let the supplier hold the right now. Action `delegation.right.look_up`.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn givers(
        &self,
        actor: &Actor,
        supplier: OrganisationNumber,
        resource: &ResourceId,
    ) -> Result<BTreeSet<OrganisationNumber>, DelegationError> {
        self.check_look_up(actor).await?;
        let mut read = self.store.read(actor).await?;
        let changes = store::changes::of_party(read.connection(), supplier).await?;
        let held = held(&changes, AsAt::now(self.store.clock().now()));
        let given = held.iter().filter(|one| one.right.to == supplier && one.right.resource == *resource);
        Ok(given.map(|one| one.right.from).collect())
    }

    async fn check_look_up(&self, actor: &Actor) -> Result<(), DelegationError> {
        let register = Resource::new("DelegationRegister");
        self.guard.check(actor, "delegation.right.look_up", &register).await?;
        Ok(())
    }
}
