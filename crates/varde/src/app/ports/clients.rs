//! What self-service needs: organisations and who manages access there, the authorisation server's
//! registry of clients, what organisations have agreed to, and who follows their orders.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Map, Value};
use varde_core::{Actor, Component, ProblemKind, identifier::OrganisationNumber};
use varde_delegation::Delegations;
use varde_jose::PublicKey;
use varde_oauth::{AuthorisationServer, ClientKey, Grant, NewClient, RegistrationError, Scope};
use varde_onboarding::{Onboarding, Opened};
use varde_self_service::{
    Agreement, ClientId, Key, Tenancy,
    ports::{
        Agreements, Call, ClientRegistry, KnownScope, Organisation, Organisations, PortError, Progress, Registration,
        RegistryError,
    },
};

use crate::app::Services;

/// The other contexts as self-service sees them.
pub(in crate::app) struct Clients {
    server: Arc<AuthorisationServer>,
    delegations: Delegations,
    onboarding: Onboarding,
}

impl Clients {
    pub(in crate::app) fn new(services: &Services, server: Arc<AuthorisationServer>) -> Self {
        Self { server, delegations: services.delegations.clone(), onboarding: services.onboarding.clone() }
    }
}

/// Self-service, as it acts for whoever it has let do so.
fn itself() -> Actor {
    Actor::system(Component::SelfService)
}

fn organisation(known: varde_delegation::KnownOrganisation) -> Organisation {
    Organisation { id: known.id, number: known.number, name: known.name, parent: known.parent }
}

#[async_trait]
impl Organisations for Clients {
    async fn by_number(&self, number: OrganisationNumber) -> Result<Option<Organisation>, PortError> {
        Ok(self.delegations.organisation(number).await.map_err(PortError::of)?.map(organisation))
    }

    async fn manages_access(&self, actor: &Actor, organisation: &Organisation) -> Result<bool, PortError> {
        let sides = self.delegations.sides(actor).await.map_err(PortError::of)?;
        Ok(sides.iter().any(|side| side.organisation.number == organisation.number && !side.roles.is_empty()))
    }

    async fn managed(&self, actor: &Actor) -> Result<Vec<Organisation>, PortError> {
        let sides = self.delegations.sides(actor).await.map_err(PortError::of)?;
        Ok(sides.into_iter().map(|side| organisation(side.organisation)).collect())
    }
}

fn id(client: ClientId) -> varde_oauth::ClientId {
    varde_oauth::ClientId::from_uuid(client.uuid())
}

fn refused(error: RegistrationError) -> RegistryError {
    match error {
        RegistrationError::Invalid(fields) => RegistryError::Invalid(fields),
        RegistrationError::TooManyKeys => RegistryError::TooManyKeys,
        RegistrationError::KeyNameTaken => RegistryError::KeyNameTaken,
        RegistrationError::NoSuchKey | RegistrationError::NoSuchClient => RegistryError::NoSuchKey,
        other => RegistryError::Failed(PortError::of(other)),
    }
}

fn ours(error: impl std::fmt::Display) -> PortError {
    PortError { kind: ProblemKind::Internal, message: error.to_string() }
}

/// The client as the authorisation server registers it.
fn new_client(registration: &Registration) -> Result<NewClient, PortError> {
    let Registration { name, owner, tenancy, people, settings } = registration;
    let tenancy = match tenancy {
        Tenancy::SingleTenant => varde_oauth::Tenancy::SingleTenant,
        Tenancy::MultiTenant => varde_oauth::Tenancy::MultiTenant,
    };
    let scopes = settings.scopes.iter().map(|scope| scope.parse()).collect::<Result<_, _>>().map_err(ours)?;
    let mut new = NewClient::new(name.clone(), *owner, tenancy, scopes);
    new.sub_units.clone_from(&settings.sub_units);
    new.claims.clone_from(&settings.claims);
    if *people {
        new.grants.extend([Grant::AuthorizationCode, Grant::RefreshToken]);
        new.scopes.extend(Scope::about_people());
        let uris = |all: &std::collections::BTreeSet<String>| {
            all.iter().map(|uri| uri.parse()).collect::<Result<_, _>>().map_err(ours)
        };
        new.redirect_uris = uris(&settings.redirect_uris)?;
        new.post_logout_redirect_uris = uris(&settings.post_logout_redirect_uris)?;
    }
    Ok(new)
}

fn key(key: ClientKey) -> Key {
    let text = |name: &str| key.jwk.get(name).and_then(Value::as_str).unwrap_or_default();
    let kind = [text("kty"), text("crv")].join(" ");
    let kind = kind.trim_end().to_owned();
    Key { id: key.id, kind, added_at: key.added_at, valid_until: key.valid_until }
}

#[async_trait]
impl ClientRegistry for Clients {
    fn issuer(&self) -> String {
        self.server.issuer().to_owned()
    }

    fn token_endpoint(&self) -> String {
        self.server.token_endpoint()
    }

