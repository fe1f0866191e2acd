//! From which limits on a table's cells are withheld, and what is done to the rest.

use serde::{Deserialize, Serialize};

use crate::treatments::cell_key::Noise;

/// No rules may allow counts below this.
pub const FLOOR: u64 = 5;

/// Limits, and the way in which a table is made safe. The defaults are the strictest of those that the field
/// uses by default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// The smallest count of people that is shown; never below [`FLOOR`] (ACRO and UK LLC: 10).
    pub minimum: u64,
    /// Whether nobody is withheld as few people are (ACRO `zeros_are_disclosive`, UK LLC). Otherwise an empty
    /// cell is shown as one.
    pub withhold_zeros: bool,
    /// Whether a cell that has all the people of its total is withheld: whoever is in the total is in it.
    pub class_disclosure: bool,
    /// Dominance: how many contributors, at most five (ACRO: 2).
    pub contributors: usize,
    /// Dominance: the share of a sum, in percent, from which on they have too much of it (ACRO: 90).
    pub dominance_percent: u64,
    /// The p% rule: how close, in percent, the second largest contributor may not come to guess the largest
    /// (ACRO: 10).
    pub p_percent: u64,
    /// The smallest number of people less one that a sum or mean needs (ACRO `safe_dof_threshold`: 10).
    pub degrees_of_freedom: u64,
    /// How wide, in percent of its sum, the uncertainty about the sum of a cell with few people is at least
    /// (tau-ARGUS calls it the frequency safety range).
    pub range_percent: u64,
    /// The fewest people that a whole table may tell of (microdata.no: 1000, where anybody may explore).
    pub population: u64,
    /// What is done.
    pub treatment: Treatment,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            minimum: 10,
            withhold_zeros: true,
            class_disclosure: true,
            contributors: 2,
            dominance_percent: 90,
            p_percent: 10,
            degrees_of_freedom: 10,
            range_percent: 20,
            population: 0,
            treatment: Treatment::Suppression,
        }
    }
}

impl Rules {
    /// The smallest count that is shown.
    pub fn least(&self) -> u64 {
        self.minimum.max(FLOOR)
    }
}

/// How a table is made safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Treatment {
    /// Unsafe cells are withheld, and others with them until none follows from the rest.
    Suppression,
    /// Every count is rounded by itself: totals need not be the sums of what is shown.
    Rounding(Rounding),
    /// Every count is moved to a multiple of the base next to it, so that totals stay the sums of what is
    /// shown; see [`Record::additive`](crate::record::Record::additive).
    ControlledRounding {
        /// The base, 2 or more.
        base: u64,
    },
    /// Noise that is the same for the same people, from a published table.
    CellKey(Noise),
}

/// How a count is rounded by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Rounding {
    /// To the nearest multiple, halves up.
    Nearest {
        /// The base, 2 or more.
        base: u64,
    },
    /// Few become none, the rest goes to the nearest multiple: `measures` of OpenSAFELY with 7 and 5.
    FewToNone {
        /// The largest count that becomes none.
        few: u64,
        /// The base, 2 or more.
        base: u64,
    },
    /// Up to the middle of each step of `base` people, none stays none: OpenSAFELY's midpoint-6 with 6.
    Midpoint {
        /// The base, 2 or more and even.
        base: u64,
    },
}
