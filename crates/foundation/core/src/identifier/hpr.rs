//! Numbers of the register of health personnel (HPR).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A number in Helsepersonellregisteret: one to nine digits, usually seven, without leading zeros.
///
/// It is never refused for a checksum: many numbers happen to be divisible as if they had one,
/// published ones are not, and no rule is published. Whether it exists is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HprNumber(u32);

impl HprNumber {
    /// The number as a number: 1 to 999 999 999.
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// The text is not an HPR number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an HPR number has one to nine digits and is not zero")]
pub struct NotAnHprNumber;

impl FromStr for HprNumber {
    type Err = NotAnHprNumber;
    fn from_str(text: &str) -> Result<Self, NotAnHprNumber> {
        let shaped = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let number = if shaped { text.parse().unwrap_or(0) } else { 0 };
        if number == 0 { Err(NotAnHprNumber) } else { Ok(Self(number)) }
    }
}

impl TryFrom<u32> for HprNumber {
    type Error = NotAnHprNumber;
    fn try_from(number: u32) -> Result<Self, NotAnHprNumber> {
        if (1..=999_999_999).contains(&number) { Ok(Self(number)) } else { Err(NotAnHprNumber) }
    }
}

impl TryFrom<String> for HprNumber {
    type Error = NotAnHprNumber;
    fn try_from(text: String) -> Result<Self, NotAnHprNumber> {
        text.parse()
    }
}

impl From<HprNumber> for String {
    fn from(number: HprNumber) -> Self {
        number.to_string()
    }
}

impl fmt::Display for HprNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
