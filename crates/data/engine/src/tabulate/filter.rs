//! Which rows count.

use std::sync::Arc;

use datafusion::arrow::{
    array::{Array, AsArray},
    datatypes::{Float64Type, Int64Type},
};

use super::{
    group::{Births, age},
    rows::{ByEntry, Rows},
};
use crate::{EngineError, Kind, Schema, people::Bits, release::days};

/// A condition on a row and the person it is about. A row without the value satisfies no condition on it,
/// and so every *not* of one.
#[derive(Debug, Clone)]
pub enum Filter {
    /// All of them; every row when there are none.
    All(Vec<Filter>),
    /// At least one of them.
    Any(Vec<Filter>),
    /// Not that.
    Not(Box<Filter>),
    /// A code that begins with one of these.
    Codes {
        /// The column.
        column: String,
        /// What it begins with.
        prefixes: Vec<String>,
    },
    /// Yes or no.
    Truth {
        /// The column.
        column: String,
        /// Which.
        is: bool,
    },
    /// A day, both ends included, in days since 1970-01-01.
    Days {
        /// The column.
        column: String,
        /// The first.
        from: i32,
        /// The last.
        until: i32,
    },
    /// A number, from the lower end up to but without the upper one.
    Range {
        /// The column.
        column: String,
        /// The lower end.
        from: f64,
        /// The upper end.
        until: f64,
    },
    /// Full years of age at the row's date, both ends included.
    Age {
        /// When people were born.
        births: Births,
        /// The youngest.
        from: u16,
        /// The oldest.
        until: u16,
    },
    /// Rows of these people.
    People(Arc<roaring::RoaringBitmap>),
}

impl Default for Filter {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// A filter made ready for a release.
pub(super) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Codes { column: String, prefixes: Vec<String>, known: ByEntry<bool> },
    Truth { column: String, is: bool },
    Days { column: String, from: i32, until: i32 },
    Range { column: String, from: f64, until: f64 },
    Age { births: Births, date: Option<String>, from: u16, until: u16 },
    People(Bits),
}

impl Test {
    pub(super) fn compile(filter: &Filter, schema: &Schema) -> Result<Self, EngineError> {
        let each = |parts: &[Filter]| parts.iter().map(|part| Self::compile(part, schema)).collect::<Result<_, _>>();
        let column = |name: &str, kinds: &[Kind]| column(schema, name, kinds);
        Ok(match filter {
            Filter::All(parts) => Self::All(each(parts)?),
            Filter::Any(parts) => Self::Any(each(parts)?),
            Filter::Not(part) => Self::Not(Box::new(Self::compile(part, schema)?)),
            Filter::Codes { column: name, prefixes } => Self::Codes {
                column: column(name, &[Kind::Code, Kind::Text])?,
                prefixes: prefixes.clone(),
                known: ByEntry::default(),
            },
            Filter::Truth { column: name, is } => Self::Truth { column: column(name, &[Kind::Boolean])?, is: *is },
            Filter::Days { column: name, from, until } => {
                Self::Days { column: column(name, &[Kind::Date, Kind::Moment])?, from: *from, until: *until }
            }
            Filter::Range { column: name, from, until } => {
                Self::Range { column: column(name, &[Kind::Integer, Kind::Decimal])?, from: *from, until: *until }
            }
            Filter::Age { births, from, until } => {
                Self::Age { births: births.clone(), date: schema.event_date.clone(), from: *from, until: *until }
            }
            Filter::People(people) => Self::People(Bits::of(people)),
        })
    }

    /// Adds the columns it reads, each once.
    pub(super) fn columns(&self, all: &mut Vec<String>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.columns(all)),
            Self::Not(part) => part.columns(all),
            Self::Codes { column, .. }
            | Self::Truth { column, .. }
            | Self::Days { column, .. }
            | Self::Range { column, .. } => need(all, column),
            Self::Age { date, .. } => date.iter().for_each(|date| need(all, date)),
            Self::People(_) => {}
        }
    }

    /// Whether it lets every row pass.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::All(parts) if parts.is_empty())
    }

    /// Which rows pass.
    pub(super) fn passes(&mut self, rows: &Rows<'_>) -> Vec<bool> {
        let length = rows.persons().len();
        match self {
            Self::All(parts) => fold(parts, rows, true, |all, one| all & one),
            Self::Any(parts) => fold(parts, rows, false, |any, one| any | one),
            Self::Not(part) => part.passes(rows).into_iter().map(|passes| !passes).collect(),
            Self::People(people) => rows.persons().iter().map(|person| people.contains(*person)).collect(),
            Self::Codes { column, prefixes, known } => rows.column(column).map_or_else(
                || vec![false; length],
                |codes| {
                    let begins = |code: &str| prefixes.iter().any(|prefix| code.starts_with(prefix.as_str()));
                    known.map(codes, false, begins, |passes| passes)
                },
            ),
            Self::Truth { column, is } => rows.column(column).map_or_else(
                || vec![false; length],
                |truths| truths.as_boolean().iter().map(|truth| truth == Some(*is)).collect(),
            ),
            Self::Days { column, from, until } => rows.column(column).map_or_else(
                || vec![false; length],
                |column| days(column).map(|day| day.is_some_and(|day| *from <= day && day <= *until)).collect(),
            ),
            Self::Range { column, from, until } => rows.column(column).map_or_else(
                || vec![false; length],
                |column| numbers(column).map(|n| n.is_some_and(|n| *from <= n && n < *until)).collect(),
            ),
            Self::Age { births, date, from, until } => {
                let (lowest, highest) = (i32::from(*from), i32::from(*until));
                let ages = age(births, date.as_ref().and_then(|date| rows.column(date)), rows.persons());
                ages.into_iter().map(|age| age.is_some_and(|age| lowest <= age && age <= highest)).collect()
            }
        }
    }
}

fn fold(parts: &mut [Test], rows: &Rows<'_>, start: bool, join: impl Fn(bool, bool) -> bool) -> Vec<bool> {
    let mut all = vec![start; rows.persons().len()];
    for part in parts {
        for (all, one) in all.iter_mut().zip(part.passes(rows)) {
            *all = join(*all, one);
        }
    }
    all
}

/// Adds a column to those that are read, once.
pub(super) fn need(all: &mut Vec<String>, column: &str) {
    if !all.iter().any(|one| one == column) {
        all.push(column.to_owned());
    }
}

/// The column's name, when the release has it and its values are of one of the kinds.
pub(super) fn column(schema: &Schema, name: &str, kinds: &[Kind]) -> Result<String, EngineError> {
    let found = schema.column(name).filter(|column| kinds.contains(&column.kind));
    let missing = || EngineError::NoColumn { dataset: schema.dataset.clone(), column: name.to_owned() };
    found.map(|column| column.name.clone()).ok_or_else(missing)
}

/// The numbers of a column; what is not a number (NaN, infinite) is missing.
pub(super) fn numbers(column: &dyn Array) -> impl Iterator<Item = Option<f64>> {
    let whole = column.as_primitive_opt::<Int64Type>();
    let decimal = column.as_primitive_opt::<Float64Type>();
    (0..column.len()).map(move |row| {
        if column.is_null(row) {
            return None;
        }
        match (whole, decimal) {
            // Above 2^53 the nearest double stands for a whole number; no measure has such values.
            (Some(whole), _) => Some(whole.value(row) as f64),
            (_, Some(decimal)) => Some(decimal.value(row)).filter(|number| number.is_finite()),
            _ => None,
        }
    })
}
