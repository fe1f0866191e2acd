//! What rows are grouped by.

use std::{collections::HashMap, fmt, sync::Arc};

use datafusion::arrow::array::{ArrayRef, AsArray};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    filter::{column, need, numbers, texts},
    only::Only,
    rows::{ByEntry, Rows},
};
use crate::{
    EngineError, Kind, Schema,
    release::{day, days},
};

/// A dimension of a table.
#[derive(Debug, Clone)]
pub enum Axis {
    /// Codes, cut to their first characters where `length` says how many.
    Codes {
        /// The column.
        column: String,
        /// How many characters are kept; all without it.
        length: Option<u8>,
    },
    /// Yes or no.
    Truth {
        /// The column.
        column: String,
    },
    /// The year of a date.
    Year {
        /// The column.
        column: String,
    },
    /// The month of a date.
    Month {
        /// The column.
        column: String,
    },
    /// Bands of a number.
    Band {
        /// The column.
        column: String,
        /// How wide: at least 1.
        width: u32,
    },
    /// Bands of full years of age at the row's date.
    Age {
        /// When people were born.
        births: Births,
        /// How wide, in years: at least 1.
        width: u32,
    },
    /// What base data say of the person.
    Person(Attribute),
    /// Some groups of another axis; all others are one, [`Group::Rest`].
    Only {
        /// The axis.
        axis: Box<Axis>,
        /// The groups that are told apart.
        groups: Arc<[Group]>,
    },
}

/// A group of a dimension, in the order they are shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Yes or no.
    Truth(bool),
    /// A year.
    Year(i32),
    /// A month: the year, and 1 to 12.
    Month(i32, u8),
    /// From the first number to the last, both included.
    Band(i64, i64),
    /// A code, or what it begins with.
    Code(String),
    /// No value.
    Missing,
    /// All that an [`Axis::Only`] does not tell apart. It is in the margins, and told of nowhere.
    Rest,
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truth(truth) => truth.fmt(f),
            Self::Year(year) => year.fmt(f),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Band(from, until) => write!(f, "{from}–{until}"),
            Self::Code(code) => f.write_str(code),
            Self::Missing | Self::Rest => f.write_str(""),
        }
    }
}

/// When people were born, by their index.
#[derive(Debug, Clone)]
pub struct Births {
    /// Year, month and day in one number each ([`moment`]); [`UNBORN`] where it is not known.
    moments: Arc<[i32]>,
    /// The day on which age counts where rows have no date.
    on: i32,
}

const UNBORN: i32 = i32::MIN;

impl Births {
    /// From the birth dates by index. `on` is the day on which age counts for rows without a date.
    pub fn new(births: impl IntoIterator<Item = Option<Date>>, on: Date) -> Self {
        let moments = births.into_iter().map(|date| date.map_or(UNBORN, moment)).collect();
        Self { moments, on: moment(on) }
    }

    /// The same people, with another day on which age counts for rows without a date.
    #[must_use]
    pub fn at(&self, on: Date) -> Self {
        Self { moments: Arc::clone(&self.moments), on: moment(on) }
    }
}

/// A date as a number whose differences tell full years: 512 a year, 32 a month.
fn moment(date: Date) -> i32 {
    i32::from(date.year()) * 512 + i32::from(date.month()) * 32 + i32::from(date.day())
}

/// Ages at dates, each date of a dictionary looked at once.
#[derive(Debug)]
pub(super) struct Ages {
    births: Births,
    date: Option<String>,
    known: ByEntry<i32>,
}

impl Ages {
    pub(super) fn new(births: &Births, date: Option<&String>) -> Self {
        Self { births: births.clone(), date: date.cloned(), known: ByEntry::default() }
    }

    pub(super) fn columns(&self, all: &mut Vec<String>) {
        self.date.iter().for_each(|date| need(all, date));
    }

