//! A login under way: what must be remembered until the browser comes back.
//!
//! It lies sealed in a cookie of that browser, so anybody may begin a login without our storing
//! anything, any server can finish it, and an answer that was begun in another browser (login
//! CSRF, RFC 9700 section 2.1) finds no attempt.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use varde_core::{LoginLevel, Randomness};

use super::cookie;

/// What the cookie is, to the one who seals and opens it.
const WHAT: &[u8] = b"varde login attempt";

/// How long a login may take.
pub(crate) const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// Which login is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The least level that will do.
    pub at_least: LoginLevel,
    /// Whether the person must show anew who they are, although the provider may know them still.
    pub anew: bool,
}

impl Asked {
    /// A login of at least that level.
    pub const fn of(at_least: LoginLevel) -> Self {
        Self { at_least, anew: false }
    }
}

/// A login under way.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// Ties the answer to this attempt.
    pub state: String,
    /// Ties the ID token to this attempt.
    pub nonce: String,
    /// The PKCE code verifier (RFC 7636 section 4.1).
    pub verifier: String,
    /// Where to go afterwards.
    pub return_to: String,
    /// The least level that will do.
    pub at_least: LoginLevel,
    /// Whether a session at the provider will not do.
    pub anew: bool,
    /// When it was begun.
    pub begun_at: Timestamp,
}

/// An attempt as it lies in the cookie.
pub type Sealed = String;

impl Attempt {
    pub(super) fn new(randomness: &Randomness, return_to: String, asked: Asked, begun_at: Timestamp) -> Self {
        let (state, nonce, verifier) = (randomness.token(), randomness.token(), randomness.token());
        let Asked { at_least, anew } = asked;
        Self { state, nonce, verifier, return_to, at_least, anew, begun_at }
    }

    /// The PKCE code challenge, S256.
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()))
    }

    /// Whether it is still good.
    pub(super) fn is_current(&self, now: Timestamp) -> bool {
        let age = now.duration_since(self.begun_at);
        age <= LIFETIME && age >= -SignedDuration::from_mins(1)
    }

    /// Sealed with AES-256-GCM.
    pub(super) fn seal(&self, key: &[u8; 32]) -> Option<Sealed> {
        cookie::seal(serde_json::to_vec(self).ok()?, WHAT, key)
    }

    /// What [`Self::seal`] sealed with this key; `None` for anything else.
    pub(super) fn open(sealed: &str, key: &[u8; 32]) -> Option<Self> {
        serde_json::from_slice(&cookie::open(sealed, WHAT, key)?).ok()
    }
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Attempt(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_opens_only_whole_and_with_its_key() {
        let attempt =
            Attempt::new(&Randomness::seeded(1), "/rom".to_owned(), Asked::of(LoginLevel::High), Timestamp::UNIX_EPOCH);
        let sealed = attempt.seal(&[7; 32]).unwrap();
        assert_eq!(Attempt::open(&sealed, &[7; 32]), Some(attempt));
        assert_eq!(Attempt::open(&sealed, &[8; 32]), None);
        assert_eq!(Attempt::open("", &[7; 32]), None);
        for place in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(Attempt::open(&changed, &[7; 32]), None, "byte {place}");
        }
    }

    /// The vector of RFC 7636 appendix B.
    #[test]
    fn the_challenge_is_that_of_the_standard() {
        let asked = Asked::of(LoginLevel::High);
        let mut attempt = Attempt::new(&Randomness::seeded(1), "/".to_owned(), asked, Timestamp::UNIX_EPOCH);
        attempt.verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        assert_eq!(attempt.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
