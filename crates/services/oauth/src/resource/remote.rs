//! For an API in another process: the issuer's keys over HTTP, its answer on whether a token still
//! stands (RFC 7662), and proofs remembered in memory.

mod introspection;
mod keys;

use std::{collections::HashMap, sync::Mutex, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::{Client, Response, redirect::Policy};
use varde_core::Clock;

use crate::{
    fault::{Code, Fault},
    resource::{Call, Replays},
};

pub use introspection::{Asker, Introspection};
pub use keys::PublishedKeys;

/// How long the issuer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most proofs that are remembered: about a minute's calls of a busy API, in some 100 MB.
const MOST: usize = 1_000_000;

/// Which proofs have been used, for an API that runs as one process.
pub struct OneProcess {
    clock: std::sync::Arc<dyn Clock>,
    most: usize,
    used: Mutex<Used>,
}

#[derive(Default)]
struct Used {
    until: HashMap<[u8; 32], Timestamp>,
    tidied: Timestamp,
}

impl OneProcess {
    /// Nothing used yet.
    pub fn new(clock: std::sync::Arc<dyn Clock>) -> Self {
        Self { clock, most: MOST, used: Mutex::default() }
    }
}

impl std::fmt::Debug for OneProcess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneProcess")
    }
}

#[async_trait]
impl Replays for OneProcess {
    async fn first(&self, call: &Call<'_>) -> Result<bool, Fault> {
        let now = self.clock.now();
        let mut used = self.used.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Used { until, tidied } = &mut *used;
        if now.duration_since(*tidied).as_secs() >= 1 {
            until.retain(|_, until| *until > now);
            *tidied = now;
        }
        if until.len() >= self.most {
            let way = "too many calls at once: try again in a while";
            return Err(Fault::new(Code::TemporarilyUnavailable, way));
        }
        Ok(until.insert(call.proof, call.until).is_none())
    }
}

/// A client that follows no redirects and does not wait long.
fn client() -> Result<Client, reqwest::Error> {
    Client::builder().timeout(PATIENCE).connect_timeout(PATIENCE).redirect(Policy::none()).build()
}

/// The body of a good answer, up to that many bytes.
async fn body(response: Result<Response, reqwest::Error>, largest: usize) -> Result<Vec<u8>, Fault> {
    let away = |error: reqwest::Error| {
        tracing::warn!(error = %error.without_url(), "the issuer of tokens did not answer");
        unavailable()
    };
    let mut response = response.and_then(Response::error_for_status).map_err(away)?;
    if !response.status().is_success() {
        tracing::warn!(status = response.status().as_u16(), "the issuer of tokens answered something else");
        return Err(unavailable());
    }
    let mut read = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(away)? {
        if read.len() + chunk.len() > largest {
            tracing::warn!(largest, "the issuer of tokens answered too much");
            return Err(unavailable());
        }
        read.extend_from_slice(&chunk);
    }
    Ok(read)
}

fn unavailable() -> Fault {
    Fault::new(Code::TemporarilyUnavailable, "the token cannot be checked now: try again in a while")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use varde_core::SimulatedClock;

    use super::*;
    use crate::resource::AccessToken;

    fn token() -> AccessToken {
        AccessToken {
            id: "1".to_owned(),
            client: "c".to_owned(),
            subject: "c".to_owned(),
            scopes: crate::Scopes::new(),
            acting_for: None,
            thumbprint: String::new(),
            key_id: None,
            claims: varde_jose::Claims::new(),
        }
    }

    #[tokio::test]
    async fn a_proof_is_remembered_for_its_time_and_no_longer() {
        let clock = SimulatedClock::new(Timestamp::UNIX_EPOCH);
        let mut replays = OneProcess::new(Arc::new(clock.clone()));
        replays.most = 2;
        let token = token();
        let until = Timestamp::from_second(70).unwrap();
        let call = |n: u8| Call { token: &token, proof: [n; 32], until };
        assert!(replays.first(&call(1)).await.unwrap());
        assert!(!replays.first(&call(1)).await.unwrap());
        assert!(replays.first(&call(2)).await.unwrap());
        let full = replays.first(&call(3)).await.unwrap_err();
        assert_eq!(full.code, Code::TemporarilyUnavailable, "what cannot be remembered is not let in");
        clock.advance(Duration::from_secs(71));
        assert!(replays.first(&call(3)).await.unwrap(), "what has passed makes room");
    }
}
