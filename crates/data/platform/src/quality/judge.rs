//! What the data holder demands of releases, and what a release lacks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Report, per_thousand};
use crate::import::Quality;

/// What a dataset's releases must fulfil, or be held back. Nothing is demanded until the holder has said so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// By variable, the least share of rows that must have a value, in percent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub complete: BTreeMap<String, u64>,
    /// The most that the number of rows may change from the release before, up or down, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_change: Option<u64>,
    /// The most values of any variable that cannot be, in thousandths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid: Option<u64>,
    /// The least share of the population in the newest whole year, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<u64>,
}

/// What a release lacks. Shares are in thousandths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "miss", deny_unknown_fields)]
pub enum Miss {
    /// More rows of the file than allowed could not be used.
    Unusable {
        /// The most that are allowed.
        most: u64,
        /// How many there were.
        found: u64,
    },
    /// A variable has values in too few rows; `found` is `None` when the release does not have it.
    Complete {
        /// Which.
        variable: String,
        /// The least that is allowed.
        least: u64,
        /// What there was.
        found: Option<u64>,
    },
    /// The number of rows has changed too much.
    Rows {
        /// The most that it may change.
        most: u64,
        /// Rows of the release before.
        before: u64,
        /// Rows now.
        after: u64,
    },
    /// A variable has too many values that cannot be.
    Invalid {
        /// Which.
        variable: String,
        /// The most that are allowed.
        most: u64,
        /// How many there were.
        found: u64,
    },
    /// Too few of the population are in it; `found` is `None` when the population is not known.
    Coverage {
        /// The least that is allowed.
        least: u64,
        /// What there was.
        found: Option<u64>,
    },
}

impl Miss {
    /// The name; after `quality-miss-` in the locale files.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unusable { .. } => "unusable",
            Self::Complete { .. } => "complete",
            Self::Rows { .. } => "rows",
            Self::Invalid { .. } => "invalid",
            Self::Coverage { .. } => "coverage",
        }
    }
}

impl Thresholds {
    /// Whether nothing is demanded.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What the release lacks: nothing when it may be approved as any other. `before` is the release before,
    /// where there is one; without it the number of rows has not changed.
    pub fn misses(&self, report: &Report, before: Option<&Report>) -> Vec<Miss> {
        let mut found = Vec::new();
        for (name, least) in &self.complete {
            let complete = report.variables.iter().find(|v| v.name == *name).and_then(|v| v.complete());
            if complete.is_none_or(|share| share < least * 10) {
                found.push(Miss::Complete { variable: name.clone(), least: least * 10, found: complete });
            }
        }
        found.extend(self.rows(report, before));
        for variable in &report.variables {
            if let (Some(most), Some(invalid)) = (self.invalid, variable.invalid())
                && invalid > most
            {
                found.push(Miss::Invalid { variable: variable.name.clone(), most, found: invalid });
            }
        }
        let covered = report.coverage.iter().rfind(|c| c.day.year() == c.year && c.day.day_of_year() >= 365);
        let share = covered.or(report.coverage.last()).and_then(|c| c.all()?.share());
        if let Some(least) = self.coverage.map(|percent| percent * 10).filter(|least| share.is_none_or(|s| s < *least))
        {
            found.push(Miss::Coverage { least, found: share });
        }
        found
    }

    fn rows(&self, report: &Report, before: Option<&Report>) -> Option<Miss> {
        let most = self.rows_change? * 10;
        let (before, after) = (before?.all?.rows, report.all?.rows);
        let changed = per_thousand(before.abs_diff(after), before);
        changed.is_none_or(|changed| changed > most).then_some(Miss::Rows { most, before, after })
    }
}

/// What the file lacked when it was taken in, beside what its release lacks.
pub(crate) fn unusable(quality: &Quality, most: u64) -> Option<Miss> {
    let found = quality.unusable_per_thousand();
    (found > most).then_some(Miss::Unusable { most, found })
}
