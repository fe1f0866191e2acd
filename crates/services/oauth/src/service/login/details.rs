//! The details that came when a person logged in, as they are kept until the login ends: sealed, since an
//! attest is about a patient (ATT-3).

use serde_json::{Value, json};
use varde_jose::{decode, encode, parse_object};

use crate::{
    AuthorisationServer,
    fault::Fault,
    model::{
        attest::{AttestFault, Rule},
        details::Details,
    },
    service::failed,
};

/// What the details are sealed under.
const NAME: &str = "details of a login";

/// What was sealed cannot be opened: the key file is another, or somebody wrote in the table.
#[derive(Debug, thiserror::Error)]
#[error("the details of a login cannot be opened")]
struct Unreadable;

/// Refuses an attest that nobody signed (ATT-2): one in a parameter of its own, beside a request object or
/// without one.
///
/// # Errors
/// [`crate::fault::Code::InvalidAuthorizationDetails`].
pub(super) fn signed(details: &Details, unsigned: bool) -> Result<(), Fault> {
    if unsigned && details.attest.is_some() { Err(AttestFault::from(Rule::Signed).into()) } else { Ok(()) }
}

impl AuthorisationServer {
    /// The details as they are kept.
    pub(super) fn sealed_details(&self, details: &Value) -> Result<Value, Fault> {
        let whole = json!({ "details": details }).to_string();
        let sealed = self.keyring.sealer().seal(NAME, whole.as_bytes()).ok_or_else(|| failed(&Unreadable))?;
        Ok(json!(encode(sealed)))
    }

    /// The details as they came.
    pub(crate) fn opened_details(&self, kept: Option<&Value>) -> Result<Option<Value>, Fault> {
        let Some(kept) = kept else { return Ok(None) };
        let sealed = kept.as_str().and_then(|text| decode(text).ok());
        let opened = sealed.and_then(|sealed| self.keyring.sealer().open(NAME, &sealed));
        let mut whole = opened.and_then(|bytes| parse_object(&bytes).ok()).ok_or_else(|| failed(&Unreadable))?;
        Ok(whole.remove("details"))
    }
}
