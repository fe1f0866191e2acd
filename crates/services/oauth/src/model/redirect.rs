//! Where a client's people come back to.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// The longest address.
const LONGEST: usize = 2_000;

/// An address of a client that people are sent back to: https, or plain http to the loopback
/// interface of the person's own machine for a native program (RFC 8252, section 7.3). It has no
/// fragment and names no user.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RedirectUri(String);

/// The text is no address that people may be sent back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an address to come back to: https, or http to 127.0.0.1 or [::1], without fragment and user, at most 2000 \
     characters"
)]
pub struct NotARedirectUri;

impl RedirectUri {
    /// The text, as it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request may name that address: the same text, letter by letter. A native program
    /// that registered a loopback address without a port may use any port, as the system gives it
    /// one when it starts (RFC 8252, section 7.3; RFC 9700, section 4.1.3).
    pub fn fits(&self, asked: &str) -> bool {
        if self.0 == asked {
            return true;
        }
        let Ok(asked) = asked.parse::<Self>() else { return false };
        let (Some(own), Some(mut asked)) = (self.native_without_port(), url(&asked.0)) else { return false };
        asked.set_port(None).is_ok() && asked == own
    }

    /// Where people go after an answer: the address with these parameters behind its own.
    pub fn with(address: &str, answer: &[(&str, &str)]) -> Option<Url> {
        let mut address = url(address)?;
        address.query_pairs_mut().extend_pairs(answer);
        Some(address)
    }

    fn native_without_port(&self) -> Option<Url> {
        url(&self.0).filter(|url| url.scheme() == "http" && url.port().is_none())
    }
}

/// The address, if it is one that people may be sent to. Parsers of addresses repair much; what
/// they would repair is refused, so that nobody reads it otherwise.
fn url(text: &str) -> Option<Url> {
    let plain = text.len() <= LONGEST && text.bytes().all(|byte| matches!(byte, 0x21..=0x7e) && byte != b'\\');
    let url = Url::parse(text).ok().filter(|_| plain)?;
    let loopback = match url.host()? {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(_) => false,
    };
    let scheme = text.starts_with("https://") || (loopback && text.starts_with("http://"));
    let bare = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    (scheme && bare).then_some(url)
}

impl FromStr for RedirectUri {
    type Err = NotARedirectUri;

    fn from_str(text: &str) -> Result<Self, NotARedirectUri> {
        url(text).map(|_| Self(text.to_owned())).ok_or(NotARedirectUri)
    }
}

impl TryFrom<String> for RedirectUri {
    type Error = NotARedirectUri;

    fn try_from(text: String) -> Result<Self, NotARedirectUri> {
        text.parse()
    }
}

impl From<RedirectUri> for String {
    fn from(address: RedirectUri) -> Self {
        address.0
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered(text: &str) -> RedirectUri {
        text.parse().unwrap()
    }

    #[test]
    fn only_addresses_that_keep_the_answer_safe_are_registered() {
        for good in
            ["https://journal.test/tilbake", "https://journal.test/a?b=c", "http://127.0.0.1:7001/a", "http://[::1]/a"]
        {
            good.parse::<RedirectUri>().unwrap();
        }
        let long = format!("https://journal.test/{}", "a".repeat(2_000));
        for bad in [
            "",
            "http://journal.test/tilbake",
            "http://localhost/tilbake",
            "https://journal.test/a#b",
            "https://kari@journal.test/a",
            "https://journal.test\\@evil.test/a",
            "https:/journal.test/a",
            "https:journal.test/a",
            " https://journal.test/a",
            "https://journal.test/å",
            "javascript:alert(1)",
            "//journal.test/a",
            &long,
        ] {
            assert_eq!(bad.parse::<RedirectUri>(), Err(NotARedirectUri), "{bad}");
        }
    }

    #[test]
    fn an_address_fits_itself_alone() {
        let address = registered("https://journal.test/tilbake");
        assert!(address.fits("https://journal.test/tilbake"));
        for other in [
            "https://journal.test/tilbake/",
            "https://journal.test/tilbake?a=b",
            "https://journal.test:443/tilbake",
            "https://JOURNAL.test/tilbake",
            "https://journal.test/x/../tilbake",
            "https://journal.test.evil.test/tilbake",
            "http://journal.test/tilbake",
            "",
        ] {
            assert!(!address.fits(other), "{other}");
        }
    }

    #[test]
    fn a_native_program_takes_the_port_it_is_given() {
        let address = registered("http://127.0.0.1/tilbake");
        for port in ["", ":49152", ":8080"] {
            assert!(address.fits(&format!("http://127.0.0.1{port}/tilbake")), "{port}");
        }
        for other in ["http://127.0.0.1:8080/annet", "http://127.0.0.2:8080/tilbake", "https://127.0.0.1:8080/tilbake"]
        {
            assert!(!address.fits(other), "{other}");
        }
        assert!(!registered("http://127.0.0.1:7001/tilbake").fits("http://127.0.0.1:7002/tilbake"));
    }

    #[test]
    fn an_answer_stands_behind_what_the_address_has() {
        let there = RedirectUri::with("https://journal.test/a?b=c", &[("code", "x y"), ("iss", "https://varde.test")]);
        let expected = "https://journal.test/a?b=c&code=x+y&iss=https%3A%2F%2Fvarde.test";
        assert_eq!(there.unwrap().as_str(), expected);
    }
}
