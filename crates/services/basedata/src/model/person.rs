//! What the population register says of a person.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varde_core::{PersonId, identifier::NationalNumber};

/// Gives an enumeration its codes: one place for the database, files and entries.
macro_rules! codes {
    ($name:ident { $($variant:ident => $code:literal),+ $(,)? }) => {
        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code in the database, files and entries.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The value with that code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.code() == code)
            }
        }
    };
}
pub(crate) use codes;

/// The registered gender; a field of the register, never derived from a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// Kvinne.
    Female,
    /// Mann.
    Male,
}
codes!(Gender { Female => "female", Male => "male" });

/// How the address is protected (folkeregisterloven § 10-4). The grading is itself confidential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressProtection {
    /// Not protected.
    #[default]
    Unclassified,
    /// Fortrolig (old code 7).
    Confidential,
    /// Strengt fortrolig (old code 6).
    StrictlyConfidential,
}
codes!(AddressProtection {
    Unclassified => "unclassified", Confidential => "confidential", StrictlyConfidential => "strictly_confidential",
});

/// Personstatus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Bosatt.
    Resident,
    /// Utflyttet.
    Emigrated,
    /// Forsvunnet.
    Disappeared,
    /// Død.
    Deceased,
    /// Opphørt: the identity is no longer in use.
    Discontinued,
    /// Fødselsregistrert: born here, not yet found to be resident.
    RegisteredAtBirth,
    /// Midlertidig: has a D-number in use.
    Temporary,
    /// Inaktiv: a D-number that has run out.
    Inactive,
    /// Ikke bosatt.
    NotResident,
}
codes!(Status {
    Resident => "resident", Emigrated => "emigrated", Disappeared => "disappeared", Deceased => "deceased",
    Discontinued => "discontinued", RegisteredAtBirth => "registered_at_birth", Temporary => "temporary",
    Inactive => "inactive", NotResident => "not_resident",
});

/// What another person is to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// Their mother.
    Mother,
    /// Their father.
    Father,
    /// Their medmor.
    CoMother,
    /// Their spouse or registered partner. Recorded on both.
    Spouse,
    /// Has parental responsibility for them (barnelova chapter 5), until they are 18.
    Responsible,
}
codes!(RelationKind {
    Mother => "mother", Father => "father", CoMother => "co_mother", Spouse => "spouse", Responsible => "responsible",
});

/// A municipality's number, such as 0301.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Municipality(u16);

/// The text is not a municipality number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a municipality number has four digits, such as 0301")]
pub struct NotAMunicipality;

impl Municipality {
    /// The number without leading zeros: 301 for 0301.
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl FromStr for Municipality {
    type Err = NotAMunicipality;
    fn from_str(text: &str) -> Result<Self, NotAMunicipality> {
        let shaped = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        if shaped { text.parse().map(Self).map_err(|_| NotAMunicipality) } else { Err(NotAMunicipality) }
    }
}

impl TryFrom<String> for Municipality {
    type Error = NotAMunicipality;
    fn try_from(text: String) -> Result<Self, NotAMunicipality> {
        text.parse()
    }
}

impl From<Municipality> for String {
    fn from(municipality: Municipality) -> Self {
        municipality.to_string()
    }
}

impl fmt::Display for Municipality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

/// A person as at a day. Leaves the service only inside [`varde_core::Personal`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonView {
    /// Who.
    pub id: PersonId,
    /// The full name, given names first.
    pub name: Option<String>,
    /// The national number in use; `None` for persons of a local namespace.
    pub number: Option<NationalNumber>,
    /// The registered birth date.
    pub birth_date: Option<Date>,
    /// The registered gender.
    pub gender: Option<Gender>,
    /// Where they live.
    pub municipality: Option<Municipality>,
    /// How the address is protected.
    pub protection: AddressProtection,
    /// Their status.
    pub status: Option<Status>,
    /// When they died.
    pub death_date: Option<Date>,
}