    async fn scopes(&self) -> Result<BTreeMap<String, KnownScope>, PortError> {
        let mut scopes = BTreeMap::new();
        for (audience, api) in self.server.apis().await.map_err(PortError::of)? {
            for (scope, rules) in api.scopes {
                let known = KnownScope {
                    audience: audience.clone(),
                    api: api.name.clone(),
                    resource: rules.resource,
                    needs_terms: api.needs_terms,
                };
                scopes.insert(scope.as_str().to_owned(), known);
            }
        }
        Ok(scopes)
    }

    async fn put(&self, client: ClientId, registration: &Registration) -> Result<(), RegistryError> {
        let new = new_client(registration)?;
        self.server.put_client(&itself(), id(client), new).await.map_err(refused)?;
        Ok(())
    }

    async fn keys(&self, client: ClientId) -> Result<Vec<Key>, RegistryError> {
        let (_, keys) = self.server.client(&itself(), id(client)).await.map_err(refused)?;
        Ok(keys.into_iter().map(key).collect())
    }

    async fn add_key(&self, client: ClientId, jwk: &Map<String, Value>) -> Result<Key, RegistryError> {
        let jwk = Value::Object(jwk.clone()).to_string();
        let added = self.server.add_key(&itself(), id(client), jwk.as_bytes()).await;
        added.map(key).map_err(refused)
    }

    async fn remove_key(&self, client: ClientId, kid: &str) -> Result<(), RegistryError> {
        self.server.remove_key(&itself(), id(client), kid).await.map_err(refused)
    }

    async fn set_keys(&self, client: ClientId, keys: &[Map<String, Value>]) -> Result<(), RegistryError> {
        let keys: Result<Vec<_>, _> = keys.iter().map(PublicKey::from_jwk).collect();
        let keys = keys.map_err(ours)?;
        self.server.set_keys(&itself(), id(client), &keys).await.map_err(refused)
    }

    async fn end(&self, client: ClientId) -> Result<(), RegistryError> {
        self.server.end_client(&itself(), id(client)).await.map_err(refused)
    }

    async fn calls(&self, client: ClientId) -> Result<Vec<Call>, PortError> {
        let calls = self.server.calls(&itself(), id(client)).await.map_err(PortError::of)?;
        let call = |call: varde_oauth::Call| Call {
            outcome: call.outcome.name().to_owned(),
            at: call.at,
            times: call.times,
            description: call.description,
            clock: call.clock,
        };
        Ok(calls.into_iter().map(call).collect())
    }

    async fn ending(&self, until: Timestamp) -> Result<Vec<(ClientId, Timestamp)>, PortError> {
        let found = self.server.last_keys_ending(until).await.map_err(PortError::of)?;
        Ok(found.into_iter().map(|(client, ends)| (ClientId::from_uuid(client.uuid()), ends)).collect())
    }

    async fn with_unknown_key(&self, since: Timestamp) -> Result<Vec<ClientId>, PortError> {
        let found = self.server.with_unknown_key(since).await.map_err(PortError::of)?;
        Ok(found.into_iter().map(|client| ClientId::from_uuid(client.uuid())).collect())
    }
}

#[async_trait]
impl Agreements for Clients {
    async fn with(
        &self,
        organisation: OrganisationNumber,
        audience: &str,
        scope: &str,
    ) -> Result<Agreement, PortError> {
        Ok(match self.onboarding.opened(&itself(), organisation, audience).await.map_err(PortError::of)? {
            Opened::NotOrdered => Agreement::NotOrdered,
            Opened::TermsMissing { .. } => Agreement::TermsNotAccepted,
            Opened::Open { scopes, .. } if scopes.contains(scope) => Agreement::Good,
            Opened::Open { .. } => Agreement::NotGranted,
        })
    }

    async fn givers(
        &self,
        vendor: OrganisationNumber,
        resource: &str,
    ) -> Result<BTreeSet<OrganisationNumber>, PortError> {
        // An API may name a resource that was never registered: nobody can hold that.
        let Ok(resource) = resource.parse() else { return Ok(BTreeSet::new()) };
        self.delegations.givers(&itself(), vendor, &resource).await.map_err(PortError::of)
    }
}

#[async_trait]
impl Progress for Clients {
    async fn key_registered(
        &self,
        organisation: OrganisationNumber,
        client: ClientId,
        audiences: &[String],
    ) -> Result<(), PortError> {
        for audience in audiences {
            let reported = self.onboarding.report_key(&itself(), organisation, audience, &client.to_string()).await;
            reported.map_err(PortError::of)?;
        }
        Ok(())
    }

    async fn connection_tested(
        &self,
        organisation: OrganisationNumber,
        client: ClientId,
        audiences: &[String],
    ) -> Result<(), PortError> {
        for audience in audiences {
            let reported = self.onboarding.report_tested(&itself(), organisation, audience, &client.to_string()).await;
            reported.map_err(PortError::of)?;
        }
        Ok(())
    }
}
