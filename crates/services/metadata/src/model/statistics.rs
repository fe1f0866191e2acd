//! The statistics of a variable, as they are told.

use jiff::Timestamp;
use serde::Serialize;
use varde_core::{CataloguePath, ReleaseId};

use super::{
    observed::{Count, Filled, Groups, Limits, ObservedDataset, Summary},
    value::Code,
};

/// What numbers were counted from, and how they were made safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Observed {
    /// The release.
    pub release: ReleaseId,
    /// When, UTC: who had opted out by then is in no number.
    pub at: Timestamp,
    /// How numbers were made safe.
    pub limits: Limits,
}

impl From<&ObservedDataset> for Observed {
    fn from(observed: &ObservedDataset) -> Self {
        Self { release: observed.release, at: observed.observed_at, limits: observed.limits }
    }
}

/// The statistics of a variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statistics {
    /// The variable.
    pub variable: CataloguePath,
    /// The release that was counted.
    pub observed: Observed,
    /// What values are grouped by; `None` for texts and dates.
    pub groups: Option<Groups>,
    /// Year by year; rows without a date first.
    pub years: Vec<YearStatistics>,
}

/// The statistics of a variable in a year.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct YearStatistics {
    /// The year; `None` for rows without a date.
    pub year: Option<i16>,
    /// All rows of the year and their people; `None` when they are too few to be told.
    pub total: Option<Count>,
    /// How far it is filled.
    pub filled: Filled,
    /// A count for each group: `None` is withheld.
    pub counts: Vec<Option<Count>>,
    /// What follows from the groups of a number.
    pub summary: Option<Summary>,
}

impl YearStatistics {
    /// The rows with a value, when that is told.
    pub fn with_value(&self) -> Option<Count> {
        self.filled.with_value(self.total)
    }
}

impl Statistics {
    /// Of the one variable of an observation; `None` when the release does not have it.
    pub fn of(variable: &CataloguePath, observed: &ObservedDataset) -> Option<Self> {
        let found = observed.variables.iter().find(|v| v.name == variable.name())?;
        let distribution = found.distribution.as_ref();
        let years = observed.years.iter().zip(&found.filled).enumerate().map(|(at, (year, filled))| {
            let counts = distribution.and_then(|d| d.years.get(at)).cloned().unwrap_or_default();
            let summary = match distribution.map(|d| &d.groups) {
                Some(Groups::Intervals(intervals)) => Summary::of(intervals, &counts, filled.with_value(year.total)),
                _ => None,
            };
            YearStatistics { year: year.year, total: year.total, filled: *filled, counts, summary }
        });
        Some(Self {
            variable: variable.clone(),
            observed: observed.into(),
            groups: distribution.map(|d| d.groups.clone()),
            years: years.collect(),
        })
    }
}

/// What a code means: from the catalogue's list, for the page and the explorer's JSON.
pub(crate) fn meaning<'a>(codes: &'a [Code], value: &str) -> Option<&'a Code> {
    codes.iter().find(|code| code.value == value)
}
