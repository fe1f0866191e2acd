//! Proof that whoever sends a request has the private key that a token is bound to (RFC 9449).
//! The same rules at the token endpoint and at every API.

use http::{HeaderMap, Uri};
use jiff::Timestamp;
use varde_jose::{Algorithm, Claims, Expected, Jws, PublicKey, sha256};

use crate::{
    CallOutcome,
    fault::{Code, Fault},
    protocol::{SKEW, text, time},
};

/// How old a proof may be, in seconds.
const OLDEST: i64 = 60;
/// The longest proof that is read: an RSA key of 8192 bits in it takes about 3 kB.
const LARGEST: usize = 8 * 1024;
/// The longest `jti` that is remembered.
const LONGEST_ID: usize = 256;
const EXPECTED: Expected<'static> = Expected { types: &["dpop+jwt"], algorithms: &Algorithm::STRONG, largest: LARGEST };

/// The request a proof was sent with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'r> {
    /// The method, such as `POST`.
    pub(crate) method: &'r str,
    /// The address the client used: scheme, host and path as they are seen from outside.
    pub(crate) address: &'r Uri,
    /// The access token that came along, at an API.
    pub(crate) access_token: Option<&'r str>,
}

/// A proof that holds for the request, if nobody used it before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proof {
    /// The thumbprint of the key (RFC 7638): what a token is bound to.
    pub(crate) thumbprint: String,
    /// Its one-time id.
    pub(crate) id: String,
    /// Until when it must be remembered, in seconds since 1970.
    pub(crate) until: i64,
    /// The nonce it holds. Whether it is ours is checked by who gave it.
    pub(crate) nonce: Option<String>,
}

/// The one proof among the headers of a request; `None` when there is none.
///
/// # Errors
/// [`Code::InvalidDpopProof`] when there are several (RFC 9449, section 4.3, point 1).
pub(crate) fn one(headers: &HeaderMap) -> Result<Option<&str>, Fault> {
    let mut proofs = headers.get_all("dpop").iter();
    let wrong = || no("there must be exactly one header DPoP").because(CallOutcome::ProofMissing);
    match (proofs.next(), proofs.next()) {
        (None, _) => Ok(None),
        (Some(proof), None) => proof.to_str().map(Some).map_err(|_| wrong()),
        (Some(_), Some(_)) => Err(wrong()),
    }
}

/// A proof that has been read, and not believed yet.
#[derive(Debug)]
pub(crate) struct Shown<'t>(Jws<'t>);

impl<'t> Shown<'t> {
    /// Reads a proof.
    ///
    /// # Errors
    /// [`Code::InvalidDpopProof`] when it cannot be read.
    pub(crate) fn read(proof: &'t str) -> Result<Self, Fault> {
        Jws::parse(proof, &EXPECTED).map(Self).map_err(|fault| about(&fault))
    }

    /// The nonce that it says it holds, unchecked: to ask for ours before anything is spent.
    pub(crate) fn nonce(&self) -> Option<&str> {
        self.0.claimed("nonce")
    }

    /// Believes it, or not (RFC 9449, section 4.3).
    ///
    /// # Errors
    /// [`Code::InvalidDpopProof`], with the first thing that is wrong.
    pub(crate) fn verify(self, request: Request<'_>, now: Timestamp) -> Result<Proof, Fault> {
        let (key, claims) = self.0.verify_by_own_key().map_err(|fault| about(&fault))?;
        for_request(&claims, &key, request, now)
    }
}

/// Reads a proof and believes it, or not.
///
/// # Errors
/// [`Code::InvalidDpopProof`], with the first thing that is wrong.
pub(crate) fn verify(proof: &str, request: Request<'_>, now: Timestamp) -> Result<Proof, Fault> {
    Shown::read(proof)?.verify(request, now)
}

