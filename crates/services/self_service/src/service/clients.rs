//! Configurations: made by the vendor, seen, changed and ended by the vendor and the organisation.

use std::collections::BTreeMap;

use varde_core::{Actor, FieldProblem, identifier::OrganisationNumber};
use varde_ledger::Draft as Entry;
use varde_policy::Permission;

use super::{Belonging, SelfService, itself};
use crate::{
    Agreement, ClaimStatus, Client, ClientId, ClientSystem, Key, KeyAddress, Names, ScopeFacts, ScopeStatus,
    SelfServiceError, Settings, State, SystemId, Tenancy,
    model::{client::PATIENCE, status},
    ports::{Organisation, Registration, RegistryError},
    store,
};

/// The most drafts of a product that wait for one organisation.
pub(super) const MOST_WAITING: i64 = 20;

/// A configuration as its vendor and its organisation see it.
#[derive(Debug, Clone)]
pub struct ClientView {
    /// The configuration.
    pub client: Client,
    /// The product.
    pub system: ClientSystem,
    /// The vendor.
    pub vendor: Organisation,
    /// The organisation it acts for.
    pub owner: Organisation,
    /// Its keys, the newest first.
    pub keys: Vec<Key>,
    /// Where its keys are read, when they are not handed in.
    pub address: Option<KeyAddress>,
    /// How each scope stands.
    pub scopes: Vec<ScopeStatus>,
    /// How each claim stands.
    pub claims: Vec<ClaimStatus>,
    /// Whether whoever looks may change it.
    pub may_change: bool,
    /// Whether whoever looks may confirm what waits.
    pub may_confirm: bool,
}