    /// The full years of age of each row's person at its date; at the day that counts for all where rows have
    /// none.
    pub(super) fn of(&mut self, rows: &Rows<'_>) -> Vec<Option<i32>> {
        let births = &self.births;
        let born = |person: u32| births.moments.get(person as usize).copied().unwrap_or(UNBORN);
        let age = |born: i32, then: i32| {
            (born != UNBORN && then != UNBORN).then(|| (then - born) >> 9).filter(|years| *years >= 0)
        };
        let Some(dates) = self.date.as_ref().and_then(|date| rows.column(date)) else {
            return rows.spread(|person| age(born(person), births.on));
        };
        let moments = |dates: &ArrayRef| -> Vec<i32> {
            let mut last = (None, UNBORN);
            let moment = |number: Option<i32>| {
                if last.0 != number {
                    last = (number, number.and_then(day).map_or(UNBORN, moment));
                }
                last.1
            };
            days(dates).map(moment).collect()
        };
        let then = self.known.map(dates, UNBORN, moments);
        rows.spread(born).into_iter().zip(then).map(|(born, then)| age(born, then)).collect()
    }
}

/// What base data say of people: a group for each index.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The groups' codes.
    pub codes: Arc<[String]>,
    /// The place in `codes` for each person's index; a place beyond them where nothing is known.
    pub of: Arc<[u16]>,
}

/// The groups that were met, each with a number; the first is that of rows without a value.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    pub(super) met: Vec<Group>,
    numbers: HashMap<Group, u32>,
}

impl Default for Groups {
    fn default() -> Self {
        Self { met: vec![Group::Missing], numbers: HashMap::from([(Group::Missing, 0)]) }
    }
}

impl Groups {
    /// The number of a group, a new one for one that was not met before.
    pub(super) fn number(&mut self, group: Group) -> u32 {
        if let Some(number) = self.numbers.get(&group) {
            return *number;
        }
        let number = u32::try_from(self.met.len()).unwrap_or(u32::MAX);
        self.met.push(group.clone());
        self.numbers.insert(group, number);
        number
    }
}

/// The numbers of the groups of whole numbers (days, ages, values), remembered value by value.
#[derive(Debug)]
struct Memo {
    near: Vec<u32>,
    far: HashMap<i64, u32>,
}

impl Memo {
    /// The smallest value that is remembered by its place: 1900-01-01 as a day.
    const LOW: i64 = -25_567;
    /// So many are: up to the year 2170.
    const SIZE: usize = 98_304;
    const UNKNOWN: u32 = u32::MAX;

    fn new() -> Self {
        Self { near: vec![Self::UNKNOWN; Self::SIZE], far: HashMap::new() }
    }

    fn number(&mut self, value: i64, groups: &mut Groups, group: impl Fn(i64) -> Group) -> u32 {
        let place = usize::try_from(value.saturating_sub(Self::LOW)).ok().and_then(|at| self.near.get_mut(at));
        match place {
            Some(known) => {
                if *known == Self::UNKNOWN {
                    *known = groups.number(group(value));
                }
                *known
            }
            None => *self.far.entry(value).or_insert_with(|| groups.number(group(value))),
        }
    }
}

/// An axis made ready for a release.
pub(super) struct Grouping {
    how: How,
    pub(super) groups: Groups,
}

enum How {
    Codes { column: String, length: Option<u8>, known: ByEntry<u32> },
    Truth { column: String },
    Date { column: String, group: fn(i64) -> Group, known: ByEntry<u32>, memo: Memo },
    Band { column: String, width: i64, known: ByEntry<u32>, memo: Memo },
    Age { ages: Ages, width: i64, memo: Memo },
    Person { attribute: Attribute, numbers: Vec<u32> },
    Only(Only),
}

