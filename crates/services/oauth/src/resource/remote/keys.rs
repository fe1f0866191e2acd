//! The issuer's keys, fetched and kept.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use reqwest::Client;
use tokio::sync::Mutex;
use url::Url;
use varde_core::Clock;
use varde_jose::KeySet;

use crate::{fault::Fault, resource::KeySource};

/// How long keys are used before they are fetched anew.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// How long they are used when the issuer does not answer: less than the day for which the next key is
/// published before it signs.
const OLDEST: SignedDuration = SignedDuration::from_hours(12);
/// How soon they are fetched again: tokens with invented key names must not make us ask all the time.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// The largest key set that is read, in bytes.
const LARGEST: usize = 64 * 1024;

/// The keys at the issuer's `jwks_uri`.
pub struct PublishedKeys {
    http: Client,
    address: Url,
    clock: Arc<dyn Clock>,
    known: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    keys: Option<(Timestamp, Arc<KeySet>)>,
    asked: Option<Timestamp>,
}

impl PublishedKeys {
    /// The keys at that address. Nothing is fetched yet.
    ///
    /// # Errors
    /// When the machine gives no HTTP client.
    pub fn at(address: Url, clock: Arc<dyn Clock>) -> Result<Self, reqwest::Error> {
        Ok(Self { http: super::client()?, address, clock, known: Mutex::default() })
    }

    async fn fetch(&self) -> Result<Arc<KeySet>, Fault> {
        let response = self.http.get(self.address.clone()).header("accept", "application/json").send().await;
        let bytes = super::body(response, LARGEST).await?;
        let keys = KeySet::parse(&bytes).map_err(|fault| {
            tracing::warn!(%fault, "the issuer's keys cannot be read");
            super::unavailable()
        })?;
        if keys.is_empty() {
            tracing::warn!("the issuer publishes no key that can be used");
            return Err(super::unavailable());
        }
        Ok(Arc::new(keys))
    }
}

impl std::fmt::Debug for PublishedKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublishedKeys({})", self.address)
    }
}

#[async_trait]
impl KeySource for PublishedKeys {
    async fn keys(&self, wanted: Option<&str>) -> Result<Arc<KeySet>, Fault> {
        let now = self.clock.now();
        // Held while fetching: whoever comes meanwhile waits for the same answer.
        let mut known = self.known.lock().await;
        let old = known.keys.as_ref().map(|(at, keys)| (now.duration_since(*at), Arc::clone(keys)));
        if let Some((age, keys)) = &old {
            let named = wanted.is_none_or(|wanted| keys.keys().any(|key| key.id() == Some(wanted)));
            if *age < FRESH && named {
                return Ok(Arc::clone(keys));
            }
        }
        let usable = old.filter(|(age, _)| *age < OLDEST).map(|(_, keys)| keys);
        if known.asked.is_some_and(|asked| now.duration_since(asked) < PAUSE) {
            return usable.ok_or_else(super::unavailable);
        }
        known.asked = Some(now);
        match self.fetch().await {
            Ok(keys) => {
                known.keys = Some((now, Arc::clone(&keys)));
                Ok(keys)
            }
            Err(fault) => usable.ok_or(fault),
        }
    }
}
