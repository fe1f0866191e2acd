//! Reading a client's keys where it publishes them. The address is somebody else's choice, so that a
//! server which reads it could be made to knock where only it gets in: only https, only public
//! addresses, looked at after the name is resolved and used as they were looked at, no redirects, no
//! proxy, bounded in time and size.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use serde_json::{Map, Value};
use url::{Host, Url};
use varde_jose::{Fault, KeySet};

/// Bytes of the largest key set.
const LARGEST: usize = 64 * 1024;
/// The most keys of a client.
pub(crate) const MOST_KEYS: usize = 3;
/// The longest address.
const LONGEST: usize = 2000;

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

/// Whether the inside may be read: for demonstrations and tests on one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses over https.
    Public,
    /// Any address, also over http.
    Anywhere,
}

/// Reads key sets.
#[derive(Debug, Clone)]
pub(crate) struct Fetcher {
    http: Client,
    reach: Reach,
}

impl Fetcher {
    /// # Errors
    /// When the HTTP client cannot be made.
    pub(crate) fn new(reach: Reach) -> Result<Self, reqwest::Error> {
        let builder = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(5));
        let builder = match reach {
            Reach::Public => builder.https_only(true).dns_resolver(PublicOnly),
            Reach::Anywhere => builder,
        };
        Ok(Self { http: builder.build()?, reach })
    }

    /// The address, if it may be read at all.
    ///
    /// # Errors
    /// [`Trouble::NotHttps`], [`Trouble::NotPublic`].
    pub(crate) fn check(&self, address: &str) -> Result<Url, Trouble> {
        let url = Url::parse(address).map_err(|_| Trouble::NotHttps)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if !plain || address.len() > LONGEST || !["https", "http"].contains(&url.scheme()) {
            return Err(Trouble::NotHttps);
        }
        if self.reach == Reach::Anywhere {
            return Ok(url);
        }
        if url.scheme() != "https" {
            return Err(Trouble::NotHttps);
        }
        // A number is never resolved, so that the resolver below would not see it.
        match url.host() {
            Some(Host::Domain(name)) if name.contains('.') => Ok(url),
            _ => Err(Trouble::NotPublic),
        }
    }

    /// The public keys at the address, one to three, each with its name.
    ///
    /// # Errors
    /// [`Trouble`].
    pub(crate) async fn keys(&self, address: &str) -> Result<Vec<Map<String, Value>>, Trouble> {
        let url = self.check(address)?;
        let mut response = self.http.get(url).send().await.map_err(|error| refused(&error))?;
        if response.status() != http::StatusCode::OK {
            return Err(Trouble::Status);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| Trouble::NoAnswer)? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST {
                return Err(Trouble::TooLarge);
            }
        }
        read(&body)
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

fn refused(error: &reqwest::Error) -> Trouble {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if inner.is::<Inside>() {
            return Trouble::NotPublic;
        }
        source = inner.source();
    }
    Trouble::NoAnswer
}

/// The name leads to the inside.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no public address")]
struct Inside;

/// Resolves names to public addresses only. A name that leads both ways leads to the inside.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.collect();
            if found.is_empty() || !found.iter().all(|address| is_public(address.ip())) {
                return Err(Inside.into());
            }
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

/// Whether the address is one of the open net (IANA's special-purpose registries, RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b));
    !special
}

/// Global unicast, without the parts that lead to IPv4 or nowhere.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let global = (0x2000..0x4000).contains(&first);
    let special = (first == 0x2001 && (second < 0x0200 || second == 0x0db8)) || first == 0x2002 || first == 0x3fff;
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inside_is_not_public() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "ff02::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["8.8.8.8", "193.69.1.1", "2a00:1450::1", "2606:4700::1"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn only_names_over_https_are_read() {
        let public = Fetcher::new(Reach::Public).unwrap();
        assert!(public.check("https://nokler.test/jwks").is_ok());
        for (wrong, trouble) in [
            ("http://nokler.test/jwks", Trouble::NotHttps),
            ("file:///etc/passwd", Trouble::NotHttps),
            ("https://user@nokler.test/", Trouble::NotHttps),
            ("https://nokler.test/#a", Trouble::NotHttps),
            ("nokler", Trouble::NotHttps),
            ("https://127.0.0.1/jwks", Trouble::NotPublic),
            ("https://2130706433/jwks", Trouble::NotPublic),
            ("https://[::1]/jwks", Trouble::NotPublic),
            ("https://localhost/jwks", Trouble::NotPublic),
        ] {
            assert_eq!(public.check(wrong).unwrap_err(), trouble, "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_to_the_inside_is_not_followed() {
        // Every resolver that follows RFC 6761 leads this name to the machine itself; others know none.
        let name: Name = "nokler.localhost".parse().unwrap();
        assert!(PublicOnly.resolve(name).await.is_err());
    }

    #[test]
    fn what_is_read_is_a_set_of_one_to_three_public_keys() {
        assert_eq!(read(b"{}").unwrap_err(), Trouble::NotAKeySet);
        assert_eq!(read(b"<html>").unwrap_err(), Trouble::NotAKeySet);
        assert_eq!(read(br#"{"keys":[]}"#).unwrap_err(), Trouble::NoUsableKey);
        assert_eq!(read(br#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#).unwrap_err(), Trouble::PrivateKey);
    }
}
