//! Beginning and finishing a login at the provider.

use std::{collections::BTreeMap, sync::Arc};

use reqwest::Client;
use serde::Deserialize;
use serde_json::json;
use url::Url;
use varde_core::{Clock, LoginLevel, Randomness};

use super::{
    Asked, Attempt, ClientAuthentication, Expected, Identified, LoginError, ProviderConfig, Sealed,
    config::ConfigFault,
    fault::error_code,
    http,
    id_token::{self, verify},
    metadata::{Documents, Provider},
};

/// How long a client assertion is good, in seconds (HelseID allows 60, its own samples use 30).
const ASSERTION: i64 = 30;

/// Us, as a client of the provider. Share it in an `Arc`.
#[derive(Debug)]
pub struct RelyingParty {
    pub(super) config: ProviderConfig,
    pub(super) documents: Documents,
    http: Client,
    clock: Arc<dyn Clock>,
    randomness: Randomness,
    pub(super) cookie_key: [u8; 32],
}

/// A login that the provider has vouched for.
#[derive(Debug)]
pub struct Finished {
    /// Who it is.
    pub identified: Identified,
    /// What the browser keeps for the logout, sealed.
    pub hint: Option<Sealed>,
}

/// A login that has begun: where to send the browser, and what its cookie must hold.
#[derive(Debug)]
pub struct Begun {
    /// The provider's page.
    pub redirect: Url,
    /// The cookie's name: one per attempt, so that two tabs do not disturb each other.
    pub cookie: String,
    /// The cookie's value.
    pub sealed: Sealed,
}

/// The parameters the browser came back with (RFC 6749 section 4.1.2, RFC 9207). Does not print.
#[derive(Clone, Default, Deserialize)]
pub struct Response {
    /// The code, if it went well.
    pub code: Option<String>,
    /// The state we sent.
    pub state: Option<String>,
    /// The issuer that answers.
    pub iss: Option<String>,
    /// An error code, if it did not go well.
    pub error: Option<String>,
}

#[derive(Deserialize)]
struct TokenResponse {
    id_token: String,
}

#[derive(Deserialize)]
struct TokenRefusal {
    error: String,
}

impl RelyingParty {
    /// A client of the configured provider. `cookie_key` seals logins under way; servers that
    /// share a name share it, and a new one only makes people begin their login again.
    ///
    /// # Errors
    /// When the configuration cannot work. The provider itself is first asked at the first login,
    /// so that we start whether or not it is up.
    pub fn new(
        config: ProviderConfig,
        clock: Arc<dyn Clock>,
        randomness: Randomness,
        cookie_key: [u8; 32],
    ) -> Result<Self, ConfigFault> {
        config.check()?;
        let http = http::client().map_err(|_| ConfigFault::Address(config.issuer.clone()))?;
        let documents = Documents::new(config.issuer.clone(), http.clone(), Arc::clone(&clock));
        Ok(Self { config, documents, http, clock, randomness, cookie_key })
    }

    /// Begins a login as it is asked for, which then goes to `return_to`.
    ///
    /// # Errors
    /// When the provider's metadata cannot be had.
    pub async fn begin(&self, return_to: &str, asked: Asked, language: &str) -> Result<Begun, LoginError> {
        let provider = self.documents.provider().await?;
        let attempt = Attempt::new(&self.randomness, return_to.to_owned(), asked, self.clock.now());
        let sealed = attempt.seal(&self.cookie_key).ok_or(LoginError::State)?;
        let redirect = self.authorization_request(&provider, &attempt, language);
        Ok(Begun { redirect, cookie: Self::cookie_name(&attempt.state), sealed })
    }

    /// The name of the cookie that belongs to a state.
    pub fn cookie_name(state: &str) -> String {
        let short: String = state.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
        format!("varde-login-{short}")
    }

    /// The attempt in a cookie, if the answer belongs to it.
    ///
    /// # Errors
    /// [`LoginError::State`] in every other case.
    pub fn attempt(&self, response: &Response, sealed: Option<&str>) -> Result<Attempt, LoginError> {
        let attempt = sealed.and_then(|s| Attempt::open(s, &self.cookie_key)).ok_or(LoginError::State)?;
        let same = response.state.as_deref() == Some(attempt.state.as_str());
        if same && attempt.is_current(self.clock.now()) { Ok(attempt) } else { Err(LoginError::State) }
    }

