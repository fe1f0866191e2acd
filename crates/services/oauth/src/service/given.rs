//! Tokens after they were given: an API asks about one (RFC 7662), a client ends one (RFC 7009).

use serde::Serialize;
use serde_json::json;
use uuid::Uuid;
use varde_core::Digest;
use varde_jose::{Algorithm, Claims, Expected, Jws};
use varde_ledger::Draft;

use crate::{
    AuthorisationServer,
    fault::Fault,
    model::{claims::TYPE, exchange, scope},
    protocol::parameters::Parameters,
    service::{
        authentication::{Authenticated, acting, used_assertion},
        failed,
        token::legal_basis,
    },
    store::{
        logins::{self, Login, RefreshRow},
        token_basis::{self, BasisRow},
        tokens::{self, TokenRow},
    },
};

/// What our own tokens are signed with.
pub(crate) const EXPECTED: Expected<'static> =
    Expected { types: &[TYPE], algorithms: &[Algorithm::Es256, Algorithm::Rs256], largest: 16 * 1024 };

/// What an API is told of a token. One that is not good now, not ours, or another API's: no more
/// than that (RFC 7662, section 2.2).
#[derive(Debug, Default, Serialize)]
pub(crate) struct Introspection {
    active: bool,
    /// What stands in the token, when it is good.
    #[serde(flatten)]
    claims: Claims,
    /// `DPoP`, when it is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
}

impl AuthorisationServer {
    /// Whether a token is good now, for a client of the organisation that owns the token's API: not
    /// expired, not revoked, its client not ended, its delegations still given.
    ///
    /// # Errors
    /// `invalid_request`, `invalid_client`.
    pub(crate) async fn introspect(&self, form: &Parameters) -> Result<Introspection, Fault> {
        let asker = self.authenticate(form, self.store.clock().now()).await?;
        let token = form.need("token")?;
        let about = self.own_token(token).await?;
        let person = about.as_ref().and_then(|(row, _)| row.person);
        let answer = match about {
            Some((row, mut claims)) if self.owns(&asker, &row.audience).await? && self.is_good(&row).await? => {
                self.complete(&row, &mut claims).await?;
                Introspection { active: true, claims, token_type: Some("DPoP") }
            }
            Some(_) => Introspection::default(),
            None => match self.own_refresh(&asker, token).await? {
                Some((login, refresh)) => refresh_told(&self.issuer, &login, &refresh),
                None => self.tested(&asker, token).await?,
            },
        };
        let mut work = self.spend(&asker).await?;
        let draft = Draft::new("oauth.token.introspected", "client", asker.known.client.id);
        let draft = draft.with("active", answer.active).because(legal_basis());
        let draft = person.into_iter().fold(draft, Draft::concerning);
        let entered = work.enter(draft).await.map_err(|error| failed(&error))?;
        work.commit(entered).await.map_err(|error| failed(&error))?;
        Ok(answer)
    }

    /// A test token, which is kept nowhere, to whom its API belongs.
    async fn tested(&self, asker: &Authenticated, token: &str) -> Result<Introspection, Fault> {
        let Some(claims) = self.good_test_token(token) else { return Ok(Introspection::default()) };
        let audience = claims.get("aud").and_then(|audience| audience.as_str()).unwrap_or_default();
        let active = self.owns(asker, audience).await?;
        Ok(if active { Introspection { active, claims, token_type: Some("DPoP") } } else { Introspection::default() })
    }

    /// Ends a token of the client's own. One that is unknown, expired or another's: nothing happens,
    /// and the client is told no difference (RFC 7009, section 2.2).
    ///
    /// # Errors
    /// `invalid_request`, `invalid_client`.
    pub(crate) async fn revoke(&self, form: &Parameters) -> Result<(), Fault> {
        let now = self.store.clock().now();
        let asker = self.authenticate(form, now).await?;
        let client = asker.known.client.id;
        let token = form.need("token")?;
        let about = self.own_token(token).await?;
        let refresh = if about.is_none() { self.own_refresh(&asker, token).await? } else { None };
        let mut work = self.spend(&asker).await?;
        let (revoked, person) = match (&about, &refresh) {
            (Some((row, _)), _) => (tokens::revoke(work.connection(), row.id, client, now).await, row.person),
            // With a refresh token the whole login ends (RFC 7009, section 2.1).
            (None, Some((login, _))) => (logins::end(work.connection(), login.id, now).await, Some(login.person)),
            (None, None) => (Ok(false), None),
        };
        let revoked = revoked.map_err(|error| failed(&error))?;
        let draft = Draft::new("oauth.token.revocation_asked", "client", client).with("revoked", revoked);
        let draft = person.filter(|_| revoked).into_iter().fold(draft, Draft::concerning);
        let entered = work.enter(draft.because(legal_basis())).await.map_err(|error| failed(&error))?;
        work.commit(entered).await.map_err(|error| failed(&error))?;
        Ok(())
    }

