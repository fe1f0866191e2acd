//! Where a confirmation is sent.

use std::fmt;

use serde::{Deserialize, Serialize};
use varde_core::Language;

/// An e-mail address (RFC 5321 section 4.1.2), at most 254 characters. `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// The text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write an e-mail address, such as name@example.org")]
pub struct NotAnAddress;

impl EmailAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// [`NotAnAddress`].
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        let text = text.trim();
        let known = text.len() <= 254 && text.parse::<lettre::Address>().is_ok();
        // A domain without a dot is a machine of one's own: mail to it does not leave the house.
        let reachable = text.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'));
        if known && reachable { Ok(Self(text.to_owned())) } else { Err(NotAnAddress) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = NotAnAddress;
    fn try_from(text: String) -> Result<Self, NotAnAddress> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress")
    }
}

/// Who gets the mails about an order, and in which language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The address.
    pub email: EmailAddress,
    /// The language, as the receiver chose it.
    #[serde(default)]
    pub language: Language,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_texts() {
        for good in ["kari@example.org", " post+varde@helse.example ", "a.b@x.y.example"] {
            assert_eq!(EmailAddress::parse(good).unwrap().as_str(), good.trim());
        }
        for bad in ["", "kari", "kari@", "@example.org", "kari@example", "a b@example.org", "a@b.org\r\nBcc: c@d.org"] {
            assert_eq!(EmailAddress::parse(bad), Err(NotAnAddress), "{bad:?}");
        }
    }

    #[test]
    fn nothing_of_it_is_in_debug() {
        let contact = Contact { email: EmailAddress::parse("kari@example.org").unwrap(), language: Language::Nb };
        assert!(!format!("{contact:?}").contains("kari"));
    }
}
