//! A registry of clients that remembers what it is told.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use varde_core::ProblemKind;
use varde_self_service::{
    ClientId, Key,
    ports::{Call, ClientRegistry, KnownScope, PortError, Registration, RegistryError},
};

/// What it knows.
#[derive(Default)]
pub(crate) struct Registry {
    pub(crate) clients: Mutex<BTreeMap<ClientId, Registration>>,
    pub(crate) keys: Mutex<Vec<(ClientId, String)>>,
    pub(crate) ended: Mutex<Vec<ClientId>>,
    pub(crate) calls: Mutex<Vec<Call>>,
    pub(crate) unknown_key: Mutex<Vec<ClientId>>,
    /// When clients' last keys end.
    pub(crate) ends: Mutex<Vec<(ClientId, Timestamp)>>,
    /// Whether it is out of reach.
    pub(crate) away: Mutex<bool>,
}

pub(crate) fn get<T: Clone>(of: &Mutex<T>) -> T {
    of.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

pub(crate) fn set<T>(of: &Mutex<T>, value: T) {
    *of.lock().unwrap_or_else(PoisonError::into_inner) = value;
}

fn key(id: &str) -> Key {
    let added_at = varde_store::testing::START;
    let valid_until = added_at + SignedDuration::from_hours(24 * 365);
    Key { id: id.to_owned(), kind: "EC P-256".to_owned(), added_at, valid_until }
}

fn name(jwk: &Map<String, Value>) -> String {
    jwk.get("kid").and_then(Value::as_str).unwrap_or("no-name").to_owned()
}

impl Registry {
    pub(crate) fn keys_of(&self, id: ClientId) -> Vec<String> {
        get(&self.keys).into_iter().filter(|(client, _)| *client == id).map(|(_, kid)| kid).collect()
    }
}

#[async_trait]
impl ClientRegistry for Registry {
    fn issuer(&self) -> String {
        "https://varde.test".to_owned()
    }

    fn token_endpoint(&self) -> String {
        "https://varde.test/connect/token".to_owned()
    }

    async fn scopes(&self) -> Result<BTreeMap<String, KnownScope>, PortError> {
        let scope = |name: &str, needs_terms, resource: Option<&str>| {
            let known = KnownScope {
                audience: "helse:prover".to_owned(),
                api: "Prøvesvar".to_owned(),
                resource: resource.map(str::to_owned),
                needs_terms,
            };
            (name.to_owned(), known)
        };
        Ok([
            scope("helse:prover/les", false, Some("prover")),
            scope("helse:prover/skriv", true, Some("prover-skriv")),
            scope("helse:prover/slett", false, None),
        ]
        .into())
    }

    async fn put(&self, id: ClientId, registration: &Registration) -> Result<(), RegistryError> {
        if get(&self.away) {
            return Err(PortError { kind: ProblemKind::Unavailable, message: "away".to_owned() }.into());
        }
        self.clients.lock().unwrap().insert(id, registration.clone());
        Ok(())
    }

    async fn keys(&self, id: ClientId) -> Result<Vec<Key>, RegistryError> {
        Ok(self.keys_of(id).iter().map(|kid| key(kid)).collect())
    }

    async fn add_key(&self, id: ClientId, jwk: &Map<String, Value>) -> Result<Key, RegistryError> {
        let (mut keys, kid) = (self.keys.lock().unwrap(), name(jwk));
        if keys.contains(&(id, kid.clone())) {
            return Err(RegistryError::KeyNameTaken);
        }
        if keys.iter().filter(|(client, _)| *client == id).count() >= 3 {
            return Err(RegistryError::TooManyKeys);
        }
        keys.push((id, kid.clone()));
        Ok(key(&kid))
    }

    async fn remove_key(&self, id: ClientId, kid: &str) -> Result<(), RegistryError> {
        self.keys.lock().unwrap().retain(|key| *key != (id, kid.to_owned()));
        Ok(())
    }

    async fn set_keys(&self, id: ClientId, jwks: &[Map<String, Value>]) -> Result<(), RegistryError> {
        let mut keys = self.keys.lock().unwrap();
        keys.retain(|(client, _)| *client != id);
        keys.extend(jwks.iter().map(|jwk| (id, name(jwk))));
        Ok(())
    }

    async fn end(&self, id: ClientId) -> Result<(), RegistryError> {
        self.ended.lock().unwrap().push(id);
        Ok(())
    }

    async fn calls(&self, _: ClientId) -> Result<Vec<Call>, PortError> {
        Ok(get(&self.calls))
    }

    async fn ending(&self, until: Timestamp) -> Result<Vec<(ClientId, Timestamp)>, PortError> {
        Ok(get(&self.ends).into_iter().filter(|(_, ends)| *ends <= until).collect())
    }

    async fn with_unknown_key(&self, _: Timestamp) -> Result<Vec<ClientId>, PortError> {
        Ok(get(&self.unknown_key))
    }
}
