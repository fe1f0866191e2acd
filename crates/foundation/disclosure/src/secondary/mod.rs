//! What must be withheld beside the unsafe cells so that none follows from the rest.
//!
//! A choice of cells counts only with its *alternatives*: for each unsafe cell, other tables of whole
//! numbers that agree with everything shown, in which the cell is as far away as its protection asks. They
//! are built by whichever method chose the cells, and verified without it, so that a solver's mistake can
//! cost cells but no secret.

mod blocks;
mod insiders;
mod linear;
mod optimum;
pub(crate) mod system;

use crate::{
    record::Method,
    tables::{Cell, Figure, Table},
};
use linear::Prices;
use system::{Change, Goal, System};

/// Up to so many cells, margins included, the least is looked for.
const OPTIMUM_CELLS: usize = 130;
/// The most columns times goals for which linear programmes are solved: beyond, blocks are looked for.
const LINEAR_WORK: usize = 1_500_000;
/// The most columns of a linear programme.
const LINEAR_COLUMNS: usize = 4_000;

/// A figure of a table with what is asked of it.
pub(crate) struct Side {
    pub(crate) system: System,
    pub(crate) goals: Vec<Goal>,
}

/// Which cells are hidden, and how they were chosen.
pub(crate) struct Pattern {
    pub(crate) hidden: Vec<bool>,
    pub(crate) method: Method,
    /// How many goals are met by verified alternatives.
    pub(crate) alternatives: u64,
    /// Whether people who are alone in a cell cannot calculate with what they know either.
    pub(crate) insiders: bool,
}

/// A choice that protects, with what proves it: for each side, changes that meet all its goals.
struct Found {
    hidden: Vec<bool>,
    proofs: Vec<Vec<Change>>,
}

/// Chooses. `primary` tells which cells are unsafe.
pub(crate) fn choose(table: &Table, sides: &[Side], primary: &[bool]) -> Pattern {
    if !primary.contains(&true) {
        return Pattern { hidden: primary.to_vec(), method: Method::None, alternatives: 0, insiders: true };
    }
    let weights = weights(table);
    let columns: usize = sides.iter().map(|side| side.system.values.len()).sum();
    let goals: usize = sides.iter().map(|side| side.goals.len()).sum();
    let small = columns <= LINEAR_COLUMNS && columns * goals <= LINEAR_WORK;
    let alternatives = goals as u64;
    let optimum = || (primary.len() <= OPTIMUM_CELLS).then(|| optimum::choose(sides, primary, &weights)).flatten();
    let mut by_programme = |side: &Side, goal: Goal, hidden: &[bool]| linear_step(side, goal, hidden, &weights);
    let mut linear = || small.then(|| each(sides, primary, &mut by_programme)).flatten();
    let found = optimum().map(|found| (found, Method::Optimum)).or_else(|| Some((linear()?, Method::Linear)));
    if let Some((mut found, method)) = found {
        // What insiders need beside the least is found one by one.
        return match insiders::guarded(table, sides, &mut found, &weights) {
            Some(added) => {
                let method = if added { Method::Linear } else { method };
                Pattern { hidden: found.hidden, method, alternatives, insiders: true }
            }
            None => everything(primary),
        };
    }
    let search = blocks::Search::of(table, &weights);
    let mut by_block = |side: &Side, goal: Goal, hidden: &[bool]| search.change(&side.system, goal, hidden);
    let Some(found) = each(sides, primary, &mut by_block) else { return everything(primary) };
    let insiders = table.figure() == Figure::Count;
    Pattern { hidden: found.hidden, method: Method::Blocks, alternatives, insiders }
}

/// Nothing is shown, from which nothing follows.
fn everything(primary: &[bool]) -> Pattern {
    Pattern { hidden: vec![true; primary.len()], method: Method::Everything, alternatives: 0, insiders: true }
}

/// A way to meet a goal, given what is hidden already.
type Step<'a> = dyn FnMut(&Side, Goal, &[bool]) -> Option<Change> + 'a;

/// Meets one goal after the other, hiding what each needs; none when one cannot be met.
fn each(sides: &[Side], primary: &[bool], step: &mut Step<'_>) -> Option<Found> {
    let mut found = Found { hidden: primary.to_vec(), proofs: vec![Vec::new(); sides.len()] };
    for (at, side) in sides.iter().enumerate() {
        let mut left = side.goals.clone();
        // The last first: goals of margins, which need the most, usually come first in a table.
        while let Some(goal) = left.pop() {
            let change = step(side, goal, &found.hidden)?;
            left.retain(|goal| !goal.is_met(&change));
            found.add(at, side, change);
        }
    }
    Some(found)
}

impl Found {
    /// Hides what a change changes, and keeps it as a proof.
    fn add(&mut self, at: usize, side: &Side, change: Change) {
        for (cell, _) in change.iter().filter(|(column, _)| !side.system.is_between(*column)) {
            self.hidden[*cell] = true;
        }
        self.proofs[at].push(change);
    }
}

fn linear_step(side: &Side, goal: Goal, hidden: &[bool], weights: &[f64]) -> Option<Change> {
    linear::change(&side.system, goal, &Prices { hidden, weights: None, known: &[] })
        .or_else(|| linear::change(&side.system, goal, &Prices { hidden, weights: Some(weights), known: &[] }))
}

/// What it costs a reader to lose a cell: more for large counts, and much more for totals.
fn weights(table: &Table) -> Vec<f64> {
    let weight = |(at, cell): (usize, &Cell)| {
        let place = table.place(at);
        let totals = table.dimensions().iter().zip(place).filter(|(dimension, node)| !dimension.is_leaf(*node)).count();
        let size = 2 + (1 + cell.count).ilog2();
        f64::from(size) * 3_f64.powi(i32::try_from(totals).unwrap_or(0))
    };
    table.cells().iter().enumerate().map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Dimension;

    /// When no method finds enough, nothing is shown: here because a cell is asked to fall below nothing.
    #[test]
    fn nothing_is_shown_when_nothing_protects() {
        let dimensions = vec![Dimension::with_total("a", "all", &["x", "y"])];
        let leaves = [(vec![1], Cell::of(3)), (vec![2], Cell::of(40))];
        let table = Table::of_leaves(Figure::Count, dimensions, leaves).unwrap();
        let side = Side { system: System::of_counts(&table), goals: vec![Goal { cell: 1, by: -4 }] };
        let pattern = choose(&table, &[side], &[false, true, false]);
        assert_eq!((pattern.method, pattern.alternatives), (Method::Everything, 0));
        assert!(pattern.hidden.iter().all(|hidden| *hidden));
    }
}
