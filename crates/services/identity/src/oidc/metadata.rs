//! The provider's metadata (OpenID Connect Discovery 1.0) and keys, kept for a while.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use reqwest::Client;
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;
use varde_core::Clock;
use varde_jose::KeySet;

use super::{LoginError, config::address, http};

/// HelseID's and ID-porten's guides: keep the metadata for a day.
const METADATA_KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Keys are asked for again when a token names an unknown one, but not more often than this.
const KEYS_AT_MOST_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// What we need of the metadata.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    end_session_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// The same, checked.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) authorization: Url,
    pub(super) token: Url,
    /// Where its own session is ended, if it has told us.
    pub(super) end_session: Option<Url>,
    /// Whether the answer must name the issuer (RFC 9207).
    pub(super) names_itself: bool,
    keys: Url,
}

#[derive(Debug, Default)]
struct Kept {
    provider: Option<(Timestamp, Arc<Provider>)>,
    keys: Option<(Timestamp, KeySet)>,
}

/// The provider's documents, fetched when needed.
#[derive(Debug)]
pub(super) struct Documents {
    issuer: String,
    http: Client,
    clock: Arc<dyn Clock>,
    kept: Mutex<Kept>,
}

impl Documents {
    pub(super) fn new(issuer: String, http: Client, clock: Arc<dyn Clock>) -> Self {
        Self { issuer, http, clock, kept: Mutex::default() }
    }

    /// The metadata, at most a day old.
    pub(super) async fn provider(&self) -> Result<Arc<Provider>, LoginError> {
        let mut kept = self.kept.lock().await;
        let now = self.clock.now();
        if let Some((at, provider)) = &kept.provider
            && now.duration_since(*at).abs() < METADATA_KEPT
        {
            return Ok(Arc::clone(provider));
        }
        let what = "metadata";
        let place = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let place = address(&place).map_err(|_| LoginError::Provider { what })?;
        let metadata: Metadata = http::get(&self.http, place, what).await?;
        let provider = Arc::new(self.checked(&metadata)?);
        kept.provider = Some((now, Arc::clone(&provider)));
        Ok(provider)
    }

    /// The keys; fetched anew when `missing` says that the kept ones lack the one needed.
    pub(super) async fn keys(&self, missing: bool) -> Result<KeySet, LoginError> {
        let provider = self.provider().await?;
        let mut kept = self.kept.lock().await;
        let now = self.clock.now();
        if let Some((at, keys)) = &kept.keys {
            let age = now.duration_since(*at).abs();
            if age < KEYS_AT_MOST_EVERY || (!missing && age < METADATA_KEPT) {
                return Ok(keys.clone());
            }
        }
        let what = "keys";
        let set = http::bytes(&self.http, provider.keys.clone(), what).await?;
        let keys = KeySet::parse(&set).map_err(|_| LoginError::Provider { what })?;
        kept.keys = Some((now, keys.clone()));
        Ok(keys)
    }

    /// Discovery section 4.3: the issuer must be the very one that was asked for.
    fn checked(&self, metadata: &Metadata) -> Result<Provider, LoginError> {
        let fault = || LoginError::Provider { what: "metadata" };
        if metadata.issuer != self.issuer {
            return Err(LoginError::Provider { what: "issuer" });
        }
        let endpoint = |text: &str| address(text).map_err(|_| fault());
        Ok(Provider {
            authorization: endpoint(&metadata.authorization_endpoint)?,
            token: endpoint(&metadata.token_endpoint)?,
            end_session: metadata.end_session_endpoint.as_deref().map(endpoint).transpose()?,
            names_itself: metadata.authorization_response_iss_parameter_supported,
            keys: endpoint(&metadata.jwks_uri)?,
        })
    }
}