impl Grouping {
    pub(super) fn compile(axis: &Axis, schema: &Schema) -> Result<Self, EngineError> {
        let mut groups = Groups::default();
        let date = |name: &str, group| -> Result<How, EngineError> {
            let column = column(schema, name, &[Kind::Date, Kind::Moment])?;
            Ok(How::Date { column, group, known: ByEntry::default(), memo: Memo::new() })
        };
        let how = match axis {
            Axis::Codes { column: name, length } => How::Codes {
                column: column(schema, name, &[Kind::Code, Kind::Text])?,
                length: *length,
                known: ByEntry::default(),
            },
            Axis::Truth { column: name } => How::Truth { column: column(schema, name, &[Kind::Boolean])? },
            Axis::Year { column } => date(column, year)?,
            Axis::Month { column } => date(column, month)?,
            Axis::Band { column: name, width } => How::Band {
                column: column(schema, name, &[Kind::Integer, Kind::Decimal])?,
                width: i64::from(*width).max(1),
                known: ByEntry::default(),
                memo: Memo::new(),
            },
            Axis::Age { births, width } => How::Age {
                ages: Ages::new(births, schema.event_date.as_ref()),
                width: i64::from(*width).max(1),
                memo: Memo::new(),
            },
            Axis::Person(attribute) => {
                let numbers = attribute.codes.iter().map(|code| groups.number(Group::Code(code.clone()))).collect();
                How::Person { attribute: attribute.clone(), numbers }
            }
            Axis::Only { axis, groups } => How::Only(Only::compile(axis, groups, schema)?),
        };
        Ok(Self { how, groups })
    }

    /// Adds the columns it reads, each once.
    pub(super) fn columns(&self, all: &mut Vec<String>) {
        match &self.how {
            How::Codes { column, .. } | How::Truth { column } | How::Date { column, .. } | How::Band { column, .. } => {
                need(all, column);
            }
            How::Age { ages, .. } => ages.columns(all),
            How::Person { .. } => {}
            How::Only(only) => only.columns(all),
        }
    }

    /// The number of each row's group.
    pub(super) fn numbers(&mut self, rows: &Rows<'_>) -> Vec<u32> {
        let groups = &mut self.groups;
        let missing = || vec![0; rows.many];
        match &mut self.how {
            How::Codes { column, length, known } => rows.column(column).map_or_else(missing, |codes| {
                let mut of = |code: &str| groups.number(Group::Code(cut(code, *length).to_owned()));
                known.map(codes, 0, |codes| texts(codes, 0, &mut of))
            }),
            How::Truth { column } => rows.column(column).map_or_else(missing, |truths| {
                let numbers = [groups.number(Group::Truth(false)), groups.number(Group::Truth(true))];
                let of = |truth: Option<bool>| truth.map_or(0, |truth| numbers[usize::from(truth)]);
                truths.as_boolean().iter().map(of).collect()
            }),
            How::Date { column, group, known, memo } => rows.column(column).map_or_else(missing, |dates| {
                let mut of =
                    |number: Option<i32>| number.map_or(0, |number| memo.number(number.into(), groups, *group));
                known.map(dates, 0, |dates| days(dates).map(&mut of).collect())
            }),
            How::Band { column, width, known, memo } => rows.column(column).map_or_else(missing, |values| {
                let width = *width;
                let mut of = |number: f64| memo.number(number.floor() as i64, groups, |value| band(value, width));
                known.map(values, 0, |values| numbers(values).map(|number| number.map_or(0, &mut of)).collect())
            }),
            How::Age { ages, width, memo } => {
                let width = *width;
                let mut of = |age: i32| memo.number(age.into(), groups, |value| band(value, width));
                ages.of(rows).into_iter().map(|age| age.map_or(0, &mut of)).collect()
            }
            How::Person { attribute, numbers } => {
                let of = |person: u32| attribute.of.get(person as usize).and_then(|at| numbers.get(usize::from(*at)));
                rows.spread(|person| of(person).copied().unwrap_or(0))
            }
            How::Only(only) => only.numbers(rows, groups),
        }
    }
}

fn cut(code: &str, length: Option<u8>) -> &str {
    let end = length.and_then(|length| code.char_indices().nth(usize::from(length))).map_or(code.len(), |(at, _)| at);
    &code[..end]
}

fn year(number: i64) -> Group {
    civil(number).map_or(Group::Missing, |date| Group::Year(date.year().into()))
}

fn month(number: i64) -> Group {
    let month = |date: Date| Group::Month(date.year().into(), u8::try_from(date.month()).unwrap_or(0));
    civil(number).map_or(Group::Missing, month)
}

fn civil(number: i64) -> Option<Date> {
    day(i32::try_from(number).ok()?)
}

fn band(value: i64, width: i64) -> Group {
    let from = value.div_euclid(width).saturating_mul(width);
    Group::Band(from, from.saturating_add(width - 1))
}