    /// Finishes a login: checks the answer, trades the code, believes the ID token or not.
    ///
    /// # Errors
    /// See [`LoginError`].
    pub async fn finish(&self, response: &Response, attempt: &Attempt) -> Result<Finished, LoginError> {
        let provider = self.documents.provider().await?;
        // RFC 9207 section 2.4: compare when it is there, demand it when the provider promised it.
        match response.iss.as_deref() {
            Some(iss) if iss != self.config.issuer => return Err(LoginError::Issuer),
            None if provider.names_itself => return Err(LoginError::Issuer),
            _ => {}
        }
        if let Some(error) = response.error.as_deref() {
            return Err(match error {
                "access_denied" => LoginError::Cancelled,
                other => LoginError::Refused(error_code(other)),
            });
        }
        let code = response.code.as_deref().ok_or(LoginError::NoCode)?;
        let token = self.trade(&provider, code, attempt).await?;
        let identified = self.believe(&token, attempt).await?;
        Ok(Finished { identified, hint: self.hint(&token) })
    }

    /// The address people come back to.
    pub fn redirect_uri(&self) -> &Url {
        &self.config.redirect_uri
    }

    fn authorization_request(&self, provider: &Provider, attempt: &Attempt, language: &str) -> Url {
        let mut url = provider.authorization.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.config.client_id)
            .append_pair("redirect_uri", self.config.redirect_uri.as_str())
            .append_pair("scope", &self.config.scopes.join(" "))
            .append_pair("state", &attempt.state)
            .append_pair("nonce", &attempt.nonce)
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256")
            .append_pair("acr_values", self.config.acr(attempt.at_least).unwrap_or_default())
            .append_pair("ui_locales", language);
        if attempt.anew || attempt.at_least == LoginLevel::High {
            // A session at the provider that is good enough for less must not be taken for more.
            url.query_pairs_mut().append_pair("prompt", "login");
        }
        url
    }

    async fn trade(&self, provider: &Provider, code: &str, attempt: &Attempt) -> Result<String, LoginError> {
        let what = "token";
        let form = self.token_request(code, attempt)?;
        let unavailable = |e: reqwest::Error| LoginError::Unavailable { what, source: Some(e.without_url()) };
        let response = self.http.post(provider.token.clone()).form(&form).send().await.map_err(unavailable)?;
        let status = response.status();
        if status.is_server_error() {
            return Err(LoginError::Unavailable { what, source: None });
        }
        let body = http::body(response, what).await?;
        if !status.is_success() {
            let refusal: Option<TokenRefusal> = serde_json::from_slice(&body).ok();
            return Err(LoginError::Code(
                refusal.map_or_else(|| status.as_u16().to_string(), |r| error_code(&r.error)),
            ));
        }
        let tokens: TokenResponse = serde_json::from_slice(&body).map_err(|_| LoginError::Provider { what })?;
        Ok(tokens.id_token)
    }

    fn token_request(&self, code: &str, attempt: &Attempt) -> Result<BTreeMap<&'static str, String>, LoginError> {
        let mut form = BTreeMap::from([
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", self.config.redirect_uri.to_string()),
            ("code_verifier", attempt.verifier.clone()),
            ("client_id", self.config.client_id.clone()),
        ]);
        if let ClientAuthentication::PrivateKeyJwt(key) = &self.config.authentication {
            let now = self.clock.now().as_second();
            let claims = json!({
                "iss": self.config.client_id,
                "sub": self.config.client_id,
                "aud": self.config.issuer,
                "iat": now,
                "nbf": now,
                "exp": now + ASSERTION,
                "jti": self.randomness.token(),
            });
            let assertion = key.sign(&claims).ok_or(LoginError::Provider { what: "client key" })?;
            form.insert("client_assertion", assertion);
            let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            form.insert("client_assertion_type", kind.to_owned());
        }
        Ok(form)
    }

    async fn believe(&self, token: &str, attempt: &Attempt) -> Result<Identified, LoginError> {
        let mut keys = self.documents.keys(false).await?;
        if !id_token::has_key(token, &keys) {
            keys = self.documents.keys(true).await?;
        }
        let expected = Expected {
            issuer: &self.config.issuer,
            client_id: &self.config.client_id,
            nonce: &attempt.nonce,
            levels: &self.config.levels,
            at_least: attempt.at_least,
            not_before: attempt.anew.then_some(attempt.begun_at),
            national_number_claim: &self.config.national_number_claim,
        };
        Ok(verify(token, &keys, &expected, self.clock.now())?)
    }
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Response(…)")
    }
}
