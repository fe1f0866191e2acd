//! What is told.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{Digest, ReleaseId};
use varde_disclosure::{Outcome, rules::Rules, treatments::cell_key::Noise};
use varde_engine::tabulate::Group;

use super::question::{Measure, Question};

/// The answer to a question: a table that may be shown, with the record of what was checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The question.
    pub question: Question,
    /// Its digest.
    pub digest: Digest,
    /// The release that was counted.
    pub release: ReleaseId,
    /// That release's digest.
    pub release_digest: Digest,
    /// When it was counted, UTC: who had opted out by then is in no number.
    pub told_at: Timestamp,
    /// Why nothing is told at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<Withheld>,
    /// About how many people it is about in all; `None` when that is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<u64>,
    /// The groups of each dimension.
    pub groups: Vec<Vec<Group>>,
    /// The cells, totals first: the last dimension runs fastest, and each dimension begins with its total.
    pub cells: Vec<Told>,
    /// What was checked.
    pub checked: Checked,
}

/// Why a whole table is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// The conditions leave too few people.
    Population,
    /// More than half of the cells that hold anybody hold few.
    Sparse,
}

impl Withheld {
    /// The stable name: after `exploration-withheld-` in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Population => "population",
            Self::Sparse => "sparse",
        }
    }
}

/// A cell as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// What became of it.
    pub outcome: Outcome,
    /// People; `None` when withheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u64>,
    /// What the measure tells beside people: rows, a sum, or a mean for each person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
}

impl Told {
    /// A cell that is not told.
    pub const WITHHELD: Self = Self { outcome: Outcome::Withheld, people: None, value: None };

    /// The number that is shown first.
    pub fn shown(&self, measure: &Measure) -> Option<f64> {
        match measure {
            Measure::People => self.people.map(|people| people as f64),
            _ => self.value,
        }
    }
}

/// What was checked, for machines. How many cells each rule took is not in it: that would tell which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checked {
    /// The form of the record.
    pub edition: String,
    /// The digest of the question.
    pub plan: Digest,
    /// The digest of the table that came of it.
    pub output: Digest,
    /// The rules that were applied.
    pub rules: Rules,
    /// The noise of what is told.
    pub noise: Noise,
    /// Cells, totals among them.
    pub cells: u64,
    /// Cells that are told.
    pub shown: u64,
}

impl Answer {
    /// The cell at a place: for each dimension a group, or `None` for all.
    pub fn at(&self, place: &[Option<usize>]) -> Option<&Told> {
        if place.len() != self.groups.len() {
            return None;
        }
        let step = |cell: usize, (at, groups): (&Option<usize>, &Vec<Group>)| match at {
            None => Some(cell * (groups.len() + 1)),
            Some(at) => (*at < groups.len()).then(|| cell * (groups.len() + 1) + at + 1),
        };
        let cell = place.iter().zip(&self.groups).try_fold(0, step)?;
        self.cells.get(cell)
    }

    /// The digest of what is told.
    pub fn output(&self) -> Digest {
        Digest::of(&varde_core::canonical_json(&(&self.withheld, self.about, &self.groups, &self.cells)))
    }
}