    /// A refresh token of the client's own that is good, with the login it came from.
    async fn own_refresh(&self, asker: &Authenticated, token: &str) -> Result<Option<(Login, RefreshRow)>, Fault> {
        let now = self.store.clock().now();
        let mut read = self.store.read(&super::server()).await.map_err(|error| failed(&error))?;
        let digest = Digest::of(token.as_bytes());
        let refresh = logins::refresh(read.connection(), digest).await.map_err(|error| failed(&error))?;
        let Some(refresh) = refresh.filter(|row| row.replaced_at.is_none() && row.expires_at > now) else {
            return Ok(None);
        };
        let login = logins::by_id(read.connection(), refresh.login).await.map_err(|error| failed(&error))?;
        let own = |login: &Login| login.client == asker.known.client.id && login.ended_at.is_none();
        Ok(login.filter(own).map(|login| (login, refresh)))
    }

    /// The token as it was given, if we gave it and it says so under our signature.
    pub(crate) async fn own_token(&self, token: &str) -> Result<Option<(TokenRow, Claims)>, Fault> {
        let keys = self.keyring.keys().await.map_err(|error| failed(&error))?.public();
        let verified = Jws::parse(token, &EXPECTED).and_then(|jws| {
            let key = keys.find(jws.header().key_id.as_deref(), jws.header().algorithm)?;
            jws.verify(key)
        });
        let Ok(claims) = verified else { return Ok(None) };
        let id = claims.get("jti").and_then(|id| id.as_str()).and_then(|id| Uuid::parse_str(id).ok());
        let Some(id) = id else { return Ok(None) };
        let mut read = self.store.read(&super::server()).await.map_err(|error| failed(&error))?;
        let row = tokens::by_id(read.connection(), id).await.map_err(|error| failed(&error))?;
        Ok(row.map(|row| (row, claims)))
    }

    async fn owns(&self, asker: &Authenticated, audience: &str) -> Result<bool, Fault> {
        let apis = self.known.apis().await.map_err(|error| failed(&error))?;
        Ok(apis.get(audience).is_some_and(|api| api.owner == asker.known.client.owner))
    }

    /// What a token rests on beside its client's own right.
    pub(crate) async fn basis_of(&self, token: Uuid) -> Result<Option<BasisRow>, Fault> {
        let mut read = self.store.read(&super::server()).await.map_err(|error| failed(&error))?;
        token_basis::of(read.connection(), token).await.map_err(|error| failed(&error))
    }

    /// Adds the attest that the API has registered and the token was too small for.
    async fn complete(&self, row: &TokenRow, claims: &mut Claims) -> Result<(), Fault> {
        let apis = self.known.apis().await.map_err(|error| failed(&error))?;
        match (apis.get(&row.audience), self.basis_of(row.id).await?) {
            (Some(api), Some(basis)) => self.kept(&basis)?.complete(api, claims),
            _ => Ok(()),
        }
    }

    /// Whether a token that was given still stands, and every token that it was exchanged for: not
    /// expired, not revoked, its client not ended, its delegations still given.
    pub(crate) async fn is_good(&self, row: &TokenRow) -> Result<bool, Fault> {
        let mut row = row.clone();
        // The chain has a bound; a longer one was never given.
        for _ in 0..=exchange::MOST {
            if !self.is_good_alone(&row).await? {
                return Ok(false);
            }
            let from = self.basis_of(row.id).await?.and_then(|basis| basis.exchanged_from);
            let Some(from) = from else { return Ok(true) };
            let mut read = self.store.read(&super::server()).await.map_err(|error| failed(&error))?;
            match tokens::by_id(read.connection(), from).await.map_err(|error| failed(&error))? {
                Some(before) => row = before,
                None => return Ok(false),
            }
        }
        Ok(false)
    }

    async fn is_good_alone(&self, row: &TokenRow) -> Result<bool, Fault> {
        if row.revoked_at.is_some() || row.expires_at <= self.store.clock().now() {
            return Ok(false);
        }
        if self.known.client(row.client).await.map_err(|error| failed(&error))?.is_none() {
            return Ok(false);
        }
        for delegation in &row.delegations {
            let register = self.ports.delegations.as_ref();
            let Some(register) = register else { return Ok(false) };
            if !register.holds(*delegation).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Uses up the client's statement, in the transaction of what follows.
    async fn spend(&self, asker: &Authenticated) -> Result<varde_store::Work, Fault> {
        let mut work = self.store.begin(&acting(asker.known.client.id)).await.map_err(|error| failed(&error))?;
        let fresh = tokens::remember(work.connection(), &[&asker.once]).await.map_err(|error| failed(&error))?;
        if fresh.is_empty() { Err(used_assertion()) } else { Ok(work) }
    }
}

/// What a client is told of its own refresh token: nothing of the person.
fn refresh_told(issuer: &str, login: &Login, refresh: &RefreshRow) -> Introspection {
    let said = json!({
        "iss": issuer,
        "client_id": login.client,
        "scope": scope::join(&login.content.scopes),
        "exp": refresh.expires_at.as_second(),
        "cnf": { "jkt": refresh.thumbprint },
    });
    Introspection { active: true, claims: said.as_object().cloned().unwrap_or_default(), token_type: None }
}
