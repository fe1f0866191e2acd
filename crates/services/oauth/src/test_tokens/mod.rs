//! Tokens and proofs for whoever tries an API: with any claims, and with each fault that an API must
//! refuse. In demonstrations only.
//!
//! They are signed with a key of their own, which is kept sealed in the database and is published and
//! believed only by a server that was opened for a demonstration ([`AuthorisationServer::with_test_tokens`]).
//! The same database under a server that is not knows nothing of it: no route, no key, no trust.

mod api;
mod fault;
mod mint;

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_jose::{Algorithm, Claims, Jws, SigningKey};

use crate::{
    AuthorisationServer, OpenError,
    protocol::time,
    resource::AccessToken,
    service::{given::EXPECTED, shared},
};

pub(crate) use api::{open_api, routes};

/// The name under which the key is kept.
const KEY: &str = "test-token-key";

impl AuthorisationServer {
    /// The same server with test tokens: for demonstrations, never where there are real people's data.
    ///
    /// # Errors
    /// When the store fails, or the key was sealed with another key file.
    pub async fn with_test_tokens(mut self) -> Result<Self, OpenError> {
        let fresh = SigningKey::generate(Algorithm::Es256).and_then(|key| key.to_pkcs8());
        let fresh = fresh.map_err(|_| OpenError::Key)?;
        let kept = shared(&self.store, self.keyring.sealer(), KEY, &fresh).await?;
        let key = SigningKey::from_pkcs8(Algorithm::Es256, &kept).map_err(|_| OpenError::Sealed)?;
        self.keyring.trust_tests(key).await?;
        Ok(self)
    }

    /// Whether a token that is good by itself is a test token: nothing is kept of those.
    pub(crate) fn is_test_token(&self, token: &AccessToken) -> bool {
        self.keyring.test_key().is_some_and(|key| token.key_id.as_deref() == Some(key.id()))
    }

    /// What a test token says, while it is good: for introspection.
    pub(crate) fn good_test_token(&self, token: &str) -> Option<Claims> {
        let key = self.keyring.test_key()?;
        let jws = Jws::parse(token, &EXPECTED).ok().filter(|jws| jws.header().key_id.as_deref() == Some(key.id()))?;
        let claims = jws.verify(key.public()).ok()?;
        let now = self.store.clock().now().as_second();
        let expires = time(&claims, "exp", crate::fault::Code::InvalidToken).ok()??;
        (claims.get("iss")?.as_str() == Some(&self.issuer) && expires > now).then_some(claims)
    }
}

/// Why no test token was made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TestTokenError {
    /// What was asked for cannot be made.
    #[error("the request for a test token cannot be met: look at the fields")]
    Invalid(Vec<FieldProblem>),
    /// The machine gives no randomness.
    #[error("a key or a signature could not be made")]
    Sign(#[from] varde_jose::Fault),
}

impl Problem for TestTokenError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Invalid(_) => ProblemKind::Invalid,
            Self::Sign(_) => ProblemKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "oauth.test_token_wrong",
            Self::Sign(_) => "oauth.test_token_unsigned",
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::Sign(_) => Vec::new(),
        }
    }
}
