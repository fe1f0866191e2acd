//! What a client asks when a person is to log in (RFC 6749, section 4.1.1; OpenID Connect Core,
//! section 3.1.2.1), strictly as FAPI 2.0 asks: a code, with PKCE.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use varde_core::LoginLevel;

use crate::{
    CallOutcome, Client, Scope, Scopes,
    fault::{Code, Fault},
    model::{claims::level_of, scope},
    protocol::parameters::Parameters,
};

/// The longest `state` and the longest `nonce`: both travel in addresses and tokens.
const LONGEST_ECHO: usize = 2_048;
/// The length of an S256 challenge and of a thumbprint: SHA-256 in base64url.
const DIGEST: usize = 43;

/// Whether the person may or must see the login.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Prompt {
    /// When it is needed.
    #[default]
    WhenNeeded,
    /// Never: the client is told instead.
    None,
    /// Always: the person logs in anew.
    Login,
}

/// A request that has been checked as far as it can be before a person comes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AuthorizationRequest {
    /// Where the answer goes: one of the client's own addresses.
    pub(crate) redirect_uri: String,
    /// What is asked for.
    pub(crate) scopes: Scopes,
    /// The APIs that tokens may be for.
    pub(crate) audiences: BTreeSet<String>,
    /// Sent back with the answer.
    pub(crate) state: Option<String>,
    /// Stands in the ID token.
    pub(crate) nonce: Option<String>,
    /// PKCE, S256 (RFC 7636, section 4.2).
    pub(crate) challenge: String,
    /// The key that the code is bound to (RFC 9449, section 10).
    pub(crate) thumbprint: Option<String>,
    /// Whether the person may or must see the login.
    pub(crate) prompt: Prompt,
    /// The least level that the client asks for.
    pub(crate) level: Option<LoginLevel>,
    /// How many seconds ago the person may have logged in at most.
    pub(crate) max_age: Option<u32>,
    /// Details (RFC 9396): as they were signed or sent, and sealed when they are kept.
    pub(crate) details: Option<Value>,
}

impl AuthorizationRequest {
    /// Reads and checks the parameters that need nothing but the client's registration.
    ///
    /// # Errors
    /// What the specifications name.
    pub(crate) fn read(form: &Parameters, client: &Client, proof: Option<&str>) -> Result<Self, Fault> {
        form.need("client_id")?;
        match form.need("response_type")? {
            "code" => {}
            _ => return Err(Fault::new(Code::UnsupportedResponseType, "response_type must be code")),
        }
        if form.get("response_mode").is_some_and(|mode| mode != "query") {
            return Err(invalid("response_mode must be query, or left out"));
        }
        let redirect_uri = form.need("redirect_uri")?;
        if !client.redirect_uris.iter().any(|registered| registered.fits(redirect_uri)) {
            let way = "redirect_uri is not one of the client's, letter by letter";
            return Err(invalid(way).because(CallOutcome::Redirect));
        }
        let details = form.get("authorization_details").map(details).transpose()?;
        Ok(Self {
            redirect_uri: redirect_uri.to_owned(),
            scopes: asked(client, form.need("scope")?)?,
            audiences: BTreeSet::new(),
            state: echo(form, "state")?,
            nonce: echo(form, "nonce")?,
            challenge: challenge(form)?,
            thumbprint: bound_to(form.get("dpop_jkt"), proof)?,
            prompt: prompt(form.get("prompt"))?,
            level: form.get("acr_values").and_then(|values| values.split(' ').filter_map(level_of).min()),
            max_age: form.get("max_age").map(max_age).transpose()?,
            details,
        })
    }

    /// Whether a login from that time will do, for a request that was opened at that time, or not yet.
    /// One that began after it was opened is the request's own, however long the way back took.
    pub(crate) fn takes_login_of(&self, logged_in_at: Timestamp, opened_at: Option<Timestamp>, now: Timestamp) -> bool {
        if opened_at.is_some_and(|opened_at| logged_in_at >= opened_at) {
            return true;
        }
        let age = now.duration_since(logged_in_at);
        let young = self.max_age.is_none_or(|most| age <= SignedDuration::from_secs(most.into()));
        young && self.prompt != Prompt::Login
    }
}

