//! How a client proves who it is: a signed statement (RFC 7523, `private_key_jwt`), strictly as
//! FAPI 2.0 asks (Security Profile, section 5.3.2.1).

use jiff::Timestamp;
use varde_jose::{Algorithm, Claims, Expected, Jws, KeySet};

use crate::{
    CallOutcome,
    fault::{Code, Fault},
    protocol::{SKEW, text, time},
};

/// The only `client_assertion_type` (RFC 7523, section 2.2).
pub(crate) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Types in the header: the new one and the one most libraries write (draft-ietf-oauth-rfc7523bis).
const KINDS: [&str; 2] = ["client-authentication+jwt", "JWT"];
/// How long a statement may be good for, in seconds.
const LONGEST_LIFE: i64 = 60;
/// Details about organisations and care make it larger than a bare one.
const LARGEST: usize = 16 * 1024;
/// The longest `jti` that is remembered.
const LONGEST_ID: usize = 256;

/// A statement that has been read, and not believed yet.
#[derive(Debug)]
pub(crate) struct Claimed<'t> {
    jws: Jws<'t>,
    client: String,
}

/// A statement that holds: the client is who it says, if nobody used this statement before.
#[derive(Debug)]
pub(crate) struct Proven {
    /// Its one-time id.
    pub(crate) id: String,
    /// Until when it must be remembered, in seconds since 1970.
    pub(crate) until: i64,
    /// Everything it said, for `assertion_details`.
    pub(crate) claims: Claims,
}

/// What the statement must be about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Audience<'a> {
    /// Our issuer, exactly; the only audience that is taken.
    pub(crate) issuer: &'a str,
    /// The algorithms this client may use.
    pub(crate) algorithms: &'a [Algorithm],
}

impl<'t> Claimed<'t> {
    /// Reads a statement to find out whose it says it is.
    ///
    /// # Errors
    /// [`Code::InvalidClient`] when it cannot be read.
    pub(crate) fn read(assertion: &'t str) -> Result<Self, Fault> {
        let expected = Expected { types: &[], algorithms: &Algorithm::ALL, largest: LARGEST };
        let jws = Jws::parse(assertion, &expected).map_err(refused)?;
        let client = jws.claimed("sub").ok_or(no("the client assertion has no sub"))?.to_owned();
        if jws.claimed("iss") != Some(client.as_str()) {
            return Err(no("iss and sub of the client assertion must both be the client id"));
        }
        Ok(Self { jws, client })
    }

    /// The client it says it is from.
    pub(crate) fn client(&self) -> &str {
        &self.client
    }

    /// Believes it, or not.
    ///
    /// # Errors
    /// [`Code::InvalidClient`], with the first thing that is wrong.
    pub(crate) fn verify(self, keys: &KeySet, audience: Audience<'_>, now: Timestamp) -> Result<Proven, Fault> {
        let header = self.jws.header();
        let kind = header.kind.as_deref();
        if kind.is_some_and(|kind| !KINDS.iter().any(|k| k.eq_ignore_ascii_case(kind))) {
            return Err(no("typ of the client assertion must be client-authentication+jwt"));
        }
        let algorithm = header.algorithm;
        if !audience.algorithms.contains(&algorithm) {
            return Err(Fault::about(
                Code::InvalidClient,
                format!("{} is not taken from this client: use ES256, PS256 or EdDSA", algorithm.name()),
            )
            .because(CallOutcome::Algorithm));
        }
        let key = keys.find(header.key_id.as_deref(), algorithm).map_err(refused)?;
        let claims = self.jws.verify(key).map_err(refused)?;
        timely(&claims, now.as_second())?;
        // A list, or an endpoint's address, lets one server's statement be used at another.
        if text(&claims, "aud", Code::InvalidClient)? != Some(audience.issuer) {
            return Err(
                no("aud of the client assertion must be the issuer, as one text").because(CallOutcome::Audience)
            );
        }
        let id = text(&claims, "jti", Code::InvalidClient)?.filter(|id| !id.is_empty() && id.len() <= LONGEST_ID);
        let id = id.ok_or(no("the client assertion needs a jti of 1 to 256 characters"))?.to_owned();
        let until = time(&claims, "exp", Code::InvalidClient)?.unwrap_or_default() + SKEW;
        Ok(Proven { id, until, claims })
    }
}

fn timely(claims: &Claims, now: i64) -> Result<(), Fault> {
    let expires = time(claims, "exp", Code::InvalidClient)?.ok_or(no("the client assertion has no exp"))?;
    let made = time(claims, "iat", Code::InvalidClient)?;
    if expires <= now - SKEW {
        let way = "the client assertion has expired: check the clock, and make a new one for each request";
        return Err(no(way).off_by(made.unwrap_or(expires).min(expires).saturating_sub(now)));
    }
    for (name, begins) in [("iat", made), ("nbf", time(claims, "nbf", Code::InvalidClient)?)] {
        if let Some(begins) = begins.filter(|begins| *begins > now + SKEW) {
            let way = format!("{name} of the client assertion lies in the future: check the clock");
            return Err(Fault::about(Code::InvalidClient, way).off_by(begins.saturating_sub(now)));
        }
    }
    if expires > now + LONGEST_LIFE + SKEW {
        let way = "the client assertion lives too long: exp may be at most 60 seconds ahead";
        return Err(no(way).because(CallOutcome::Clock));
    }
    Ok(())
}

fn no(description: &'static str) -> Fault {
    Fault::new(Code::InvalidClient, description)
}

fn refused(fault: varde_jose::Fault) -> Fault {
    let refused = Fault::about(Code::InvalidClient, format!("the client assertion: {fault}"));
    match fault {
        varde_jose::Fault::UnknownKey => refused.because(CallOutcome::UnknownKey),
        varde_jose::Fault::Signature => refused.because(CallOutcome::Signature),
        varde_jose::Fault::Algorithm | varde_jose::Fault::KeyMismatch => refused.because(CallOutcome::Algorithm),
        _ => refused,
    }
}
