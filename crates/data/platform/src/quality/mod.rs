//! How good a release is, by the dimensions that statistics and health registers use: completeness,
//! uniqueness, validity, timeliness, consistency and coverage (EHDS art. 78(3) names them for the label of
//! data quality). Everything here is pure: a release is read by a [`Scan`](crate::engine::Scan), so that
//! nobody who may not be read is in a figure.
//!
//! - [`Report`] is what was found, each figure for a variable and a year.
//! - [`Thresholds`] is what the data holder demands; [`Miss`] is what a release lacks.
//! - [`Trend`] is what changed since the release before.
//! - [`Report::for_others`] is what whoever is not the holder may read.

mod coverage;
mod judge;
mod measure;
mod others;
mod rules;
mod trend;
mod verdict;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use varde_core::LocalisedText;
use varde_metadata::Count;

pub(crate) use coverage::{YEARS_OF_COVERAGE, coverage, day_of};
pub(crate) use judge::unusable;
pub use judge::{Miss, Thresholds};
pub(crate) use measure::{Asked, Measured, measure};
pub(crate) use trend::change;
pub use trend::{Share, Shift, Trend, VariableTrend};

/// A count; `None` when the reader may not know it.
pub type Told = Option<Count>;

/// What was found in a release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Whoever had opted out by then is in no figure. UTC.
    pub as_at: Timestamp,
    /// The day the release was taken in, in Norway.
    pub delivered: Date,
    /// Whether the catalogue described the dataset; without it, types and lists are the release's own.
    pub described: bool,
    /// All rows and people.
    pub all: Told,
    /// By year of the rows' date; one year without a number where there is no date.
    pub years: Vec<YearFigures>,
    /// By variable.
    pub variables: Vec<VariableFigures>,
    /// What must hold between variables, and towards the register of persons.
    pub rules: Vec<RuleFigures>,
    /// Bounds that name a value which only the register's own form computes: nobody else can check them.
    pub unchecked: Vec<String>,
    /// How new the newest row is; `None` without a date.
    pub freshness: Option<Freshness>,
    /// Against the population, the newest years.
    pub coverage: Vec<YearCoverage>,
}

/// A year of a release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearFigures {
    /// The year; `None` for rows without a date.
    pub year: Option<i16>,
    /// Its rows and people.
    pub all: Told,
    /// Rows that repeat an earlier row of the same person, value for value.
    pub repeated: Told,
    /// From the event to the delivery; `None` without a date.
    pub delay: Option<Delay>,
}

/// How long it took from the event to the delivery, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    /// Half of the rows took no longer.
    pub median: i64,
    /// Nine of ten rows took no longer.
    pub ninety: i64,
}

/// A variable of a release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariableFigures {
    /// Its name: the last part of its catalogue path.
    pub name: String,
    /// Its name for people.
    pub label: LocalisedText,
    /// Whether the codebook says that every row must have it.
    pub required: bool,
    /// Whether the catalogue described it.
    pub described: bool,
    /// By year, in the order of [`Report::years`].
    pub years: Vec<Cells>,
    /// How its codes are distributed; `None` for what is not coded, and for lists too long to be one.
    pub codes: Option<Codes>,
}

/// The values of a variable in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cells {
    /// Rows with a value.
    pub with: Told,
    /// Rows without one.
    pub without: Told,
    /// Rows whose value cannot be: not on the list, outside what is possible, too long.
    pub invalid: Told,
    /// Rows whose value the register does not call normal.
    pub unusual: Told,
}

/// The distribution of a coded variable over all years.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codes {
    /// Rows and people by code, the commonest ones.
    pub counts: BTreeMap<String, Count>,
    /// Rows of all other codes.
    pub others: u64,
}

/// Something that must hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "rule", deny_unknown_fields)]
pub enum Rule {
    /// The codebook bounds a variable from below by another one.
    NotBelow {
        /// The variable.
        variable: String,
        /// The one that bounds it.
        other: String,
    },
    /// The codebook bounds a variable from above by another one.
    NotAbove {
        /// The variable.
        variable: String,
        /// The one that bounds it.
        other: String,
    },
    /// The codebook says how a variable stands to others of its row.
    Between {
        /// The variable.
        variable: String,
        /// The rule, as the codebook writes it.
        says: String,
    },
    /// The code was in use on the row's date.
    CodeThen {
        /// The variable.
        variable: String,
    },
    /// The row is not dated before the person was born, by the register of persons.
    AfterBirth,
    /// The row is not dated after the person died, by the register of persons.
    BeforeDeath,
}

