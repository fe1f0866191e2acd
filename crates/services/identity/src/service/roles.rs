//! Giving, ending and reading roles.

use std::collections::{BTreeMap, BTreeSet};

use varde_core::{Actor, OrganisationId, PersonId, Role};
use varde_ledger::Draft;
use varde_policy::{Guard, Permission, Resource};
use varde_store::{ContextStore, Store, StoreError, Work};
use varde_web::Sessions;

use crate::{
    Administered, CONTEXT, IdentityError, NewAssignment, RoleAssignment, RoleAssignmentId, model::assignment, store,
};

/// Who holds which role. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Roles {
    pub(super) store: ContextStore,
    pub(super) guard: Guard,
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
        new.check()?;
        let mut work = self.store.begin(actor).await?;
        let (id, draft) = self.insert(&mut work, actor, &new).await?;
        let entered = work.enter(draft.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(id)
    }

    /// Puts the role into the table; gives its id and what the entry says.
    pub(super) async fn insert(
        &self,
        work: &mut Work,
        actor: &Actor,
        new: &NewAssignment,
    ) -> Result<(RoleAssignmentId, Draft), IdentityError> {
        let id = RoleAssignmentId::new(&**self.store.clock(), self.store.randomness());
        let now = self.store.clock().now();
        once(store::roles::insert(work.connection(), id, new, actor, now).await, IdentityError::AlreadyHeld)?;
        Ok((id, about("identity.role.given", "role_assignment", id, new)))
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
        let draft = Draft::new("identity.role.ended", "role_assignment", id)
            .concerning(found.person)
            .with("organisation", found.organisation)
            .with("role", found.role.name());
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

    /// All roles of an organisation, or with `None` of all organisations, and what is proposed there.
    /// Action `identity.role.administer`.
    ///
    /// # Errors
    /// When the policy says no.
    pub async fn administered(
        &self,
        actor: &Actor,
        organisation: Option<OrganisationId>,
    ) -> Result<Administered, IdentityError> {
        self.check_administers(actor, organisation).await?;
        let mut read = self.store.read(actor).await?;
        let today = self.store.clock().today();
        Ok(Administered {
            assignments: store::roles::of_organisation(read.connection(), organisation, today).await?,
            proposals: store::proposals::of_organisation(read.connection(), organisation).await?,
        })
    }

    /// Whether the actor looks after the roles there; for use cases around it.
    pub(crate) async fn check_administers(
        &self,
        actor: &Actor,
        organisation: Option<OrganisationId>,
    ) -> Result<Permission, IdentityError> {
        // All organisations together are nobody's own.
        let organisation = organisation.unwrap_or(OrganisationId::from_uuid(uuid::Uuid::nil()));
        let resource = Resource::new("RoleHolders").organisation("organisation", organisation).text("role", "*");
        Ok(self.guard.check(actor, "identity.role.administer", &resource).await?)
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

/// A second one of what there can be one of is a conflict that people understand.
pub(super) fn once(inserted: Result<(), sqlx::Error>, twice: IdentityError) -> Result<(), IdentityError> {
    inserted.map_err(StoreError::from).map_err(|error| match error {
        StoreError::Conflict(_) => twice,
        other => IdentityError::Store(other),
    })
}

pub(super) fn resource(new: &NewAssignment) -> Resource {
    Resource::new("RoleAssignment")
        .person("person", new.person)
        .organisation("organisation", new.organisation)
        .text("role", new.role.name())
}

/// What an entry says of a role that is given or proposed.
pub(super) fn about(kind: &str, resource: &str, id: impl std::fmt::Display, new: &NewAssignment) -> Draft {
    Draft::new(kind, resource, id)
        .concerning(new.person)
        .with("organisation", new.organisation)
        .with("role", new.role.name())
        .with("from", new.period.from.to_string())
        .with("until", new.period.until.map(|u| u.to_string()))
}
