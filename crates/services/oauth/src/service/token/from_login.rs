//! Tokens on the strength of a person's login: for one API at a time, with everything asked anew that
//! may have changed since.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use uuid::Uuid;
use varde_core::Digest;
use varde_jose::Algorithm;
use varde_ledger::Draft;

use crate::{
    Api, AuthorisationServer, Client, DELEGATION_USED, Grant, RefreshTokens, Scope, Scopes, TokenAlgorithm,
    fault::{Code, Fault},
    model::{
        details::{self, Details},
        id_token::{self, IdGrounds},
        scope,
    },
    protocol::parameters::Parameters,
    service::{
        attest::AttestedFor,
        authentication::{acting, used_assertion},
        failed,
        known::KnownApis,
        login::refresh_end,
        people::Behind,
        recorder::{self, Issue},
        token::{
            Answer, Asking, Grounded,
            issue::{legal_basis, no_key},
            target::{has_what_it_needs, is_sure_enough},
        },
    },
    store::{
        logins::{self, Login, RefreshRow},
        token_basis, tokens,
    },
};

/// What the client showed.
#[derive(Debug)]
pub(super) enum Shown {
    /// The login's code.
    Code,
    /// One of its refresh tokens.
    Refresh {
        /// The token itself.
        token: String,
        digest: Digest,
        expires_at: jiff::Timestamp,
    },
}

/// A refresh token that will leave, and what is kept of it.
struct NewRefresh {
    token: String,
    row: RefreshRow,
}

impl AuthorisationServer {
    /// Gives what the client wants of a login, if the login still stands when it is entered.
    ///
    /// # Errors
    /// As the specifications name them.
    pub(super) async fn give(
        &self,
        asking: Asking,
        login: &Login,
        scopes: &Scopes,
        form: &Parameters,
        shown: Shown,
    ) -> Result<Answer, Fault> {
        let client = Arc::clone(&asking.client.known);
        let grounded = self.granted(&asking, login, scopes, form.resources()).await?;
        let signed = self.sign(&asking, grounded).await?;
        let id_token = match &shown {
            Shown::Code if login.content.scopes.iter().any(|scope| scope.as_str() == scope::OPENID) => {
                Some(self.id_token(&client.client, login, &signed.access_token, asking.now).await?)
            }
            _ => None,
        };
        let refresh = self.refresh_token(&client.client, login, &asking.thumbprint, &shown);
        let now = asking.now;
        let (mut answer, issue) = signed.into_parts(asking);
        self.record(issue, login, &shown, refresh.as_ref()).await?;
        let kept = match shown {
            Shown::Refresh { token, expires_at, .. } if refresh.is_none() => Some((token, expires_at)),
            _ => refresh.map(|new| (new.token, new.row.expires_at)),
        };
        if let Some((token, until)) = kept {
            answer.refresh_token = Some(token);
            answer.rt_expires_in = Some(until.duration_since(now).as_secs());
        }
        answer.id_token = id_token;
        Ok(answer)
    }

