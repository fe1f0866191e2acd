//! Making the token, and entering it on the log before it leaves.

use std::sync::Arc;

use uuid::Uuid;
use varde_core::LegalBasis;
use varde_ledger::Draft;

use crate::{
    ActingFor, Api, AuthorisationServer, Grounds, Scopes, access_token,
    fault::{Code, Fault},
    model::{
        claims::{LIFETIME, TYPE},
        scope,
    },
    service::{
        authentication::{acting, used_assertion},
        failed,
        token::{Answer, Asking},
    },
    store::tokens::{self, TokenRow},
};

/// What a token will be about, when everything has been decided.
#[derive(Debug)]
pub(crate) struct Grounded {
    pub(crate) api: Arc<Api>,
    /// What is given.
    pub(crate) scopes: Scopes,
    /// What was asked for and is not given, for want of accepted terms.
    pub(crate) rejected: Scopes,
    pub(crate) delegations: Vec<Uuid>,
    pub(crate) acting_for: Option<ActingFor>,
    pub(crate) journal_id: Option<String>,
}

impl AuthorisationServer {
    /// Signs the token, and gives it when its entry is durable and none of the one-time ids had been
    /// used before, on this instance or another.
    pub(super) async fn issue(&self, asking: Asking, grounded: Grounded) -> Result<Answer, Fault> {
        let Grounded { api, scopes, rejected, delegations, acting_for, journal_id } = grounded;
        let client = &asking.client.known.client;
        let id = varde_core::id::version_seven(&**self.store.clock(), self.store.randomness());
        let claims = access_token(&Grounds {
            issuer: &self.issuer,
            id: id.to_string(),
            client,
            api: &api,
            scopes: &scopes,
            acting_for: acting_for.as_ref(),
            person: None,
            attest: None,
            journal_id: journal_id.as_deref(),
            thumbprint: &asking.thumbprint,
            actor: None,
            now: asking.now,
        });
        let keys = self.keyring.keys().await.map_err(|error| failed(&error))?;
        let key = keys.signing(api.algorithm.into(), asking.now);
        let key = key.ok_or(Fault::new(Code::TemporarilyUnavailable, "no key signs now: try again in a while"))?;
        let access_token = key.sign(TYPE, &claims).map_err(|error| failed(&error))?;
        let given = scope::join(&scopes);
        let rejected = (!rejected.is_empty()).then(|| scope::join(&rejected));
        let row = TokenRow {
            id,
            client: client.id,
            audience: api.audience.clone(),
            scopes,
            thumbprint: asking.thumbprint.clone(),
            acting_for,
            delegations,
            entry: Uuid::nil(),
            issued_at: asking.now,
            expires_at: asking.now + LIFETIME,
            revoked_at: None,
        };
        self.record(&asking, row).await?;
        Ok(Answer {
            access_token,
            token_type: "DPoP",
            expires_in: LIFETIME.as_secs(),
            scope: given,
            rejected_scope: rejected,
        })
    }

    /// Uses up the one-time ids and enters the token, in one transaction.
    async fn record(&self, asking: &Asking, mut token: TokenRow) -> Result<(), Fault> {
        let mut work = self.store.begin(&acting(token.client)).await.map_err(|error| failed(&error))?;
        let once = [&asking.client.once, &asking.possessed];
        let fresh = tokens::remember(work.connection(), &once).await.map_err(|error| failed(&error))?;
        if !fresh.contains(&asking.client.once.digest) {
            return Err(used_assertion());
        }
        if !fresh.contains(&asking.possessed.digest) {
            let way = "this DPoP proof was used before: make one for each request";
            return Err(Fault::new(Code::InvalidDpopProof, way));
        }
        let entered = work.enter(draft(&token)).await.map_err(|error| failed(&error))?;
        token.entry = entered.entry().uuid();
        tokens::insert(work.connection(), &token).await.map_err(|error| failed(&error))?;
        work.commit(entered).await.map_err(|error| failed(&error))?;
        Ok(())
    }
}

fn draft(token: &TokenRow) -> Draft {
    let draft = Draft::new("oauth.token.issued", "access_token", token.id)
        .with("client", token.client)
        .with("audience", &token.audience)
        .with("scope", scope::join(&token.scopes))
        .because(legal_basis());
    let number = |of: fn(&ActingFor) -> Option<&str>| token.acting_for.as_ref().and_then(of);
    let mut draft = match number(|a| Some(a.parent.as_str())) {
        Some(parent) => draft.with("parent", parent),
        None => draft,
    };
    if let Some(child) = number(|a| a.child.as_ref().map(|c| c.as_str())) {
        draft = draft.with("child", child);
    }
    if let Some(supplier) = number(|a| a.supplier.as_ref().map(|s| s.as_str())) {
        draft = draft.with("supplier", supplier);
    }
    if !token.delegations.is_empty() {
        draft = draft.with("delegations", &token.delegations);
    }
    draft
}

/// Who may do what must be proven and kept (GDPR art. 32(1)(b)).
pub(crate) fn legal_basis() -> LegalBasis {
    LegalBasis::new("GDPR", "art. 32(1)(b)")
}
