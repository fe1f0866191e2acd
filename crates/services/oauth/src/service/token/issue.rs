//! Making the token, and entering it on the log before it leaves.

use std::sync::Arc;

use uuid::Uuid;
use varde_core::LegalBasis;

use crate::{
    ActingFor, Api, AuthorisationServer, Grounds, Scopes, access_token,
    fault::{Code, Fault},
    model::{
        claims::{LIFETIME, TYPE},
        scope,
    },
    service::{
        failed,
        recorder::Issue,
        token::{Answer, Asking},
    },
    store::tokens::TokenRow,
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
        let client_name = client.name.clone();
        let issue = Issue { assertion: asking.client.once, proof: asking.possessed, token: row, client_name };
        self.recorder.record(issue).await?;
        Ok(Answer {
            access_token,
            token_type: "DPoP",
            expires_in: LIFETIME.as_secs(),
            scope: given,
            rejected_scope: rejected,
        })
    }
}

/// Who may do what must be proven and kept (GDPR art. 32(1)(b)).
pub(crate) fn legal_basis() -> LegalBasis {
    LegalBasis::new("GDPR", "art. 32(1)(b)")
}
