//! Use cases.

mod lookup;
mod parties;
mod registry;
mod rights;
mod uses;

use std::{collections::BTreeSet, sync::Arc};

use varde_core::{Actor, LoginLevel, OrganisationId, Subject, identifier::OrganisationNumber};
use varde_policy::{Guard, Permission, Resource};
use varde_store::{ContextStore, Store, log::Log};

pub use parties::{Parties, Side};
pub use registry::Outcome;
pub use rights::{CHANGED, ChangedEvent, Offer, Prepared};
pub use uses::{Used, Uses, Watch};

use crate::{
    CONTEXT, DelegationError, KnownOrganisation,
    model::resource::ACCESS_MANAGEMENT,
    ports::{Leadership, Organisations},
};

/// The registry of resources and the register of delegations. Cloning is cheap.
#[derive(Clone)]
pub struct Delegations {
    store: ContextStore,
    guard: Guard,
    log: Log,
    organisations: Arc<dyn Organisations>,
    leadership: Arc<dyn Leadership>,
}

impl std::fmt::Debug for Delegations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Delegations")
    }
}

/// What somebody must be to do something for an organisation.
struct Demand {
    roles: BTreeSet<String>,
    level: LoginLevel,
}

impl Demand {
    /// To manage access there at all.
    fn access_management() -> Self {
        let roles = ACCESS_MANAGEMENT.into_iter().map(str::to_owned).collect();
        Self { roles, level: LoginLevel::Substantial }
    }
}

impl Delegations {
    /// The service on a store that has migrated [`CONTEXT`].
    pub fn new(
        store: &Store,
        guard: Guard,
        organisations: Arc<dyn Organisations>,
        leadership: Arc<dyn Leadership>,
    ) -> Self {
        Self { store: store.context(&CONTEXT), guard, log: Log::new(store), organisations, leadership }
    }

    /// Whether the actor may do that for the organisation.
    async fn check(
        &self,
        actor: &Actor,
        action: &str,
        party: &KnownOrganisation,
        demand: &Demand,
    ) -> Result<Permission, DelegationError> {
        let held = match actor.person() {
            Some(person) => self.leadership.roles(actor, party, person).await?,
            None => BTreeSet::new(),
        };
        let level = if demand.level == LoginLevel::High { "high" } else { "substantial" };
        let resource = Resource::new("Delegation")
            .id(party.number)
            .organisation("party", party.id)
            .texts("held", held)
            .texts("sufficient", demand.roles.iter().cloned())
            .text("least_level", level);
        Ok(self.guard.check(actor, action, &resource).await?)
    }

    /// Whoever is nobody gets that answer first, whatever else is wrong.
    async fn logged_in(&self, actor: &Actor, action: &str) -> Result<(), DelegationError> {
        if actor.subject != Subject::Anonymous {
            return Ok(());
        }
        let nowhere = OrganisationId::from_uuid(uuid::Uuid::nil());
        let resource = Resource::new("Delegation")
            .organisation("party", nowhere)
            .texts("held", BTreeSet::<String>::new())
            .texts("sufficient", BTreeSet::<String>::new())
            .text("least_level", "substantial");
        self.guard.check(actor, action, &resource).await?;
        Ok(())
    }

    /// The main unit with that number.
    async fn main_unit(&self, number: OrganisationNumber) -> Result<KnownOrganisation, DelegationError> {
        let found = self.organisations.by_number(number).await?;
        found.filter(|o| o.parent.is_none()).ok_or(DelegationError::NoSuchOrganisation)
    }
}
