//! What a client is told of the person who logged in: in the ID token and at the userinfo endpoint.
//! Unlike in an access token the client's scopes decide (OpenID Connect Core, section 5.4).

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use varde_jose::{Claims, encode};

use crate::{
    Claim, LoggedIn, Scopes,
    model::{
        claims::{acr, assurance_level, security_level},
        scope,
    },
    ports::Wanted,
};

/// How long an ID token may be used to begin a session with: as HelseID's.
pub(crate) const LIFETIME: SignedDuration = SignedDuration::from_secs(300);
/// The type of an ID token.
pub(crate) const TYPE: &str = "JWT";

/// Every claim that a client may be told, here or at the userinfo endpoint.
pub(crate) const CLAIMS: [&str; 18] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "auth_time",
    "nonce",
    "acr",
    "sid",
    "at_hash",
    "name",
    Claim::Pid.name(),
    Claim::PidPseudonym.name(),
    Claim::SecurityLevel.name(),
    Claim::AssuranceLevel.name(),
    Claim::HprNumber.name(),
    HPR_DETAILS,
];
/// What the register of health personnel says, at the userinfo endpoint alone.
pub(crate) const HPR_DETAILS: &str = "helseid://claims/hpr/hpr_details";

/// What an ID token is made of.
#[derive(Debug, Clone)]
pub(crate) struct IdGrounds<'g> {
    pub(crate) issuer: &'g str,
    pub(crate) client: &'g str,
    pub(crate) person: &'g LoggedIn,
    pub(crate) scopes: &'g Scopes,
    pub(crate) nonce: Option<&'g str>,
    /// The session here, as this client knows it.
    pub(crate) session: &'g str,
    /// The access token that comes along.
    pub(crate) access_token: &'g str,
    pub(crate) now: Timestamp,
}

/// The claims of an ID token (OpenID Connect Core, section 2).
pub(crate) fn id_token(grounds: &IdGrounds<'_>) -> Claims {
    let made = grounds.now.as_second();
    let mut claims = about(grounds.person, grounds.scopes);
    let mut say = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    say("iss", json!(grounds.issuer));
    say("aud", json!(grounds.client));
    say("iat", json!(made));
    say("nbf", json!(made));
    say("exp", json!(made + LIFETIME.as_secs()));
    say("auth_time", json!(grounds.person.logged_in_at.as_second()));
    say("acr", json!(acr(grounds.person.level)));
    say("sid", json!(grounds.session));
    say("at_hash", json!(half_hash(grounds.access_token)));
    if let Some(nonce) = grounds.nonce {
        say("nonce", json!(nonce));
    }
    claims
}

/// Who the person is, as far as the scopes ask.
pub(crate) fn about(person: &LoggedIn, scopes: &Scopes) -> Claims {
    let asked = |name: &str| scopes.iter().any(|scope| scope.as_str() == name);
    let said = [
        (scope::PID, Claim::Pid.name(), person.national_number.as_ref().map(|number| json!(number))),
        (scope::PID_PSEUDONYM, Claim::PidPseudonym.name(), Some(json!(person.pseudonym))),
        (scope::SECURITY_LEVEL, Claim::SecurityLevel.name(), Some(json!(security_level(person.level)))),
        (scope::ASSURANCE_LEVEL, Claim::AssuranceLevel.name(), Some(json!(assurance_level(person.level)))),
        (scope::HPR_NUMBER, Claim::HprNumber.name(), person.hpr_number.as_ref().map(|number| json!(number))),
        (scope::PROFILE, "name", person.name.as_ref().map(|name| json!(name))),
    ];
    let mut claims = Claims::new();
    claims.insert("sub".to_owned(), json!(person.subject));
    for (scope, name, value) in said {
        if let Some(value) = value.filter(|_| asked(scope)) {
            claims.insert(name.to_owned(), value);
        }
    }
    claims
}

/// What must be known of the person for these scopes.
pub(crate) fn wanted(scopes: &Scopes) -> Wanted {
    let asked = |name: &str| scopes.iter().any(|scope| scope.as_str() == name);
    Wanted {
        national_number: asked(scope::PID),
        name: asked(scope::PROFILE),
        health_personnel: asked(scope::HPR_NUMBER),
    }
}

/// The left half of the token's SHA-256 (OpenID Connect Core, section 3.1.3.6).
fn half_hash(token: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes());
    encode(digest.as_ref().get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use varde_core::LoginLevel;

    use super::*;

    /// The example of OpenID Connect Core, appendix A.3.
    #[test]
    fn the_hash_is_that_of_the_standard() {
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert_eq!(half_hash(token), "77QmUPtjPfzWtF2AnpK9RQ");
    }

    #[test]
    fn a_client_is_told_what_its_scopes_ask_and_no_more() {
        let person = LoggedIn {
            subject: "sub".to_owned(),
            pseudonym: "pseudonym".to_owned(),
            national_number: Some("number".to_owned()),
            name: Some("Kari".to_owned()),
            level: LoginLevel::High,
            logged_in_at: Timestamp::UNIX_EPOCH,
            hpr_number: None,
        };
        let names = |scopes: &str| {
            let mut names: Vec<_> = about(&person, &scope::parse(scopes).unwrap()).keys().cloned().collect();
            names.sort();
            names
        };
        assert_eq!(names("openid"), ["sub"]);
        assert_eq!(names("openid profile"), ["name", "sub"]);
        assert_eq!(names(&format!("openid {}", scope::PID)), ["helseid://claims/identity/pid", "sub"]);
        assert_eq!(names(&format!("openid {}", scope::HPR_NUMBER)), ["sub"], "there is none to tell");
    }
}
