//! The systems of the register area.

use varde_core::{Actor, OrganisationId};
use varde_ledger::Draft;

use super::{Architecture, Saved};
use crate::{ArchitectureError, System, SystemId, Thing, ThingId, Version, store};

impl Architecture {
    /// Registers a system of the organisation that the actor acts for. Action
    /// `architecture.system.write`, entry `architecture.system.registered`.
    ///
    /// # Errors
    /// [`ArchitectureError::Invalid`]; refusals; the database.
    pub async fn register_system(&self, actor: &Actor, system: System) -> Result<SystemId, ArchitectureError> {
        let id = SystemId::new(&**self.store.clock(), self.store.randomness());
        let permission = self.guard.check(actor, "architecture.system.write", &self.of_owner(id, system.owner)).await?;
        let system = System { ended: false, ..system };
        let wrong = system.check();
        if !wrong.is_empty() {
            return Err(ArchitectureError::Invalid(wrong));
        }
        let entry = Draft::new("architecture.system.registered", "system", id).with("public", system.public);
        let saved = Saved { id: &id.to_string(), number: 1, content: &system, entry, permission: &permission };
        self.save(actor, saved).await?;
        Ok(id)
    }

    /// Changes what is registered of a system, or takes it out of use; who answers for it stays. Action
    /// `architecture.system.write`, entry `architecture.system.changed`.
    ///
    /// # Errors
    /// [`ArchitectureError::Invalid`], [`ArchitectureError::Changed`], [`ArchitectureError::NotFound`];
    /// refusals; the database.
    pub async fn change_system(
        &self,
        actor: &Actor,
        id: SystemId,
        seen: u32,
        system: System,
    ) -> Result<(), ArchitectureError> {
        let before = self.system(actor, id).await?;
        let resource = self.of_owner(id, before.content.owner);
        let permission = self.guard.check(actor, "architecture.system.write", &resource).await?;
        let system = System { owner: before.content.owner, ..system };
        let wrong = system.check();
        if !wrong.is_empty() {
            return Err(ArchitectureError::Invalid(wrong));
        }
        let entry = Draft::new("architecture.system.changed", "system", id)
            .with("public", system.public)
            .with("ended", system.ended);
        let number = seen.saturating_add(1);
        let saved = Saved { id: &id.to_string(), number, content: &system, entry, permission: &permission };
        self.save(actor, saved).await
    }

    /// A system as it is registered. Action `architecture.thing.read`.
    ///
    /// # Errors
    /// [`ArchitectureError::NotFound`]; the database.
    pub async fn system(&self, actor: &Actor, id: SystemId) -> Result<Version<System>, ArchitectureError> {
        let mut read = self.store.read(actor).await?;
        let versions = store::of::<System>(read.connection(), &id.to_string(), None).await?;
        drop(read);
        let latest = versions.into_iter().next().ok_or(ArchitectureError::NotFound)?;
        let thing = super::as_thing(latest.clone()).filter(|thing| self.may_read(actor, thing));
        thing.map(|_| latest).ok_or(ArchitectureError::NotFound)
    }

    /// The organisation for which the actor may register systems: for pages that lead there. Action
    /// `architecture.system.write`.
    ///
    /// # Errors
    /// Refusals.
    pub async fn check_registers(&self, actor: &Actor) -> Result<OrganisationId, ArchitectureError> {
        let nil = uuid::Uuid::nil();
        let owner = actor.organisation.unwrap_or_else(|| OrganisationId::from_uuid(nil));
        self.check_changes(actor, SystemId::from_uuid(nil), owner).await?;
        Ok(owner)
    }

    /// Whether the actor may change a system of that organisation. Action `architecture.system.write`.
    ///
    /// # Errors
    /// Refusals.
    pub async fn check_changes(
        &self,
        actor: &Actor,
        id: SystemId,
        owner: OrganisationId,
    ) -> Result<(), ArchitectureError> {
        self.guard.check(actor, "architecture.system.write", &self.of_owner(id, owner)).await?;
        Ok(())
    }

    /// Whether the actor may register systems, of the organisation that it acts for.
    pub fn registers_systems(&self, actor: &Actor) -> bool {
        let nil = SystemId::from_uuid(uuid::Uuid::nil());
        let may = |owner| self.guard.would_allow(actor, "architecture.system.write", &self.of_owner(nil, owner));
        actor.organisation.is_some_and(may)
    }

    fn of_owner(&self, id: SystemId, owner: OrganisationId) -> varde_policy::Resource {
        let name = varde_core::LocalisedText::default();
        self.resource(&Thing { id: ThingId::System(id), name, owner: Some(owner), public: false })
    }
}