/// Whether what the key signed is for the request.
fn for_request(claims: &Claims, key: &PublicKey, request: Request<'_>, now: Timestamp) -> Result<Proof, Fault> {
    let code = Code::InvalidDpopProof;
    let id = text(claims, "jti", code)?.filter(|id| !id.is_empty() && id.len() <= LONGEST_ID);
    let id = id.ok_or(no("the DPoP proof needs a jti of 1 to 256 characters"))?.to_owned();
    if text(claims, "htm", code)? != Some(request.method) {
        return Err(no("htm of the DPoP proof must be the method of the request"));
    }
    let address = text(claims, "htu", code)?.ok_or(no("the DPoP proof has no htu"))?;
    // Nearly every client writes it as it is: only another spelling needs to be brought into one form.
    let other = || normalised(address).is_none_or(|claimed| Some(claimed) != normalised(&request.address.to_string()));
    if *request.address != *address && other() {
        return Err(no("htu of the DPoP proof must be the address of the request"));
    }
    let made = time(claims, "iat", code)?.ok_or(no("the DPoP proof has no iat"))?;
    let now = now.as_second();
    if made > now + SKEW || made < now - OLDEST {
        let way = "iat of the DPoP proof is too far from now: check the clock, and make one for each request";
        return Err(no(way).off_by(made.saturating_sub(now)));
    }
    if time(claims, "exp", code)?.is_some_and(|end| end <= now - SKEW) {
        return Err(no("the DPoP proof has expired"));
    }
    if time(claims, "nbf", code)?.is_some_and(|begin| begin > now + SKEW) {
        return Err(no("nbf of the DPoP proof lies in the future"));
    }
    if let Some(token) = request.access_token
        && text(claims, "ath", code)? != Some(sha256(token.as_bytes()).as_str())
    {
        return Err(no("ath of the DPoP proof must be the SHA-256 of the access token"));
    }
    let nonce = text(claims, "nonce", code)?.map(str::to_owned);
    Ok(Proof { thumbprint: key.thumbprint(), id, until: made + OLDEST + SKEW, nonce })
}

/// Scheme and host in lower case, without the usual port, query and fragment (RFC 9449, section
/// 4.3, point 9; RFC 3986, sections 6.2.2 and 6.2.3).
fn normalised(address: &str) -> Option<String> {
    let address = address.split('#').next()?;
    let uri: Uri = address.parse().ok()?;
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let host = uri.host()?.to_ascii_lowercase();
    let usual = match scheme.as_str() {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let port = uri.port_u16().filter(|port| *port != usual).map(|port| format!(":{port}")).unwrap_or_default();
    let path = if uri.path().is_empty() { "/".to_owned() } else { decoded(uri.path()) };
    Some(format!("{scheme}://{host}{port}{path}"))
}

/// The path with its escapes in capitals, and without those that need not be (RFC 3986, sections
/// 6.2.2.1 and 6.2.2.2).
fn decoded(path: &str) -> String {
    let mut parts = path.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let escaped = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (escaped, part.get(2..)) {
            (Some(byte), Some(rest)) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                plain.push(char::from(byte));
                plain.push_str(rest);
            }
            (Some(byte), Some(rest)) => plain.push_str(&format!("%{byte:02X}{rest}")),
            _ => plain.push_str(&format!("%{part}")),
        }
    }
    plain
}

fn no(description: &'static str) -> Fault {
    Fault::new(Code::InvalidDpopProof, description)
}

fn about(fault: &varde_jose::Fault) -> Fault {
    Fault::about(Code::InvalidDpopProof, format!("the DPoP proof: {fault}"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use varde_jose::SigningKey;

    use super::*;

    /// A proof for a request to an API with that `ath`.
    fn verified(ath: Option<Value>) -> Result<Proof, Fault> {
        let (now, key) = (Timestamp::UNIX_EPOCH, SigningKey::generate(Algorithm::Es256).unwrap());
        let mut claims = json!({ "jti": "1", "htm": "GET", "htu": "https://api.test/a", "iat": 0 });
        if let Some(ath) = ath {
            claims["ath"] = ath;
        }
        let header = json!({ "typ": "dpop+jwt", "jwk": key.public().to_jwk() });
        let proof = key.sign_with(&header, claims.as_object().unwrap()).unwrap();
        let address = "https://api.test/a?b=c".parse().unwrap();
        verify(&proof, Request { method: "GET", address: &address, access_token: Some("token") }, now)
    }

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        for (one, other) in [
            ("HTTPS://API.test:443/a?b#c", "https://api.test/a"),
            ("http://api.test:80", "http://api.test/"),
            ("https://api.test/%c3%b8", "https://api.test/%C3%B8"),
            ("https://api.test/%7Ea%2d", "https://api.test/~a-"),
        ] {
            assert_eq!(normalised(one), normalised(other), "{one}");
            assert!(normalised(one).is_some(), "{one}");
        }
        for (one, other) in [
            ("https://api.test/a", "https://api.test/A"),
            ("https://api.test/a/b", "https://api.test/a%2Fb"),
            ("https://api.test/a%2", "https://api.test/a%"),
            ("https://api.test:8443/", "https://api.test/"),
            ("https://api.test/", "http://api.test/"),
        ] {
            assert_ne!(normalised(one), normalised(other), "{one}");
        }
    }

    #[test]
    fn at_an_api_a_proof_is_for_the_token_it_came_with() {
        verified(Some(json!(sha256(b"token")))).unwrap();
        for wrong in [None, Some(json!(sha256(b"other"))), Some(json!("token")), Some(json!(7))] {
            assert_eq!(verified(wrong).unwrap_err().code, Code::InvalidDpopProof);
        }
    }
}
