//! Use cases of the authorisation server.

pub(crate) mod attest;
pub(crate) mod authentication;
pub(crate) mod calls;
pub(crate) mod end_session;
pub(crate) mod given;
pub(crate) mod keyring;
pub(crate) mod known;
pub(crate) mod login;
pub(crate) mod managed;
pub(crate) mod organisation;
pub(crate) mod people;
pub(crate) mod recorder;
pub(crate) mod registration;
pub(crate) mod seal;
pub(crate) mod token;
pub(crate) mod userinfo;

use std::{fmt, sync::Arc};

use jiff::SignedDuration;
use varde_core::{Actor, Component};
use varde_ledger::Draft;
use varde_policy::Guard;
use varde_store::{ContextStore, Store};
use varde_web::Sessions;

use crate::{
    CONTEXT, Sealer,
    fault::{Code, Fault},
    model::pseudonym::Pseudonyms,
    ports::{Delegations, Organisations, People, PortError, Terms},
    protocol::nonce::Nonces,
    service::{calls::Calls, keyring::Keyring, known::Known, recorder::Recorder},
    store::{keys, tokens},
};

/// How long one-time ids and tokens are remembered beyond their time, for clocks that differ or go back.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// What the server asks others.
#[derive(Clone)]
pub struct Ports {
    /// The register of organisations.
    pub organisations: Arc<dyn Organisations>,
    /// The delegation register. Without one no supplier holds a delegation: multi-tenant clients are
    /// refused.
    pub delegations: Option<Arc<dyn Delegations>>,
    /// Who has taken which API into use. Without it nobody has: scopes of APIs that need terms are
    /// rejected.
    pub terms: Option<Arc<dyn Terms>>,
    /// The registers of persons and of health personnel.
    pub people: Arc<dyn People>,
}

/// The authorisation server.
pub struct AuthorisationServer {
    pub(crate) store: ContextStore,
    pub(crate) guard: Guard,
    pub(crate) issuer: String,
    pub(crate) ports: Ports,
    pub(crate) keyring: Keyring,
    pub(crate) known: Known,
    pub(crate) nonces: Nonces,
    pub(crate) pseudonyms: Pseudonyms,
    pub(crate) sessions: Sessions,
    pub(crate) recorder: Recorder,
    pub(crate) calls: Calls,
}

impl AuthorisationServer {
    /// A server whose issuer is that address, without a slash at its end. Makes the keys and secrets
    /// that are not there yet; instances that start together get the same.
    ///
    /// # Errors
    /// When the store fails, or the key file is another than the one they were sealed with.
    pub async fn open(
        store: &Store,
        guard: Guard,
        issuer: &str,
        sealer: Sealer,
        ports: Ports,
    ) -> Result<Self, OpenError> {
        let context = store.context(&CONTEXT);
        let nonces = Nonces::new(&secret(&context, &sealer, "dpop-nonce").await?);
        let pseudonyms = Pseudonyms::new(&secret(&context, &sealer, "pseudonym").await?);
        let sessions = Sessions::new(store, issuer.starts_with("https://"));
        let keyring = Keyring::open(context.clone(), sealer).await?;
        let known = Known::new(context.clone());
        let recorder = Recorder::start(context.clone());
        let issuer = issuer.trim_end_matches('/').to_owned();
        Ok(Self {
            store: context,
            guard,
            issuer,
            ports,
            keyring,
            known,
            nonces,
            pseudonyms,
            sessions,
            recorder,
            calls: Calls::default(),
        })
    }

    /// What is to be done every hour: publishes the next keys when it is time, withdraws old ones,
    /// and forgets what has expired. Several instances may.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tend(&self) -> Result<(), OpenError> {
        self.keyring.rotate().await?;
        let now = self.store.clock().now();
        let mut work = self.store.begin(&server()).await?;
        let forgotten = tokens::forget(work.connection(), now - FORGOTTEN_AFTER).await?;
        if forgotten > 0 {
            let draft = Draft::new("oauth.expired.forgotten", "authorisation_server", "*").with("count", forgotten);
            let entered = work.enter(draft).await?;
            work.commit(entered).await?;
        }
        Ok(())
    }

    /// The nonce that proofs should hold now.
    pub(crate) fn nonce_now(&self) -> String {
        self.nonces.now(self.store.clock().now())
    }

    /// The issuer.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }
}

impl fmt::Debug for AuthorisationServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthorisationServer({})", self.issuer)
    }
}

/// The server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] varde_store::StoreError),
    /// What was sealed cannot be opened.
    #[error("the keys of the authorisation server were sealed with another key file: restore keys/oauth.key")]
    Sealed,
    /// A key could not be made.
    #[error("a key could not be made: the machine gives no randomness")]
    Key,
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The server itself, where no client acts yet.
pub(crate) fn server() -> Actor {
    Actor::system(Component::AuthorisationServer)
}

/// The shared secret of that name: 32 random bytes.
pub(crate) async fn secret(store: &ContextStore, sealer: &Sealer, name: &str) -> Result<[u8; 32], OpenError> {
    let kept = shared(store, sealer, name, &store.randomness().bytes::<32>()).await?;
    kept.try_into().map_err(|_| OpenError::Sealed)
}

/// What all instances share under that name: what is kept, or `fresh` when nothing is yet.
pub(crate) async fn shared(
    store: &ContextStore,
    sealer: &Sealer,
    name: &str,
    fresh: &[u8],
) -> Result<Vec<u8>, OpenError> {
    let fresh = sealer.seal(name, fresh).ok_or(OpenError::Key)?;
    let mut work = store.begin(&server()).await?;
    let sealed = keys::secret(work.connection(), name, &fresh).await?;
    if sealed == fresh {
        let draft = Draft::new("oauth.secret.made", "secret", name);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
    }
    sealer.open(name, &sealed).ok_or(OpenError::Sealed)
}

/// A failure of ours, as a client sees it. What it was goes to the log of the program.
pub(crate) fn failed(error: &dyn std::error::Error) -> Fault {
    tracing::error!(error = %error, source = ?error.source().map(ToString::to_string), "the authorisation server failed");
    Fault::new(Code::ServerError, "the server failed: try again, and tell the operator if it goes on")
}

impl From<PortError> for Fault {
    fn from(error: PortError) -> Self {
        tracing::error!(error = %error, "the authorisation server got no answer from another part");
        Self::new(Code::TemporarilyUnavailable, "a register did not answer: try again in a while")
    }
}
