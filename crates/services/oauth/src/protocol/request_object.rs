//! An authorization request that the client signed (RFC 9101), as it comes with a pushed request
//! (RFC 9126, section 3).

use jiff::Timestamp;
use serde_json::Value;
use varde_jose::{Algorithm, Claims, Expected, Jws, KeySet};

use crate::{
    fault::{Code, Fault},
    protocol::{SKEW, client_assertion::Audience, text, time},
};

/// Types in the header: the one of RFC 9101, section 10.8, and the one that older libraries write.
const KINDS: [&str; 2] = ["oauth-authz-req+jwt", "JWT"];
/// How long an object may be good for, in seconds (FAPI 2.0 Message Signing, section 5.3.1).
const LONGEST_LIFE: i64 = 3_600;
/// Details about organisations and care make it larger than a bare one.
const LARGEST: usize = 16 * 1024;
/// What is about the object itself and no parameter of the request.
const OWN: [&str; 6] = ["iss", "aud", "exp", "nbf", "iat", "jti"];

/// Believes the object, or not, and gives the parameters in it.
///
/// # Errors
/// [`Code::InvalidRequestObject`], with the first thing that is wrong.
pub(crate) fn verify(
    object: &str,
    client: &str,
    keys: &KeySet,
    audience: Audience<'_>,
    now: Timestamp,
) -> Result<Claims, Fault> {
    let expected = Expected { types: &[], algorithms: &Algorithm::ALL, largest: LARGEST };
    let jws = Jws::parse(object, &expected).map_err(refused)?;
    let header = jws.header();
    if header.kind.as_deref().is_some_and(|kind| !KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind))) {
        return Err(no("typ of the request object must be oauth-authz-req+jwt"));
    }
    let algorithm = header.algorithm;
    if !audience.algorithms.contains(&algorithm) {
        return Err(no("the algorithm of the request object is not taken from this client: use ES256, PS256 or EdDSA"));
    }
    let key = keys.find(header.key_id.as_deref(), algorithm).map_err(refused)?;
    let mut claims = jws.verify(key).map_err(refused)?;
    let code = Code::InvalidRequestObject;
    if text(&claims, "iss", code)? != Some(client) {
        return Err(no("iss of the request object must be the client id"));
    }
    // What proves a client must never pass for what it asks for (RFC 9101, section 10.8).
    if claims.contains_key("sub") {
        return Err(no("the request object must have no sub"));
    }
    if !is_for(&claims, audience.issuer) {
        return Err(no("aud of the request object must be the issuer"));
    }
    timely(&claims, now.as_second())?;
    claims.retain(|name, _| !OWN.contains(&name.as_str()));
    Ok(claims)
}

/// The issuer as one text, or alone in a list.
fn is_for(claims: &Claims, issuer: &str) -> bool {
    match claims.get("aud") {
        Some(Value::String(one)) => one == issuer,
        Some(Value::Array(all)) => matches!(all.as_slice(), [one] if one == issuer),
        _ => false,
    }
}

fn timely(claims: &Claims, now: i64) -> Result<(), Fault> {
    let code = Code::InvalidRequestObject;
    let expires = time(claims, "exp", code)?.ok_or(no("the request object has no exp"))?;
    if expires <= now - SKEW {
        return Err(no("the request object has expired: check the clock, and make a new one for each request"));
    }
    if expires > now + LONGEST_LIFE + SKEW {
        return Err(no("the request object lives too long: exp may be at most an hour ahead"));
    }
    for name in ["iat", "nbf"] {
        let begins = time(claims, name, code)?;
        if begins.is_some_and(|begins| begins > now + SKEW || begins < now - LONGEST_LIFE) {
            return Err(no("iat and nbf of the request object must not lie ahead, nor more than an hour back"));
        }
    }
    Ok(())
}

fn no(description: &'static str) -> Fault {
    Fault::new(Code::InvalidRequestObject, description)
}

fn refused(fault: varde_jose::Fault) -> Fault {
    Fault::about(Code::InvalidRequestObject, format!("the request object: {fault}"))
}
