//! An access token, read and believed or not (RFC 9068, section 4). Pure.

use jiff::Timestamp;
use serde_json::Value;
use varde_core::identifier::OrganisationNumber;
use varde_jose::{Claims, Jws, KeySet};

use crate::{
    ActingFor, Claim, Scope, Scopes,
    fault::{Code, Fault},
    model::scope,
    protocol::{text, time},
    resource::Refused,
    service::given::EXPECTED,
};

/// How far an API's clock may differ from the issuer's, in seconds.
const LEEWAY: i64 = 5;
/// The longest `jti`.
const LONGEST_ID: usize = 256;
/// Every refusal of a token has this code (RFC 6750, section 3.1).
const CODE: Code = Code::InvalidToken;

/// Whose tokens are taken, and for which API.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected<'e> {
    /// The issuer, exactly.
    pub(crate) issuer: &'e str,
    /// The API's short name: the only audience.
    pub(crate) audience: &'e str,
}

/// A token that is good: signed by the issuer, for this API, in its time. Whether it was ended since
/// is another question.
#[derive(Clone, PartialEq)]
pub struct AccessToken {
    /// Its own id.
    pub id: String,
    /// The client that got it.
    pub client: String,
    /// Whom it is about: the client itself, or a person.
    pub subject: String,
    /// What it opens.
    pub scopes: Scopes,
    /// For whom the client acts; none for a client without tenancy, and where the API did not ask for
    /// these claims.
    pub acting_for: Option<ActingFor>,
    /// The thumbprint of the key it is bound to.
    pub thumbprint: String,
    /// The name of the key that signed it.
    pub(crate) key_id: Option<String>,
    /// Everything it says.
    pub claims: Claims,
}

impl AccessToken {
    /// Whether it opens this.
    ///
    /// # Errors
    /// [`Refused::Scope`].
    pub fn needs(&self, scope: &Scope) -> Result<(), Refused> {
        if self.scopes.contains(scope) { Ok(()) } else { Err(Refused::Scope(scope.clone())) }
    }
}

impl std::fmt::Debug for AccessToken {
    /// Ids only: claims may be about people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessToken").field("id", &self.id).field("client", &self.client).finish_non_exhaustive()
    }
}

/// Takes a token apart; nothing in it is to be believed yet.
///
/// # Errors
/// [`Code::InvalidToken`].
pub(crate) fn read(token: &str) -> Result<Jws<'_>, Fault> {
    Jws::parse(token, &EXPECTED).map_err(|fault| about(&fault))
}

/// Believes it, or not.
///
/// # Errors
/// [`Code::InvalidToken`], with the first thing that is wrong.
pub(crate) fn verify(
    token: Jws<'_>,
    keys: &KeySet,
    expected: Expected<'_>,
    now: Timestamp,
) -> Result<AccessToken, Fault> {
    let key_id = token.header().key_id.clone();
    let key = keys.find(key_id.as_deref(), token.header().algorithm).map_err(|fault| about(&fault))?;
    let claims = token.verify(key).map_err(|fault| about(&fault))?;
    if text(&claims, "iss", CODE)? != Some(expected.issuer) {
        return Err(no("the token is from another issuer"));
    }
    if !is_for(&claims, expected.audience) {
        return Err(no("the token is for another API: aud must be this one and no other"));
    }
    timely(&claims, now.as_second())?;
    let id = need(&claims, "jti")?;
    if id.is_empty() || id.len() > LONGEST_ID {
        return Err(no("the token needs a jti of 1 to 256 characters"));
    }
    Ok(AccessToken {
        id: id.to_owned(),
        client: need(&claims, "client_id")?.to_owned(),
        subject: need(&claims, "sub")?.to_owned(),
        scopes: scopes(&claims)?,
        acting_for: acting_for(&claims)?,
        thumbprint: thumbprint(&claims)?.to_owned(),
        key_id,
        claims,
    })
}

/// The one audience, as a text or as a list of one: a token for several APIs could be used at one of
/// them by another (RFC 9068, section 2.2; RFC 8707, section 2).
fn is_for(claims: &Claims, audience: &str) -> bool {
    match claims.get("aud") {
        Some(Value::String(only)) => only == audience,
        Some(Value::Array(all)) => matches!(all.as_slice(), [Value::String(only)] if only == audience),
        _ => false,
    }
}

fn timely(claims: &Claims, now: i64) -> Result<(), Fault> {
    let expires = time(claims, "exp", CODE)?.ok_or(no("the token has no exp"))?;
    if expires <= now - LEEWAY {
        return Err(no("the token has expired: get a new one"));
    }
    for name in ["nbf", "iat"] {
        if time(claims, name, CODE)?.is_some_and(|begins| begins > now + LEEWAY) {
            return Err(Fault::about(CODE, format!("{name} of the token lies in the future")));
        }
    }
    Ok(())
}

/// RFC 9068 writes scopes as one text; the national profile as a list. Both are taken.
fn scopes(claims: &Claims) -> Result<Scopes, Fault> {
    let wrong = || no("scope of the token holds what is no scope");
    match claims.get("scope") {
        None => Ok(Scopes::new()),
        Some(Value::String(all)) => scope::parse(all).map_err(|_| wrong()),
        Some(Value::Array(all)) => {
            let each = all.iter().map(|one| one.as_str().and_then(|one| one.parse().ok()).ok_or_else(wrong));
            each.collect()
        }
        Some(_) => Err(wrong()),
    }
}

fn acting_for(claims: &Claims) -> Result<Option<ActingFor>, Fault> {
    let number = |claim: Claim| -> Result<Option<OrganisationNumber>, Fault> {
        let wrong = |_| Fault::about(CODE, format!("{} is no organisation number", claim.name()));
        text(claims, claim.name(), CODE)?.map(|number| number.parse().map_err(wrong)).transpose()
    };
    let (child, supplier) = (number(Claim::OrgnrChild)?, number(Claim::OrgnrSupplier)?);
    match number(Claim::OrgnrParent)? {
        Some(parent) => Ok(Some(ActingFor { parent, child, supplier })),
        None if child.is_some() || supplier.is_some() => Err(no("the token names a sub-unit or supplier of nobody")),
        None => Ok(None),
    }
}

/// The key it is bound to (RFC 9449, section 6.1).
fn thumbprint(claims: &Claims) -> Result<&str, Fault> {
    let bound = claims.get("cnf").and_then(|cnf| cnf.get("jkt")).and_then(Value::as_str);
    bound.ok_or(no("the token is bound to no key (cnf.jkt)"))
}

fn need<'c>(claims: &'c Claims, name: &str) -> Result<&'c str, Fault> {
    text(claims, name, CODE)?.ok_or_else(|| Fault::about(CODE, format!("the token has no {name}")))
}

const fn no(description: &'static str) -> Fault {
    Fault::new(CODE, description)
}

fn about(fault: &varde_jose::Fault) -> Fault {
    Fault::about(CODE, format!("the token: {fault}"))
}