impl Rule {
    /// The name; after `quality-rule-` in the locale files.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotBelow { .. } => "not_below",
            Self::NotAbove { .. } => "not_above",
            Self::Between { .. } => "between",
            Self::CodeThen { .. } => "code_then",
            Self::AfterBirth => "after_birth",
            Self::BeforeDeath => "before_death",
        }
    }

    /// The variable that it is about, and the one that it is held against or what is said of it; empty where
    /// there is none.
    pub fn about(&self) -> (&str, &str) {
        match self {
            Self::NotBelow { variable, other } | Self::NotAbove { variable, other } => (variable, other),
            Self::Between { variable, says } => (variable, says),
            Self::CodeThen { variable } => (variable, ""),
            Self::AfterBirth | Self::BeforeDeath => ("", ""),
        }
    }
}

/// How far a rule holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFigures {
    /// The rule.
    pub what: Rule,
    /// Rows that it says something about.
    pub checked: Told,
    /// Rows that break it.
    pub broken: Told,
}

/// How new a release was when it was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Freshness {
    /// The newest row's day.
    pub newest: Date,
    /// Days from it to the delivery; below nought when rows are dated later.
    pub days: i64,
    /// How many days may lie between two deliveries, by the catalogue; `None` when nothing was agreed.
    pub agreed: Option<i64>,
}

impl Freshness {
    /// Whether the newest row is older than what was agreed.
    pub fn is_late(self) -> bool {
        self.agreed.is_some_and(|agreed| self.days > agreed)
    }
}

/// How many of the population are in the release in a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearCoverage {
    /// The year.
    pub year: i16,
    /// The day whose population counts: the year's last, or the delivery's.
    pub day: Date,
    /// The groups: all, by sex, by age, by county.
    pub groups: Vec<Covered>,
}

/// A group of the population.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Covered {
    /// What it is a group by.
    pub by: By,
    /// Its code: of the sex, the first and last age, the county's two digits; empty for all.
    pub code: String,
    /// Residents who have a row in the year; `None` when the reader may not know.
    pub people: Option<u64>,
    /// Residents who may be read.
    pub population: u64,
}

/// What the population is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Nothing.
    All,
    /// Registered gender.
    Sex,
    /// Age on the day.
    Age,
    /// County of residence: the first two digits of the municipality's number.
    County,
}

impl By {
    /// The name; after `quality-by-` in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Sex => "sex",
            Self::Age => "age",
            Self::County => "county",
        }
    }
}

/// A share in thousandths, rounded to the nearest; `None` of nothing.
pub const fn per_thousand(part: u64, whole: u64) -> Option<u64> {
    match whole {
        0 => None,
        whole => Some((part * 1000 + whole / 2) / whole),
    }
}

/// The rows of a figure; none where it is withheld.
pub(crate) fn rows(told: Told) -> Option<u64> {
    told.map(|count| count.rows)
}

impl VariableFigures {
    /// Rows over all years by `pick`; `None` when one year is withheld.
    pub fn sum(&self, pick: impl Fn(&Cells) -> Told) -> Option<u64> {
        self.years.iter().map(|cells| rows(pick(cells))).sum()
    }

    /// The share of rows that have a value, in thousandths.
    pub fn complete(&self) -> Option<u64> {
        let (with, without) = (self.sum(|c| c.with)?, self.sum(|c| c.without)?);
        per_thousand(with, with + without)
    }

    /// The share of values that cannot be, in thousandths.
    pub fn invalid(&self) -> Option<u64> {
        per_thousand(self.sum(|c| c.invalid)?, self.sum(|c| c.with)?)
    }
}

impl YearCoverage {
    /// The whole population.
    pub fn all(&self) -> Option<&Covered> {
        self.groups.iter().find(|group| group.by == By::All)
    }
}

impl Covered {
    /// The share of the population, in thousandths.
    pub fn share(&self) -> Option<u64> {
        per_thousand(self.people?, self.population)
    }
}
