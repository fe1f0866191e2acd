//! The code that a person's browser brought (RFC 6749, section 4.1.3; RFC 7636, section 4.6).

use varde_core::Digest;
use varde_jose::sha256;

use crate::{
    AuthorisationServer,
    fault::{Code, Fault},
    protocol::parameters::Parameters,
    service::{
        failed, server,
        token::{Answer, Asking, from_login::Shown},
    },
    store::logins::{self, Login},
};

/// The lengths of a verifier (RFC 7636, section 4.1).
const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;

impl AuthorisationServer {
    /// Tokens for a code, once. Scopes are those of the login; `resource` chooses the API.
    ///
    /// # Errors
    /// [`Code::InvalidGrant`] for a code that is not good, and as the specifications name them.
    pub(super) async fn authorization_code(&self, asking: Asking, form: &Parameters) -> Result<Answer, Fault> {
        let digest = Digest::of(form.need("code")?.as_bytes());
        let (address, verifier) = (form.need("redirect_uri")?, form.need("code_verifier")?);
        let mut read = self.store.read(&server()).await.map_err(|error| failed(&error))?;
        let login = logins::by_code(read.connection(), digest).await.map_err(|error| failed(&error))?;
        drop(read);
        let own = |login: &Login| login.client == asking.client.known.client.id;
        let login = login.filter(own).ok_or(no("no such code, or another client's"))?;
        if login.code_used_at.is_some() {
            return Err(self.shown_again(&login).await?);
        }
        if login.ended_at.is_some() || login.code_until <= asking.now {
            return Err(no("the code has expired: let the person log in again"));
        }
        let request = &login.content;
        if request.redirect_uri != address {
            return Err(no("redirect_uri is not the one that the code was sent to"));
        }
        if !VERIFIER.contains(&verifier.len()) || sha256(verifier.as_bytes()) != request.challenge {
            return Err(no("code_verifier does not belong to the code_challenge"));
        }
        if request.thumbprint.as_ref().is_some_and(|bound| *bound != asking.thumbprint) {
            return Err(no("the code is bound to another key than that of the DPoP proof"));
        }
        let scopes = &request.scopes;
        self.give(asking, &login, scopes, form, Shown::Code).await
    }
}

fn no(description: &'static str) -> Fault {
    Fault::new(Code::InvalidGrant, description)
}