    /// What the token will be about: which API, for whom, by which delegations.
    async fn granted(
        &self,
        asking: &Asking,
        login: &Login,
        scopes: &Scopes,
        resources: &[String],
    ) -> Result<Grounded, Fault> {
        let client = &asking.client.known.client;
        let at_login = self.opened_details(login.content.details.as_ref())?;
        let details = details::one(at_login.as_ref(), asking.client.claims.get("assertion_details"))?;
        let apis = self.known.apis().await.map_err(|error| failed(&error))?;
        // What the client is registered for may have changed since the person logged in.
        let registered = scopes.iter().filter(|scope| client.scopes.contains(*scope)).cloned();
        let (identity, of_apis): (Scopes, Scopes) = registered.partition(Scope::is_identity);
        let behind = Some(Behind::from(login));
        let Some(api) = self.api(&apis, login, &of_apis, resources)? else {
            let api = Arc::new(self.userinfo_api(client));
            return Ok(Grounded {
                api,
                scopes: identity,
                rejected: Scopes::new(),
                delegations: Vec::new(),
                acting_for: None,
                journal_id: None,
                attest: None,
                behind,
                exchanged: None,
            });
        };
        let scopes: Scopes = of_apis.into_iter().filter(|scope| api.scopes.contains_key(scope)).collect();
        if scopes.is_empty() {
            return Err(Fault::new(Code::InvalidScope, "none of the granted scopes belongs to that resource"));
        }
        is_sure_enough(&api, &scopes, login.level)?;
        let acting_for = self.acting_for(client, details.organisation.as_ref()).await?;
        let (mut scopes, rejected) = self.accepted(&apis, scopes, client, acting_for.as_ref()).await?;
        has_what_it_needs(&api, &scopes, &details)?;
        let delegations = self.delegations(&api, &scopes, acting_for.as_ref()).await?;
        scopes.extend(identity);
        let Details { attest, journal_id, .. } = details;
        let by = AttestedFor { acting_for: acting_for.as_ref(), api: &api, scopes: &scopes, now: asking.now };
        let attest = self.attested(attest, client, behind, &by).await?;
        Ok(Grounded { api, scopes, rejected, delegations, acting_for, journal_id, attest, behind, exchanged: None })
    }

    /// The API that is named among those of the login, or the only one; none when there is none.
    fn api(
        &self,
        apis: &KnownApis,
        login: &Login,
        scopes: &Scopes,
        resources: &[String],
    ) -> Result<Option<Arc<Api>>, Fault> {
        let mut open = scopes.iter().filter_map(Scope::audience).collect::<Vec<_>>();
        open.dedup();
        let named = |resource: &String| apis.named(resource).map(|api| api.audience.as_str());
        let own = |audience: &&str| login.content.audiences.contains(*audience);
        let name = match (resources, open.as_slice()) {
            ([resource], _) if named(resource).filter(own).is_some() => named(resource).unwrap_or_default(),
            ([], []) => return Ok(None),
            ([], [one]) => one,
            ([], _) => {
                let way = "the person logged in for several APIs, and a token is for one: name it by resource";
                return Err(Fault::new(Code::InvalidTarget, way));
            }
            _ => return Err(Fault::new(Code::InvalidTarget, "resource is not one of those the person logged in for")),
        };
        apis.get(name).map(|api| Some(Arc::clone(api))).ok_or(Fault::new(Code::InvalidTarget, "no such resource"))
    }

    /// What a token is for when no API was asked for: the userinfo endpoint, which is the issuer's.
    fn userinfo_api(&self, client: &Client) -> Api {
        Api {
            audience: self.issuer.clone(),
            owner: client.owner,
            name: self.issuer.clone(),
            scopes: BTreeMap::new(),
            claims: BTreeSet::new(),
            client_claims: BTreeSet::new(),
            algorithm: TokenAlgorithm::ES256,
            needs_terms: false,
            address: None,
            exchanged_by: BTreeSet::new(),
        }
    }

    async fn id_token(
        &self,
        client: &Client,
        login: &Login,
        access_token: &str,
        now: jiff::Timestamp,
    ) -> Result<String, Fault> {
        let scopes = &login.content.scopes;
        let (person, _) = self.told_to_client(Behind::from(login), client, scopes).await?;
        let claims = id_token::id_token(&IdGrounds {
            issuer: &self.issuer,
            client: &client.id.to_string(),
            person: &person,
            scopes,
            nonce: login.content.nonce.as_deref(),
            session: &self.pseudonyms.session(client.id, login.session),
            access_token,
            now,
        });
        let keys = self.keyring.keys().await.map_err(|error| failed(&error))?;
        let key = keys.signing(Algorithm::Es256, now).ok_or_else(no_key)?;
        key.sign(id_token::TYPE, &claims).map_err(|error| failed(&error))
    }

