//! Which rows count.

use std::sync::Arc;

use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray},
    datatypes::{Float64Type, Int64Type},
};

use super::{
    group::{Ages, Births},
    rows::{ByEntry, Rows},
};
use crate::{EngineError, Kind, Schema, people::Bits, reading, release::days};

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

/// A condition on the values of a column alone; what is missing does not pass.
#[derive(Debug, Clone)]
pub(super) enum OnValues {
    Codes(Vec<String>),
    Days(i32, i32),
    Range(f64, f64),
}

impl OnValues {
    fn passes(&self, values: &ArrayRef) -> Vec<bool> {
        match self {
            Self::Codes(prefixes) => {
                texts(values, false, |code| prefixes.iter().any(|prefix| code.starts_with(prefix.as_str())))
            }
            Self::Days(from, until) => {
                days(values).map(|day| day.is_some_and(|day| *from <= day && day <= *until)).collect()
            }
            Self::Range(from, until) => {
                numbers(values).map(|number| number.is_some_and(|number| *from <= number && number < *until)).collect()
            }
        }
    }
}

/// A filter made ready for a release.
pub(super) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Value { column: String, passes: OnValues, known: ByEntry<bool> },
    Truth { column: String, is: bool },
    Age { ages: Ages, from: u16, until: u16 },
    People(Bits),
}

impl Test {
    pub(super) fn compile(filter: &Filter, schema: &Schema) -> Result<Self, EngineError> {
        let each = |parts: &[Filter]| parts.iter().map(|part| Self::compile(part, schema)).collect::<Result<_, _>>();
        let column = |name: &str, kinds: &[Kind]| column(schema, name, kinds);
        let on = |column, passes| Self::Value { column, passes, known: ByEntry::default() };
        Ok(match filter {
            Filter::All(parts) => Self::All(each(parts)?),
            Filter::Any(parts) => Self::Any(each(parts)?),
            Filter::Not(part) => Self::Not(Box::new(Self::compile(part, schema)?)),
            Filter::Codes { column: name, prefixes } => {
                on(column(name, &[Kind::Code, Kind::Text])?, OnValues::Codes(prefixes.clone()))
            }
            Filter::Truth { column: name, is } => Self::Truth { column: column(name, &[Kind::Boolean])?, is: *is },
            Filter::Days { column: name, from, until } => {
                on(column(name, &[Kind::Date, Kind::Moment])?, OnValues::Days(*from, *until))
            }
            Filter::Range { column: name, from, until } => {
                on(column(name, &[Kind::Integer, Kind::Decimal])?, OnValues::Range(*from, *until))
            }
            Filter::Age { births, from, until } => {
                Self::Age { ages: Ages::new(births, schema.event_date.as_ref()), from: *from, until: *until }
            }
            Filter::People(people) => Self::People(Bits::of(people)),
        })
    }

    /// Adds the columns it reads, each once.
    pub(super) fn columns(&self, all: &mut Vec<String>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.columns(all)),
            Self::Not(part) => part.columns(all),
            Self::Value { column, .. } | Self::Truth { column, .. } => need(all, column),
            Self::Age { ages, .. } => ages.columns(all),
            Self::People(_) => {}
        }
    }

    /// Whether it lets every row pass.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::All(parts) if parts.is_empty())
    }

    /// Takes out the conditions on values that every row must satisfy: the reader puts them to a column's dictionary
    /// and reads nothing of rows that do not.
    pub(super) fn on_values(&mut self) -> Vec<reading::Test> {
        let parts = match self {
            Self::All(parts) => std::mem::take(parts),
            Self::Value { .. } => vec![std::mem::replace(self, Self::All(Vec::new()))],
            _ => return Vec::new(),
        };
        let (on_values, left): (Vec<Self>, Vec<Self>) =
            parts.into_iter().partition(|part| matches!(part, Self::Value { .. }));
        *self = Self::All(left);
        let test = |part| match part {
            Self::Value { column, passes, .. } => {
                Some(reading::Test::Value(column, Box::new(move |values| Ok(passes.passes(values)))))
            }
            _ => None,
        };
        on_values.into_iter().filter_map(test).collect()
    }

    /// Which rows pass.
    pub(super) fn passes(&mut self, rows: &Rows<'_>) -> Vec<bool> {
        match self {
            Self::All(parts) => fold(parts, rows, true, |all, one| all & one),
            Self::Any(parts) => fold(parts, rows, false, |any, one| any | one),
            Self::Not(part) => part.passes(rows).into_iter().map(|passes| !passes).collect(),
            Self::People(people) => rows.spread(|person| people.contains(person)),
            Self::Value { column, passes, known } => rows.column(column).map_or_else(
                || vec![false; rows.many],
                |values| known.map(values, false, |values| passes.passes(values)),
            ),
            Self::Truth { column, is } => rows.column(column).map_or_else(
                || vec![false; rows.many],
                |truths| truths.as_boolean().iter().map(|truth| truth == Some(*is)).collect(),
            ),
            Self::Age { ages, from, until } => {
                let (lowest, highest) = (i32::from(*from), i32::from(*until));
                ages.of(rows).into_iter().map(|age| age.is_some_and(|age| lowest <= age && age <= highest)).collect()
            }
        }
    }
}

fn fold(parts: &mut [Test], rows: &Rows<'_>, start: bool, join: impl Fn(bool, bool) -> bool) -> Vec<bool> {
    let mut all = vec![start; rows.many];
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

/// What each text of a column means.
pub(super) fn texts<T: Copy>(column: &ArrayRef, missing: T, mut of: impl FnMut(&str) -> T) -> Vec<T> {
    match column.as_string_opt::<i32>() {
        Some(texts) => texts.iter().map(|text| text.map_or(missing, &mut of)).collect(),
        None => vec![missing; column.len()],
    }
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
