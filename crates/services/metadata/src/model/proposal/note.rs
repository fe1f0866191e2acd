//! Doubts about a proposed codebook.

use std::fmt;

use serde::Serialize;

/// A doubt about one column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Note {
    /// The column in the file.
    pub column: String,
    /// What is in doubt.
    #[serde(flatten)]
    pub doubt: Doubt,
}

/// What a person should look at.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "doubt", rename_all = "snake_case")]
pub enum Doubt {
    /// No row has a value: the type cannot be told.
    Empty,
    /// Many rows have no value.
    Missing {
        /// Rows without a value, in per cent, rounded down.
        percent: u64,
    },
    /// Digits only, but with leading zeros: kept as text so that they survive.
    LeadingZeros {
        /// An example.
        example: String,
    },
    /// Every row has its own value: a row number or an identifier.
    Unique,
    /// The values could be national numbers.
    NationalNumber,
    /// Few distinct values: proposed as a list whose texts somebody must write.
    ListOfValues {
        /// How many.
        values: usize,
    },
    /// Times of day are all midnight: perhaps dates.
    AlwaysMidnight,
    /// Dates after the file can have been made: shifted dates, or a mistake.
    FutureDates {
        /// The last.
        latest: String,
    },
    /// Nearly all values fit a type, but not these: the column is text unless they are corrected.
    NearlyAll {
        /// The type they nearly fit.
        data_type: &'static str,
        /// How many do not.
        exceptions: u64,
        /// The line of the first that does not.
        line: u64,
    },
    /// Long text about people may identify them.
    FreeText,
    /// The column's name does not go into a catalogue path as it is.
    Renamed {
        /// The name in the catalogue.
        name: String,
    },
}

impl Doubt {
    /// The key of the doubt in the locale files.
    pub fn key(&self) -> String {
        let name = serde_json::to_value(self).ok().and_then(|v| v["doubt"].as_str().map(str::to_owned));
        format!("metadata-doubt-{}", name.unwrap_or_default().replace('_', "-"))
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.column)?;
        match &self.doubt {
            Doubt::Empty => write!(f, "no row has a value; the type is a guess"),
            Doubt::Missing { percent } => write!(f, "{percent} % of the rows have no value"),
            Doubt::LeadingZeros { example } => {
                write!(f, "numbers with leading zeros such as {example}; kept as text so that they survive")
            }
            Doubt::Unique => write!(f, "every row has its own value: a row number or an identifier?"),
            Doubt::NationalNumber => write!(f, "the values look like national numbers; marked as direct identifier"),
            Doubt::ListOfValues { values } => write!(f, "{values} distinct values; write what each means"),
            Doubt::AlwaysMidnight => write!(f, "the time of day is always midnight: a date?"),
            Doubt::FutureDates { latest } => write!(f, "dates up to {latest}: shifted on purpose?"),
            Doubt::NearlyAll { data_type, exceptions, line } => {
                write!(f, "{exceptions} value(s) are not {data_type}, the first on line {line}; kept as text")
            }
            Doubt::FreeText => write!(f, "free text may identify people; marked as sensitive"),
            Doubt::Renamed { name } => write!(f, "is called {name} in the catalogue"),
        }
    }
}
