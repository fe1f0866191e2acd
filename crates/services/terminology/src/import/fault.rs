//! What is wrong with a file, and what is worth a look in one that is taken.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Fault, fhir::Misfit};

/// A text of the locale files with what stands in it, so that a page can say it in its language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The key.
    pub key: &'static str,
    /// The values of its variables.
    pub arguments: Vec<(&'static str, String)>,
}

impl Message {
    fn new<const N: usize>(key: &'static str, arguments: [(&'static str, String); N]) -> Self {
        Self { key, arguments: arguments.to_vec() }
    }
}

/// What neither the file nor the person has said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanting {
    /// The short name.
    Key,
    /// The canonical address or the object identifier.
    Url,
    /// What it is called.
    Title,
    /// The version.
    Version,
    /// The first day.
    From,
}

impl Wanting {
    /// The name of the field in the form and on the command line.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Url => "url",
            Self::Title => "title",
            Self::Version => "version",
            Self::From => "from",
        }
    }
}

/// What is wrong with a SAS file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SasFault {
    /// There is no `value` statement.
    NoFormat,
    /// The statement has no name.
    NoName,
    /// A quote is not closed before the line ends.
    Unclosed,
    /// A comment is not closed.
    Comment,
    /// Codes from–to are not codes.
    Range,
    /// A code has no text in quotes.
    NoText,
    /// Something else stands here than a code, `=`, a text or the `;` at the end.
    Unexpected,
}

impl SasFault {
    const fn message(self) -> (&'static str, &'static str) {
        match self {
            Self::NoFormat => ("terminology-fault-sas-no-format", "there is no value statement"),
            Self::NoName => ("terminology-fault-sas-no-name", "the value statement has no name"),
            Self::Unclosed => ("terminology-fault-sas-unclosed", "a quote is not closed on its line"),
            Self::Comment => ("terminology-fault-sas-comment", "a comment is not closed"),
            Self::Range => ("terminology-fault-sas-range", "a range from–to is not a code"),
            Self::NoText => ("terminology-fault-sas-no-text", "the code has no text in quotes"),
            Self::Unexpected => {
                ("terminology-fault-sas-unexpected", "a code, = and a text are expected, and ; after the last one")
            }
        }
    }
}

/// Why a file cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportFault {
    /// There is nothing in it.
    Empty,
    /// It is larger than [`super::LARGEST`].
    TooLarge,
    /// Something must be said first.
    Missing(Wanting),
    /// The version is longer than 60 letters, or has `|` in it.
    BadVersion,
    /// The period ends before it begins.
    EndsBeforeItBegins,
    /// The key leaves no room for that of the map.
    LongKey,
    /// A SAS file is wrong.
    Sas {
        /// The line, from 1.
        line: usize,
        /// What.
        what: SasFault,
    },
    /// A SAS file has several formats: one file is one code system.
    SeveralFormats(Vec<String>),
    /// A column that is not known.
    CsvColumn(String),
    /// A column stands twice.
    CsvTwice(String),
    /// A column is missing.
    CsvMissing(String),
    /// A table of codes needs a column with codes and one with texts.
    CsvNeeds,
    /// A row has another number of cells than the heading, or its quotes are wrong.
    CsvRow {
        /// The line, from 1.
        line: u64,
    },
    /// A cell cannot be read.
    CsvCell {
        /// The line, from 1.
        line: u64,
        /// The column.
        column: String,
        /// What is expected: `date` or `flag`.
        expected: &'static str,
    },
    /// It is no JSON.
    Json {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// It is not a resource that can be taken.
    NotAResource(String),
    /// Something in the resource has the wrong form.
    Fhir(Misfit),
    /// A supplement changes another system's concepts; it is no edition.
    Supplement,
    /// The resource has no codes in it.
    NotPresent,
    /// The value set has no rules.
    NoRules,
    /// The codes do not hold together.
    Content(Vec<Fault>),
}

impl From<Misfit> for ImportFault {
    fn from(misfit: Misfit) -> Self {
        Self::Fhir(misfit)
    }
}

