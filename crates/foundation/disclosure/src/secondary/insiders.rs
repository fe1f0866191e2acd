//! People who are alone in a withheld cell know its sum, and calculate with it.
//!
//! The *singleton problem* (Handbook on Statistical Disclosure Control): two withheld cells of a row,
//! each of one person's amount, protect each other from readers, but not from each other.

use super::{
    Found, Side,
    linear::{self, Prices},
};
use crate::tables::{Figure, Table};

/// Proves the goals of sums again for each person who is alone in an innermost cell, with that cell taken as
/// known; hides more where a proof needs it. Tells whether it did; none when
/// a goal cannot be met.
pub(super) fn guarded(table: &Table, sides: &[Side], found: &mut Found, weights: &[f64]) -> Option<bool> {
    let [_, side] = sides else { return Some(false) };
    if table.figure() == Figure::Count {
        return Some(false);
    }
    let mut added = false;
    let alone = (0..table.cells().len()).filter(|cell| table.cells()[*cell].count == 1 && table.is_leaf(*cell));
    for leaf in alone {
        let mut with = table.above(&table.place(leaf));
        with.sort_unstable();
        // That nobody else is in the totals either is not known.
        let known = [leaf];
        let is_blind = |change: &super::Change| change.iter().all(|(column, _)| *column != leaf);
        let mut left = side.goals.clone();
        left.retain(|goal| {
            let proven = |change: &super::Change| goal.is_met(change) && is_blind(change);
            // What contributors know of a sum that they are in, dominance and p% are about.
            with.binary_search(&goal.cell).is_err() && !found.proofs[1].iter().any(proven)
        });
        while let Some(goal) = left.pop() {
            let prices = |weights| Prices { hidden: &found.hidden, weights, known: &known };
            let change = match linear::change(&side.system, goal, &prices(None)) {
                Some(change) => change,
                None => {
                    added = true;
                    linear::change(&side.system, goal, &prices(Some(weights)))?
                }
            };
            left.retain(|goal| !goal.is_met(&change));
            found.add(1, side, change);
        }
    }
    Some(added)
}
