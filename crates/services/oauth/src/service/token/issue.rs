//! Making the token, and entering it on the log before it leaves.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;
use varde_core::LegalBasis;

use crate::{
    ActingFor, Api, AuthorisationServer, Grounds, Scopes, access_token,
    fault::{Code, Fault},
    model::{
        attest::Checked,
        claims::{LIFETIME, TYPE},
        scope,
    },
    service::{
        failed,
        people::Behind,
        recorder::Issue,
        token::{Answer, Asking, basis::in_token, token_exchange::ACCESS_TOKEN},
    },
    store::{token_basis::BasisRow, tokens::TokenRow},
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
    /// The attest of the trust framework, checked.
    pub(crate) attest: Option<Checked>,
    /// The person who logged in.
    pub(crate) behind: Option<Behind>,
    /// What it is given for, when another token was exchanged.
    pub(crate) exchanged: Option<Exchanged>,
}

/// What a token takes over from the one that it was exchanged for (RFC 8693).
#[derive(Debug)]
pub(crate) struct Exchanged {
    /// The id of that token.
    pub(crate) from: Uuid,
    /// Whom it is about, when no person logged in.
    pub(crate) subject: String,
    /// Who acts for the subject, and who did before (section 4.1).
    pub(crate) actor: Value,
    /// Until when that token is good: the new one no longer.
    pub(crate) until: Timestamp,
}

/// A token that is signed, and may leave when it is entered.
#[derive(Debug)]
pub(super) struct Signed {
    pub(super) access_token: String,
    pub(super) row: TokenRow,
    rejected: Scopes,
    basis: Option<BasisRow>,
    reference: Option<(String, String)>,
}

impl Signed {
    /// What the client gets, and what is to be entered before.
    pub(super) fn into_parts(self, asking: Asking) -> (Answer, Issue) {
        let Self { access_token, row, rejected, basis, reference } = self;
        let answer = Answer {
            access_token,
            token_type: "DPoP",
            expires_in: row.expires_at.duration_since(row.issued_at).as_secs(),
            scope: scope::join(&row.scopes),
            rejected_scope: (!rejected.is_empty()).then(|| scope::join(&rejected)),
            id_token: None,
            refresh_token: None,
            rt_expires_in: None,
            issued_token_type: basis.as_ref().and_then(|basis| basis.exchanged_from).map(|_| ACCESS_TOKEN),
        };
        let client_name = asking.client.known.client.name.clone();
        let (assertion, proof) = (asking.client.once, asking.possessed);
        let issue = Issue { assertion, proof, token: row, client_name, basis, reference };
        (answer, issue)
    }
}

impl AuthorisationServer {
    /// Signs the token, and gives it when its entry is durable and none of the one-time ids had been
    /// used before, on this instance or another.
    pub(super) async fn issue(&self, asking: Asking, grounded: Grounded) -> Result<Answer, Fault> {
        let signed = self.sign(&asking, grounded).await?;
        let (answer, issue) = signed.into_parts(asking);
        self.recorder.record(issue).await?;
        Ok(answer)
    }

    /// Makes and signs the token. What it says of a person is entered on their chain before this
    /// returns.
    pub(super) async fn sign(&self, asking: &Asking, grounded: Grounded) -> Result<Signed, Fault> {
        let Grounded { api, scopes, rejected, delegations, acting_for, journal_id, attest, behind, exchanged } =
            grounded;
        let client = &asking.client.known.client;
        let expires_at = until(asking.now, exchanged.as_ref());
        let person = match behind {
            Some(behind) => Some(self.told_to_api(behind, client, &api).await?),
            None => None,
        };
        let id = varde_core::id::version_seven(&**self.store.clock(), self.store.randomness());
        let claims = access_token(&Grounds {
            issuer: &self.issuer,
            id: id.to_string(),
            client,
            api: &api,
            scopes: &scopes,
            acting_for: acting_for.as_ref(),
            person: person.as_ref(),
            subject: exchanged.as_ref().map(|exchanged| exchanged.subject.as_str()),
            attest: in_token(attest.as_ref(), &api).as_ref(),
            journal_id: journal_id.as_deref(),
            thumbprint: &asking.thumbprint,
            actor: exchanged.as_ref().map(|exchanged| exchanged.actor.clone()),
            now: asking.now,
            expires_at,
        });
        let keys = self.keyring.keys().await.map_err(|error| failed(&error))?;
        let key = keys.signing(api.algorithm.into(), asking.now).ok_or_else(no_key)?;
        let access_token = key.sign(TYPE, &claims).map_err(|error| failed(&error))?;
        let row = TokenRow {
            id,
            client: client.id,
            audience: api.audience.clone(),
            scopes,
            thumbprint: asking.thumbprint.clone(),
            acting_for,
            delegations,
            person: behind.map(|behind| behind.person),
            login: behind.map(|behind| behind.login),
            entry: Uuid::nil(),
            issued_at: asking.now,
            expires_at,
            revoked_at: None,
        };
        let basis = self.basis(id, attest.as_ref(), journal_id.as_deref(), exchanged.as_ref())?;
        let reference = attest.as_ref().map(Checked::reference);
        Ok(Signed { access_token, row, rejected, basis, reference })
    }
}

/// Until when a token is good that is made now: no longer than the one that it was exchanged for.
fn until(now: Timestamp, exchanged: Option<&Exchanged>) -> Timestamp {
    let own = now + LIFETIME;
    exchanged.map_or(own, |exchanged| own.min(exchanged.until))
}

/// What a client is told when no key signs.
pub(super) fn no_key() -> Fault {
    Fault::new(Code::TemporarilyUnavailable, "no key signs now: try again in a while")
}

/// Who may do what must be proven and kept (GDPR art. 32(1)(b)).
pub(crate) fn legal_basis() -> LegalBasis {
    LegalBasis::new("GDPR", "art. 32(1)(b)")
}
