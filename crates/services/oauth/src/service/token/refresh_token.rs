//! The same person without a new login (RFC 6749, section 6).

use varde_core::Digest;

use crate::{
    AuthorisationServer, Scopes,
    fault::{Code, Fault},
    model::scope,
    protocol::parameters::Parameters,
    service::{
        failed, server,
        token::{Answer, Asking, from_login::Shown},
    },
    store::logins::{self, Login},
};

impl AuthorisationServer {
    /// Tokens for a refresh token. `scope` may narrow what the login gave, for this token alone;
    /// `resource` chooses the API; `assertion_details` may name another sub-unit than before.
    ///
    /// # Errors
    /// [`Code::InvalidGrant`] for a refresh token that is not good, and as the specifications name
    /// them.
    pub(super) async fn refresh(&self, asking: Asking, form: &Parameters) -> Result<Answer, Fault> {
        let token = form.need("refresh_token")?;
        let digest = Digest::of(token.as_bytes());
        let unknown = || no("no such refresh token, or another client's");
        let mut read = self.store.read(&server()).await.map_err(|error| failed(&error))?;
        let found = logins::refresh(read.connection(), digest).await.map_err(|error| failed(&error))?;
        let found = found.ok_or_else(unknown)?;
        let login = logins::by_id(read.connection(), found.login).await.map_err(|error| failed(&error))?;
        drop(read);
        let own = |login: &Login| login.client == asking.client.known.client.id;
        let login = login.filter(own).ok_or_else(unknown)?;
        if found.replaced_at.is_some() {
            return Err(self.shown_again(&login).await?);
        }
        if login.ended_at.is_some() || found.expires_at <= asking.now {
            return Err(no("the refresh token has expired or was ended: let the person log in again"));
        }
        if found.thumbprint != asking.thumbprint {
            return Err(no("the refresh token is bound to another key than that of the DPoP proof"));
        }
        let scopes = match form.get("scope") {
            None => login.content.scopes.clone(),
            Some(text) => narrowed(&login.content.scopes, &scope::parse(text)?)?,
        };
        let shown = Shown::Refresh { token: token.to_owned(), digest, expires_at: found.expires_at };
        self.give(asking, &login, &scopes, form, shown).await
    }
}

/// The scopes asked for, if each was given before.
fn narrowed(given: &Scopes, asked: &Scopes) -> Result<Scopes, Fault> {
    match asked.iter().find(|scope| !given.contains(*scope)) {
        None => Ok(asked.clone()),
        Some(more) => {
            let way = format!("{more} was not given when the person logged in");
            Err(Fault::about(Code::InvalidScope, way))
        }
    }
}

fn no(description: &'static str) -> Fault {
    Fault::new(Code::InvalidGrant, description)
}
