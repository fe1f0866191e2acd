//! Use cases. Each checks the policy with the one party, or both, for whom somebody acts.

mod clients;
mod confirm;
mod customers;
mod drafts;
mod fetch;
mod keys;
mod limit;
mod own;
mod remind;
mod systems;
mod tend;
mod test;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use varde_core::{Actor, Component, OrganisationId, identifier::OrganisationNumber};
use varde_policy::{Guard, Permission, Resource};
use varde_store::{ContextStore, Store};
use varde_web::Texts;

pub use clients::ClientView;
pub use confirm::Answered;
pub use customers::{Customer, CustomerScope, Customers};
pub use drafts::Draft;
pub use fetch::Trouble;
pub use own::OwnStatus;
pub use systems::{FreshApiKey, SystemView};
pub use test::ConnectionTest;
pub use varde_fetch::Reach;

use crate::{
    CONTEXT, Client, ClientId, ClientSystem, SelfServiceError, SystemId, TEXTS,
    ports::{Agreements, ClientRegistry, Letters, Organisation, Organisations, Progress},
    store,
};
use fetch::Fetcher;
use limit::Limiter;

/// What self-service asks others.
#[derive(Clone)]
pub struct Ports {
    /// Organisations, and who manages access in them.
    pub organisations: Arc<dyn Organisations>,
    /// The authorisation server's clients.
    pub registry: Arc<dyn ClientRegistry>,
    /// Terms of use and delegations.
    pub agreements: Arc<dyn Agreements>,
    /// Who follows orders of services; nobody is told when there is none.
    pub progress: Option<Arc<dyn Progress>>,
    /// What takes mail; nobody is told of keys that end when there is none.
    pub letters: Option<Arc<dyn Letters>>,
}

/// Vendors' self-service.
pub struct SelfService {
    store: ContextStore,
    guard: Guard,
    ports: Ports,
    fetcher: Fetcher,
    limiter: Limiter,
    texts: Texts,
}

impl fmt::Debug for SelfService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SelfService")
    }
}

/// A configuration with what it belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Belonging {
    pub(crate) client: Client,
    pub(crate) system: ClientSystem,
    pub(crate) vendor: Organisation,
    pub(crate) owner: Organisation,
}

impl SelfService {
    /// The service on a store that has migrated [`CONTEXT`]. `reach`: where keys may be read from.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(store: &Store, guard: Guard, ports: Ports, reach: Reach) -> Result<Self, reqwest::Error> {
        let fetcher = Fetcher::new(reach)?;
        let (limiter, texts) = (Limiter::default(), Texts::new([TEXTS]));
        Ok(Self { store: store.context(&CONTEXT), guard, ports, fetcher, limiter, texts })
    }

    /// Whether the actor may do that for the vendor.
    async fn check_vendor(
        &self,
        actor: &Actor,
        action: &str,
        vendor: &Organisation,
    ) -> Result<Permission, SelfServiceError> {
        let manages = self.manages(actor, vendor).await?;
        Ok(self.guard.check(actor, action, &of_vendor(vendor.id, manages)).await?)
    }

    /// Whether the actor may do that with a configuration.
    async fn check_client(&self, actor: &Actor, action: &str, of: &Belonging) -> Result<Permission, SelfServiceError> {
        let resource = self.as_resource(actor, of).await?;
        Ok(self.guard.check(actor, action, &resource).await?)
    }

    async fn as_resource(&self, actor: &Actor, of: &Belonging) -> Result<Resource, SelfServiceError> {
        let manages_vendor = self.manages(actor, &of.vendor).await?;
        let manages_owner = match of.owner.id == of.vendor.id {
            true => manages_vendor,
            false => self.manages(actor, &of.owner).await?,
        };
        Ok(Resource::new("ClientConfiguration")
            .id(of.client.id)
            .organisation("vendor", of.vendor.id)
            .organisation("owner", of.owner.id)
            .flag("manages_vendor", manages_vendor)
            .flag("manages_owner", manages_owner)
            .flag("own", is_own(actor, of.client.id)))
    }

    async fn manages(&self, actor: &Actor, organisation: &Organisation) -> Result<bool, SelfServiceError> {
        match actor.person() {
            Some(_) => Ok(self.ports.organisations.manages_access(actor, organisation).await?),
            None => Ok(false),
        }
    }

    /// Whoever has not logged in gets that answer first, whatever else is wrong.
    async fn logged_in(&self, actor: &Actor, action: &str) -> Result<(), SelfServiceError> {
        if actor.person().is_some() {
            return Ok(());
        }
        let nowhere = OrganisationId::from_uuid(uuid::Uuid::nil());
        let resource = match action.starts_with("self_service.client.") {
            true => Resource::new("ClientConfiguration")
                .organisation("vendor", nowhere)
                .organisation("owner", nowhere)
                .flag("manages_vendor", false)
                .flag("manages_owner", false)
                .flag("own", false),
            false => of_vendor(nowhere, false),
        };
        self.guard.check(actor, action, &resource).await?;
        Ok(())
    }

    /// The main unit with that number.
    async fn main_unit(&self, number: OrganisationNumber) -> Result<Organisation, SelfServiceError> {
        let found = self.ports.organisations.by_number(number).await?;
        found.filter(|o| o.parent.is_none()).ok_or(SelfServiceError::NoSuchOrganisation)
    }

    /// The product and its vendor.
    async fn load_system(&self, id: SystemId) -> Result<(ClientSystem, Organisation), SelfServiceError> {
        let mut read = self.store.read(&itself()).await?;
        let system = store::systems::by_id(read.connection(), id).await?.ok_or(SelfServiceError::NoSuchSystem)?;
        drop(read);
        let vendor = self.main_unit(system.vendor).await?;
        Ok((system, vendor))
    }

    /// The configuration and what it belongs to.
    async fn load_client(&self, id: ClientId) -> Result<Belonging, SelfServiceError> {
        let mut read = self.store.read(&itself()).await?;
        let client = store::clients::by_id(read.connection(), id).await?.ok_or(SelfServiceError::NoSuchClient)?;
        drop(read);
        let (system, vendor) = self.load_system(client.system).await?;
        let owner = match client.owner == vendor.number {
            true => vendor.clone(),
            false => self.main_unit(client.owner).await?,
        };
        Ok(Belonging { client, system, vendor, owner })
    }

    /// The names of organisations by number. One that the register has lost is not among them.
    async fn names(
        &self,
        numbers: &BTreeSet<OrganisationNumber>,
    ) -> Result<BTreeMap<OrganisationNumber, String>, SelfServiceError> {
        let mut names = BTreeMap::new();
        for number in numbers {
            if let Some(found) = self.ports.organisations.by_number(*number).await? {
                names.insert(*number, found.name);
            }
        }
        Ok(names)
    }
}

/// Self-service itself: what it looks up, and what it does at the authorisation server for somebody
/// who was allowed to.
fn itself() -> Actor {
    Actor::system(Component::SelfService)
}

fn of_vendor(vendor: OrganisationId, manages: bool) -> Resource {
    Resource::new("ClientSystem").organisation("vendor", vendor).flag("manages", manages)
}

/// Whether the actor is that client, by its token.
fn is_own(actor: &Actor, client: ClientId) -> bool {
    matches!(&actor.subject, varde_core::Subject::Client { client: id } if *id == client.to_string())
}