impl std::error::Error for ImportFault {}

impl ImportFault {
    /// The field of the form that it is about; the file, mostly.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Missing(what) => what.field(),
            Self::BadVersion => "version",
            Self::EndsBeforeItBegins => "until",
            Self::LongKey => "key",
            _ => "file",
        }
    }

    /// What is wrong, for a page: one message, or one for each fault of the content.
    pub fn messages(&self) -> Vec<Message> {
        vec![match self {
            Self::Empty => Message::new("terminology-fault-empty", []),
            Self::TooLarge => Message::new("terminology-fault-too-large", []),
            Self::Missing(Wanting::Key) => Message::new("terminology-fault-no-key", []),
            Self::Missing(Wanting::Url) => Message::new("terminology-fault-no-url", []),
            Self::Missing(Wanting::Title) => Message::new("terminology-fault-no-title", []),
            Self::Missing(Wanting::Version) => Message::new("terminology-fault-no-version", []),
            Self::Missing(Wanting::From) => Message::new("terminology-fault-no-from", []),
            Self::BadVersion => Message::new("terminology-fault-bad-version", []),
            Self::EndsBeforeItBegins => Message::new("terminology-fault-period", []),
            Self::LongKey => Message::new("terminology-fault-long-key", []),
            Self::Sas { line, what } => Message::new(what.message().0, [("line", line.to_string())]),
            Self::SeveralFormats(names) => Message::new("terminology-fault-several", [("names", names.join(", "))]),
            Self::CsvColumn(name) => Message::new("terminology-fault-column", [("column", name.clone())]),
            Self::CsvTwice(name) => Message::new("terminology-fault-column-twice", [("column", name.clone())]),
            Self::CsvMissing(name) => Message::new("terminology-fault-column-missing", [("column", name.clone())]),
            Self::CsvNeeds => Message::new("terminology-fault-columns-needed", []),
            Self::CsvRow { line } => Message::new("terminology-fault-row", [("line", line.to_string())]),
            Self::CsvCell { line, column, expected: "date" } => {
                Message::new("terminology-fault-date", [("line", line.to_string()), ("column", column.clone())])
            }
            Self::CsvCell { line, column, .. } => {
                Message::new("terminology-fault-flag", [("line", line.to_string()), ("column", column.clone())])
            }
            Self::Json { line, column } => {
                Message::new("terminology-fault-json", [("line", line.to_string()), ("column", column.to_string())])
            }
            Self::NotAResource(kind) => Message::new("terminology-fault-resource", [("found", kind.clone())]),
            Self::Fhir(misfit) => Message::new("terminology-fault-place", [("place", misfit.place.clone())]),
            Self::Supplement => Message::new("terminology-fault-supplement", []),
            Self::NotPresent => Message::new("terminology-fault-not-present", []),
            Self::NoRules => Message::new("terminology-fault-no-rules", []),
            Self::Content(faults) => return faults.iter().map(content).collect(),
        }]
    }
}

/// A fault of the content, for a page.
fn content(fault: &Fault) -> Message {
    match fault {
        Fault::Empty => Message::new("terminology-fault-no-codes", []),
        Fault::BadCode { position } => Message::new("terminology-fault-code", [("position", position.to_string())]),
        Fault::NoDisplay { code } => Message::new("terminology-fault-no-text", [("code", code.clone())]),
        Fault::Twice { code } => Message::new("terminology-fault-twice", [("code", code.clone())]),
        Fault::NoParent { code, parent } => {
            Message::new("terminology-fault-no-parent", [("code", code.clone()), ("parent", parent.clone())])
        }
        Fault::Circle { code } => Message::new("terminology-fault-circle", [("code", code.clone())]),
        Fault::Period { code } => Message::new("terminology-fault-code-period", [("code", code.clone())]),
    }
}

