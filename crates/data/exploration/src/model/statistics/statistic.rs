//! A published table: what everybody may read, for good. It says nothing of who asked for it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{Digest, canonical_json};
use varde_disclosure::{record::Method, rules::Rules};
use varde_engine::tabulate::Group;

use crate::model::{
    Explorable, Question,
    answer::{Grid, Told},
};

/// The licence that tables are published under: the Norwegian Licence for Open Government Data (NLOD) 2.0, which
/// says what everybody may do with public information, as long as its source is named.
pub const LICENCE: &str = "https://data.norge.no/nlod/no/2.0";

/// A published table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statistic {
    /// What it is called.
    pub title: String,
    /// The plan in its canonical form.
    pub plan: Question,
    /// The dataset as the catalogue described it then, with the release that was counted and its digest.
    pub dataset: Explorable,
    /// Other datasets that conditions ask, as they were described then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Explorable>,
    /// When it was made, UTC. Who had opted out by then is in no number.
    pub made_at: Timestamp,
    /// What counts are rounded to; exact without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<u64>,
    /// The groups of each dimension of which something is told.
    pub groups: Vec<Vec<Group>>,
    /// The cells, totals first: the last dimension runs fastest, and each dimension begins with its total.
    pub cells: Vec<Told>,
    /// What was checked.
    pub checked: Checks,
}

/// What was checked, for machines, tied to the table by its digest. How many cells each rule took is not in it:
/// that would tell which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    /// The form of the record.
    pub edition: String,
    /// The digest of the plan.
    pub plan: Digest,
    /// The digest of the table that came of it ([`Statistic::output`]).
    pub output: Digest,
    /// The rules that were applied.
    pub rules: Rules,
    /// How the cells that are withheld with the unsafe ones were chosen.
    pub method: Method,
    /// Published tables that it was checked together with.
    pub together_with: u64,
    /// Cells, totals among them.
    pub cells: u64,
    /// Cells that are told.
    pub shown: u64,
}

impl Statistic {
    /// The cells with their groups.
    pub fn grid(&self) -> Grid<'_> {
        Grid { question: &self.plan, groups: &self.groups, cells: &self.cells }
    }

    /// The digest of what is told.
    pub fn output(&self) -> Digest {
        Digest::of(&canonical_json(&(&self.plan, self.rounding, &self.groups, &self.cells)))
    }
}
