//! Ending the provider's session after our own (OpenID Connect RP-Initiated Logout 1.0).
//!
//! The ID token goes along as the hint of whose session it is (section 2). It holds the national
//! number, so it is kept by nobody but the browser that logged in, sealed, and it is posted to the
//! provider, which must take that too, rather than put into an address.

use url::Url;

use super::{RelyingParty, Sealed, cookie};

/// What the cookie is, to the one who seals and opens it.
const WHAT: &[u8] = b"varde logout hint";
/// Browsers keep cookies of up to 4096 bytes (RFC 6265 section 6.1); a larger token is not kept.
const LARGEST: usize = 3800;

/// A form to post to the provider.
pub struct Logout {
    /// Where.
    pub endpoint: Url,
    /// Its fields.
    pub fields: Vec<(&'static str, String)>,
}

impl std::fmt::Debug for Logout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Logout({})", self.endpoint)
    }
}

impl RelyingParty {
    /// The ID token for the browser's cookie; `None` when it does not fit in one.
    pub(super) fn hint(&self, id_token: &str) -> Option<Sealed> {
        cookie::seal(id_token.as_bytes().to_vec(), WHAT, &self.cookie_key).filter(|sealed| sealed.len() <= LARGEST)
    }

    /// How to end the provider's session; `None` when the provider knows no such thing, does not
    /// answer, or the browser holds no hint of ours. Our own session has ended whatever this says.
    pub async fn logout(&self, hint: Option<&str>, language: &str) -> Option<Logout> {
        let id_token = cookie::open(hint?, WHAT, &self.cookie_key)?;
        let provider = self.documents.provider().await.ok()?;
        let fields = vec![
            ("id_token_hint", String::from_utf8(id_token).ok()?),
            ("client_id", self.config.client_id.clone()),
            ("post_logout_redirect_uri", self.config.after_logout.to_string()),
            ("ui_locales", language.to_owned()),
        ];
        Some(Logout { endpoint: provider.end_session.clone()?, fields })
    }
}