impl fmt::Display for ImportFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the file is empty"),
            Self::TooLarge => f.write_str("the file is larger than 64 MiB"),
            Self::Missing(Wanting::Url) => {
                f.write_str("say the canonical address (--url) or the object identifier (--oid)")
            }
            Self::Missing(what) => write!(f, "neither the file nor you have said: --{}", what.field()),
            Self::BadVersion => f.write_str("a version has at most 60 letters, and no |"),
            Self::EndsBeforeItBegins => f.write_str("the period ends before it begins"),
            Self::LongKey => f.write_str("the key is too long: the map gets it too, with -icd10 behind it"),
            Self::Sas { line, what } => write!(f, "line {line}: {}", what.message().1),
            Self::SeveralFormats(names) => {
                write!(f, "the file has several formats ({}): make a file of each", names.join(", "))
            }
            Self::CsvColumn(name) => {
                write!(f, "the column {name:?} is not known; write property:{name} if it is a property of the codes")
            }
            Self::CsvTwice(name) => write!(f, "the column {name:?} stands twice, perhaps once in English"),
            Self::CsvMissing(name) => write!(f, "the column {name} is missing"),
            Self::CsvNeeds => f.write_str("a column code (or kode) and a column display (or navn) are needed"),
            Self::CsvRow { line } => {
                write!(f, "line {line}: the row has another number of cells than the heading, or its quotes are wrong")
            }
            Self::CsvCell { line, column, expected: "date" } => {
                write!(f, "line {line}, column {column}: a date as 2017-01-31 is expected")
            }
            Self::CsvCell { line, column, .. } => write!(f, "line {line}, column {column}: yes or no is expected"),
            Self::Json { line, column } => write!(f, "line {line}, column {column}: this is not JSON"),
            Self::NotAResource(kind) => {
                write!(f, "the file holds {kind:?}: a CodeSystem, ConceptMap or ValueSet is expected")
            }
            Self::Fhir(misfit) => misfit.fmt(f),
            Self::Supplement => f.write_str("the file is a supplement to a code system, not an edition of one"),
            Self::NotPresent => f.write_str("the code system comes without its codes (content = not-present)"),
            Self::NoRules => f.write_str("the value set has neither rules (compose) nor an expansion"),
            Self::Content(faults) => {
                f.write_str("the codes do not hold together:")?;
                faults.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
            }
        }
    }
}

/// What is worth a look in a file that is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remark {
    /// Letters that were lost before the file came here.
    Damaged {
        /// How many.
        letters: usize,
        /// The first line with one.
        line: usize,
    },
    /// Codes without a text, which are called what they are.
    WithoutText(usize),
    /// Rubrics whose first term is not their title.
    RubricsWithoutTitle(usize),
    /// A rule for codes that are not mapped, which is neither followed nor kept.
    Unmapped(String),
    /// The value set has no rules; its expansion was taken as a list.
    FromExpansion,
}

impl Remark {
    /// The same for a page.
    pub fn message(&self) -> Message {
        match self {
            Self::Damaged { letters, line } => {
                Message::new("terminology-remark-damaged", [("count", letters.to_string()), ("line", line.to_string())])
            }
            Self::WithoutText(count) => Message::new("terminology-remark-without-text", [("count", count.to_string())]),
            Self::RubricsWithoutTitle(count) => {
                Message::new("terminology-remark-rubrics", [("count", count.to_string())])
            }
            Self::Unmapped(place) => Message::new("terminology-remark-unmapped", [("place", place.clone())]),
            Self::FromExpansion => Message::new("terminology-remark-expansion", []),
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { letters, line } => {
                write!(f, "{letters} letters were lost before the file came here (U+FFFD), the first on line {line}")
            }
            Self::WithoutText(count) => write!(f, "{count} codes have no text in the file: the code stands for it"),
            Self::RubricsWithoutTitle(count) => {
                write!(f, "{count} rubrics have no term 0000: they are called what their first term is called")
            }
            Self::Unmapped(place) => write!(f, "{place} is neither followed nor kept"),
            Self::FromExpansion => f.write_str("the value set has no rules: its expansion was taken as a list"),
        }
    }
}
