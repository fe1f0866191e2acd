//! What was checked: for people who review, and for the archive, tied to what it was checked on
//! (SATRE 3.3.09 asks for a machine-readable record of the disclosure criteria applied).
//!
//! It tells how many cells each rule took, never which.

use serde::{Deserialize, Serialize};
use varde_core::Digest;

use crate::rules::Rules;

/// The edition of the record's form.
pub const EDITION: &str = "varde-disclosure-1";

/// Why a cell is unsafe by itself. The names are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The whole table tells of too few people.
    Population,
    /// Fewer people than the minimum.
    SmallCount,
    /// Nobody, where that is withheld too.
    Zero,
    /// All the people of its total.
    ClassDisclosure,
    /// A few contributors have nearly all of a sum.
    Dominance,
    /// The second largest contributor can nearly compute the largest.
    PPercent,
    /// Too few people for a sum or mean.
    DegreesOfFreedom,
}

impl Reason {
    /// All, in the order of records.
    pub const ALL: [Self; 7] = [
        Self::Population,
        Self::SmallCount,
        Self::Zero,
        Self::ClassDisclosure,
        Self::Dominance,
        Self::PPercent,
        Self::DegreesOfFreedom,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Population => "population",
            Self::SmallCount => "small_count",
            Self::Zero => "zero",
            Self::ClassDisclosure => "class_disclosure",
            Self::Dominance => "dominance",
            Self::PPercent => "p_percent",
            Self::DegreesOfFreedom => "degrees_of_freedom",
        }
    }
}

/// How the cells that are withheld with the unsafe ones were chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Nothing is unsafe.
    None,
    /// The least that protects, proven.
    Optimum,
    /// For each unsafe cell in turn the least that protects it, beside what is withheld already.
    Linear,
    /// For each unsafe cell in turn the best block of cells that can change together.
    Blocks,
    /// Nothing but the grand total is shown, or not even that.
    Everything,
}

/// A rule that was applied, and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The rule.
    pub rule: Reason,
    /// The cells that it took.
    pub cells: u64,
}

/// What was done to a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`EDITION`].
    pub edition: String,
    /// The digest of the plan that the table was made by, as the caller gave it.
    pub plan: Digest,
    /// The digest of what is shown ([`SafeTable::digest`](crate::SafeTable::digest)).
    pub output: Digest,
    /// The rules.
    pub rules: Rules,
    /// What each rule that applies found.
    pub checks: Vec<Check>,
    /// Cells of the table, margins included.
    pub cells: u64,
    /// Cells that are shown, as they are or changed.
    pub shown: u64,
    /// Cells withheld because they are unsafe.
    pub primary: u64,
    /// Cells withheld with them.
    pub secondary: u64,
    /// How the latter were chosen.
    pub method: Method,
    /// Whether every total that is shown is the sum of its parts, where all of them are shown.
    pub additive: bool,
    /// Tables that agree with all that is shown and give unsafe cells other values: as many as were built and
    /// verified in whole numbers, two for each unsafe cell and figure.
    pub alternatives: u64,
    /// Whether somebody who is alone in a cell, and so knows its sum, cannot calculate others with it. Not so in
    /// records of before it was looked into.
    #[serde(default)]
    pub insiders: bool,
}
