//! Asking the issuer whether a token still stands (RFC 7662), as a client of the organisation that
//! owns the API.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use reqwest::Client;
use serde_json::{Value, json};
use url::Url;
use varde_core::{Clock, Randomness};
use varde_jose::{SigningKey, parse_object, sha256};

use crate::{
    ClientId,
    fault::Fault,
    protocol::client_assertion,
    resource::{AccessToken, Standing, remote},
};

/// How long an answer is believed: what ends a token acts within five seconds.
const FRESH: SignedDuration = SignedDuration::from_secs(2);
/// The most answers that are remembered.
const MOST: usize = 10_000;
/// The largest answer that is read, in bytes.
const LARGEST: usize = 64 * 1024;
/// How long our statement is good for, in seconds.
const LIFE: i64 = 30;

/// The client that asks: one of the organisation that owns the API.
#[derive(Debug, Clone)]
pub struct Asker {
    /// The issuer: the audience of its statements.
    pub issuer: String,
    /// The issuer's `introspection_endpoint`.
    pub address: Url,
    /// The client.
    pub client: ClientId,
    /// Its key.
    pub key: SigningKey,
}

/// Asks the issuer, at most once in two seconds for each token.
pub struct Introspection {
    http: Client,
    asker: Asker,
    clock: Arc<dyn Clock>,
    randomness: Randomness,
    answers: Mutex<HashMap<String, (Timestamp, bool)>>,
}

impl Introspection {
    /// Asks as that client.
    ///
    /// # Errors
    /// When the machine gives no HTTP client.
    pub fn new(asker: Asker, clock: Arc<dyn Clock>, randomness: Randomness) -> Result<Self, reqwest::Error> {
        Ok(Self { http: remote::client()?, asker, clock, randomness, answers: Mutex::default() })
    }

    async fn ask(&self, text: &str, now: Timestamp) -> Result<bool, Fault> {
        let statement = self.statement(now).ok_or_else(remote::unavailable)?;
        let form = [
            ("token", text),
            ("client_assertion_type", client_assertion::TYPE),
            ("client_assertion", statement.as_str()),
        ];
        let response = self.http.post(self.asker.address.clone()).form(&form).send().await;
        let answer = remote::body(response, LARGEST).await?;
        let answer = parse_object(&answer).map_err(|_| remote::unavailable())?;
        answer.get("active").and_then(Value::as_bool).ok_or_else(remote::unavailable)
    }

    /// Who we are, for one request.
    fn statement(&self, now: Timestamp) -> Option<String> {
        let (id, made) = (self.asker.client.to_string(), now.as_second());
        let claims = json!({
            "iss": id, "sub": id, "aud": self.asker.issuer,
            "jti": varde_core::id::version_seven(&*self.clock, &self.randomness),
            "iat": made, "nbf": made, "exp": made + LIFE,
        });
        self.asker.key.sign("client-authentication+jwt", claims.as_object()?).ok()
    }
}

impl std::fmt::Debug for Introspection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Introspection({})", self.asker.address)
    }
}

#[async_trait]
impl Standing for Introspection {
    async fn stands(&self, text: &str, _: &AccessToken) -> Result<bool, Fault> {
        let (now, name) = (self.clock.now(), sha256(text.as_bytes()));
        let fresh = |at: Timestamp| {
            let age = now.duration_since(at);
            !age.is_negative() && age < FRESH
        };
        let known = self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(&name).copied();
        if let Some((at, stands)) = known
            && fresh(at)
        {
            return Ok(stands);
        }
        let stands = self.ask(text, now).await?;
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= MOST {
            answers.retain(|_, (at, _)| fresh(*at));
        }
        if answers.len() < MOST {
            answers.insert(name, (now, stands));
        }
        Ok(stands)
    }
}
