//! Test-ID: an OpenID Connect provider with made-up people, for demonstrations and tests.
//!
//! It shares nothing with the relying party but this crate: they meet over HTTP, so that a real
//! provider takes its place by configuration alone. It cannot be made unless the configuration
//! says demo.

mod authorize;
mod logout;
mod pages;
mod people;
mod token;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{Json, extract::State, http::Method};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use url::Url;
use varde_core::{Clock, LoginLevel, Randomness, identifier::NationalNumber};
use varde_jose::KeySet;
use varde_web::Routes;

pub use authorize::{AuthorizationRequest, RequestFault};
pub use logout::LogoutRequest;
pub use people::{TestPeople, TestPerson};
pub use token::{TokenFault, TokenForm};

use crate::{NotAKey, SigningKey};

/// How long a code is good. RFC 6749 section 4.1.2 recommends at most ten minutes.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(60);
/// Codes and assertions remembered; beyond this the oldest are forgotten.
const REMEMBERED: usize = 10_000;
/// The `acr` values, as ID-porten names its levels.
const LEVELS: [(&str, LoginLevel); 2] =
    [("idporten-loa-substantial", LoginLevel::Substantial), ("idporten-loa-high", LoginLevel::High)];

/// A client that may use Test-ID.
#[derive(Debug, Clone)]
pub struct TestClient {
    /// Its id.
    pub client_id: String,
    /// Where people may be sent back to, exactly.
    pub redirect_uris: Vec<Url>,
    /// Where people may be sent after a logout, exactly.
    pub after_logout: Vec<Url>,
    /// Its keys, when it must prove itself by `private_key_jwt`; else it is public (PKCE alone).
    pub keys: Option<KeySet>,
}

/// The configuration of Test-ID.
#[derive(Debug, Clone)]
pub struct TestIdConfig {
    /// Whether this installation is a demonstration. Nothing else makes it true.
    pub demo: bool,
    /// Its issuer, such as `http://127.0.0.1:8080/test-id`; its routes lie under that path.
    pub issuer: Url,
    /// Who may use it.
    pub clients: Vec<TestClient>,
}

/// Why there is no Test-ID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TestIdFault {
    /// The installation is real.
    #[error(
        "Test-ID refuses to start: anybody could log in as anybody, and the configuration does not say demo = true"
    )]
    NotADemo,
    /// No key could be made.
    #[error("Test-ID could not make its signing key")]
    Key(#[from] NotAKey),
}

/// What a code stands for.
struct Grant {
    client_id: String,
    redirect_uri: String,
    challenge: String,
    nonce: Option<String>,
    number: NationalNumber,
    level: LoginLevel,
    expires: Timestamp,
}

#[derive(Default)]
struct Memory {
    codes: BTreeMap<String, Grant>,
    assertions: BTreeMap<String, i64>,
}

/// The provider. Codes live in memory: who is interrupted logs in again.
pub struct TestId {
    config: TestIdConfig,
    key: SigningKey,
    people: Arc<dyn TestPeople>,
    clock: Arc<dyn Clock>,
    randomness: Randomness,
    memory: Mutex<Memory>,
}

impl TestId {
    /// The provider with a new signing key.
    ///
    /// # Errors
    /// [`TestIdFault::NotADemo`] unless the configuration says demo.
    pub fn new(
        config: TestIdConfig,
        people: Arc<dyn TestPeople>,
        clock: Arc<dyn Clock>,
        randomness: Randomness,
    ) -> Result<Self, TestIdFault> {
        if !config.demo {
            return Err(TestIdFault::NotADemo);
        }
        Ok(Self { config, key: SigningKey::generate()?, people, clock, randomness, memory: Mutex::default() })
    }

    /// Its issuer, exactly as relying parties must configure it.
    pub fn issuer(&self) -> &str {
        self.config.issuer.as_str().trim_end_matches('/')
    }

    /// Its metadata (OpenID Connect Discovery 1.0 section 3).
    pub fn metadata(&self) -> Value {
        let issuer = self.issuer();
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "end_session_endpoint": format!("{issuer}/logout"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt", "none"],
            "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
            "acr_values_supported": LEVELS.map(|(acr, _)| acr),
            "claims_supported": ["sub", "pid", "acr", "auth_time"],
            "scopes_supported": ["openid", "profile"],
            "ui_locales_supported": ["nb", "nn", "en"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    /// Its public keys.
    pub fn keys(&self) -> KeySet {
        self.key.public()
    }

    /// Its routes, under the path of its issuer.
    pub fn routes(self: Arc<Self>) -> Routes {
        let at = |path: &str| format!("{}{path}", self.config.issuer.path().trim_end_matches('/'));
        let discovery = at("/.well-known/openid-configuration");
        Routes::new()
            .open_api(Method::GET, &discovery, "test-id.metadata", metadata)
            .open_api(Method::GET, &at("/jwks"), "test-id.keys", keys)
            .open_api(Method::POST, &at("/token"), "test-id.token", token::route)
            .open_page(Method::GET, &at("/logout"), "test-id.logout", logout::by_address)
            .open_page(Method::POST, &at("/logout"), "test-id.logout", logout::by_form)
            .open_page(Method::GET, &at("/authorize"), "test-id.choose", pages::choose)
            .open_page(Method::POST, &at("/authorize"), "test-id.answer", pages::answer)
            .with_state(self)
    }

    fn client(&self, client_id: &str) -> Option<&TestClient> {
        self.config.clients.iter().find(|c| c.client_id == client_id)
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for TestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TestId({})", self.issuer())
    }
}

async fn metadata(State(provider): State<Arc<TestId>>) -> Json<Value> {
    Json(provider.metadata())
}

async fn keys(State(provider): State<Arc<TestId>>) -> Json<Value> {
    Json(provider.keys().to_json())
}
