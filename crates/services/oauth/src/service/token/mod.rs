//! The token endpoint.

mod authorization_code;
mod basis;
mod client_credentials;
mod from_login;
mod issue;
mod refresh_token;
mod target;
mod token_exchange;

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    AuthorisationServer, Grant,
    fault::{Code, Fault},
    service::authentication::{Authenticated, Incoming},
    store::tokens::Once,
};

pub(crate) use issue::{Exchanged, Grounded, legal_basis};

/// What a client gets (RFC 6749, section 5.1; RFC 9449, section 5).
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    scope: String,
    /// Scopes that were asked for and not given, because the organisation has not accepted the terms
    /// of use of their API. Not an error: the rest is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_scope: Option<String>,
    /// Who logged in, for the client itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// For how many seconds the refresh token is good: HelseID's member.
    #[serde(skip_serializing_if = "Option::is_none")]
    rt_expires_in: Option<i64>,
    /// What was given for another token (RFC 8693, section 2.2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
}

/// The client and what it proved.
#[derive(Debug)]
pub(crate) struct Asking {
    pub(crate) client: Authenticated,
    /// The thumbprint that what it gets is bound to.
    pub(crate) thumbprint: String,
    /// The proof's one-time id.
    pub(crate) possessed: Once,
    pub(crate) now: Timestamp,
}

impl AuthorisationServer {
    /// Answers a request for a token. The order matters: the nonce before anything is spent, then
    /// who asks, then what for.
    ///
    /// # Errors
    /// What the specifications name; nothing is used up by a refusal before the last step.
    pub(crate) async fn token(&self, incoming: &Incoming<'_>) -> Result<Answer, Fault> {
        let now = self.store.clock().now();
        let shown = self.nonce(incoming, now)?;
        let grant = incoming.form.need("grant_type")?;
        let grant = Grant::from_name(grant)
            .ok_or(Fault::new(Code::UnsupportedGrantType, "no such grant_type: see the metadata"))?;
        let client = self.authenticate(incoming.form, now).await?;
        let (proof, possessed) = self.possession(shown, incoming.address, now)?;
        if !client.known.client.grants.contains(&grant) {
            return Err(Fault::new(Code::UnauthorizedClient, "the client is not registered for this grant_type"));
        }
        let asking = Asking { client, thumbprint: proof.thumbprint, possessed, now };
        match grant {
            Grant::ClientCredentials => self.client_credentials(asking, incoming.form).await,
            Grant::AuthorizationCode => self.authorization_code(asking, incoming.form).await,
            Grant::RefreshToken => self.refresh(asking, incoming.form).await,
            Grant::TokenExchange => self.token_exchange(asking, incoming.form).await,
        }
    }
}
