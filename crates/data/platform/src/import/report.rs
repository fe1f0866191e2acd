//! What was found: every row that cannot be used, and figures about the rest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Why a row cannot be used. The names are keys in the locale files: `platform-reason-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The row says nobody.
    PersonMissing,
    /// The register of persons does not know who it is.
    PersonUnknown,
    /// What should say who it is about is no number of a person.
    PersonMalformed,
    /// The row has more or fewer cells than the header.
    CellCount,
    /// A required value is missing.
    Missing,
    /// Not a whole number.
    NotAnInteger,
    /// Not a number.
    NotANumber,
    /// Not a date.
    NotADate,
    /// Not a date with time of day.
    NotAMoment,
    /// Neither yes nor no.
    NotABoolean,
    /// Not on the list of values.
    NotACode,
    /// On the list, but not on the row's date.
    CodeNotValidThen,
    /// Outside what is possible.
    OutOfRange,
    /// Longer than allowed.
    TooLong,
    /// Missing, where another value of the row demands it.
    MissingThen,
    /// Before, or less than, the value that it must not come before.
    BeforeAnother,
    /// After, or more than, the value that it must not come after.
    AfterAnother,
    /// A value that may occur once only, and was there before.
    NotUnique,
    /// A rule between variables does not hold.
    RuleBroken,
}

impl Reason {
    /// The stable name: in reports and, after `platform-reason-`, in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PersonMissing => "person_missing",
            Self::PersonUnknown => "person_unknown",
            Self::PersonMalformed => "person_malformed",
            Self::CellCount => "cell_count",
            Self::Missing => "missing",
            Self::NotAnInteger => "not_an_integer",
            Self::NotANumber => "not_a_number",
            Self::NotADate => "not_a_date",
            Self::NotAMoment => "not_a_moment",
            Self::NotABoolean => "not_a_boolean",
            Self::NotACode => "not_a_code",
            Self::CodeNotValidThen => "code_not_valid_then",
            Self::OutOfRange => "out_of_range",
            Self::TooLong => "too_long",
            Self::MissingThen => "missing_then",
            Self::BeforeAnother => "before_another",
            Self::AfterAnother => "after_another",
            Self::NotUnique => "not_unique",
            Self::RuleBroken => "rule_broken",
        }
    }

    /// The reason of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
    }

    /// Whether it may pass by itself: base data can come to know the person.
    pub const fn may_pass(self) -> bool {
        matches!(self, Self::PersonUnknown)
    }
}

/// A row that cannot be used. The value itself is not repeated: it may be about health.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The line where the row begins; the header is line 1.
    pub line: u64,
    /// The heading of the column; where a rule between variables is broken with the rule behind it, as the
    /// codebook writes it: `UTDATO >= INNDATO`.
    pub column: String,
    /// Why.
    pub reason: Reason,
}

/// Figures about one column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// Rows that are used and have no value.
    pub empty: u64,
    /// Rows that are used and whose value the register does not call normal.
    pub unusual: u64,
    /// Rows that are used and whose code nobody could judge: no edition of its code system that is kept here
    /// is from before the row's day.
    #[serde(default, skip_serializing_if = "is_none")]
    pub unjudged: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

/// The quality of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// Rows in the file.
    pub rows: u64,
    /// Rows in the release.
    pub used: u64,
    /// Rows that cannot be used, by reason.
    pub faults: BTreeMap<Reason, u64>,
    /// Figures by column.
    pub columns: BTreeMap<String, Figures>,
    /// Headings that the description does not know; they are not read.
    pub unknown_headings: Vec<String>,
    /// Headings of direct identifiers; they are never read.
    pub withheld_headings: Vec<String>,
    /// What was done as people had asked for.
    #[serde(default, skip_serializing_if = "Amended::is_nothing")]
    pub amended: Amended,
}

/// What a release lacks or says otherwise than the delivery, since people have asked for it and were
/// right (GDPR art. 16 and 17).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amended {
    /// Rows that were left out.
    pub deleted: u64,
    /// Rows in which a value was put right.
    pub corrected: u64,
    /// Amendments that found no row.
    pub without_rows: u64,
}

impl Amended {
    /// Whether there was nothing to do.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Quality {
    /// Notes a row that cannot be used.
    pub fn fault(&mut self, fault: &Fault) {
        self.rows += 1;
        *self.faults.entry(fault.reason).or_default() += 1;
    }

    /// Takes back a row that had been counted as used: nobody knows whom it is about.
    pub fn nobody(&mut self, reason: Reason) {
        self.used = self.used.saturating_sub(1);
        *self.faults.entry(reason).or_default() += 1;
    }

    /// Takes back a fault: the row is counted anew.
    pub fn retried(&mut self, reason: Reason) {
        self.rows = self.rows.saturating_sub(1);
        if let Some(count) = self.faults.get_mut(&reason) {
            *count = count.saturating_sub(1);
        }
        self.faults.retain(|_, count| *count > 0);
    }

    /// Rows that cannot be used.
    pub fn unusable(&self) -> u64 {
        self.faults.values().sum()
    }

    /// Rows that cannot be used, per thousand, rounded up: one in a million is not none.
    pub fn unusable_per_thousand(&self) -> u64 {
        if self.rows == 0 { 0 } else { (self.unusable() * 1000).div_ceil(self.rows) }
    }
}
