//! A vendor's products and their API keys.

use std::collections::{BTreeMap, BTreeSet};

use varde_core::{Actor, FieldProblem, identifier::OrganisationNumber};
use varde_jose::sha256;
use varde_ledger::Draft as Entry;
use varde_policy::Resource;

use super::SelfService;
use crate::{
    ApiKey, ApiKeyId, Client, ClientSystem, Product, SelfServiceError, SystemId,
    ports::{KnownScope, Organisation},
    store,
};

/// What API keys begin with, so that people and leak scanners know one when they see it.
const PREFIX: &str = "varde-draft-";
/// The most products of a vendor, and API keys of a product, that are not ended.
const MOST: usize = 200;

/// A product as its vendor sees it.
#[derive(Debug, Clone)]
pub struct SystemView {
    /// The product.
    pub system: ClientSystem,
    /// The vendor.
    pub vendor: Organisation,
    /// Its configurations, those that have ended last.
    pub clients: Vec<Client>,
    /// Its API keys, the newest first.
    pub api_keys: Vec<ApiKey>,
    /// The names of the configurations' organisations.
    pub names: BTreeMap<OrganisationNumber, String>,
    /// Whether whoever looks may change it.
    pub may_change: bool,
}

/// An API key that was made just now: the only time that anybody sees the key.
#[derive(Clone)]
pub struct FreshApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// The key.
    pub key: String,
}

impl std::fmt::Debug for FreshApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FreshApiKey({})", self.id)
    }
}

impl SelfService {
    /// The main units where the person manages access, by name. Action `self_service.side.list`.
    ///
    /// # Errors
    /// Refusals; a neighbour.
    pub async fn sides(&self, actor: &Actor) -> Result<Vec<Organisation>, SelfServiceError> {
        self.guard.check(actor, "self_service.side.list", &Resource::new("SelfServiceSides")).await?;
        Ok(self.ports.organisations.managed(actor).await?)
    }

    /// The products of a vendor and the configurations of an organisation, which may be the same.
    /// Action `self_service.system.read`.
    ///
    /// # Errors
    /// [`SelfServiceError::NoSuchOrganisation`]; refusals; neighbours.
    pub async fn of_organisation(
        &self,
        actor: &Actor,
        number: OrganisationNumber,
    ) -> Result<(Organisation, Vec<ClientSystem>, Vec<(Client, ClientSystem)>), SelfServiceError> {
        const ACTION: &str = "self_service.system.read";
        self.logged_in(actor, ACTION).await?;
        let organisation = self.main_unit(number).await?;
        self.check_vendor(actor, ACTION, &organisation).await?;
        let mut read = self.store.read(actor).await?;
        let systems = store::systems::of_vendor(read.connection(), number).await?;
        let mut clients = Vec::new();
        for client in store::clients::of_owner(read.connection(), number).await? {
            if let Some(system) = store::systems::by_id(read.connection(), client.system).await? {
                clients.push((client, system));
            }
        }
        Ok((organisation, systems, clients))
    }

    /// Every scope that a product may need.
    ///
    /// # Errors
    /// A neighbour.
    pub async fn known_scopes(&self) -> Result<BTreeMap<String, KnownScope>, SelfServiceError> {
        Ok(self.ports.registry.scopes().await?)
    }

    /// A product with its configurations. Action `self_service.system.read`.
    ///
    /// # Errors
    /// [`SelfServiceError::NoSuchSystem`]; refusals; neighbours.
    pub async fn system(&self, actor: &Actor, id: SystemId) -> Result<SystemView, SelfServiceError> {
        const ACTION: &str = "self_service.system.read";
        self.logged_in(actor, ACTION).await?;
        let (system, vendor) = self.load_system(id).await?;
        self.check_vendor(actor, ACTION, &vendor).await?;
        let mut read = self.store.read(actor).await?;
        let clients = store::clients::of_system(read.connection(), id).await?;
        let api_keys = store::systems::api_keys(read.connection(), id).await?;
        drop(read);
        let names = self.names(&clients.iter().map(|client| client.owner).collect()).await?;
        let change = super::of_vendor(vendor.id, self.manages(actor, &vendor).await?);
        let may_change = self.guard.would_allow(actor, "self_service.system.change", &change);
        Ok(SystemView { system, vendor, clients, api_keys, names, may_change })
    }

    /// Registers a product. Action `self_service.system.register`, entry
    /// `self_service.system.registered`.
    ///
    /// # Errors
    /// [`SelfServiceError::Invalid`] by field; refusals; neighbours.
    pub async fn register_system(
        &self,
        actor: &Actor,
        vendor: OrganisationNumber,
        product: Product,
    ) -> Result<ClientSystem, SelfServiceError> {
        const ACTION: &str = "self_service.system.register";
        self.logged_in(actor, ACTION).await?;
        let vendor = self.main_unit(vendor).await?;
        let permission = self.check_vendor(actor, ACTION, &vendor).await?;
        self.check_product(&product).await?;
        let mut work = self.store.begin(actor).await?;
        let others = store::systems::of_vendor(work.connection(), vendor.number).await?;
        if others.iter().filter(|other| other.ended_at.is_none()).count() >= MOST {
            return Err(SelfServiceError::TooMany);
        }
        let system = ClientSystem {
            id: SystemId::new(&**self.store.clock(), self.store.randomness()),
            vendor: vendor.number,
            product,
            made_at: self.store.clock().now(),
            ended_at: None,
        };
        store::systems::insert(work.connection(), &system, vendor.id, actor).await?;
        let entry = entry("self_service.system.registered", &system).because(permission.legal_basis());
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(system)
    }

