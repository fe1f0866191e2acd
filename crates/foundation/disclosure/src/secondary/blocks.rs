//! Blocks of cells that can change together: for tables too large for linear programmes.
//!
//! Moving one person from a category to another in each dimension changes the corners of a block, by turns
//! up and down, and no total. R. D. Repsilber's hypercube method, as S. Giessing and D. Repsilber,
//! "Tools and strategies to protect multiple tables with the GHQUAR cell suppression engine" (2002),
//! describe it, hides such a block for each unsafe cell. Here a dimension can also be left unmoved, so that
//! the totals change with it, and several blocks can add up to what a cell needs.

use std::collections::BTreeMap;

use super::system::{Change, Goal, System};
use crate::tables::{Dimension, Table};

/// The most ways that are tried in each dimension.
const WAYS: usize = 8;
/// The most blocks that add up to one change.
const BLOCKS: usize = 24;

/// Categories of a dimension that change together, each up or down.
type Way = Vec<(usize, i64)>;

/// What the search knows of a table.
pub(super) struct Search<'a> {
    table: &'a Table,
    weights: &'a [f64],
    /// For each dimension its innermost categories, each with the line above it.
    leaves: Vec<Vec<Vec<usize>>>,
}

/// A block that would do part of what is wanted.
struct Block {
    cells: Vec<(usize, i64)>,
    by: i64,
    cost: f64,
}

impl<'a> Search<'a> {
    pub(super) fn of(table: &'a Table, weights: &'a [f64]) -> Self {
        let lines = |dimension: &Dimension| {
            let leaves = (0..dimension.categories.len()).filter(|at| dimension.is_leaf(*at));
            leaves.map(|leaf| dimension.line(leaf)).collect()
        };
        Self { table, weights, leaves: table.dimensions().iter().map(lines).collect() }
    }

    /// A change that meets the goal, and costs little beside what is hidden. Verified; none when none was found.
    pub(super) fn change(&self, system: &System, goal: Goal, hidden: &[bool]) -> Option<Change> {
        let mut changed: BTreeMap<usize, i64> = BTreeMap::new();
        let mut left = goal.by.abs();
        for _ in 0..BLOCKS {
            let block = self.best(system, goal, left, hidden, &changed)?;
            for (cell, sign) in block.cells {
                *changed.entry(cell).or_default() += sign * block.by;
            }
            left -= block.by;
            if left == 0 {
                break;
            }
        }
        let change = system.completed(changed);
        let let_go = vec![true; hidden.len()];
        (system.allows(&change, &let_go) && goal.is_met(&change)).then_some(change)
    }

    /// The cheapest block that does all that is left, or else the one that does most for its cost.
    fn best(
        &self,
        system: &System,
        goal: Goal,
        left: i64,
        hidden: &[bool],
        changed: &BTreeMap<usize, i64>,
    ) -> Option<Block> {
        let value = |cell: usize| system.values[cell].cast_signed() + changed.get(&cell).copied().unwrap_or(0);
        let free = |cell: usize| hidden[cell] || changed.contains_key(&cell);
        let ways = self.ways(goal, left, &value, &free);
        let mut best: Option<Block> = None;
        let mut choice = vec![0; ways.len()];
        loop {
            let cells = self.corners(&ways, &choice, goal.by.signum());
            let room = cells.iter().filter(|(_, sign)| *sign < 0).map(|(cell, _)| value(*cell)).min().unwrap_or(left);
            let by = room.min(left);
            if by > 0 {
                let cost: f64 =
                    cells.iter().filter(|(cell, _)| !free(*cell)).map(|(cell, _)| self.weights[*cell]).sum();
                let score = |block: &Block| (block.by as f64 / left as f64) / (block.cost + 1.0);
                let block = Block { cells, by, cost };
                if best.as_ref().is_none_or(|before| score(&block) > score(before)) {
                    best = Some(block);
                }
            }
            if !next(&mut choice, &ways) {
                return best;
            }
        }
    }

    /// The most promising ways in each dimension, seen from the goal's cell.
    fn ways(&self, goal: Goal, left: i64, value: &dyn Fn(usize) -> i64, free: &dyn Fn(usize) -> bool) -> Vec<Vec<Way>> {
        let place = self.table.place(goal.cell);
        let mut found = Vec::with_capacity(place.len());
        for (axis, node) in place.iter().enumerate() {
            let dimension = &self.table.dimensions()[axis];
            let mut ways: Vec<Way> = Vec::new();
            let (under, beside): (Vec<_>, Vec<_>) = self.leaves[axis].iter().partition(|line| line.contains(node));
            for line in under {
                ways.push(line.iter().map(|node| (*node, 1)).collect());
                if dimension.overlapping && line[0] == *node {
                    ways.push(vec![(*node, 1)]);
                }
                ways.extend(beside.iter().map(|other| between(line, other)));
            }
            // What the way changes when no other dimension moves.
            let price = |way: &Way| {
                let mut price = 0.0;
                let mut place = place.clone();
                for (node, sign) in way {
                    place[axis] = *node;
                    let Some(cell) = self.table.at(&place) else { continue };
                    let lacks = sign * goal.by.signum() < 0 && value(cell) < left;
                    price += if free(cell) { 0.0 } else { self.weights[cell] } + if lacks { 50.0 } else { 0.0 };
                }
                price
            };
            let mut priced: Vec<(f64, Way)> = ways.into_iter().map(|way| (price(&way), way)).collect();
            priced.sort_by(|a, b| a.0.total_cmp(&b.0));
            priced.truncate(WAYS);
            found.push(priced.into_iter().map(|(_, way)| way).collect());
        }
        found
    }

    /// The cells of a block with their directions.
    fn corners(&self, ways: &[Vec<Way>], choice: &[usize], direction: i64) -> Vec<(usize, i64)> {
        let mut cells = vec![(0, direction)];
        for (axis, dimension) in self.table.dimensions().iter().enumerate() {
            let (way, width) = (&ways[axis][choice[axis]], dimension.categories.len());
            let step =
                |(cell, sign): (usize, i64)| way.iter().map(move |(node, turn)| (cell * width + node, sign * turn));
            cells = cells.into_iter().flat_map(step).collect();
        }
        cells
    }
}

/// From one innermost category to another: what is above only one of them changes.
fn between(to: &[usize], from: &[usize]) -> Way {
    let up = to.iter().filter(|node| !from.contains(node)).map(|node| (*node, 1));
    up.chain(from.iter().filter(|node| !to.contains(node)).map(|node| (*node, -1))).collect()
}

/// The next combination of ways; false after the last.
fn next(choice: &mut [usize], ways: &[Vec<Way>]) -> bool {
    for (at, ways) in choice.iter_mut().zip(ways).rev() {
        *at += 1;
        if *at < ways.len() {
            return true;
        }
        *at = 0;
    }
    false
}
