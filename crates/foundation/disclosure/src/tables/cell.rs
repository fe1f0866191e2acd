//! What a cell holds.

use serde::{Deserialize, Serialize};

/// How many of the largest contributions a cell keeps: what the rule of dominance can look at.
pub(crate) const KEPT: usize = 5;

/// A cell as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// People.
    pub count: u64,
    /// The people's record keys added up, modulo 2³²: needed for cell-key noise only
    /// (see [`record_key`](crate::treatments::cell_key::record_key)).
    #[serde(default)]
    pub key: u32,
    /// The amount that is summed, where the table tells of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
}

/// The sum of an amount, in whole units that the caller chooses (days, øre, milligrams), so that sums are
/// exact. Nobody contributes less than nothing: dominance is not defined there (ACRO says the same).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// All people's contributions together.
    pub sum: u64,
    /// The largest contributions of single people, largest first, at most five.
    pub largest: Vec<u64>,
}

impl Cell {
    /// A cell of so many people.
    pub fn of(count: u64) -> Self {
        Self { count, ..Self::default() }
    }

    /// A cell of people's contributions, one for each person.
    pub fn of_amounts(contributions: impl IntoIterator<Item = u64>) -> Self {
        let mut largest: Vec<u64> = contributions.into_iter().collect();
        largest.sort_unstable_by(|a, b| b.cmp(a));
        let (count, sum) = (largest.len() as u64, largest.iter().sum());
        largest.truncate(KEPT);
        Self { count, key: 0, amount: Some(Amount { sum, largest }) }
    }

    /// The sum of the amount, none without one.
    pub(crate) fn sum(&self) -> u64 {
        self.amount.as_ref().map_or(0, |amount| amount.sum)
    }

    /// Adds other people.
    pub(super) fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.key = self.key.wrapping_add(other.key);
        if let Some(more) = &other.amount {
            let amount = self.amount.get_or_insert_default();
            amount.sum += more.sum;
            amount.largest.extend(&more.largest);
            amount.largest.sort_unstable_by(|a, b| b.cmp(a));
            amount.largest.truncate(KEPT);
        }
    }

    /// Whether the largest contributions can be those of so many people and so large a sum.
    pub(super) fn is_possible(&self) -> bool {
        let Some(Amount { sum, largest }) = &self.amount else { return true };
        let kept = usize::try_from(self.count).map_or(KEPT, |count| count.min(KEPT));
        let known: u64 = largest.iter().sum();
        let all_known = self.count <= KEPT as u64;
        largest.len() == kept
            && largest.is_sorted_by(|a, b| a >= b)
            && if all_known { known == *sum } else { known <= *sum }
    }
}
