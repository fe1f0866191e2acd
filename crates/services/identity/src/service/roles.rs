//! Giving, ending and reading roles.

use std::collections::{BTreeMap, BTreeSet};

use varde_core::{Actor, OrganisationId, PersonId, Role};
use varde_ledger::Draft;
use varde_policy::{Guard, Resource};
use varde_store::{ContextStore, Store, StoreError};
use varde_web::Sessions;

use crate::{CONTEXT, IdentityError, NewAssignment, RoleAssignment, RoleAssignmentId, model::assignment, store};

/// Who holds which role. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Roles {
    store: ContextStore,
    guard: Guard,
    sessions: Sessions,
}

impl Roles {
    /// The roles in the store.
    pub fn new(store: &Store, guard: Guard, sessions: Sessions) -> Self {
        Self { store: store.context(&CONTEXT), guard, sessions }
    }

    /// Gives a role. Action `identity.role.give`, entry `identity.role.given`.
    ///
    /// # Errors
    /// When the policy says no, the input is wrong, or the role is held there already.
    pub async fn give(&self, actor: &Actor, new: NewAssignment) -> Result<RoleAssignmentId, IdentityError> {
        let permission = self.guard.check(actor, "identity.role.give", &resource(&new)).await?;
        let problems = new.problems();
        if !problems.is_empty() {
            return Err(IdentityError::Invalid(problems));
        }
        let id = RoleAssignmentId::new(&**self.store.clock(), self.store.randomness());
        let mut work = self.store.begin(actor).await?;
        let now = self.store.clock().now();
        let given = store::roles::insert(work.connection(), id, &new, actor, now).await.map_err(StoreError::from);
        given.map_err(|error| match error {
            StoreError::Conflict(_) => IdentityError::AlreadyHeld,
            other => IdentityError::Store(other),
        })?;
        let draft = draft("identity.role.given", id, new.person, new.organisation, new.role)
            .because(permission.legal_basis())
            .with("from", new.period.from.to_string())
            .with("until", new.period.until.map(|u| u.to_string()));
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(id)
    }

    /// Ends a role at once, and with it the person's sessions. Action `identity.role.end`, entry
    /// `identity.role.ended`, event `identity.role.ended` with the person's id.
    ///
    /// # Errors
    /// When the policy says no or there is no such role.
    pub async fn end(&self, actor: &Actor, id: RoleAssignmentId) -> Result<(), IdentityError> {
        let mut read = self.store.read(actor).await?;
        let found = store::roles::by_id(read.connection(), id).await?.ok_or(IdentityError::NoSuchAssignment)?;
        drop(read);
        let resource = Resource::new("RoleAssignment")
            .id(id)
            .person("person", found.person)
            .organisation("organisation", found.organisation)
            .text("role", found.role.name());
        let permission = self.guard.check(actor, "identity.role.end", &resource).await?;
        let mut work = self.store.begin(actor).await?;
        if !store::roles::end(work.connection(), id, actor, self.store.clock().now()).await? {
            return Err(IdentityError::NoSuchAssignment);
        }
        let draft = draft("identity.role.ended", id, found.person, found.organisation, found.role);
        let entered = work.enter(draft.because(permission.legal_basis())).await?;
        work.emit("identity.role.ended", &serde_json::json!({ "person": found.person })).await?;
        work.commit(entered).await?;
        // The flow on the event does the same again if we are killed here.
        self.sessions.end_all(actor, found.person).await?;
        Ok(())
    }

    /// The roles a person holds or will hold, not those ended. Action `identity.role.read`.
    ///
    /// # Errors
    /// When the policy says no.
    pub async fn of(&self, actor: &Actor, person: PersonId) -> Result<Vec<RoleAssignment>, IdentityError> {
        // Asked across organisations and roles, so neither is the actor's own.
        let nowhere = OrganisationId::from_uuid(uuid::Uuid::nil());
        let resource = Resource::new("RoleAssignment")
            .person("person", person)
            .organisation("organisation", nowhere)
            .text("role", "*");
        self.guard.check(actor, "identity.role.read", &resource).await?;
        let mut read = self.store.read(actor).await?;
        Ok(store::roles::of(read.connection(), person).await?)
    }

    /// The roles a person holds today, by organisation. As [`Self::of`].
    ///
    /// # Errors
    /// When the policy says no.
    pub async fn today(
        &self,
        actor: &Actor,
        person: PersonId,
    ) -> Result<BTreeMap<OrganisationId, BTreeSet<Role>>, IdentityError> {
        Ok(assignment::held_on(&self.of(actor, person).await?, self.store.clock().today()))
    }

    /// Who holds the role in the organisation today, in the order of their ids. For those who hold a
    /// role there themselves. Action `identity.role.holders`.
    ///
    /// # Errors
    /// When the policy says no.
    pub async fn holders(
        &self,
        actor: &Actor,
        organisation: OrganisationId,
        role: Role,
    ) -> Result<Vec<PersonId>, IdentityError> {
        let resource =
            Resource::new("RoleHolders").organisation("organisation", organisation).text("role", role.name());
        self.guard.check(actor, "identity.role.holders", &resource).await?;
        let mut read = self.store.read(actor).await?;
        Ok(store::roles::holders(read.connection(), organisation, role, self.store.clock().today()).await?)
    }
}

fn resource(new: &NewAssignment) -> Resource {
    Resource::new("RoleAssignment")
        .person("person", new.person)
        .organisation("organisation", new.organisation)
        .text("role", new.role.name())
}

fn draft(kind: &str, id: RoleAssignmentId, person: PersonId, organisation: OrganisationId, role: Role) -> Draft {
    Draft::new(kind, "role_assignment", id)
        .concerning(person)
        .with("organisation", organisation)
        .with("role", role.name())
}
