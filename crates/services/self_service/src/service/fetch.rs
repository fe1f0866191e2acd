//! Reading a client's keys where it publishes them, by [`varde_fetch`]: the address is somebody else's choice.

use std::time::Duration;

use serde_json::{Map, Value};
use varde_fetch::{Ask, Bounds, Reach};
use varde_jose::{Fault, KeySet};

/// What is read of an address, and for how long it is waited: no redirects.
const BOUNDS: Bounds = Bounds { bytes: 64 * 1024, time: Duration::from_secs(5), redirects: 0 };
/// The most keys of a client.
pub(crate) const MOST_KEYS: usize = 3;

/// Why keys could not be read at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Not an https address, or one with a user, password or fragment in it.
    NotHttps,
    /// A name of the inside, or a number instead of a name.
    NotPublic,
    /// No answer in time.
    NoAnswer,
    /// Another status than 200; redirects are not followed.
    Status,
    /// More than 64 kB.
    TooLarge,
    /// Not a JSON Web Key Set.
    NotAKeySet,
    /// A private key lies open there.
    PrivateKey,
    /// None of the keys can be used for signatures here.
    NoUsableKey,
    /// More than three.
    TooManyKeys,
    /// A key there has the name of another that the client has or had.
    NameTaken,
}

impl Trouble {
    /// The name in the database and in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotHttps => "not_https",
            Self::NotPublic => "not_public",
            Self::NoAnswer => "no_answer",
            Self::Status => "status",
            Self::TooLarge => "too_large",
            Self::NotAKeySet => "not_a_key_set",
            Self::PrivateKey => "private_key",
            Self::NoUsableKey => "no_usable_key",
            Self::TooManyKeys => "too_many_keys",
            Self::NameTaken => "name_taken",
        }
    }
}

impl From<varde_fetch::Trouble> for Trouble {
    fn from(trouble: varde_fetch::Trouble) -> Self {
        use varde_fetch::Trouble as At;
        match trouble {
            At::NotHttps => Self::NotHttps,
            At::NotPublic => Self::NotPublic,
            At::NoAnswer => Self::NoAnswer,
            At::Status(_) | At::Redirects => Self::Status,
            At::TooLarge => Self::TooLarge,
        }
    }
}

/// Reads key sets.
#[derive(Debug, Clone)]
pub(crate) struct Fetcher(varde_fetch::Fetcher);

impl Fetcher {
    /// # Errors
    /// When the HTTP client cannot be made.
    pub(crate) fn new(reach: Reach) -> Result<Self, reqwest::Error> {
        varde_fetch::Fetcher::new(reach, BOUNDS).map(Self)
    }

    /// The public keys at the address, one to three, each with its name.
    ///
    /// # Errors
    /// [`Trouble`].
    pub(crate) async fn keys(&self, address: &str) -> Result<Vec<Map<String, Value>>, Trouble> {
        // Nothing is known of before, so that there is always something to read.
        let page = self.0.get(address, Ask::default()).await?.ok_or(Trouble::Status)?;
        read(&page.body)
    }
}

fn read(body: &[u8]) -> Result<Vec<Map<String, Value>>, Trouble> {
    let keys = KeySet::parse(body).map_err(|fault| match fault {
        Fault::PrivateKey | Fault::SymmetricKey => Trouble::PrivateKey,
        Fault::TooLarge => Trouble::TooLarge,
        _ => Trouble::NotAKeySet,
    })?;
    match keys.keys().len() {
        0 => Err(Trouble::NoUsableKey),
        n if n > MOST_KEYS => Err(Trouble::TooManyKeys),
        _ => Ok(keys.keys().map(varde_jose::PublicKey::to_jwk).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_a_set_of_one_to_three_public_keys() {
        assert_eq!(read(b"{}").unwrap_err(), Trouble::NotAKeySet);
        assert_eq!(read(b"<html>").unwrap_err(), Trouble::NotAKeySet);
        assert_eq!(read(br#"{"keys":[]}"#).unwrap_err(), Trouble::NoUsableKey);
        assert_eq!(read(br#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#).unwrap_err(), Trouble::PrivateKey);
    }
}
