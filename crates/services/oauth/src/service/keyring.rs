//! The keys that tokens are signed with. A key is published a day before it signs, so that every
//! API knows it by then, and stays published until all it signed has expired: a change of keys
//! loses no request. Which key signs follows from the clock, so instances need not agree.

use std::sync::{Arc, RwLock};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use varde_jose::{Algorithm, KeySet, PublicKey, SigningKey};
use varde_ledger::Draft;
use varde_store::ContextStore;

use crate::{
    Sealer,
    model::claims::LIFETIME,
    service::{OpenError, server},
    store::keys::{self, KeyRow},
};

/// How long a key signs.
const SIGNS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long before that it is published.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);
/// How long a key stays after its last signature: what it signed, and clocks that differ.
const AFTER: SignedDuration = LIFETIME.saturating_add(SignedDuration::from_mins(10));
/// How old what an instance knows of the keys may be: well below [`AHEAD`].
const FRESH: SignedDuration = SignedDuration::from_secs(60);
/// What tokens can be signed with. Each has its own keys.
const ALGORITHMS: [Algorithm; 2] = [Algorithm::Es256, Algorithm::Rs256];

/// Our keys.
pub(crate) struct Keyring {
    store: ContextStore,
    sealer: Sealer,
    /// What test tokens are signed with, in a demonstration.
    tests: Option<SigningKey>,
    known: RwLock<Arc<Keys>>,
}

/// What was read of the keys at a time.
#[derive(Debug)]
pub(crate) struct Keys {
    read_at: Timestamp,
    keys: Vec<Key>,
    public: Arc<KeySet>,
    withdrawn: Value,
}

#[derive(Debug)]
struct Key {
    signing: SigningKey,
    from: Timestamp,
    until: Option<Timestamp>,
}

impl Keys {
    /// The key to sign with now.
    pub(crate) fn signing(&self, algorithm: Algorithm, now: Timestamp) -> Option<&SigningKey> {
        let due = |key: &&Key| key.from <= now && key.until.is_none_or(|until| now < until);
        self.keys.iter().filter(|key| key.signing.algorithm() == algorithm).find(due).map(|key| &key.signing)
    }

    /// The public halves, as they are published.
    pub(crate) fn published(&self) -> Value {
        self.public.to_json()
    }

    /// The public halves of those that have been withdrawn, newest first: nothing is believed by them.
    pub(crate) fn withdrawn(&self) -> &Value {
        &self.withdrawn
    }

    /// The public halves, to check our own tokens with.
    pub(crate) fn public(&self) -> Arc<KeySet> {
        Arc::clone(&self.public)
    }
}

impl Keyring {
    /// Reads the keys, and makes the first ones.
    ///
    /// # Errors
    /// [`OpenError`].
    pub(crate) async fn open(store: ContextStore, sealer: Sealer) -> Result<Self, OpenError> {
        let nothing =
            Keys { read_at: Timestamp::UNIX_EPOCH, keys: Vec::new(), public: Arc::default(), withdrawn: Value::Null };
        let ring = Self { store, sealer, tests: None, known: RwLock::new(Arc::new(nothing)) };
        ring.rotate().await?;
        Ok(ring)
    }

    /// What seals for this installation.
    pub(crate) fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// The keys as they were a minute ago or later.
    ///
    /// # Errors
    /// [`OpenError`] when there is nothing fresh and the store fails.
    pub(crate) async fn keys(&self) -> Result<Arc<Keys>, OpenError> {
        let known = self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let age = self.store.clock().now().duration_since(known.read_at);
        if !age.is_negative() && age < FRESH { Ok(known) } else { self.read().await }
    }

