//! What a variable's values are: types, codes, bounds, and how much they tell about a person.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varde_core::LocalisedText;

/// Makes an enum with stable names for the database, the wire and the locale files.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All of them, in the order they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name: in the database, on the wire, in the locale files.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The one of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.name() == name)
            }
        }
    };
}

named!(
    /// The type of a variable's values.
    DataType {
        /// Free text.
        Text => "text",
        /// A whole number.
        Integer => "integer",
        /// A number with decimals.
        Decimal => "decimal",
        /// A civil date.
        Date => "date",
        /// A civil date and time of day, without zone.
        DateTime => "date_time",
        /// Yes or no.
        Boolean => "boolean",
        /// A code from a system kept elsewhere, such as ICD-10 or a list of hospitals.
        Code => "code",
        /// One of the values listed here.
        List => "list",
    }
);

named!(
    /// How much a variable's values tell about who the person is (metadata for minimisation,
    /// GDPR art. 4(1) and 9).
    Identification {
        /// Points at one person: a number, a name, an address. Never delivered.
        DirectIdentifier => "direct_identifier",
        /// Narrows down who it is together with others: birth, sex, place, dates of contact.
        QuasiIdentifier => "quasi_identifier",
        /// Says something sensitive about the person, such as a diagnosis.
        Sensitive => "sensitive",
        /// None of these.
        Other => "other",
    }
);

named!(
    /// What kind of source it is, in the words of the national specification for metadata.
    SourceKind {
        /// A central health register (helseregisterloven § 11).
        CentralRegister => "central_register",
        /// A national medical quality register.
        QualityRegister => "quality_register",
        /// A medical quality register that is not national.
        OtherQualityRegister => "other_quality_register",
        /// A population-based health survey.
        PopulationSurvey => "population_survey",
        /// A biobank.
        Biobank => "biobank",
        /// Data of one institution or research project.
        Project => "project",
        /// Anything else.
        Other => "other",
    }
);

named!(
    /// How rows find their person.
    LinkKind {
        /// By national number, so that sources can be linked with each other.
        National => "national",
        /// By a number of the source's own; it links within the source only.
        Local => "local",
    }
);

named!(
    /// The categories of electronic health data for secondary use (EHDS, Regulation (EU) 2025/327,
    /// art. 51(1)); those that Norwegian registers fall under.
    EhdsCategory {
        /// Data from health records.
        HealthRecords => "health_records",
        /// Registers of a population (public health registers).
        PopulationRegisters => "population_registers",
        /// Registers for a disease or treatment, and of deaths.
        DiseaseRegisters => "disease_registers",
        /// Medicines and devices: dispensing, registers.
        Medicines => "medicines",
        /// Administrative data of the health services, such as dispensations and reimbursement.
        Administrative => "administrative",
        /// Cohorts, questionnaires and surveys.
        Surveys => "surveys",
        /// Biobanks and the databases that belong to them.
        Biobanks => "biobanks",
        /// Factors that affect health: social, environmental, behavioural.
        Determinants => "determinants",
    }
);

/// One code of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The value as it stands in the data.
    pub value: String,
    /// What it means.
    pub text: LocalisedText,
    /// The first day it was used, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day it was used; `None` while it is in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// One end of an interval. Quality registers write numbers, dates and names of values that their
/// form computes (`today`, `birthYear`, `minDischargeDate`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Bound {
    /// A number, kept as written so that `100.00` keeps its precision.
    Number(String),
    /// A date.
    Date(Date),
    /// A value that the register computes, by name.
    Named(String),
}

impl Bound {
    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(text) => text.parse().ok(),
            _ => None,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(text) | Self::Named(text) => f.write_str(text),
            Self::Date(date) => date.fmt(f),
        }
    }
}

/// The text is neither a number, a date nor a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a bound: {0:?} (use a number, a date as 1980-01-01, or a name such as today)")]
pub struct NotABound(pub String);

impl FromStr for Bound {
    type Err = NotABound;
    fn from_str(text: &str) -> Result<Self, NotABound> {
        if is_number(text) {
            return Ok(Self::Number(text.to_owned()));
        }
        if let Some(date) = plain_date(text) {
            return Ok(Self::Date(date));
        }
        let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if is_name { Ok(Self::Named(text.to_owned())) } else { Err(NotABound(text.to_owned())) }
    }
}

impl TryFrom<String> for Bound {
    type Error = NotABound;
    fn try_from(text: String) -> Result<Self, NotABound> {
        text.parse()
    }
}

impl From<Bound> for String {
    fn from(bound: Bound) -> Self {
        bound.to_string()
    }
}

/// Whether the text is a decimal number with a full stop, optionally signed.
pub(crate) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(fraction)
}

/// A date as `yyyy-mm-dd` or `dd.mm.yyyy`, the two ways that codebooks write it.
pub(crate) fn plain_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 {
        return None;
    }
    let (year, month, day) = match (bytes[4], bytes[7], bytes[2], bytes[5]) {
        (b'-', b'-', ..) => (text.get(0..4)?, text.get(5..7)?, text.get(8..10)?),
        (_, _, b'.', b'.') => (text.get(6..10)?, text.get(3..5)?, text.get(0..2)?),
        _ => return None,
    };
    let unsigned = |t: &str| t.bytes().all(|b| b.is_ascii_digit()).then(|| t.parse::<i16>().ok()).flatten();
    Date::new(unsigned(year)?, i8::try_from(unsigned(month)?).ok()?, i8::try_from(unsigned(day)?).ok()?).ok()
}

/// An interval; an absent end is open.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// The lowest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Bound>,
    /// The highest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Bound>,
}

impl Bounds {
    /// Whether both ends are open.
    pub fn is_open(&self) -> bool {
        self.low.is_none() && self.high.is_none()
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |b: &Option<Bound>| b.as_ref().map_or_else(|| "…".to_owned(), ToString::to_string);
        write!(f, "{} – {}", end(&self.low), end(&self.high))
    }
}

/// The two intervals of a codebook: outside `normal` a value is unusual, outside `maximum` wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranges {
    /// Values outside are unusual and worth a warning.
    #[serde(default, skip_serializing_if = "Bounds::is_open")]
    pub normal: Bounds,
    /// Values outside are wrong.
    #[serde(default, skip_serializing_if = "Bounds::is_open")]
    pub maximum: Bounds,
}

impl Ranges {
    /// Whether nothing is bounded.
    pub fn is_open(&self) -> bool {
        self.normal.is_open() && self.maximum.is_open()
    }
}
