//! Public keys as JSON Web Keys (RFC 7517), ready to verify with.

use std::{collections::BTreeMap, fmt};

use aws_lc_rs::signature::{ParsedPublicKey, RsaPublicKeyComponents};
use serde_json::{Map, Value, json};

use crate::{Algorithm, Family, Fault, decode, sha256};

/// Members that only a private key has (RFC 7518, sections 6.2.2 and 6.3.2; RFC 8037, section 2).
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];
/// Bytes of the longest modulus that is taken: 8192 bits.
const LONGEST_MODULUS: usize = 1024;
/// Bytes of the shortest: 2048 bits (RFC 7518, section 3.3).
const SHORTEST_MODULUS: usize = 256;

/// A public key. Cheap to verify with: what can be prepared, is.
pub struct PublicKey {
    id: Option<String>,
    algorithm: Option<Algorithm>,
    family: Family,
    material: Material,
    /// The members that the thumbprint is made of, and nothing else.
    required: Map<String, Value>,
}

enum Material {
    /// A curve's point, or Ed25519.
    Parsed(ParsedPublicKey),
    Rsa(RsaPublicKeyComponents<Vec<u8>>),
}

impl PublicKey {
    /// The key that a JSON Web Key describes. Members that are not known are passed over (RFC 7517,
    /// section 4), but not those of a private key.
    ///
    /// # Errors
    /// [`Fault::PrivateKey`], [`Fault::SymmetricKey`]; [`Fault::KeyMismatch`] when the key says that
    /// it is not for signatures, or for an algorithm of another kind; [`Fault::NotAKey`].
    pub fn from_jwk(jwk: &Map<String, Value>) -> Result<Self, Fault> {
        let kind = text(jwk, "kty")?.ok_or(Fault::NotAKey)?;
        if kind == "oct" || jwk.contains_key("k") {
            return Err(Fault::SymmetricKey);
        }
        if PRIVATE.iter().any(|member| jwk.contains_key(*member)) {
            return Err(Fault::PrivateKey);
        }
        let (family, material, required) = match kind {
            "EC" => curve(jwk)?,
            "RSA" => rsa(jwk)?,
            "OKP" => ed25519(jwk)?,
            _ => return Err(Fault::NotAKey),
        };
        for_signatures(jwk)?;
        let algorithm = match text(jwk, "alg")? {
            Some(name) => Some(Algorithm::from_name(name).filter(|a| family.allows(*a)).ok_or(Fault::KeyMismatch)?),
            None => None,
        };
        let id = text(jwk, "kid")?.map(str::to_owned);
        Ok(Self { id, algorithm, family, material, required })
    }

    /// The key's name (`kid`), if it has one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The same key with a name and an algorithm, as a key set publishes it.
    #[must_use]
    pub fn named(mut self, id: impl Into<String>, algorithm: Option<Algorithm>) -> Self {
        self.id = Some(id.into());
        self.algorithm = algorithm;
        self
    }

    /// Its kind.
    pub fn family(&self) -> Family {
        self.family
    }

    /// The size of the modulus in bits, for RSA.
    pub fn rsa_bits(&self) -> Option<usize> {
        match &self.material {
            Material::Rsa(components) => Some(components.n.len() * 8),
            Material::Parsed(_) => None,
        }
    }

    /// Whether it can verify that algorithm: of its kind, and not said to be for another.
    pub fn allows(&self, algorithm: Algorithm) -> bool {
        self.family.allows(algorithm) && self.algorithm.is_none_or(|own| own == algorithm)
    }

    /// The thumbprint with SHA-256 (RFC 7638), base64url: 43 characters.
    pub fn thumbprint(&self) -> String {
        // Sorted, without white space (RFC 7638, section 3.3). serde_json's own map may keep another
        // order, when some crate of the program asks it to.
        let sorted: BTreeMap<_, _> = self.required.iter().collect();
        sha256(&serde_json::to_vec(&sorted).unwrap_or_default())
    }

    /// The key as a JSON Web Key, with name, use and algorithm as far as they are known.
    pub fn to_jwk(&self) -> Map<String, Value> {
        let mut jwk = self.required.clone();
        jwk.insert("use".to_owned(), json!("sig"));
        if let Some(id) = &self.id {
            jwk.insert("kid".to_owned(), json!(id));
        }
        if let Some(algorithm) = self.algorithm {
            jwk.insert("alg".to_owned(), json!(algorithm.name()));
        }
        jwk
    }

