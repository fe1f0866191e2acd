//! Key sets (RFC 7517, section 5).

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::{Algorithm, Fault, PublicKey, parse_object};

/// Bytes of the largest key set that is read.
const LARGEST: usize = 64 * 1024;
/// The most keys in one.
const MOST: usize = 50;

/// Public keys of one party. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub struct KeySet(Vec<Arc<PublicKey>>);

impl KeySet {
    /// A set of these.
    pub fn new(keys: impl IntoIterator<Item = PublicKey>) -> Self {
        Self(keys.into_iter().map(Arc::new).collect())
    }

    /// Reads a key set as it was fetched. Keys of a kind that is not known here, for encryption or
    /// for another algorithm are passed over, as RFC 7517 section 5 asks.
    ///
    /// # Errors
    /// [`Fault::TooLarge`], [`Fault::NotAnObject`], [`Fault::DuplicateMember`]; a private or a
    /// symmetric key among them is an error, since everybody has seen it then.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() > LARGEST {
            return Err(Fault::TooLarge);
        }
        Self::from_members(&parse_object(bytes)?)
    }

    /// Reads a key set that is a member of something already read.
    ///
    /// # Errors
    /// As [`KeySet::parse`].
    pub fn from_members(set: &Map<String, Value>) -> Result<Self, Fault> {
        let keys = set.get("keys").and_then(Value::as_array).ok_or(Fault::NotAnObject)?;
        if keys.len() > MOST {
            return Err(Fault::TooLarge);
        }
        let mut known = Vec::new();
        for key in keys {
            let key = key.as_object().ok_or(Fault::NotAnObject)?;
            match PublicKey::from_jwk(key) {
                Ok(key) => known.push(Arc::new(key)),
                Err(fault @ (Fault::PrivateKey | Fault::SymmetricKey)) => return Err(fault),
                Err(_) => {}
            }
        }
        Ok(Self(known))
    }

    /// The key of that name for that algorithm; without a name the only one that fits.
    ///
    /// # Errors
    /// [`Fault::UnknownKey`] when there is none, or several and no name to choose by.
    pub fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<&PublicKey, Fault> {
        let mut fitting = self.0.iter().filter(|key| key.allows(algorithm) && id.is_none_or(|id| key.id() == Some(id)));
        match (fitting.next(), id.is_none() && fitting.next().is_some()) {
            (Some(key), false) => Ok(key),
            _ => Err(Fault::UnknownKey),
        }
    }

    /// The keys.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &PublicKey> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The set as it is published.
    pub fn to_json(&self) -> Value {
        let keys: Vec<_> = self.0.iter().map(|key| Value::Object(key.to_jwk())).collect();
        json!({ "keys": keys })
    }
}