    /// The refresh token that comes along: the first, when the person let the client come back without
    /// them, and the next, where they change.
    fn refresh_token(&self, client: &Client, login: &Login, thumbprint: &str, shown: &Shown) -> Option<NewRefresh> {
        let offline = login.content.scopes.iter().any(|scope| scope.as_str() == scope::OFFLINE);
        let due = match shown {
            Shown::Code => offline && client.grants.contains(&Grant::RefreshToken),
            Shown::Refresh { .. } => client.refresh_tokens == RefreshTokens::Rotating,
        };
        let row = RefreshRow {
            login: login.id,
            thumbprint: thumbprint.to_owned(),
            expires_at: match shown {
                Shown::Code => refresh_end(client, login.given_at),
                Shown::Refresh { expires_at, .. } => *expires_at,
            },
            replaced_at: None,
        };
        due.then(|| NewRefresh { token: self.store.randomness().token(), row })
    }

    /// Uses up the one-time ids and what was shown, and enters the token, in one transaction.
    async fn record(
        &self,
        mut issue: Issue,
        login: &Login,
        shown: &Shown,
        refresh: Option<&NewRefresh>,
    ) -> Result<(), Fault> {
        let now = issue.token.issued_at;
        let wrong = |error: sqlx::Error| failed(&error);
        let mut work = self.store.begin(&acting(login.client)).await.map_err(|error| failed(&error))?;
        let fresh = tokens::remember(work.connection(), &[&issue.assertion, &issue.proof]).await.map_err(wrong)?;
        if !fresh.contains(&issue.assertion.digest) {
            return Err(used_assertion());
        }
        if !fresh.contains(&issue.proof.digest) {
            return Err(Fault::new(
                Code::InvalidDpopProof,
                "this DPoP proof was used before: make one for each request",
            ));
        }
        let stands = logins::lock(work.connection(), login.id).await.map_err(wrong)?;
        let first = match shown {
            Shown::Code => logins::use_code(work.connection(), login.id, now).await.map_err(wrong)?,
            Shown::Refresh { digest, .. } if refresh.is_some() => {
                logins::replace(work.connection(), *digest, now).await.map_err(wrong)?
            }
            Shown::Refresh { .. } => true,
        };
        if !stands || !first {
            drop(work);
            return Err(self.shown_again(login).await?);
        }
        let entered = work.enter(recorder::draft(&issue)).await.map_err(|error| failed(&error))?;
        issue.token.entry = entered.entry().uuid();
        tokens::insert(work.connection(), std::iter::once(&issue.token)).await.map_err(wrong)?;
        token_basis::insert(work.connection(), issue.basis.iter()).await.map_err(wrong)?;
        if let Some(new) = refresh {
            let digest = Digest::of(new.token.as_bytes());
            logins::insert_refresh(work.connection(), digest, &new.row, now).await.map_err(wrong)?;
        }
        if let Some(used) = recorder::used(&issue, entered.entry()) {
            work.emit(DELEGATION_USED, &used).await.map_err(|error| failed(&error))?;
        }
        work.commit(entered).await.map_err(|error| failed(&error))?;
        Ok(())
    }

    /// Ends a login whose code or refresh token came a second time: one of the two who have it should
    /// not (RFC 6749, section 10.5; RFC 9700, section 4.14.2). Gives what the client is told.
    pub(super) async fn shown_again(&self, login: &Login) -> Result<Fault, Fault> {
        self.end_login(login.id, login, "shown_again").await?;
        let way =
            "this was used before: everything that came from this login has been ended; let the person log in again";
        Ok(Fault::new(Code::InvalidGrant, way))
    }

    /// Ends a login and all that came from it.
    pub(crate) async fn end_login(&self, id: Uuid, login: &Login, why: &str) -> Result<bool, Fault> {
        let mut work = self.store.begin(&acting(login.client)).await.map_err(|error| failed(&error))?;
        let ended = logins::end(work.connection(), id, self.store.clock().now()).await;
        if !ended.map_err(|error| failed(&error))? {
            return Ok(false);
        }
        let draft = Draft::new("oauth.login.ended", "login", id)
            .concerning(login.person)
            .with("client", login.client)
            .with("why", why)
            .because(legal_basis());
        let entered = work.enter(draft).await.map_err(|error| failed(&error))?;
        work.commit(entered).await.map_err(|error| failed(&error))?;
        Ok(true)
    }
}