impl std::fmt::Debug for AuthorizationRequest {
    /// Details may be about care, and an address of a client may hold anything.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizationRequest").field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

/// The scopes, if the client may have each of them.
fn asked(client: &Client, text: &str) -> Result<Scopes, Fault> {
    let scopes = scope::parse(text)?;
    match scopes.iter().find(|scope| !client.scopes.contains(*scope)) {
        Some(other) => Err(Fault::about(Code::InvalidScope, format!("the client is not registered for {other}"))),
        None => Ok(scopes),
    }
}

/// The APIs of a request: those it names as resources (RFC 8707), else all that its scopes belong to.
///
/// # Errors
/// [`Code::InvalidTarget`] for a resource that none of the scopes belongs to, and for a scope that
/// belongs to none of the resources.
pub(crate) fn audiences(scopes: &Scopes, resources: &[String]) -> Result<BTreeSet<String>, Fault> {
    let of_scopes: BTreeSet<&str> = scopes.iter().filter_map(Scope::audience).collect();
    if resources.is_empty() {
        return Ok(of_scopes.into_iter().map(str::to_owned).collect());
    }
    let named: BTreeSet<&str> = resources.iter().map(String::as_str).collect();
    if !named.is_subset(&of_scopes) {
        return Err(Fault::new(Code::InvalidTarget, "none of the scopes belongs to one of the resources"));
    }
    if !of_scopes.is_subset(&named) {
        return Err(Fault::new(Code::InvalidTarget, "one of the scopes belongs to none of the resources: name all"));
    }
    Ok(named.into_iter().map(str::to_owned).collect())
}

/// Something that is sent back as it came.
fn echo(form: &Parameters, name: &'static str) -> Result<Option<String>, Fault> {
    match form.get(name) {
        Some(text) if text.len() > LONGEST_ECHO => {
            Err(Fault::about(Code::InvalidRequest, format!("{name} has more than {LONGEST_ECHO} characters")))
        }
        text => Ok(text.map(str::to_owned)),
    }
}

fn challenge(form: &Parameters) -> Result<String, Fault> {
    // `plain` is what a request without a method means (RFC 7636, section 4.3); FAPI 2.0 forbids it.
    if form.need("code_challenge_method")? != "S256" {
        return Err(invalid("code_challenge_method must be S256"));
    }
    let challenge = form.need("code_challenge")?;
    if is_digest(challenge) { Ok(challenge.to_owned()) } else { Err(invalid("code_challenge is no S256 challenge")) }
}

/// The key that the code is bound to: said, proven, or both and the same (RFC 9449, section 10.1).
fn bound_to(said: Option<&str>, proven: Option<&str>) -> Result<Option<String>, Fault> {
    match (said, proven) {
        (Some(said), _) if !is_digest(said) => Err(invalid("dpop_jkt is no thumbprint (RFC 7638) with SHA-256")),
        (Some(said), Some(proven)) if said != proven => {
            Err(Fault::new(Code::InvalidDpopProof, "dpop_jkt is not the thumbprint of the key in the DPoP proof"))
        }
        (said, proven) => Ok(said.or(proven).map(str::to_owned)),
    }
}

fn is_digest(text: &str) -> bool {
    text.len() == DIGEST && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn prompt(text: Option<&str>) -> Result<Prompt, Fault> {
    match text {
        None => Ok(Prompt::WhenNeeded),
        Some("none") => Ok(Prompt::None),
        Some("login") => Ok(Prompt::Login),
        Some(_) => {
            Err(invalid("prompt must be none or login: nobody is asked for consent or to choose an account here"))
        }
    }
}

fn max_age(text: &str) -> Result<u32, Fault> {
    text.parse().map_err(|_| invalid("max_age must be a number of seconds"))
}

/// A list of details, or one by itself; read strictly, with no member named twice.
fn details(text: &str) -> Result<Value, Fault> {
    let wrong = || Fault::new(Code::InvalidAuthorizationDetails, "authorization_details is no JSON list of objects");
    let held = varde_jose::parse_object(format!("{{\"details\":{text}}}").as_bytes()).map_err(|_| wrong())?;
    // More than one member: the text closed the object itself.
    if held.len() == 1 { held.into_iter().next().map(|(_, value)| value).ok_or_else(wrong) } else { Err(wrong()) }
}

fn invalid(description: &'static str) -> Fault {
    Fault::new(Code::InvalidRequest, description)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(text: &str) -> Scopes {
        scope::parse(text).unwrap()
    }

    #[test]
    fn the_apis_are_those_of_the_scopes_and_resources_name_all_of_them() {
        let both = scopes("openid a:b/les c:d/les c:d/skriv");
        let all = BTreeSet::from(["a:b".to_owned(), "c:d".to_owned()]);
        assert_eq!(audiences(&both, &[]).unwrap(), all);
        assert_eq!(audiences(&both, &["a:b".to_owned(), "c:d".to_owned()]).unwrap(), all);
        for wrong in [vec!["a:b".to_owned()], vec!["a:b".to_owned(), "c:d".to_owned(), "e:f".to_owned()]] {
            assert_eq!(audiences(&both, &wrong).unwrap_err().code, Code::InvalidTarget, "{wrong:?}");
        }
        assert_eq!(audiences(&scopes("openid"), &[]).unwrap(), BTreeSet::new());
    }

    #[test]
    fn details_are_one_value_and_nothing_beside_it() {
        assert!(details(r#"[{"type":"a"}]"#).is_ok());
        assert!(details(r#"{"type":"a"}"#).is_ok());
        for wrong in ["", "[", r#"[],"more":[]"#, r#"{"type":"a","type":"b"}"#, "[]}"] {
            assert_eq!(details(wrong).unwrap_err().code, Code::InvalidAuthorizationDetails, "{wrong}");
        }
    }

    #[test]
    fn a_code_is_bound_to_the_key_that_was_named_or_proven() {
        let (one, other) = ("a".repeat(43), "b".repeat(43));
        assert_eq!(bound_to(None, None).unwrap(), None);
        assert_eq!(bound_to(Some(&one), None).unwrap(), Some(one.clone()));
        assert_eq!(bound_to(None, Some(&one)).unwrap(), Some(one.clone()));
        assert_eq!(bound_to(Some(&one), Some(&one)).unwrap(), Some(one.clone()));
        assert_eq!(bound_to(Some(&one), Some(&other)).unwrap_err().code, Code::InvalidDpopProof);
        assert_eq!(bound_to(Some("short"), None).unwrap_err().code, Code::InvalidRequest);
    }

    #[test]
    fn a_login_may_be_too_old_or_not_this_requests_own() {
        let request = |prompt, max_age| AuthorizationRequest {
            redirect_uri: String::new(),
            scopes: Scopes::new(),
            audiences: BTreeSet::new(),
            state: None,
            nonce: None,
            challenge: String::new(),
            thumbprint: None,
            prompt,
            level: None,
            max_age,
            details: None,
        };
        let at = |second| Timestamp::from_second(second).unwrap();
        let opened = Some(at(1_000));
        assert!(request(Prompt::WhenNeeded, None).takes_login_of(at(0), opened, at(1_010)));
        assert!(!request(Prompt::Login, None).takes_login_of(at(999), opened, at(1_010)));
        assert!(request(Prompt::Login, None).takes_login_of(at(1_000), opened, at(1_010)));
        assert!(!request(Prompt::Login, None).takes_login_of(at(1_010), None, at(1_010)), "it came before the request");
        assert!(!request(Prompt::WhenNeeded, Some(9)).takes_login_of(at(900), None, at(910)));
        assert!(request(Prompt::WhenNeeded, Some(10)).takes_login_of(at(900), None, at(910)));
        assert!(request(Prompt::WhenNeeded, Some(0)).takes_login_of(at(1_001), opened, at(1_010)), "its own");
    }
}
