//! JWS in its compact form (RFC 7515, section 7.1), over JSON objects.

use serde_json::{Map, Value};

use crate::{Algorithm, Claims, Fault, PublicKey, decode, parse_object};

/// What a verifier takes. Made for one purpose, so that a token for one can never pass for
/// another (RFC 8725, sections 3.1 and 3.11).
#[derive(Debug, Clone, Copy)]
pub struct Expected<'e> {
    /// The types, such as `dpop+jwt`; empty when the purpose's specification asks for none.
    pub types: &'e [&'e str],
    /// The algorithms.
    pub algorithms: &'e [Algorithm],
    /// The longest text, in bytes.
    pub largest: usize,
}

/// What the header says.
#[derive(Debug)]
pub struct Header {
    /// The algorithm, one of those expected.
    pub algorithm: Algorithm,
    /// The name of the key (`kid`).
    pub key_id: Option<String>,
    /// The type (`typ`), as written.
    pub kind: Option<String>,
    /// The key in the header (`jwk`), as a proof of possession carries it.
    pub key: Option<Map<String, Value>>,
}

/// A signed object whose signature has not been checked yet.
pub struct Jws<'t> {
    header: Header,
    claims: Claims,
    message: &'t str,
    signature: Vec<u8>,
}

impl<'t> Jws<'t> {
    /// Takes the text apart. Nothing in it is to be believed yet.
    ///
    /// # Errors
    /// The first [`Fault`]; sizes before decoding, the header before the claims.
    pub fn parse(text: &'t str, expected: &Expected<'_>) -> Result<Self, Fault> {
        if text.len() > expected.largest {
            return Err(Fault::TooLarge);
        }
        let (message, signature) = text.rsplit_once('.').ok_or(Fault::NotCompact)?;
        let (header, claims) = message.split_once('.').ok_or(Fault::NotCompact)?;
        if claims.contains('.') {
            return Err(Fault::NotCompact);
        }
        let header = read_header(parse_object(&decode(header)?)?, expected)?;
        let claims = parse_object(&decode(claims)?)?;
        Ok(Self { header, claims, message, signature: decode(signature)? })
    }

    /// The header: to choose the key by.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What the claims say, unchecked: only to find out whose key to check with.
    pub fn claimed(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }

    /// The claims, if the signature holds.
    ///
    /// # Errors
    /// [`Fault::KeyMismatch`], [`Fault::Signature`].
    pub fn verify(self, key: &PublicKey) -> Result<Claims, Fault> {
        key.verify(self.header.algorithm, self.message.as_bytes(), &self.signature)?;
        Ok(self.claims)
    }

    /// The key in the header and the claims that it signed: proof that the sender has that key.
    ///
    /// # Errors
    /// [`Fault::NoKey`], what is wrong with the key, [`Fault::Signature`].
    pub fn verify_by_own_key(self) -> Result<(PublicKey, Claims), Fault> {
        let key = PublicKey::from_jwk(self.header.key.as_ref().ok_or(Fault::NoKey)?)?;
        let claims = self.verify(&key)?;
        Ok((key, claims))
    }
}

impl std::fmt::Debug for Jws<'_> {
    /// The header only: claims may be about people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Jws({})", self.header.algorithm.name())
    }
}

fn read_header(mut members: Map<String, Value>, expected: &Expected<'_>) -> Result<Header, Fault> {
    // What one does not understand and is critical is refused; nothing critical is understood here.
    if members.contains_key("crit") {
        return Err(Fault::Critical);
    }
    let algorithm = text(&mut members, "alg")?;
    let algorithm = algorithm.as_deref().and_then(Algorithm::from_name).filter(|a| expected.algorithms.contains(a));
    let algorithm = algorithm.ok_or(Fault::Algorithm)?;
    let kind = text(&mut members, "typ")?;
    let fits = |kind: &str| expected.types.iter().any(|expected| same_type(expected, kind));
    if !expected.types.is_empty() && !kind.as_deref().is_some_and(fits) {
        return Err(Fault::Type);
    }
    let key = match members.remove("jwk") {
        None => None,
        Some(Value::Object(key)) => Some(key),
        Some(_) => return Err(Fault::NotAKey),
    };
    Ok(Header { algorithm, key_id: text(&mut members, "kid")?, kind, key })
}

/// RFC 7515, section 4.1.9: media types, compared without regard to case, and `application/` may
/// be left out.
fn same_type(expected: &str, found: &str) -> bool {
    const PREFIX: &str = "application/";
    let short = match found.get(..PREFIX.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(PREFIX) => found.get(PREFIX.len()..).unwrap_or_default(),
        _ => found,
    };
    short.eq_ignore_ascii_case(expected)
}

fn text(members: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Fault> {
    match members.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Fault::Header),
    }
}