impl SelfService {
    /// Makes a configuration of a product for an organisation. The vendor's own is active at once,
    /// another organisation's waits until somebody there confirms it. Action
    /// `self_service.client.make`, entry `self_service.client.made`.
    ///
    /// # Errors
    /// [`SelfServiceError::Invalid`] by field, [`SelfServiceError::SystemEnded`]; refusals; neighbours.
    pub async fn make_client(
        &self,
        actor: &Actor,
        system: SystemId,
        owner: OrganisationNumber,
        settings: Settings,
    ) -> Result<Client, SelfServiceError> {
        const ACTION: &str = "self_service.client.make";
        self.logged_in(actor, ACTION).await?;
        let (system, vendor) = self.load_system(system).await?;
        let permission = self.check_vendor(actor, ACTION, &vendor).await?;
        if system.ended_at.is_some() {
            return Err(SelfServiceError::SystemEnded);
        }
        let found = self.ports.organisations.by_number(owner).await?.filter(|o| o.parent.is_none());
        let wrong = |key: &str| SelfServiceError::Invalid(vec![FieldProblem::new("owner", key)]);
        let owner = found.ok_or_else(|| wrong("self_service-error-organisation"))?;
        if system.product.tenancy == Tenancy::MultiTenant && owner.number != vendor.number {
            return Err(wrong("self_service-error-vendors-own"));
        }
        self.check_settings(&settings, &system, &owner, &Names::PAGE).await?;
        let fresh = self.fresh(&system, owner.number, settings);
        let client = if owner.number == vendor.number { fresh.confirmed() } else { fresh };
        let mut work = self.store.begin(actor).await?;
        let since = self.store.clock().now() - PATIENCE;
        if store::clients::waiting(work.connection(), system.id, owner.number, since).await? >= MOST_WAITING {
            return Err(SelfServiceError::TooMany);
        }
        store::clients::insert(work.connection(), &client, owner.id, actor).await?;
        let entered = work.enter(entry("self_service.client.made", &client).because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        self.apply(client.id).await?;
        Ok(client)
    }

    /// A configuration with everything about it. Action `self_service.client.read`.
    ///
    /// # Errors
    /// [`SelfServiceError::NoSuchClient`]; refusals; neighbours.
    pub async fn client(&self, actor: &Actor, id: ClientId) -> Result<ClientView, SelfServiceError> {
        const ACTION: &str = "self_service.client.read";
        self.logged_in(actor, ACTION).await?;
        let of = self.load_client(id).await?;
        self.check_client(actor, ACTION, &of).await?;
        self.view(actor, of).await
    }

    pub(super) async fn view(&self, actor: &Actor, of: Belonging) -> Result<ClientView, SelfServiceError> {
        let resource = self.as_resource(actor, &of).await?;
        let may = |action: &str| self.guard.would_allow(actor, action, &resource);
        let (may_change, may_confirm) = (may("self_service.client.change"), may("self_service.client.confirm"));
        let (scopes, claims) = self.standing(&of).await?;
        let mut read = self.store.read(&itself()).await?;
        let address = store::addresses::of(read.connection(), of.client.id).await?;
        drop(read);
        let keys = match (of.client.state, of.client.applied) {
            (State::Active, true) => self.ports.registry.keys(of.client.id).await?,
            _ => Vec::new(),
        };
        let Belonging { client, system, vendor, owner } = of;
        Ok(ClientView { client, system, vendor, owner, keys, address, scopes, claims, may_change, may_confirm })
    }

    /// How each scope and claim of a configuration stands.
    pub(super) async fn standing(
        &self,
        of: &Belonging,
    ) -> Result<(Vec<ScopeStatus>, Vec<ClaimStatus>), SelfServiceError> {
        let known = self.ports.registry.scopes().await?;
        let multi = of.system.product.tenancy == Tenancy::MultiTenant;
        let named = [&of.client.active, &of.client.wanted].into_iter().flatten().flat_map(|settings| &settings.scopes);
        let mut facts = BTreeMap::new();
        for scope in named {
            let Some(one) = known.get(scope) else { continue };
            let terms = match one.needs_terms && !multi {
                true => self.ports.agreements.with(of.owner.number, &one.audience, scope).await?,
                false => Agreement::Good,
            };
            let delegated = match &one.resource {
                Some(resource) if multi => !self.ports.agreements.givers(of.vendor.number, resource).await?.is_empty(),
                _ => false,
            };
            let delegable = one.resource.is_some();
            facts.insert(scope.clone(), ScopeFacts { api: one.api.clone(), terms, delegable, delegated });
        }
        let scopes = status::of_scopes(&of.client, of.system.product.tenancy, &facts);
        Ok((scopes, status::of_claims(&of.client)))
    }

    /// Asks for other settings. What goes, goes at once; what comes waits for the organisation, unless
    /// its own people ask. Action `self_service.client.change`, entry `self_service.client.changed`.
    ///
    /// # Errors
    /// [`SelfServiceError::Invalid`] by field, [`SelfServiceError::NotActive`]; refusals; neighbours.
    pub async fn change_client(
        &self,
        actor: &Actor,
        id: ClientId,
        settings: Settings,
    ) -> Result<Client, SelfServiceError> {
        const ACTION: &str = "self_service.client.change";
        self.logged_in(actor, ACTION).await?;
        let of = self.load_client(id).await?;
        let permission = self.check_client(actor, ACTION, &of).await?;
        let resource = self.as_resource(actor, &of).await?;
        let by_owner = self.guard.would_allow(actor, "self_service.client.confirm", &resource);
        self.ask_for(actor, of, settings, by_owner, &Names::PAGE, &permission).await
    }

    pub(super) async fn ask_for(
        &self,
        actor: &Actor,
        of: Belonging,
        settings: Settings,
        by_owner: bool,
        names: &Names,
        permission: &Permission,
    ) -> Result<Client, SelfServiceError> {
        self.check_settings(&settings, &of.system, &of.owner, names).await?;
        let mut work = self.store.begin(actor).await?;
        let found = store::clients::locked(work.connection(), of.client.id).await?;
        let client = found.ok_or(SelfServiceError::NoSuchClient)?;
        if !matches!(client.state, State::Active | State::Draft) {
            return Err(SelfServiceError::NotActive);
        }
        let client = client.changed(settings, by_owner);
        store::clients::change(work.connection(), &client, self.store.clock().now()).await?;
        let entry = entry("self_service.client.changed", &client).because(permission.legal_basis());
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        self.apply(client.id).await?;
        Ok(client)
    }

    /// Ends a configuration: it gets no token after that. Action `self_service.client.end`, entry
    /// `self_service.client.ended`.
    ///
    /// # Errors
    /// [`SelfServiceError::NotActive`] when it has ended before; refusals; neighbours.
    pub async fn end_client(&self, actor: &Actor, id: ClientId) -> Result<(), SelfServiceError> {
        const ACTION: &str = "self_service.client.end";
        self.logged_in(actor, ACTION).await?;
        let of = self.load_client(id).await?;
        let permission = self.check_client(actor, ACTION, &of).await?;
        let mut work = self.store.begin(actor).await?;
        let found = store::clients::locked(work.connection(), id).await?;
        let mut client = found.ok_or(SelfServiceError::NoSuchClient)?;
        if matches!(client.state, State::Ended | State::Refused) {
            return Err(SelfServiceError::NotActive);
        }
        // A draft is unknown to the authorisation server: there is nothing to end there.
        client.applied = client.state == State::Draft;
        (client.state, client.wanted, client.first_key) = (State::Ended, None, None);
        store::clients::change(work.connection(), &client, self.store.clock().now()).await?;
        store::addresses::remove(work.connection(), id).await?;
        let entry = entry("self_service.client.ended", &client).because(permission.legal_basis());
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        self.apply(id).await
    }

    /// A configuration that waits.
    pub(super) fn fresh(&self, system: &ClientSystem, owner: OrganisationNumber, settings: Settings) -> Client {
        Client {
            id: ClientId::new(&**self.store.clock(), self.store.randomness()),
            system: system.id,
            owner,
            state: State::Draft,
            active: None,
            wanted: Some(settings),
            first_key: None,
            return_to: None,
            made_at: self.store.clock().now(),
            applied: true,
        }
    }

    pub(super) async fn check_settings(
        &self,
        settings: &Settings,
        system: &ClientSystem,
        owner: &Organisation,
        names: &Names,
    ) -> Result<(), SelfServiceError> {
        let mut wrong = settings.check(&system.product, names);
        for unit in &settings.sub_units {
            let known = self.ports.organisations.by_number(*unit).await?;
            if known.and_then(|known| known.parent) != Some(owner.number) {
                wrong.push(FieldProblem::new(names.sub_units(), "self_service-error-not-a-sub-unit"));
                break;
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(SelfServiceError::Invalid(wrong)) }
    }

    /// Lets the authorisation server know what applies to a configuration, if it may not know it yet.
    /// Done again until it succeeds: by who changed it, and by [`Self::tend`] when they were stopped.
    pub(super) async fn apply(&self, id: ClientId) -> Result<(), SelfServiceError> {
        let mut work = self.store.begin(&itself()).await?;
        let Some(mut client) = store::clients::locked(work.connection(), id).await?.filter(|c| !c.applied) else {
            return Ok(());
        };
        let Some(system) = store::systems::by_id(work.connection(), client.system).await? else { return Ok(()) };
        match (client.state, &client.active) {
            (State::Active, Some(settings)) => {
                let registration = Registration {
                    name: system.product.name.clone(),
                    owner: client.owner,
                    tenancy: system.product.tenancy,
                    people: system.product.people,
                    settings: settings.clone(),
                };
                self.ports.registry.put(id, &registration).await?;
                if let Some(jwk) = &client.first_key {
                    match self.ports.registry.add_key(id, jwk).await {
                        // It came there before we were stopped.
                        Ok(_) | Err(RegistryError::KeyNameTaken) => client.first_key = None,
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            (State::Ended, Some(_)) => match self.ports.registry.end(id).await {
                Ok(()) | Err(RegistryError::NoSuchKey) => {}
                Err(error) => return Err(error.into()),
            },
            _ => {}
        }
        client.applied = true;
        store::clients::change(work.connection(), &client, self.store.clock().now()).await?;
        let entered = work.enter(entry("self_service.client.applied", &client)).await?;
        work.commit(entered).await?;
        Ok(())
    }
}

pub(super) fn entry(kind: &str, client: &Client) -> Entry {
    let scopes = |settings: &Option<Settings>| settings.as_ref().map(|s| s.scopes.clone()).unwrap_or_default();
    Entry::new(kind, "client", client.id)
        .with("system", client.system)
        .with("owner", client.owner.as_str())
        .with("state", client.state.name())
        .with("scopes", scopes(&client.active))
        .with("waiting_scopes", scopes(&client.wanted))
}
