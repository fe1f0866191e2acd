//! The connection test of a client for all, for each organisation that it may act for: which delegation,
//! which terms and which scope is lacking with this one.

use std::collections::{BTreeMap, BTreeSet};

use varde_core::{Actor, identifier::OrganisationNumber};

use super::SelfService;
use crate::{
    Agreement, Client, ClientId, ClientSystem, ScopeFacts, ScopeStatus, SelfServiceError, State, Tenancy,
    model::status,
    ports::{KnownScope, Organisation},
};

/// The most organisations that are named: others are looked up by number.
const MOST: usize = 50;

/// The organisations that have delegated something to the vendor which the client needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customers {
    /// The first of them, by name. One that the register has lost is not among them.
    pub named: Vec<Organisation>,
    /// How many there are.
    pub count: usize,
}

/// How a client for all stands with one organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The organisation.
    pub organisation: Organisation,
    /// How each scope stands with it.
    pub scopes: Vec<CustomerScope>,
}

/// A scope as it stands with one organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerScope {
    /// How it stands.
    pub status: ScopeStatus,
    /// The id of what the organisation must delegate; none when nobody can.
    pub resource: Option<String>,
}

impl SelfService {
    /// Who has delegated something that the client needs; none for a client of one organisation, and for
    /// one that is not in use.
    pub(super) async fn customers(
        &self,
        client: &Client,
        system: &ClientSystem,
        vendor: &Organisation,
    ) -> Result<Option<Customers>, SelfServiceError> {
        if system.product.tenancy != Tenancy::MultiTenant || client.state != State::Active {
            return Ok(None);
        }
        let known = self.ports.registry.scopes().await?;
        let resources: BTreeSet<&String> =
            needed(client, &known).filter_map(|(_, one)| one.resource.as_ref()).collect();
        let mut givers = BTreeSet::new();
        for resource in resources {
            givers.extend(self.ports.agreements.givers(vendor.number, resource).await?);
        }
        let mut named = Vec::new();
        for number in givers.iter().take(MOST) {
            named.extend(self.ports.organisations.by_number(*number).await?);
        }
        named.sort_by(|a, b| (&a.name, a.number).cmp(&(&b.name, b.number)));
        Ok(Some(Customers { named, count: givers.len() }))
    }

    /// How a client for all stands with one organisation. Whether that has accepted terms is told only of
    /// what it has delegated to the vendor: before that its agreements are no business of the vendor's.
    /// Action `self_service.client.read`.
    ///
    /// # Errors
    /// [`SelfServiceError::NoSuchOrganisation`] when the register has no such main unit, or the client is
    /// of one organisation alone; as [`Self::client`].
    pub async fn customer(
        &self,
        actor: &Actor,
        id: ClientId,
        number: OrganisationNumber,
    ) -> Result<Customer, SelfServiceError> {
        const ACTION: &str = "self_service.client.read";
        self.logged_in(actor, ACTION).await?;
        let of = self.load_client(id).await?;
        self.check_client(actor, ACTION, &of).await?;
        if of.system.product.tenancy != Tenancy::MultiTenant {
            return Err(SelfServiceError::NoSuchOrganisation);
        }
        let organisation = self.main_unit(number).await?;
        let known = self.ports.registry.scopes().await?;
        let mut facts = BTreeMap::new();
        for (scope, one) in needed(&of.client, &known) {
            facts.insert(scope.clone(), self.with_customer(&of.vendor, number, scope, one).await?);
        }
        let resource = |scope: &str| known.get(scope).and_then(|one| one.resource.clone());
        let scopes = status::with_customer(&of.client, &facts);
        let scopes = scopes.into_iter().map(|status| CustomerScope { resource: resource(&status.scope), status });
        Ok(Customer { organisation, scopes: scopes.collect() })
    }

    async fn with_customer(
        &self,
        vendor: &Organisation,
        customer: OrganisationNumber,
        scope: &str,
        known: &KnownScope,
    ) -> Result<ScopeFacts, SelfServiceError> {
        let delegated = match &known.resource {
            Some(resource) => self.ports.agreements.givers(vendor.number, resource).await?.contains(&customer),
            None => false,
        };
        let terms = match delegated && known.needs_terms {
            true => self.ports.agreements.with(customer, &known.audience, scope).await?,
            false => Agreement::Good,
        };
        Ok(ScopeFacts { api: known.api.clone(), terms, delegable: known.resource.is_some(), delegated })
    }
}

/// The scopes that the client may ask for and an API has.
fn needed<'k>(
    client: &'k Client,
    known: &'k BTreeMap<String, KnownScope>,
) -> impl Iterator<Item = (&'k String, &'k KnownScope)> {
    let scopes = client.active.iter().flat_map(|settings| &settings.scopes);
    scopes.filter_map(|scope| Some((scope, known.get(scope)?)))
}
