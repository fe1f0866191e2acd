//! How an extract is handed over: which file formats, and in which language its labels and its page
//! to read first are, and whether it is made again when its sources have newer releases.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use varde_core::Language;

use super::Updates;

/// A format of data files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Apache Parquet: Python, DuckDB, Polars, R's arrow.
    Parquet,
    /// CSV by RFC 4180 in UTF-8, dates by ISO 8601: everything reads it.
    Csv,
    /// Arrow IPC file (also called Feather 2): Python, Polars, R's arrow.
    Arrow,
    /// Stata's .dta, format 118: Stata 14 and newer, R's haven, pandas.
    Stata,
}

impl Format {
    /// All of them, in the order in which they are offered and made.
    pub const ALL: [Self; 4] = [Self::Parquet, Self::Csv, Self::Arrow, Self::Stata];

    /// Its name in forms, texts and specifications.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
            Self::Arrow => "arrow",
            Self::Stata => "stata",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// How the names of its files end, without the point.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
            Self::Arrow => "arrow",
            Self::Stata => "dta",
        }
    }

    /// Its media type (IANA's where there is one).
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Parquet => "application/vnd.apache.parquet",
            Self::Csv => "text/csv",
            Self::Arrow => "application/vnd.apache.arrow.file",
            Self::Stata => "application/x-stata-dta",
        }
    }
}

/// How an extract is handed over. What nobody chose is left out of documents, so that those sealed
/// before there was a choice keep their digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    /// The formats of the data files; every dataset comes in each. Parquet comes always: the room's own
    /// tools read it.
    pub formats: BTreeSet<Format>,
    /// The language of labels inside the files, and of the page to read first.
    #[serde(default)]
    pub language: Language,
    /// Whether, and how often, it is made again from newer releases while the permit lasts: asked for in a
    /// need, granted in a permit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updates: Option<Updates>,
}

impl Default for Handover {
    fn default() -> Self {
        Self { formats: BTreeSet::from([Format::Parquet]), language: Language::default(), updates: None }
    }
}

impl Handover {
    /// Whether it is what nobody needs to choose: Parquet, bokmål.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The formats to make, in order, Parquet first.
    pub fn formats(&self) -> impl Iterator<Item = Format> {
        Format::ALL.into_iter().filter(|format| *format == Format::Parquet || self.formats.contains(format))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_stand_in_documents() {
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.name()), Some(format));
            assert_eq!(serde_json::to_value(format).unwrap(), format.name());
        }
        assert_eq!(Format::from_name("xlsx"), None);
    }

    #[test]
    fn no_choice_is_parquet_in_bokmal() {
        let none: Handover = serde_json::from_str(r#"{"formats":[]}"#).unwrap();
        assert!(none.formats().eq([Format::Parquet]));
        assert!(Handover::default().is_default() && !none.is_default());
        let chosen: Handover = serde_json::from_str(r#"{"formats":["stata","csv"],"language":"en"}"#).unwrap();
        assert!(chosen.formats().eq([Format::Parquet, Format::Csv, Format::Stata]), "Parquet comes always");
        assert!(serde_json::from_str::<Handover>(r#"{"formats":[],"format":"csv"}"#).is_err());
    }
}
