//! Clients and APIs as the server knows them from one moment to the next. Reading them anew at
//! every request would cost more than the signatures; what is known is at most some seconds old.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use jiff::{SignedDuration, Timestamp};
use varde_jose::{KeySet, PublicKey};
use varde_store::{ContextStore, StoreError};

use crate::{
    Api, Client, ClientId, Scope,
    service::server,
    store::{apis, clients},
};

/// How old what is known may be: a change acts within five seconds, here within two.
const FRESH: SignedDuration = SignedDuration::from_secs(2);

/// A client and its keys that are good now.
#[derive(Debug)]
pub(crate) struct KnownClient {
    pub(crate) client: Client,
    pub(crate) keys: KeySet,
}

/// All APIs.
#[derive(Debug, Default)]
pub(crate) struct KnownApis {
    apis: HashMap<String, Arc<Api>>,
}

impl KnownApis {
    /// The API of that name.
    pub(crate) fn get(&self, audience: &str) -> Option<&Arc<Api>> {
        self.apis.get(audience)
    }

    /// The API of that name or address.
    pub(crate) fn named(&self, resource: &str) -> Option<&Arc<Api>> {
        let at = |api: &&Arc<Api>| api.address.as_ref().is_some_and(|address| address.as_str() == resource);
        self.get(resource).or_else(|| self.apis.values().find(at))
    }

    /// The API that has that scope.
    pub(crate) fn with(&self, scope: &Scope) -> Option<&Arc<Api>> {
        self.apis.get(scope.audience()?).filter(|api| api.scopes.contains_key(scope))
    }

    /// All APIs.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Api>> {
        self.apis.values()
    }

    /// All scopes.
    pub(crate) fn scopes(&self) -> Vec<&Scope> {
        let mut scopes: Vec<_> = self.apis.values().flat_map(|api| api.scopes.keys()).collect();
        scopes.sort();
        scopes
    }
}

/// What is known.
pub(crate) struct Known {
    store: ContextStore,
    clients: RwLock<HashMap<ClientId, (Timestamp, Arc<KnownClient>)>>,
    apis: RwLock<(Timestamp, Arc<KnownApis>)>,
}

impl Known {
    pub(crate) fn new(store: ContextStore) -> Self {
        let nothing = (Timestamp::UNIX_EPOCH, Arc::default());
        Self { store, clients: RwLock::default(), apis: RwLock::new(nothing) }
    }

    /// The client of that id, ended ones not.
    pub(crate) async fn client(&self, id: ClientId) -> Result<Option<Arc<KnownClient>>, StoreError> {
        let now = self.store.clock().now();
        let known = self.clients.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let Some((at, client)) = known
            && fresh(at, now)
        {
            return Ok(Some(client));
        }
        let mut read = self.store.read(&server()).await?;
        let found = clients::by_id(read.connection(), id).await?.filter(|client| client.ended_at.is_none());
        let client = match found {
            None => None,
            Some(client) => {
                let rows = clients::keys(read.connection(), id).await?;
                let good = rows.iter().filter(|row| row.valid_until > now);
                let named = |row: &clients::KeyRow| {
                    PublicKey::from_jwk(&row.jwk).ok().map(|key| key.named(row.kid.clone(), None))
                };
                Some(Arc::new(KnownClient { client, keys: KeySet::new(good.filter_map(named)) }))
            }
        };
        let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        // Whoever asks with invented ids must not fill the memory.
        match &client {
            Some(client) => clients.insert(id, (now, Arc::clone(client))),
            None => clients.remove(&id),
        };
        Ok(client)
    }

    /// Forgets what was known of APIs: one has changed here.
    pub(crate) fn forget_apis(&self) {
        self.apis.write().unwrap_or_else(PoisonError::into_inner).0 = Timestamp::UNIX_EPOCH;
    }

    /// All APIs.
    pub(crate) async fn apis(&self) -> Result<Arc<KnownApis>, StoreError> {
        let now = self.store.clock().now();
        let (at, apis) = self.apis.read().unwrap_or_else(PoisonError::into_inner).clone();
        if fresh(at, now) {
            return Ok(apis);
        }
        let mut read = self.store.read(&server()).await?;
        let all = apis::all(read.connection()).await?;
        let apis = all.into_iter().map(|api| (api.audience.clone(), Arc::new(api))).collect();
        let apis = Arc::new(KnownApis { apis });
        *self.apis.write().unwrap_or_else(PoisonError::into_inner) = (now, apis.clone());
        Ok(apis)
    }
}

fn fresh(at: Timestamp, now: Timestamp) -> bool {
    let age = now.duration_since(at);
    !age.is_negative() && age < FRESH
}