    /// Whether the signature over the message holds.
    ///
    /// # Errors
    /// [`Fault::KeyMismatch`] when the key is for something else, [`Fault::Signature`].
    pub(crate) fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), Fault> {
        if !self.allows(algorithm) {
            return Err(Fault::KeyMismatch);
        }
        match &self.material {
            Material::Parsed(key) => key.verify_sig(message, signature),
            Material::Rsa(components) => {
                let parameters = algorithm.rsa_verification().ok_or(Fault::KeyMismatch)?;
                components.verify(parameters, message, signature)
            }
        }
        .map_err(|_| Fault::Signature)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?}, {})", self.family, self.id.as_deref().unwrap_or("no name"))
    }
}

impl PartialEq for PublicKey {
    /// The same key, whatever it is called.
    fn eq(&self, other: &Self) -> bool {
        self.required == other.required
    }
}

type Parts = (Family, Material, Map<String, Value>);

fn curve(jwk: &Map<String, Value>) -> Result<Parts, Fault> {
    let name = text(jwk, "crv")?.ok_or(Fault::NotAKey)?;
    let families = [Family::P256, Family::P384, Family::P521];
    let family = families.into_iter().find(|f| f.curve().is_some_and(|(curve, _)| curve == name));
    let family = family.ok_or(Fault::NotAKey)?;
    let length = family.curve().map_or(0, |(_, length)| length);
    let mut point = vec![4];
    for coordinate in ["x", "y"] {
        let bytes = bytes(jwk, coordinate)?;
        // RFC 7518, section 6.2.1.2: the full length, with leading zeros.
        if bytes.len() != length {
            return Err(Fault::NotAKey);
        }
        point.extend(bytes);
    }
    Ok((family, parsed(family, &point)?, required(jwk, &["crv", "kty", "x", "y"])))
}

fn rsa(jwk: &Map<String, Value>) -> Result<Parts, Fault> {
    let (n, e) = (bytes(jwk, "n")?, bytes(jwk, "e")?);
    let length = n.len();
    if !(SHORTEST_MODULUS..=LONGEST_MODULUS).contains(&length) || n.first() == Some(&0) {
        return Err(Fault::NotAKey);
    }
    // Exponents of more than 32 bits serve nobody but who wants verification to be slow.
    if e.is_empty() || e.len() > 4 || e.first() == Some(&0) || e.last().is_some_and(|last| last % 2 == 0) {
        return Err(Fault::NotAKey);
    }
    let material = Material::Rsa(RsaPublicKeyComponents { n, e });
    Ok((Family::Rsa, material, required(jwk, &["e", "kty", "n"])))
}

fn ed25519(jwk: &Map<String, Value>) -> Result<Parts, Fault> {
    if text(jwk, "crv")? != Some("Ed25519") {
        return Err(Fault::NotAKey);
    }
    let key = bytes(jwk, "x")?;
    if key.len() != 32 {
        return Err(Fault::NotAKey);
    }
    Ok((Family::Ed25519, parsed(Family::Ed25519, &key)?, required(jwk, &["crv", "kty", "x"])))
}

fn parsed(family: Family, key: &[u8]) -> Result<Material, Fault> {
    let algorithm = family.verification().ok_or(Fault::NotAKey)?;
    ParsedPublicKey::new(algorithm, key).map(Material::Parsed).map_err(|_| Fault::NotAKey)
}

/// RFC 7517, sections 4.2 and 4.3.
fn for_signatures(jwk: &Map<String, Value>) -> Result<(), Fault> {
    if text(jwk, "use")?.is_some_and(|used| used != "sig") {
        return Err(Fault::KeyMismatch);
    }
    match jwk.get("key_ops") {
        None => Ok(()),
        Some(Value::Array(operations)) if operations.iter().any(|o| o == "verify") => Ok(()),
        Some(_) => Err(Fault::KeyMismatch),
    }
}

fn text<'j>(jwk: &'j Map<String, Value>, member: &str) -> Result<Option<&'j str>, Fault> {
    match jwk.get(member) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Fault::NotAKey),
    }
}

fn bytes(jwk: &Map<String, Value>, member: &str) -> Result<Vec<u8>, Fault> {
    let text = text(jwk, member)?.ok_or(Fault::NotAKey)?;
    decode(text).map_err(|_| Fault::NotAKey)
}

fn required(jwk: &Map<String, Value>, members: &[&str]) -> Map<String, Value> {
    jwk.iter().filter(|(name, _)| members.contains(&name.as_str())).map(|(n, v)| (n.clone(), v.clone())).collect()
}
