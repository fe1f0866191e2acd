//! The check before an API's routes.

use std::sync::Arc;

use async_trait::async_trait;
use axum::{
    extract::{OriginalUri, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{Extensions, HeaderMap, Method, Uri};
use jiff::Timestamp;
use varde_core::Clock;
use varde_jose::KeySet;

use crate::{
    fault::{Code, Fault},
    protocol::dpop,
    resource::{
        AccessToken, Refused,
        credentials::Credentials,
        token::{self, Expected},
    },
    service::authentication::once,
};

/// The keys that the issuer publishes.
#[async_trait]
pub trait KeySource: Send + Sync {
    /// The keys. `wanted` is the name of the one a token was signed with: a source that does not have
    /// it may look anew, for it may have been published since.
    ///
    /// # Errors
    /// When there are none to check with now.
    async fn keys(&self, wanted: Option<&str>) -> Result<Arc<KeySet>, Fault>;
}

/// Whether tokens still stand.
#[async_trait]
pub trait Standing: Send + Sync {
    /// Whether a token that is good by itself has been ended since: revoked, or its client or a
    /// delegation behind it gone. `text` is the token as it came.
    ///
    /// # Errors
    /// When nobody can say now.
    async fn stands(&self, text: &str, token: &AccessToken) -> Result<bool, Fault>;
}

/// Which proofs have been used: shared by all instances of the API.
#[async_trait]
pub trait Replays: Send + Sync {
    /// Uses up the call's proof; `false` when it was used before.
    ///
    /// # Errors
    /// When it cannot be remembered now.
    async fn first(&self, call: &Call<'_>) -> Result<bool, Fault>;
}

/// A request that is let in if its proof was not used before.
#[derive(Debug, Clone, Copy)]
pub struct Call<'c> {
    /// The token.
    pub token: &'c AccessToken,
    /// What stands for the proof: SHA-256 over its key and its one-time id.
    pub proof: [u8; 32],
    /// Until when that must be remembered.
    pub until: Timestamp,
}

/// What an API is, and whom it trusts.
#[derive(Clone)]
pub struct Trust {
    /// The issuer, exactly as it stands in tokens.
    pub issuer: String,
    /// The API's short name: the `aud` of its tokens.
    pub audience: String,
    /// Where the API is seen from outside, such as `https://api.example.no`: what proofs are for.
    pub address: String,
    /// The issuer's keys.
    pub keys: Arc<dyn KeySource>,
    /// Whom to ask whether a token still stands. Without it one that was ended is good until it
    /// expires, at most ten minutes.
    pub standing: Option<Arc<dyn Standing>>,
    /// Which proofs have been used.
    pub replays: Arc<dyn Replays>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// The check.
#[derive(Clone)]
pub struct ResourceServer(Trust);

impl std::fmt::Debug for ResourceServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ResourceServer({})", self.0.audience)
    }
}

impl ResourceServer {
    /// The check of that API.
    pub fn new(trust: Trust) -> Self {
        let address = trust.address.trim_end_matches('/').to_owned();
        Self(Trust { address, ..trust })
    }

    /// The token of a request that may come in, its proof used up; `None` when it carries none.
    ///
    /// # Errors
    /// [`Refused`], with the first thing that is wrong.
    pub async fn admit(
        &self,
        method: &Method,
        path: &Uri,
        headers: &HeaderMap,
    ) -> Result<Option<AccessToken>, Refused> {
        let Some(sent) = Credentials::read(headers)? else { return Ok(None) };
        let now = self.0.clock.now();
        let token = self.believe(sent.token, now).await?;
        let address = format!("{}{}", self.0.address, path.path());
        let address = address.parse().map_err(|_| proof("the address of the request cannot be read"))?;
        let request = dpop::Request { method: method.as_str(), address: &address, access_token: Some(sent.token) };
        let proven = dpop::verify(sent.proof, request, now).map_err(Refused::Wrong)?;
        if proven.thumbprint != token.thumbprint {
            return Err(Refused::token("the token is bound to another key than the proof's"));
        }
        if let Some(standing) = &self.0.standing
            && !standing.stands(sent.token, &token).await.map_err(Refused::Unchecked)?
        {
            return Err(Refused::token("the token has been ended, or the delegation behind it: get a new one"));
        }
        let once = once("dpop", &proven.thumbprint, &proven.id, proven.until);
        let call = Call { token: &token, proof: once.digest, until: once.until };
        if !self.0.replays.first(&call).await.map_err(Refused::Unchecked)? {
            return Err(proof("this DPoP proof was used before: make one for each request"));
        }
        Ok(Some(token))
    }

    async fn believe(&self, text: &str, now: Timestamp) -> Result<AccessToken, Refused> {
        let jws = token::read(text).map_err(Refused::Wrong)?;
        let wanted = jws.header().key_id.clone();
        let keys = self.0.keys.keys(wanted.as_deref()).await.map_err(Refused::Unchecked)?;
        let expected = Expected { issuer: &self.0.issuer, audience: &self.0.audience };
        token::verify(jws, &keys, expected, now).map_err(Refused::Wrong)
    }
}

fn proof(description: &'static str) -> Refused {
    Refused::Wrong(Fault::new(Code::InvalidDpopProof, description))
}

/// A middleware for an API of its own (`axum::middleware::from_fn_with_state`): lets a request in with
/// its [`AccessToken`] among the extensions, or answers the refusal.
pub async fn guard(State(server): State<Arc<ResourceServer>>, mut request: Request, next: Next) -> Response {
    let path = original(request.extensions(), request.uri());
    let admitted = server.admit(request.method(), &path, request.headers()).await;
    match admitted.and_then(|token| token.ok_or(Refused::Missing)) {
        Ok(token) => {
            request.extensions_mut().insert(token);
            next.run(request).await
        }
        Err(refused) => refused.into_response(),
    }
}

/// The path as it was sent, where routes are nested below another.
fn original(extensions: &Extensions, uri: &Uri) -> Uri {
    extensions.get::<OriginalUri>().map_or_else(|| uri.clone(), |original| original.0.clone())
}
