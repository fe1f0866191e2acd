//! What must be withheld beside the unsafe cells so that none follows from the rest.
//!
//! A choice of cells counts only with its *alternatives*: for each unsafe cell, other tables of whole
//! numbers that agree with everything shown, in which the cell is as far away as its protection asks. They
//! are built by whichever method chose the cells, and verified without it, so that a solver's mistake can
//! cost cells but no secret.

mod blocks;
mod linear;
mod optimum;
pub(crate) mod system;

use crate::{record::Method, tables::Table};
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

/// Which cells are hidden, and why that suffices.
pub(crate) struct Pattern {
    pub(crate) hidden: Vec<bool>,
    pub(crate) method: Method,
    /// How many goals are met by verified alternatives.
    pub(crate) alternatives: u64,
}

/// Chooses. `primary` tells which cells are unsafe.
pub(crate) fn choose(table: &Table, sides: &[Side], primary: &[bool]) -> Pattern {
    if !primary.contains(&true) {
        return Pattern { hidden: primary.to_vec(), method: Method::None, alternatives: 0 };
    }
    let weights = weights(table);
    let columns: usize = sides.iter().map(|side| side.system.values.len()).sum();
    let goals: usize = sides.iter().map(|side| side.goals.len()).sum();
    let small = columns <= LINEAR_COLUMNS && columns * goals <= LINEAR_WORK;
    let alternatives = goals as u64;
    let least = (primary.len() <= OPTIMUM_CELLS).then(|| optimum::choose(sides, primary, &weights));
    if let Some(hidden) = least.flatten() {
        return Pattern { hidden, method: Method::Optimum, alternatives };
    }
    let mut by_programme = |side: &Side, goal: Goal, hidden: &[bool]| linear_step(side, goal, hidden, &weights);
    if let Some(hidden) = small.then(|| each(sides, primary, &mut by_programme)).flatten() {
        return Pattern { hidden, method: Method::Linear, alternatives };
    }
    let search = blocks::Search::of(table, &weights);
    let mut by_block = |side: &Side, goal: Goal, hidden: &[bool]| search.change(&side.system, goal, hidden);
    if let Some(hidden) = each(sides, primary, &mut by_block) {
        return Pattern { hidden, method: Method::Blocks, alternatives };
    }
    Pattern { hidden: vec![true; primary.len()], method: Method::Everything, alternatives: 0 }
}

/// A way to meet a goal, given what is hidden already.
type Step<'a> = dyn FnMut(&Side, Goal, &[bool]) -> Option<Change> + 'a;

/// Meets one goal after the other, hiding what each needs; none when one cannot be met.
fn each(sides: &[Side], primary: &[bool], step: &mut Step<'_>) -> Option<Vec<bool>> {
    let mut hidden = primary.to_vec();
    for side in sides {
        let mut left = side.goals.clone();
        // The last first: goals of margins, which need the most, usually come first in a table.
        while let Some(goal) = left.pop() {
            let change = step(side, goal, &hidden)?;
            let cells = change.iter().filter(|(column, _)| !side.system.is_between(*column));
            cells.for_each(|(cell, _)| hidden[*cell] = true);
            left.retain(|goal| !goal.is_met(&change));
        }
    }
    Some(hidden)
}

fn linear_step(side: &Side, goal: Goal, hidden: &[bool], weights: &[f64]) -> Option<Change> {
    linear::change(&side.system, goal, &Prices { hidden, weights: None })
        .or_else(|| linear::change(&side.system, goal, &Prices { hidden, weights: Some(weights) }))
}

/// What it costs a reader to lose a cell: more for large counts, and much more for totals.
fn weights(table: &Table) -> Vec<f64> {
    let weight = |(at, cell): (usize, &crate::tables::Cell)| {
        let place = table.place(at);
        let totals = table.dimensions().iter().zip(place).filter(|(dimension, node)| !dimension.is_leaf(*node)).count();
        let size = 2 + (1 + cell.count).ilog2();
        f64::from(size) * 3_f64.powi(i32::try_from(totals).unwrap_or(0))
    };
    table.cells().iter().enumerate().map(weight).collect()
}
