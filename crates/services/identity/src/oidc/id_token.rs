//! Believing an ID token, or not: pure, so that every reason to refuse is tested by itself.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use varde_core::{LoginLevel, identifier::NationalNumber};
use varde_jose::{Algorithm, Fault, Jws, KeySet};

use super::IdTokenFault;

/// Signatures that are taken; also what ID-porten and HelseID use. Symmetric ones would let anyone
/// who knows a secret of ours sign.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::Es256, Algorithm::Rs256, Algorithm::Ps256];
/// The longest token that is read, in bytes.
const LARGEST: usize = 16 * 1024;
/// How far the clocks may differ, in seconds.
const SKEW: i64 = 10;
/// An ID token comes straight from the provider: an older one is from somewhere else. Seconds.
const OLDEST: i64 = 600;

/// What the token must say.
#[derive(Debug)]
pub struct Expected<'a> {
    /// The provider's issuer, exactly.
    pub issuer: &'a str,
    /// Our client id.
    pub client_id: &'a str,
    /// The nonce of this attempt.
    pub nonce: &'a str,
    /// Which `acr` means which level.
    pub levels: &'a [(String, LoginLevel)],
    /// The least level that was asked for.
    pub at_least: LoginLevel,
    /// When a new login was asked for: an older one will not do, where the provider says when it was.
    pub not_before: Option<Timestamp>,
    /// The claim that holds the national number.
    pub national_number_claim: &'a str,
}

/// Who the provider says it is.
#[derive(Debug)]
pub struct Identified {
    /// The national number, to be resolved at once and forgotten.
    pub number: NationalNumber,
    /// How surely.
    pub level: LoginLevel,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    exp: i64,
    iat: i64,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    acr: Option<String>,
    #[serde(default)]
    auth_time: Option<i64>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Whether the token's key is among these; a key set fetched earlier may be too old.
pub(super) fn has_key(token: &str, keys: &KeySet) -> bool {
    read(token).is_ok_and(|jws| keys.find(jws.header().key_id.as_deref(), jws.header().algorithm).is_ok())
}

/// Who the token says it is, if it is to be believed now.
///
/// # Errors
/// The first [`IdTokenFault`] found; signature before content.
pub fn verify(token: &str, keys: &KeySet, expected: &Expected<'_>, now: Timestamp) -> Result<Identified, IdTokenFault> {
    let jws = read(token)?;
    // The key the token names, or the only one when it names none.
    let key = keys.find(jws.header().key_id.as_deref(), jws.header().algorithm).map_err(fault)?;
    let claims = jws.verify(key).map_err(fault)?;
    let claims = serde_json::from_value(Value::Object(claims)).map_err(|_| IdTokenFault::Malformed)?;
    believe(&claims, expected, now.as_second())
}

/// Takes the token apart. Providers write the type JWT, another, or none.
fn read(token: &str) -> Result<Jws<'_>, IdTokenFault> {
    let expected = varde_jose::Expected { types: &[], algorithms: &ALGORITHMS, largest: LARGEST };
    Jws::parse(token, &expected).map_err(fault)
}

fn fault(fault: Fault) -> IdTokenFault {
    match fault {
        Fault::Algorithm => IdTokenFault::Algorithm,
        Fault::UnknownKey => IdTokenFault::UnknownKey,
        Fault::Signature | Fault::KeyMismatch => IdTokenFault::Signature,
        _ => IdTokenFault::Malformed,
    }
}

fn believe(claims: &Claims, expected: &Expected<'_>, now: i64) -> Result<Identified, IdTokenFault> {
    if claims.iss != expected.issuer {
        return Err(IdTokenFault::Issuer);
    }
    if !for_us(claims, expected.client_id) {
        return Err(IdTokenFault::Audience);
    }
    if now > claims.exp.saturating_add(SKEW) {
        return Err(IdTokenFault::Expired);
    }
    if claims.iat > now.saturating_add(SKEW) || claims.iat < now.saturating_sub(OLDEST) {
        return Err(IdTokenFault::IssuedAt);
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(IdTokenFault::Nonce);
    }
    let acr = claims.acr.as_deref().ok_or(IdTokenFault::UnknownLevel)?;
    let level = expected.levels.iter().find(|(name, _)| name == acr).map(|(_, level)| *level);
    let level = level.ok_or(IdTokenFault::UnknownLevel)?;
    if level < expected.at_least {
        return Err(IdTokenFault::LevelTooLow);
    }
    let asked_at = expected.not_before.map(|asked_at| asked_at.as_second().saturating_sub(SKEW));
    if claims.auth_time.zip(asked_at).is_some_and(|(logged_in_at, asked_at)| logged_in_at < asked_at) {
        return Err(IdTokenFault::NotAnew);
    }
    let number = claims.rest.get(expected.national_number_claim).and_then(Value::as_str);
    let number = number.and_then(|n| NationalNumber::parse(n).ok()).ok_or(IdTokenFault::NationalNumber)?;
    Ok(Identified { number, level })
}

/// OpenID Connect Core section 3.1.3.7, points 3 to 5; other audiences beside us are not trusted.
fn for_us(claims: &Claims, client_id: &str) -> bool {
    let audience = match &claims.aud {
        Audience::One(one) => one == client_id,
        Audience::Many(all) => matches!(all.as_slice(), [one] if one == client_id),
    };
    audience && claims.azp.as_deref().is_none_or(|azp| azp == client_id)
}