    /// Publishes the next key when it is time, and withdraws what is no longer needed. To be called
    /// now and then; several instances may.
    ///
    /// # Errors
    /// [`OpenError`].
    pub(crate) async fn rotate(&self) -> Result<(), OpenError> {
        let now = self.store.clock().now();
        let mut work = self.store.begin(&server()).await?;
        keys::rotating(work.connection()).await?;
        let rows = keys::published(work.connection()).await?;
        let mut done = Vec::new();
        for algorithm in ALGORITHMS {
            let newest = rows.iter().filter(|row| row.algorithm == algorithm.name()).map(|row| row.signs_from).max();
            if let Some(signs_from) = next(newest, now) {
                let row = self.make(algorithm, signs_from)?;
                keys::publish(work.connection(), &row, now).await?;
                let draft = Draft::new("oauth.signing_key.published", "signing_key", &row.kid);
                done.push(work.enter(draft.with("algorithm", algorithm.name()).with("signs_from", signs_from)).await?);
            }
        }
        for kid in keys::withdraw(work.connection(), now - AFTER, now).await? {
            done.push(work.enter(Draft::new("oauth.signing_key.withdrawn", "signing_key", kid)).await?);
        }
        if let Some(entered) = done.pop() {
            work.commit(entered).await?;
        }
        self.read().await.map(|_| ())
    }

    fn make(&self, algorithm: Algorithm, signs_from: Timestamp) -> Result<KeyRow, OpenError> {
        let key = SigningKey::generate(algorithm).map_err(|_| OpenError::Key)?;
        let private = key.to_pkcs8().map_err(|_| OpenError::Key)?;
        let sealed = self.sealer.seal(key.id(), &private).ok_or(OpenError::Key)?;
        Ok(KeyRow {
            kid: key.id().to_owned(),
            algorithm: algorithm.name().to_owned(),
            jwk: key.public().to_jwk(),
            sealed,
            signs_from,
            signs_until: None,
        })
    }

    /// Publishes and believes that key too. Nothing but test tokens is signed with it.
    ///
    /// # Errors
    /// [`OpenError`].
    pub(crate) async fn trust_tests(&mut self, key: SigningKey) -> Result<(), OpenError> {
        self.tests = Some(key);
        self.read().await.map(|_| ())
    }

    /// The key of test tokens, in a demonstration.
    pub(crate) fn test_key(&self) -> Option<&SigningKey> {
        self.tests.as_ref()
    }

    async fn read(&self) -> Result<Arc<Keys>, OpenError> {
        let mut read = self.store.read(&server()).await?;
        let rows = keys::published(read.connection()).await?;
        let keys = rows.iter().map(|row| self.opened(row)).collect::<Result<Vec<Key>, _>>()?;
        let signing = keys.iter().map(|key| &key.signing).chain(&self.tests);
        let public = signing.filter_map(|key| PublicKey::from_jwk(&key.public().to_jwk()).ok());
        let public = Arc::new(KeySet::new(public));
        let withdrawn = serde_json::json!({ "keys": keys::withdrawn(read.connection()).await? });
        let keys = Arc::new(Keys { read_at: self.store.clock().now(), keys, public, withdrawn });
        *self.known.write().unwrap_or_else(std::sync::PoisonError::into_inner) = keys.clone();
        Ok(keys)
    }

    fn opened(&self, row: &KeyRow) -> Result<Key, OpenError> {
        let algorithm = Algorithm::from_name(&row.algorithm).ok_or(OpenError::Sealed)?;
        let private = self.sealer.open(&row.kid, &row.sealed).ok_or(OpenError::Sealed)?;
        let signing = SigningKey::from_pkcs8(algorithm, &private).map_err(|_| OpenError::Sealed)?;
        Ok(Key { signing, from: row.signs_from, until: row.signs_until })
    }
}

/// From when a new key should sign, if one is needed: at once when there is none, after the newest
/// when that has little left.
fn next(newest: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let Some(newest) = newest else { return Some(now) };
    let ends = newest + SIGNS;
    // After a long stop the day of warning is kept all the same: the old key signs on until then.
    (now >= ends - AHEAD).then(|| ends.max(now + AHEAD))
}
