//! What can be wrong with a codebook: line, column, reason.

use std::fmt;

use serde::Serialize;
use varde_core::{FieldProblem, Problem, ProblemKind};

/// One thing that is wrong with a codebook, or worth a look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodebookProblem {
    /// The line in the file, the header being 1.
    pub line: u64,
    /// The column, when it is about one.
    pub column: Option<String>,
    /// Why.
    #[serde(flatten)]
    pub reason: Reason,
}

/// Why a codebook cannot be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// The file has no header line.
    Empty,
    /// A column of the 27 is missing.
    MissingColumn,
    /// A column that nobody knows: perhaps a misspelt one.
    UnknownColumn,
    /// A column occurs twice.
    RepeatedColumn,
    /// The line has another number of fields than the header.
    FieldCount {
        /// Fields in the header.
        expected: usize,
        /// Fields in the line.
        found: usize,
    },
    /// The cell must be filled in.
    Missing,
    /// Not a type of the format.
    UnknownType {
        /// What it says.
        value: String,
    },
    /// Neither `Ja` nor `Nei`.
    NotYesNo {
        /// What it says.
        value: String,
    },
    /// Not a date, nor the name of one.
    BadDate {
        /// What it says.
        value: String,
    },
    /// Not a number.
    BadNumber {
        /// What it says.
        value: String,
    },
    /// Not a rule between variables.
    NoRule {
        /// The part that is none.
        value: String,
    },
    /// A rule names a variable that the table does not have, or its own.
    RuleNamesNothing {
        /// The name.
        name: String,
    },
    /// Not an identification class.
    UnknownIdentification {
        /// What it says.
        value: String,
    },
    /// The variable was described further up.
    DuplicateVariable {
        /// Its id.
        id: String,
        /// The line where it was described.
        first: u64,
    },
    /// Another variable is kept in the same column of the same table.
    DuplicatePlace {
        /// The other variable.
        id: String,
    },
    /// A list value without a text.
    ValueWithoutText {
        /// The value.
        value: String,
    },
    /// A text without a list value.
    TextWithoutValue {
        /// The text.
        text: String,
    },
    /// A list without values.
    ListWithoutValues,
    /// List values on a variable that is no list.
    ValuesOutsideList,
    /// The rows of one list variable say different things in this column.
    RowsDisagree {
        /// The variable.
        id: String,
    },
    /// It is retired before it is introduced.
    EndsBeforeItBegins,
    /// Numeric and date intervals on the same variable.
    MixedIntervals,
    /// The name has no letter or digit that can go into a catalogue path.
    Unnameable {
        /// What it says.
        value: String,
    },
    /// The same value is listed twice in use at the same time (a remark, not an error: it stands
    /// in published codebooks).
    RepeatedValue {
        /// The value.
        value: String,
    },
}

impl Reason {
    /// The key of the reason in the locale files.
    pub fn key(&self) -> String {
        let name = serde_json::to_value(self).ok().and_then(|v| v["reason"].as_str().map(str::to_owned));
        format!("metadata-codebook-{}", name.unwrap_or_default().replace('_', "-"))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the file is empty: the first line must name the columns"),
            Self::MissingColumn => write!(f, "the column is missing: add it, empty if need be"),
            Self::UnknownColumn => write!(f, "unknown column: correct its name or take it out"),
            Self::RepeatedColumn => write!(f, "the column occurs twice: take one out"),
            Self::FieldCount { expected, found } => {
                write!(f, "{found} fields where the header has {expected}: check separators and quotes")
            }
            Self::Missing => write!(f, "must be filled in"),
            Self::UnknownType { value } => {
                write!(f, "unknown type {value:?}: use ")?;
                let names: Vec<&str> = super::FieldType::ALL.iter().map(|(_, n)| *n).collect();
                f.write_str(&names.join(", "))
            }
            Self::NotYesNo { value } => write!(f, "{value:?} is neither Ja nor Nei"),
            Self::BadDate { value } => write!(f, "{value:?} is not a date: write 2024-01-31 or 31.01.2024"),
            Self::BadNumber { value } => write!(f, "{value:?} is not a number: write 12 or 12.5"),
            Self::NoRule { value } => write!(
                f,
                "{value:?} is no rule: write >= COLUMN, = A + B, kreves hvis COLUMN = 1 | 2, or tom hvis COLUMN = 1"
            ),
            Self::RuleNamesNothing { name } => {
                write!(f, "the rule names {name}, which is no other column of the table")
            }
            Self::UnknownIdentification { value } => {
                write!(f, "{value:?} is unknown: use direct_identifier, quasi_identifier, sensitive or other")
            }
            Self::DuplicateVariable { id, first } => write!(f, "{id} is described already from line {first}"),
            Self::DuplicatePlace { id } => write!(f, "the variable {id} has the same table and column"),
            Self::ValueWithoutText { value } => write!(f, "the list value {value:?} has no text: say what it means"),
            Self::TextWithoutValue { text } => write!(f, "the text {text:?} has no list value"),
            Self::ListWithoutValues => write!(f, "a Listevariabel must have values: add them or change the type"),
            Self::ValuesOutsideList => write!(f, "list values on a variable that is no Listevariabel"),
            Self::RowsDisagree { id } => write!(f, "the rows of {id} differ here: make them equal"),
            Self::EndsBeforeItBegins => write!(f, "it is retired before it is introduced"),
            Self::MixedIntervals => write!(f, "use either the numeric or the date intervals"),
            Self::Unnameable { value } => write!(f, "{value:?} has no letter or digit to name it by"),
            Self::RepeatedValue { value } => write!(f, "the value {value:?} is listed twice"),
        }
    }
}

impl fmt::Display for CodebookProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "line {}, column {column}: {}", self.line, self.reason),
            None => write!(f, "line {}: {}", self.line, self.reason),
        }
    }
}

/// Everything that is wrong with a codebook, in the order of the file; at least one problem.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct WrongCodebook(pub Vec<CodebookProblem>);

impl fmt::Display for WrongCodebook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the codebook has {} problem(s) and was not taken:", self.0.len())?;
        self.0.iter().try_for_each(|problem| writeln!(f, "  {problem}"))
    }
}

impl Problem for WrongCodebook {
    fn kind(&self) -> ProblemKind {
        ProblemKind::Invalid
    }

    fn code(&self) -> &'static str {
        "metadata.wrong_codebook"
    }

    fn fields(&self) -> Vec<FieldProblem> {
        let place = |p: &CodebookProblem| match &p.column {
            Some(column) => format!("{}:{column}", p.line),
            None => p.line.to_string(),
        };
        self.0.iter().map(|p| FieldProblem::new(place(p), p.reason.key())).collect()
    }
}
