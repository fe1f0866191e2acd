//! Periods of civil dates.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A period of whole days, both ends included; an open end has no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day; `None` when it goes on.
    pub until: Option<Date>,
}

impl Period {
    /// A closed period; `None` when it ends before it begins.
    pub fn new(from: Date, until: Date) -> Option<Self> {
        (from <= until).then_some(Self { from, until: Some(until) })
    }

    /// A period that goes on.
    pub fn since(from: Date) -> Self {
        Self { from, until: None }
    }

    /// Whether the day is in the period.
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Whether every day of `other` is in this period.
    pub fn covers(&self, other: &Self) -> bool {
        self.from <= other.from
            && match (self.until, other.until) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(mine), Some(theirs)) => theirs <= mine,
            }
    }
}
