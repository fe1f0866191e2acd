//! What a token rests on beside the client's own right: the details that came along and the token that
//! it was exchanged for. It is kept with the token, the details sealed, for introspection and for the
//! next exchange.

use serde_json::{Value, json};
use uuid::Uuid;
use varde_jose::{Claims, parse_object};

use crate::{
    Api, AuthorisationServer, Claim,
    fault::Fault,
    model::attest::Checked,
    service::{failed, token::Exchanged},
    store::token_basis::BasisRow,
};

/// The longest attest that stands in a token, in bytes of JSON: a token travels in a header, and many
/// servers refuse headers of more than 8 kB. A longer one is had by introspection only
/// (draft-zehavi-oauth-rar-metadata, "Handling large RAR objects").
const LONGEST_IN_TOKEN: usize = 2 * 1024;

/// What was sealed cannot be read: the key file is another, or somebody wrote in the table.
#[derive(Debug, thiserror::Error)]
#[error("the details of a token cannot be opened")]
struct Unreadable;

/// The details of a token as they were kept.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// The attest, whole, with everybody's identifiers.
    pub(crate) attest: Option<Claims>,
    /// The medicine record.
    pub(crate) journal_id: Option<String>,
}

/// The attest as a claim for that API, when it is short enough for a token.
pub(super) fn in_token(attest: Option<&Checked>, api: &Api) -> Option<Value> {
    attest.map(|attest| attest.claim(&api.claims)).filter(|claim| claim.to_string().len() <= LONGEST_IN_TOKEN)
}

impl AuthorisationServer {
    /// What is to be kept with the token; nothing for most.
    pub(super) fn basis(
        &self,
        token: Uuid,
        attest: Option<&Checked>,
        journal_id: Option<&str>,
        exchanged: Option<&Exchanged>,
    ) -> Result<Option<BasisRow>, Fault> {
        let exchanged_from = exchanged.map(|exchanged| exchanged.from);
        let details = match (attest, journal_id) {
            (None, None) => None,
            _ => {
                let kept = json!({ "attest": attest.map(Checked::whole), "journal_id": journal_id }).to_string();
                let sealed = self.keyring.sealer().seal(&name(token), kept.as_bytes());
                Some(sealed.ok_or_else(|| failed(&Unreadable))?)
            }
        };
        let rests = exchanged_from.is_some() || details.is_some();
        Ok(rests.then_some(BasisRow { token, exchanged_from, details }))
    }

    /// The details that were kept with a token.
    ///
    /// # Errors
    /// [`crate::fault::Code::ServerError`] when they cannot be opened.
    pub(crate) fn kept(&self, row: &BasisRow) -> Result<Kept, Fault> {
        let Some(sealed) = &row.details else { return Ok(Kept::default()) };
        let opened = self.keyring.sealer().open(&name(row.token), sealed);
        let mut members = opened.and_then(|bytes| parse_object(&bytes).ok()).ok_or_else(|| failed(&Unreadable))?;
        let attest = match members.remove("attest") {
            Some(Value::Object(attest)) => Some(attest),
            _ => None,
        };
        let journal_id = members.get("journal_id").and_then(Value::as_str).map(str::to_owned);
        Ok(Kept { attest, journal_id })
    }
}

impl Kept {
    /// Adds what the API has registered and the token was too small for.
    pub(crate) fn complete(self, api: &Api, claims: &mut Claims) -> Result<(), Fault> {
        let name = Claim::TrustFramework.name();
        if let Some(attest) = self.attest
            && api.claims.contains(&Claim::TrustFramework)
            && !claims.contains_key(name)
        {
            claims.insert(name.to_owned(), Checked::kept(&attest)?.claim(&api.claims));
        }
        Ok(())
    }
}

/// What the details of a token are sealed under.
fn name(token: Uuid) -> String {
    format!("token {token}")
}
