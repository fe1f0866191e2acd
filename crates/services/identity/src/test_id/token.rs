//! The token endpoint: a code for an ID token, once.

use std::sync::Arc;

use axum::{
    Form, Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use varde_jose::{Algorithm, Claims, Expected, Jws, KeySet, sha256};

use super::{Grant, REMEMBERED, TestClient, TestId, authorize::acr};

/// How long an ID token is good, in seconds; as HelseID's.
const ID_TOKEN: i64 = 300;
/// How far ahead a client assertion may expire, in seconds; as HelseID's.
const ASSERTION: i64 = 60;
/// The longest token that is read, in bytes.
const LARGEST: usize = 16 * 1024;

/// A token request (RFC 6749 section 4.1.3, RFC 7636 section 4.5, RFC 7523 section 2.2). Does not
/// print.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct TokenForm {
    /// `authorization_code`.
    pub grant_type: String,
    /// The code.
    pub code: String,
    /// The same as was asked with.
    pub redirect_uri: String,
    /// The PKCE verifier.
    pub code_verifier: String,
    /// The client.
    pub client_id: String,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    pub client_assertion_type: String,
    /// The client's proof.
    pub client_assertion: String,
}

/// Why no token is given (RFC 6749 section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// The client is unknown or did not prove itself.
    #[error("invalid_client")]
    Client,
    /// The code is unknown, used, expired or another client's, or the verifier is wrong.
    #[error("invalid_grant")]
    Grant,
    /// Another grant type.
    #[error("unsupported_grant_type")]
    GrantType,
    /// The token could not be signed.
    #[error("server_error")]
    Server,
}

#[derive(Deserialize)]
struct Assertion {
    iss: String,
    sub: String,
    aud: String,
    exp: i64,
    jti: String,
}

impl TestId {
    /// Trades a code for tokens.
    ///
    /// # Errors
    /// See [`TokenFault`].
    pub fn trade(&self, form: &TokenForm) -> Result<Value, TokenFault> {
        let client = self.client(&form.client_id).ok_or(TokenFault::Client)?;
        self.authenticate(client, form)?;
        if form.grant_type != "authorization_code" {
            return Err(TokenFault::GrantType);
        }
        // Taken out whatever follows: a code that was shown with a wrong verifier is burnt.
        let grant = self.memory().codes.remove(&form.code).ok_or(TokenFault::Grant)?;
        let challenge = sha256(form.code_verifier.as_bytes());
        let same = grant.client_id == form.client_id
            && grant.redirect_uri == form.redirect_uri
            && grant.challenge == challenge
            && (43..=128).contains(&form.code_verifier.len());
        if !same || self.clock.now() > grant.expires {
            return Err(TokenFault::Grant);
        }
        let id_token = self.id_token(&grant).ok_or(TokenFault::Server)?;
        let access_token = self.randomness.token();
        Ok(json!({
            "access_token": access_token, "token_type": "Bearer", "expires_in": ID_TOKEN, "id_token": id_token,
        }))
    }

    fn id_token(&self, grant: &Grant) -> Option<String> {
        let now = self.clock.now().as_second();
        let number = grant.number.digits_for_storage();
        // Pairwise, as ID-porten's: two clients cannot compare their subjects.
        let subject = sha256(format!("{}|{}|{number}", self.issuer(), grant.client_id).as_bytes());
        self.key.sign(&json!({
            "iss": self.issuer(),
            "sub": subject,
            "aud": grant.client_id,
            "iat": now,
            "auth_time": now,
            "exp": now + ID_TOKEN,
            "nonce": grant.nonce,
            "acr": acr(grant.level),
            "amr": ["test"],
            "pid": number,
        }))
    }

    /// `private_key_jwt` for clients with keys; nothing for public ones, whose code is of no use
    /// without the verifier.
    fn authenticate(&self, client: &TestClient, form: &TokenForm) -> Result<(), TokenFault> {
        let Some(keys) = &client.keys else { return Ok(()) };
        if form.client_assertion_type != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
            return Err(TokenFault::Client);
        }
        let claims = proven(&form.client_assertion, keys).ok_or(TokenFault::Client)?;
        let claims: Assertion = serde_json::from_value(Value::Object(claims)).map_err(|_| TokenFault::Client)?;
        let now = self.clock.now().as_second();
        let good = claims.iss == client.client_id
            && claims.sub == client.client_id
            && claims.aud == self.issuer()
            && claims.exp >= now
            && claims.exp <= now + ASSERTION;
        if good && self.first_use(claims.jti, claims.exp, now) { Ok(()) } else { Err(TokenFault::Client) }
    }

    fn first_use(&self, jti: String, expires: i64, now: i64) -> bool {
        let mut memory = self.memory();
        memory.assertions.retain(|_, expires| *expires >= now);
        memory.assertions.len() < REMEMBERED && memory.assertions.insert(jti, expires).is_none()
    }
}

/// What one of these keys signed with ES256. The key must be named.
pub(super) fn proven(token: &str, keys: &KeySet) -> Option<Claims> {
    let expected = Expected { types: &[], algorithms: &[Algorithm::Es256], largest: LARGEST };
    let jws = Jws::parse(token, &expected).ok()?;
    let key = keys.find(Some(jws.header().key_id.as_deref()?), Algorithm::Es256).ok()?;
    jws.verify(key).ok()
}

pub(super) async fn route(State(provider): State<Arc<TestId>>, Form(form): Form<TokenForm>) -> Response {
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    match provider.trade(&form) {
        Ok(tokens) => (no_store, Json(tokens)).into_response(),
        Err(fault) => {
            let status = match fault {
                TokenFault::Client => StatusCode::UNAUTHORIZED,
                TokenFault::Server => StatusCode::INTERNAL_SERVER_ERROR,
                TokenFault::Grant | TokenFault::GrantType => StatusCode::BAD_REQUEST,
            };
            (status, no_store, Json(json!({ "error": fault.to_string() }))).into_response()
        }
    }
}

impl std::fmt::Debug for TokenForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenForm(…)")
    }
}
