//! The authorization endpoint: what is asked, and the answer.

use serde::{Deserialize, Serialize};
use url::Url;
use varde_core::LoginLevel;

use super::{CODE_LIFETIME, Grant, LEVELS, REMEMBERED, TestId, TestPerson};

/// An authorization request (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AuthorizationRequest {
    /// `code`.
    pub response_type: String,
    /// The client.
    pub client_id: String,
    /// Where to answer.
    pub redirect_uri: String,
    /// Holds `openid`.
    pub scope: String,
    /// Sent back as it is.
    pub state: String,
    /// Put in the ID token.
    pub nonce: String,
    /// PKCE.
    pub code_challenge: String,
    /// `S256`.
    pub code_challenge_method: String,
    /// The levels wanted, by preference.
    pub acr_values: String,
}

/// What is wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// The client or its address is not registered: nobody is sent anywhere (RFC 6749 section 4.1.2.1).
    #[error("the client or its redirect URI is not registered")]
    Client,
    /// Something else, told to the client by its error code.
    #[error("the request is refused: {0}")]
    Refused(&'static str),
}

impl AuthorizationRequest {
    /// The fields for the form's hidden inputs.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        let value = serde_json::to_value(self).unwrap_or_default();
        let members = value.as_object().into_iter().flatten();
        members.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
    }

    /// The least level asked for.
    pub(super) fn at_least(&self) -> LoginLevel {
        let wanted = self.acr_values.split_whitespace().filter_map(level);
        wanted.min().unwrap_or(LoginLevel::Substantial)
    }
}

/// The level an `acr` names.
pub(super) fn level(acr: &str) -> Option<LoginLevel> {
    LEVELS.iter().find(|(name, _)| *name == acr).map(|(_, level)| *level)
}

/// The `acr` that names a level.
pub(super) fn acr(level: LoginLevel) -> &'static str {
    LEVELS.iter().find(|(_, l)| *l == level).map_or("", |(name, _)| *name)
}

impl TestId {
    /// Whether the request may be shown to a person at all.
    ///
    /// # Errors
    /// See [`RequestFault`].
    pub fn check(&self, request: &AuthorizationRequest) -> Result<Url, RequestFault> {
        let client = self.client(&request.client_id).ok_or(RequestFault::Client)?;
        let registered = client.redirect_uris.iter().find(|u| u.as_str() == request.redirect_uri);
        let redirect = registered.ok_or(RequestFault::Client)?.clone();
        if request.response_type != "code" {
            return Err(RequestFault::Refused("unsupported_response_type"));
        }
        if !request.scope.split_whitespace().any(|s| s == "openid") {
            return Err(RequestFault::Refused("invalid_scope"));
        }
        // 43 characters: SHA-256 in base64url. `plain` would let whoever sees the address use the code.
        if request.code_challenge_method != "S256" || request.code_challenge.len() != 43 {
            return Err(RequestFault::Refused("invalid_request"));
        }
        Ok(redirect)
    }

    /// Logs the person in: a one-time code, and the address with it.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn log_in(
        &self,
        request: &AuthorizationRequest,
        person: &TestPerson,
        level: LoginLevel,
    ) -> Result<Url, RequestFault> {
        let redirect = self.check(request)?;
        let code = self.randomness.token();
        let now = self.clock.now();
        let grant = Grant {
            client_id: request.client_id.clone(),
            redirect_uri: request.redirect_uri.clone(),
            challenge: request.code_challenge.clone(),
            nonce: Some(request.nonce.clone()).filter(|n| !n.is_empty()),
            number: person.number,
            level,
            expires: now + CODE_LIFETIME,
        };
        let mut memory = self.memory();
        memory.codes.retain(|_, grant| grant.expires >= now);
        while memory.codes.len() >= REMEMBERED {
            memory.codes.pop_first();
        }
        memory.codes.insert(code.clone(), grant);
        drop(memory);
        Ok(self.answer(redirect, request, "code", &code))
    }

    /// The address that tells the client of an error.
    pub(super) fn refuse(&self, redirect: Url, request: &AuthorizationRequest, error: &str) -> Url {
        self.answer(redirect, request, "error", error)
    }

    fn answer(&self, mut redirect: Url, request: &AuthorizationRequest, name: &str, value: &str) -> Url {
        let mut query = redirect.query_pairs_mut();
        query.append_pair(name, value).append_pair("iss", self.issuer());
        if !request.state.is_empty() {
            query.append_pair("state", &request.state);
        }
        drop(query);
        redirect
    }
}
