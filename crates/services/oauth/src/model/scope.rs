//! Scopes: what a client asks to do at an API, `owner:api/operation` (such as
//! `nhn:hgd-persontjenesten-api/full-access`), and the few that say who somebody is.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::fault::{Code, Fault};

/// The longest scope.
const LONGEST: usize = 200;
/// The most scopes in one request.
const MOST: usize = 100;
/// Scopes about a person, for a person's login only: the access token's claims are not theirs to
/// decide, the ID token's are.
pub(crate) const IDENTITY: [&str; 8] =
    [OPENID, PROFILE, OFFLINE, PID, PID_PSEUDONYM, SECURITY_LEVEL, ASSURANCE_LEVEL, HPR_NUMBER];
/// An ID token, and the right to ask at the userinfo endpoint.
pub(crate) const OPENID: &str = "openid";
/// The person's name.
pub(crate) const PROFILE: &str = "profile";
/// A refresh token.
pub(crate) const OFFLINE: &str = "offline_access";
/// The national number.
pub(crate) const PID: &str = "helseid://scopes/identity/pid";
/// A pseudonym that the owner's clients share.
pub(crate) const PID_PSEUDONYM: &str = "helseid://scopes/identity/pid_pseudonym";
/// The level of the login as a number.
pub(crate) const SECURITY_LEVEL: &str = "helseid://scopes/identity/security_level";
/// The level in the words of eIDAS.
pub(crate) const ASSURANCE_LEVEL: &str = "helseid://scopes/identity/assurance_level";
/// The number in the register of health personnel.
pub(crate) const HPR_NUMBER: &str = "helseid://scopes/hpr/hpr_number";

/// A scope as the specifications write it (RFC 6749, section 3.3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(String);

impl Scope {
    /// Every scope about a person who logs in.
    pub fn about_people() -> impl Iterator<Item = Self> {
        IDENTITY.iter().map(|text| Self((*text).to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is about the person who logs in, and no API's.
    pub fn is_identity(&self) -> bool {
        IDENTITY.contains(&self.0.as_str())
    }

    /// The API's short name, which is the `aud` of tokens with this scope: what is before the slash.
    pub fn audience(&self) -> Option<&str> {
        if self.is_identity() { None } else { self.0.split_once('/').map(|(audience, _)| audience) }
    }
}

/// The text is no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a scope: 1 to 200 of the characters ! # to [ and ] to ~")]
pub struct NotAScope;

impl FromStr for Scope {
    type Err = NotAScope;

    fn from_str(text: &str) -> Result<Self, NotAScope> {
        let good = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        if text.is_empty() || text.len() > LONGEST || !text.bytes().all(good) {
            return Err(NotAScope);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Scope {
    type Error = NotAScope;

    fn try_from(text: String) -> Result<Self, NotAScope> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A set of scopes.
pub type Scopes = BTreeSet<Scope>;

/// The scopes in a parameter, divided by single spaces.
///
/// # Errors
/// [`Code::InvalidScope`].
pub(crate) fn parse(text: &str) -> Result<Scopes, Fault> {
    let wrong = Fault::new(Code::InvalidScope, "scope must hold scopes divided by single spaces");
    if text.split(' ').count() > MOST {
        return Err(Fault::new(Code::InvalidScope, "too many scopes in one request"));
    }
    text.split(' ').map(|scope| scope.parse().map_err(|_| wrong.clone())).collect()
}

/// The scopes as a parameter or claim.
pub(crate) fn join(scopes: &Scopes) -> String {
    scopes.iter().map(Scope::as_str).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_is_before_the_slash() {
        let scope: Scope = "nhn:hgd-persontjenesten-api/full-access".parse().unwrap();
        assert_eq!(scope.audience(), Some("nhn:hgd-persontjenesten-api"));
        let own: Scope = "helseid://scopes/identity/pid".parse().unwrap();
        assert_eq!(own.audience(), None);
        assert!(own.is_identity());
    }

    #[test]
    fn scopes_are_read_strictly() {
        assert_eq!(parse("a b").unwrap().len(), 2);
        assert_eq!(parse("a a").unwrap().len(), 1, "the same twice is the same");
        for text in ["", " a", "a  b", "a ", "a\tb", "å", "a\"b"] {
            assert_eq!(parse(text).unwrap_err().code, Code::InvalidScope, "{text:?}");
        }
    }
}
