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
    /// More than half of the cells hold nobody or few.
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
    /// What the measure tells beside people: rows, a sum, a mean for each person, or their median. `None` when
    /// withheld, and where people are none or few.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The lower and the upper quartile on either side of a median.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quartiles: Option<(f64, f64)>,
}

impl Told {
    /// A cell that is not told.
    pub const WITHHELD: Self = Self { outcome: Outcome::Withheld, people: None, value: None, quartiles: None };

    /// Whether it is told that people are none or few.
    pub fn is_few(&self) -> bool {
        self.people == Some(0)
    }

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
    /// The rules that were applied. Counts are held against them with their noise: `minimum` is the smallest
    /// count that is told.
    pub rules: Rules,
    /// The noise of what is told.
    pub noise: Noise,
    /// Cells, totals among them.
    pub cells: u64,
    /// Cells that are told.
    pub shown: u64,
}

/// Cells with their groups: of an answer, or of a published table.
#[derive(Debug, Clone, Copy)]
pub struct Grid<'a> {
    /// What was asked.
    pub question: &'a Question,
    /// The groups of each dimension.
    pub groups: &'a [Vec<Group>],
    /// The cells, totals first: the last dimension runs fastest, and each dimension begins with its total.
    pub cells: &'a [Told],
}

impl<'a> Grid<'a> {
    /// The cell at a place: for each dimension a group, or `None` for all.
    pub fn at(&self, place: &[Option<usize>]) -> Option<&'a Told> {
        if place.len() != self.groups.len() {
            return None;
        }
        let step = |cell: usize, (at, groups): (&Option<usize>, &Vec<Group>)| match at {
            None => Some(cell * (groups.len() + 1)),
            Some(at) => (*at < groups.len()).then(|| cell * (groups.len() + 1) + at + 1),
        };
        let cell = place.iter().zip(self.groups).try_fold(0, step)?;
        self.cells.get(cell)
    }
}

impl Answer {
    /// The cells with their groups.
    pub fn grid(&self) -> Grid<'_> {
        Grid { question: &self.question, groups: &self.groups, cells: &self.cells }
    }

    /// The cell at a place: for each dimension a group, or `None` for all.
    pub fn at(&self, place: &[Option<usize>]) -> Option<&Told> {
        self.grid().at(place)
    }

    /// The digest of what is told.
    pub fn output(&self) -> Digest {
        Digest::of(&varde_core::canonical_json(&(&self.withheld, self.about, &self.groups, &self.cells)))
    }
}
