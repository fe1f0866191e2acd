//! Varde's own API: its keys, tokens and proofs are in the server's tables, and a program that comes
//! with a token is an [`Actor`] to which the policy applies like to anybody.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Arc, PoisonError, RwLock},
};

use async_trait::async_trait;
use http::{HeaderValue, header, request::Parts};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;
use varde_core::{Actor, ApiScope, OrganisationId, identifier::OrganisationNumber};
use varde_jose::KeySet;
use varde_ledger::Draft;
use varde_web::{Authenticator, Failure};

use crate::{
    AuthorisationServer, DELEGATION_USED, DelegationUsed, UseKind,
    fault::Fault,
    resource::{AccessToken, Call, KeySource, Refused, Replays, ResourceServer, Standing, Trust},
    service::{failed, server, token::legal_basis},
    store::tokens::{self, Once, TokenRow},
};

/// How long it is believed that a token stands: what ends it acts within five seconds, here within two
/// and what the server itself knows for two.
const FRESH: SignedDuration = SignedDuration::from_secs(2);
/// The most tokens whose standing is remembered.
const MOST: usize = 10_000;

/// Who acts when a request to our API carries a token.
pub struct OwnApi {
    check: ResourceServer,
    server: Arc<AuthorisationServer>,
}

impl OwnApi {
    /// The API of the server's own process, which is at the issuer's address.
    pub fn new(server: &Arc<AuthorisationServer>) -> Self {
        let inside = Arc::new(Inside { server: Arc::clone(server), standing: RwLock::default() });
        let check = ResourceServer::new(Trust {
            issuer: server.issuer().to_owned(),
            audience: ApiScope::AUDIENCE.to_owned(),
            address: server.issuer().to_owned(),
            keys: Arc::clone(&inside) as _,
            standing: Some(Arc::clone(&inside) as _),
            replays: inside,
            clock: Arc::clone(server.store.clock()),
        });
        Self { check, server: Arc::clone(server) }
    }

    async fn actor(&self, parts: &Parts) -> Result<Option<Actor>, Refused> {
        let Some(token) = self.check.admit(&parts.method, &parts.uri, &parts.headers).await? else { return Ok(None) };
        if token.subject != token.client {
            return Err(Refused::token("this API takes tokens that programs get for themselves (client_credentials)"));
        }
        let mut actor = Actor::client(&token.client);
        actor.scopes = token.scopes.iter().filter_map(|scope| ApiScope::from_name(scope.as_str())).collect();
        if let Some(acting_for) = &token.acting_for {
            actor.organisation = Some(self.organisation(acting_for.parent).await?);
            if let Some(supplier) = acting_for.supplier {
                actor.supplier = Some(self.organisation(supplier).await?);
            }
        }
        Ok(Some(actor))
    }

    async fn organisation(&self, number: OrganisationNumber) -> Result<OrganisationId, Refused> {
        let found = self.server.ports.organisations.by_number(number).await;
        let found = found.map_err(|error| Refused::Unchecked(error.into()))?;
        found
            .map(|known| known.id)
            .ok_or(Refused::token("an organisation in the token is not in the register any more"))
    }
}

impl std::fmt::Debug for OwnApi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OwnApi")
    }
}

impl Authenticator for OwnApi {
    /// Below `/api/` only: the authorisation server's own endpoints read tokens by themselves, and
    /// tools in rooms have tokens of their own.
    fn authenticate<'a>(
        &'a self,
        parts: &'a Parts,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Actor>, Failure>> + Send + 'a>> {
        Box::pin(async move {
            if !parts.uri.path().starts_with("/api/") {
                return Ok(None);
            }
            self.actor(parts).await.map_err(|refused| {
                let (status, told, challenge) = (refused.status(), refused.to_string(), refused.challenge());
                Failure::from(refused).challenging(status, told, challenge)
            })
        })
    }

    fn challenge(&self) -> Option<HeaderValue> {
        Refused::Missing.challenge().remove(header::WWW_AUTHENTICATE)
    }
}

/// What is known of a token: when it was asked, and the token if it stands.
type Known = (Timestamp, Option<Arc<TokenRow>>);