    /// Changes what a product is, for configurations that are made or changed later. Its tenancy stays.
    /// Action `self_service.system.change`, entry `self_service.system.changed`.
    ///
    /// # Errors
    /// As [`Self::register_system`]; [`SelfServiceError::SystemEnded`].
    pub async fn change_system(
        &self,
        actor: &Actor,
        id: SystemId,
        product: Product,
    ) -> Result<ClientSystem, SelfServiceError> {
        let (mut system, permission) = self.begin_change(actor, id).await?;
        let product = Product { tenancy: system.product.tenancy, ..product };
        self.check_product(&product).await?;
        system.product = product;
        let mut work = self.store.begin(actor).await?;
        store::systems::change(work.connection(), &system, self.store.clock().now()).await?;
        let entry = entry("self_service.system.changed", &system).because(permission.legal_basis());
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(system)
    }

    /// Ends a product: it gets no new configurations, and its API keys make no drafts. Those that are
    /// there go on. Action `self_service.system.change`, entry `self_service.system.ended`.
    ///
    /// # Errors
    /// [`SelfServiceError::NoSuchSystem`], [`SelfServiceError::SystemEnded`]; refusals; neighbours.
    pub async fn end_system(&self, actor: &Actor, id: SystemId) -> Result<(), SelfServiceError> {
        let (mut system, permission) = self.begin_change(actor, id).await?;
        let now = self.store.clock().now();
        system.ended_at = Some(now);
        let mut work = self.store.begin(actor).await?;
        store::systems::change(work.connection(), &system, now).await?;
        let entry = entry("self_service.system.ended", &system).because(permission.legal_basis());
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Makes an API key, by which the product makes drafts. Action `self_service.system.change`, entry
    /// `self_service.api_key.made`.
    ///
    /// # Errors
    /// [`SelfServiceError::NoDraftsForMany`]; as [`Self::end_system`].
    pub async fn make_api_key(&self, actor: &Actor, id: SystemId) -> Result<FreshApiKey, SelfServiceError> {
        let (system, permission) = self.begin_change(actor, id).await?;
        if system.product.tenancy == crate::Tenancy::MultiTenant {
            return Err(SelfServiceError::NoDraftsForMany);
        }
        let fresh = FreshApiKey {
            id: ApiKeyId::new(&**self.store.clock(), self.store.randomness()),
            key: format!("{PREFIX}{}", self.store.randomness().token()),
        };
        let now = self.store.clock().now();
        let mut work = self.store.begin(actor).await?;
        let others = store::systems::api_keys(work.connection(), id).await?;
        if others.iter().filter(|key| key.revoked_at.is_none()).count() >= MOST {
            return Err(SelfServiceError::TooMany);
        }
        store::systems::add_api_key(work.connection(), fresh.id, id, &digest(&fresh.key), actor, now).await?;
        let entry = entry("self_service.api_key.made", &system).with("api_key", fresh.id);
        let entered = work.enter(entry.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(fresh)
    }

    /// Withdraws an API key: it makes no more drafts. Action `self_service.system.change`, entry
    /// `self_service.api_key.withdrawn`.
    ///
    /// # Errors
    /// [`SelfServiceError::NoSuchKey`]; refusals; neighbours.
    pub async fn revoke_api_key(&self, actor: &Actor, id: SystemId, key: ApiKeyId) -> Result<(), SelfServiceError> {
        const ACTION: &str = "self_service.system.change";
        self.logged_in(actor, ACTION).await?;
        let (system, vendor) = self.load_system(id).await?;
        let permission = self.check_vendor(actor, ACTION, &vendor).await?;
        let mut work = self.store.begin(actor).await?;
        if !store::systems::revoke_api_key(work.connection(), id, key, self.store.clock().now()).await? {
            return Err(SelfServiceError::NoSuchKey);
        }
        let entry = entry("self_service.api_key.withdrawn", &system).with("api_key", key);
        let entered = work.enter(entry.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(())
    }

    async fn begin_change(
        &self,
        actor: &Actor,
        id: SystemId,
    ) -> Result<(ClientSystem, varde_policy::Permission), SelfServiceError> {
        const ACTION: &str = "self_service.system.change";
        self.logged_in(actor, ACTION).await?;
        let (system, vendor) = self.load_system(id).await?;
        let permission = self.check_vendor(actor, ACTION, &vendor).await?;
        match system.ended_at {
            None => Ok((system, permission)),
            Some(_) => Err(SelfServiceError::SystemEnded),
        }
    }

    async fn check_product(&self, product: &Product) -> Result<(), SelfServiceError> {
        let known: BTreeSet<String> = self.known_scopes().await?.into_keys().collect();
        let mut wrong = product.check(&known);
        if let (Some(contact), Some(letters)) = (&product.contact, &self.ports.letters)
            && !letters.is_address(&contact.email)
        {
            wrong.push(FieldProblem::new("email", "self_service-error-email"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(SelfServiceError::Invalid(wrong)) }
    }
}

/// What is kept of an API key. It holds 256 random bits, so that nobody finds it from its digest.
pub(super) fn digest(key: &str) -> String {
    sha256(key.as_bytes())
}

fn entry(kind: &str, system: &ClientSystem) -> Entry {
    Entry::new(kind, "client_system", system.id)
        .with("vendor", system.vendor.as_str())
        .with("scopes", &system.product.scopes)
}
