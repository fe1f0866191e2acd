//! Where an identifier means something.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A namespace of identifiers of persons. Numbers link within their namespace and never across:
/// the type of an import decides the namespace, no value does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Namespace {
    /// All numbers that the state issues: fødselsnummer, D-number, help number, DUF.
    National,
    /// The ids of one source, such as a hospital's own: `local:mimic`.
    Local(String),
}

impl Namespace {
    /// The local namespace of that name: a–z, 0–9, `_` and `-`, at most 40.
    ///
    /// # Errors
    /// When the name has other characters or is empty or longer.
    pub fn local(name: &str) -> Result<Self, NotANamespace> {
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        if (1..=40).contains(&name.len()) && name.bytes().all(good) {
            Ok(Self::Local(name.to_owned()))
        } else {
            Err(NotANamespace)
        }
    }
}

/// The text names no namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id namespace: use national, or local: and a name of a–z, 0–9, _ and - (at most 40)")]
pub struct NotANamespace;

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::National => f.write_str("national"),
            Self::Local(name) => write!(f, "local:{name}"),
        }
    }
}

impl FromStr for Namespace {
    type Err = NotANamespace;
    fn from_str(text: &str) -> Result<Self, NotANamespace> {
        match text.split_once(':') {
            None if text == "national" => Ok(Self::National),
            Some(("local", name)) => Self::local(name),
            _ => Err(NotANamespace),
        }
    }
}

impl TryFrom<String> for Namespace {
    type Error = NotANamespace;
    fn try_from(text: String) -> Result<Self, NotANamespace> {
        text.parse()
    }
}

impl From<Namespace> for String {
    fn from(namespace: Namespace) -> Self {
        namespace.to_string()
    }
}
