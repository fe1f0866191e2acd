//! What a release's columns are. The description travels inside the Parquet file, so that a file
//! can be read, checked and documented without the catalogue it came from.

use std::{collections::BTreeSet, sync::Arc};

use datafusion::arrow::datatypes::{DataType, Field, Schema as ArrowSchema, SchemaRef, TimeUnit};
use serde::{Deserialize, Serialize};
use varde_core::{LocalisedText, id::CataloguePath};
use varde_permit::Values;

/// The column every release is sorted by: the person's dense index, an unsigned 32-bit number.
pub const PERSON: &str = "person_index";
/// The column that takes its place in a delivery: the project's pseudonym, 32 hexadecimal digits.
pub const PSEUDONYM: &str = "pseudonym";

/// What kind of values a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Whole numbers, 64 bits.
    Integer,
    /// Decimal numbers, IEEE 754 double.
    Decimal,
    /// Yes or no.
    Boolean,
    /// Civil dates.
    Date,
    /// Civil date and time of day, to the microsecond, no zone.
    Moment,
    /// Free text.
    Text,
    /// A code as text: leading zeros are part of it.
    Code,
}

impl Kind {
    /// The Arrow type it is kept as.
    pub fn arrow(self) -> DataType {
        match self {
            Self::Integer => DataType::Int64,
            Self::Decimal => DataType::Float64,
            Self::Boolean => DataType::Boolean,
            Self::Date => DataType::Date32,
            Self::Moment => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::Text | Self::Code => DataType::Utf8,
        }
    }

    /// What kind of values it is for granularity.
    pub const fn values(self) -> Values {
        match self {
            Self::Integer | Self::Decimal => Values::Numbers,
            Self::Boolean => Values::Truths,
            Self::Date | Self::Moment => Values::Dates,
            Self::Text | Self::Code => Values::Characters,
        }
    }

    /// Whether it says when something happened.
    pub const fn is_temporal(self) -> bool {
        matches!(self, Self::Date | Self::Moment)
    }

    /// The name in codebooks.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Moment => "moment",
            Self::Text => "text",
            Self::Code => "code",
        }
    }
}

/// One value of a closed list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeLabel {
    /// The value as it stands in the data.
    pub code: String,
    /// What it means.
    pub label: LocalisedText,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The variable's name: the last part of its catalogue path.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// What it means, from the catalogue.
    #[serde(default)]
    pub label: LocalisedText,
    /// Whether it helps to recognise a person together with others (sex, year of birth, place).
    #[serde(default)]
    pub quasi_identifier: bool,
    /// Whether it says something sensitive about a person, such as a diagnosis.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sensitive: bool,
    /// The unit of a number, as UCUM code or word: `mm[Hg]`, `kg`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The closed list of values, where there is a short one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<CodeLabel>,
}

// Serde hands it a reference.
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Column {
    /// A column without label or list.
    pub fn new(name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            label: LocalisedText::default(),
            quasi_identifier: false,
            sensitive: false,
            unit: None,
            codes: Vec::new(),
        }
    }

    /// The same column, marked as one that helps to recognise a person.
    #[must_use]
    pub fn identifying(mut self) -> Self {
        self.quasi_identifier = true;
        self
    }

    /// The same column, marked as one that says something sensitive.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// The same column with a label.
    #[must_use]
    pub fn labelled(mut self, label: LocalisedText) -> Self {
        self.label = label;
        self
    }
}

/// The columns of a dataset, in order, without the person's index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// The dataset: `source/dataset`.
    pub dataset: CataloguePath,
    /// The column that says when a row happened; `None` for data without time, where a period
    /// leaves out nothing.
    pub event_date: Option<String>,
    /// The columns.
    pub columns: Vec<Column>,
}

/// A description that cannot be a release's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// Two columns have the same name.
    #[error("{dataset} has two columns named {column:?}: give one of them another name")]
    Twice {
        /// Where.
        dataset: CataloguePath,
        /// Which.
        column: String,
    },
    /// A column has a name that the platform uses itself or that cannot stand in a path.
    #[error(
        "{dataset} has a column named {column:?}, which cannot be used: use a–z, 0–9 and _, and not \
             person_index or pseudonym"
    )]
    Name {
        /// Where.
        dataset: CataloguePath,
        /// Which.
        column: String,
    },
    /// The event date is not a column of dates.
    #[error("{dataset} names {column:?} as the date of its rows, but that is not a column of dates")]
    EventDate {
        /// Where.
        dataset: CataloguePath,
        /// Which.
        column: String,
    },
}

impl Schema {
    /// Checks names and the event date.
    pub fn check(&self) -> Result<(), SchemaError> {
        let mut seen = BTreeSet::new();
        for column in &self.columns {
            let (dataset, name) = (self.dataset.clone(), column.name.clone());
            if [PERSON, PSEUDONYM].contains(&name.as_str()) || self.dataset.join(&name).is_err() {
                return Err(SchemaError::Name { dataset, column: name });
            }
            if !seen.insert(&column.name) {
                return Err(SchemaError::Twice { dataset, column: name });
            }
        }
        match &self.event_date {
            Some(name) if !self.column(name).is_some_and(|c| c.kind.is_temporal()) => {
                Err(SchemaError::EventDate { dataset: self.dataset.clone(), column: name.clone() })
            }
            _ => Ok(()),
        }
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// The source that the dataset belongs to: the first part of its path.
    pub fn source(&self) -> &str {
        self.dataset.parts().next().unwrap_or_default()
    }

    /// The Arrow schema of the release: the person's index, then the columns.
    pub fn arrow(&self) -> SchemaRef {
        let person = Field::new(PERSON, DataType::UInt32, false);
        let columns = self.columns.iter().map(|c| Field::new(&c.name, c.kind.arrow(), true));
        Arc::new(ArrowSchema::new(std::iter::once(person).chain(columns).collect::<Vec<_>>()))
    }
}