/// The server's own tables, seen from its API.
struct Inside {
    server: Arc<AuthorisationServer>,
    standing: RwLock<HashMap<Uuid, Known>>,
}

#[async_trait]
impl KeySource for Inside {
    async fn keys(&self, _: Option<&str>) -> Result<Arc<KeySet>, Fault> {
        Ok(self.server.keyring.keys().await.map_err(|error| failed(&error))?.public())
    }
}

#[async_trait]
impl Standing for Inside {
    async fn stands(&self, _: &str, token: &AccessToken) -> Result<bool, Fault> {
        if self.server.is_test_token(token) {
            return Ok(true);
        }
        Ok(self.row(token).await?.is_some())
    }
}

impl Inside {
    /// The token as it was given, if it stands.
    async fn row(&self, token: &AccessToken) -> Result<Option<Arc<TokenRow>>, Fault> {
        let Ok(id) = token.id.parse::<Uuid>() else { return Ok(None) };
        let now = self.server.store.clock().now();
        let known = self.standing.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let Some((at, row)) = known
            && is_fresh(at, now)
        {
            return Ok(row);
        }
        let mut read = self.server.store.read(&server()).await.map_err(|error| failed(&error))?;
        let found = tokens::by_id(read.connection(), id).await.map_err(|error| failed(&error))?;
        drop(read);
        let row = match found {
            Some(row) if self.server.is_good(&row).await? => Some(Arc::new(row)),
            _ => None,
        };
        let mut standing = self.standing.write().unwrap_or_else(PoisonError::into_inner);
        if standing.len() >= MOST {
            standing.retain(|_, (at, _)| is_fresh(*at, now));
        }
        if standing.len() < MOST {
            standing.insert(id, (now, row.clone()));
        }
        Ok(row)
    }
}

fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    let age = now.duration_since(at);
    !age.is_negative() && age < FRESH
}

#[async_trait]
impl Replays for Inside {
    /// Enters the call too: who called, for whom and by whose delegation is on the log before anything
    /// is answered, and both parties of a delegation see it.
    async fn first(&self, call: &Call<'_>) -> Result<bool, Fault> {
        let store = &self.server.store;
        let row = if self.server.is_test_token(call.token) { None } else { self.row(call.token).await? };
        let mut work = store.begin(&Actor::client(&call.token.client)).await.map_err(|error| failed(&error))?;
        let once = Once { digest: call.proof, until: call.until };
        if tokens::remember(work.connection(), &[&once]).await.map_err(|error| failed(&error))?.is_empty() {
            return Ok(false);
        }
        let entered = work.enter(draft(call.token, row.as_deref())).await.map_err(|error| failed(&error))?;
        if let Some(row) = row.filter(|row| !row.delegations.is_empty()) {
            let client = self.server.known.client(row.client).await.map_err(|error| failed(&error))?;
            let used = DelegationUsed {
                id: varde_core::id::version_seven(&**store.clock(), store.randomness()),
                kind: UseKind::Call,
                delegations: row.delegations.clone(),
                client: row.client,
                client_name: client.map(|known| known.client.name.clone()).unwrap_or_default(),
                audience: row.audience.clone(),
                scopes: row.scopes.clone(),
                child: row.acting_for.as_ref().and_then(|acting_for| acting_for.child),
                entry: entered.entry(),
                at: store.clock().now(),
            };
            work.emit(DELEGATION_USED, &used).await.map_err(|error| failed(&error))?;
        }
        work.commit(entered).await.map_err(|error| failed(&error))?;
        Ok(true)
    }
}

fn draft(token: &AccessToken, row: Option<&TokenRow>) -> Draft {
    let mut draft = Draft::new("oauth.token.used", "access_token", &token.id).because(legal_basis());
    if let Some(acting_for) = &token.acting_for {
        draft = draft.with("parent", acting_for.parent.as_str());
        if let Some(supplier) = &acting_for.supplier {
            draft = draft.with("supplier", supplier.as_str());
        }
    }
    match row {
        Some(row) if !row.delegations.is_empty() => draft.with("delegations", &row.delegations),
        _ => draft,
    }
}
