//! Organisation numbers (Enhetsregisteret).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::check_digits::{ORGANISATION, completing, digits, remainder};

/// The number of a main unit or sub unit in Enhetsregisteret: nine digits, the last a control
/// digit modulo 11. Public, so it prints.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganisationNumber([u8; 9]);

/// Why a text is not an organisation number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOrganisationNumber {
    /// Not nine digits.
    #[error("an organisation number has nine digits, without spaces")]
    Shape,
    /// The control digit is wrong. Suppliers' published test samples often are: register test
    /// organisations under numbers that hold.
    #[error("the last digit of the organisation number is wrong: check it for a typing error")]
    ControlDigit,
}

impl OrganisationNumber {
    /// The number with these first eight digits (0–99 999 999); `None` when its control digit would be 10 or the
    /// digits are more than eight. For the demo world: real numbers begin with 8 or 9, synthetic
    /// ones with 2 or 3.
    pub fn from_stem(stem: u32) -> Option<Self> {
        let stem: [u8; 8] = digits(&format!("{stem:08}"))?;
        let control = completing(remainder(&stem, &ORGANISATION), 0)?;
        let mut number = [control; 9];
        number[..8].copy_from_slice(&stem);
        Some(Self(number.map(|d| b'0' + d)))
    }

    /// The nine digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }
}

impl FromStr for OrganisationNumber {
    type Err = NotAnOrganisationNumber;
    fn from_str(text: &str) -> Result<Self, NotAnOrganisationNumber> {
        let number: [u8; 9] = digits(text).ok_or(NotAnOrganisationNumber::Shape)?;
        let sum = remainder(&number[..8], &ORGANISATION);
        if completing(sum, 0) != Some(number[8]) {
            return Err(NotAnOrganisationNumber::ControlDigit);
        }
        Ok(Self(number.map(|d| b'0' + d)))
    }
}

impl TryFrom<String> for OrganisationNumber {
    type Error = NotAnOrganisationNumber;
    fn try_from(text: String) -> Result<Self, NotAnOrganisationNumber> {
        text.parse()
    }
}

impl From<OrganisationNumber> for String {
    fn from(number: OrganisationNumber) -> Self {
        number.as_str().to_owned()
    }
}

impl fmt::Display for OrganisationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for OrganisationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrganisationNumber({self})")
    }
}
