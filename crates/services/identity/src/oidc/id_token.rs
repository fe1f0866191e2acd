//! Believing an ID token, or not: pure, so that every reason to refuse is tested by itself.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation,
    jwk::{Jwk, JwkSet, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use varde_core::{LoginLevel, identifier::NationalNumber};

use super::IdTokenFault;

/// Signatures that are taken; also what ID-porten and HelseID use. Symmetric ones would let anyone
/// who knows a secret of ours sign.
const ALGORITHMS: [(&str, Algorithm); 3] =
    [("ES256", Algorithm::ES256), ("RS256", Algorithm::RS256), ("PS256", Algorithm::PS256)];

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
struct Head {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
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
pub(super) fn has_key(token: &str, keys: &JwkSet) -> bool {
    head(token).is_ok_and(|head| key(&head, keys).is_some())
}

/// Who the token says it is, if it is to be believed now.
///
/// # Errors
/// The first [`IdTokenFault`] found; signature before content.
pub fn verify(token: &str, keys: &JwkSet, expected: &Expected<'_>, now: Timestamp) -> Result<Identified, IdTokenFault> {
    let head = head(token)?;
    let algorithm = algorithm(&head)?;
    let key = key(&head, keys).ok_or(IdTokenFault::UnknownKey)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| IdTokenFault::UnknownKey)?;
    let claims = decode(token, algorithm, &key)?;
    believe(&claims, expected, now.as_second())
}

fn head(token: &str) -> Result<Head, IdTokenFault> {
    let encoded = token.split('.').next().ok_or(IdTokenFault::Malformed)?;
    let json = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| IdTokenFault::Malformed)?;
    let head: Head = serde_json::from_slice(&json).map_err(|_| IdTokenFault::Malformed)?;
    // RFC 7515 section 4.1.11: what one does not understand and is critical is refused.
    if head.crit.is_some() { Err(IdTokenFault::Malformed) } else { Ok(head) }
}

fn algorithm(head: &Head) -> Result<Algorithm, IdTokenFault> {
    let found = ALGORITHMS.iter().find(|(name, _)| *name == head.alg);
    found.map(|(_, algorithm)| *algorithm).ok_or(IdTokenFault::Algorithm)
}

/// The key the token names, or the only one when it names none; for signatures, and for this
/// algorithm if it says which.
fn key<'k>(head: &Head, keys: &'k JwkSet) -> Option<&'k Jwk> {
    let fits = |jwk: &&Jwk| {
        let signs = !matches!(jwk.common.public_key_use, Some(PublicKeyUse::Encryption));
        let same = jwk.common.key_algorithm.is_none_or(|a| a.to_string() == head.alg);
        signs && same && head.kid.as_ref().is_none_or(|kid| jwk.common.key_id.as_ref() == Some(kid))
    };
    let mut fitting = keys.keys.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(key), None) => Some(key),
        _ => None,
    }
}

/// Checks the signature only: the library would read the machine's clock for the rest.
fn decode(token: &str, algorithm: Algorithm, key: &DecodingKey) -> Result<Claims, IdTokenFault> {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let decoded = jsonwebtoken::decode::<Claims>(token, key, &validation);
    decoded.map(|data| data.claims).map_err(|error| match error.kind() {
        jsonwebtoken::errors::ErrorKind::InvalidSignature | jsonwebtoken::errors::ErrorKind::InvalidAlgorithm => {
            IdTokenFault::Signature
        }
        _ => IdTokenFault::Malformed,
    })
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
