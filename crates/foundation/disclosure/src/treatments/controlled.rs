//! Counts rounded so that totals stay sums.
//!
//! Controlled rounding as in L. H. Cox and L. R. Ernst, "Controlled rounding", INFOR 20 (1982) 423–432:
//! every count goes to the multiple below or above it, multiples stay, and what is shown adds up. Among
//! these the one that is nearest to the counts together. With two dimensions there always is one; with more
//! there may be none, or none found within bounds: then innermost cells are rounded to the nearest multiple
//! and totals are their sums, which can be further off.

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

use crate::{rules::Rounding, secondary::system::System, tables::Table};

/// The most branches of the programme.
const BRANCHES: u64 = 2_000;
/// The most cells for which it is solved.
const CELLS: usize = 2_000;

/// All cells rounded. Where people overlap each cell is rounded by itself, since nothing adds up there.
pub(crate) fn rounded(table: &Table, base: u64) -> Vec<u64> {
    let nearest = |count: u64| Rounding::Nearest { base }.shown(count);
    if table.dimensions().iter().any(|dimension| dimension.overlapping) {
        return table.cells().iter().map(|cell| nearest(cell.count)).collect();
    }
    let programme = (table.cells().len() <= CELLS).then(|| neighbours(&System::of_counts(table), base)).flatten();
    programme.unwrap_or_else(|| summed(table, nearest))
}

/// Each count's multiple below or above, such that all rows hold.
fn neighbours(system: &System, base: u64) -> Option<Vec<u64>> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let up = |count: &u64| {
        let rest = count % base;
        // Going up costs what it is further than going down.
        (rest > 0).then(|| problem.add_binary_var(base as f64 - 2.0 * rest as f64))
    };
    let ups: Vec<Option<Variable>> = system.values.iter().map(up).collect();
    for row in &system.rows {
        let below: i64 = row.iter().map(|(cell, sign)| sign * (system.values[*cell] / base).cast_signed()).sum();
        let terms: Vec<(Variable, f64)> =
            row.iter().filter_map(|(cell, sign)| Some((ups[*cell]?, *sign as f64))).collect();
        if terms.is_empty() && below != 0 {
            return None;
        }
        if !terms.is_empty() {
            problem.add_constraint(terms, ComparisonOp::Eq, -below as f64);
        }
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(BRANCHES);
    let found = problem.solve_with(options).ok()?.into_solution().ok()?;
    let up = |cell: &Option<Variable>| cell.is_some_and(|cell| found.var_value(cell) > 0.5);
    let shown: Vec<u64> =
        system.values.iter().zip(&ups).map(|(count, cell)| (count / base + u64::from(up(cell))) * base).collect();
    // In whole numbers, whatever the solver says.
    let adds_up = |row: &Vec<(usize, i64)>| {
        row.iter().map(|(cell, sign)| i128::from(*sign) * i128::from(shown[*cell])).sum::<i128>() == 0
    };
    system.rows.iter().all(adds_up).then_some(shown)
}

/// Innermost cells to the nearest multiple, totals as their sums.
fn summed(table: &Table, nearest: impl Fn(u64) -> u64) -> Vec<u64> {
    let mut shown: Vec<u64> = table.cells().iter().map(|cell| nearest(cell.count)).collect();
    // Dimension by dimension, and in each the innermost totals first, since parents stand before children.
    for relation in table.relations().iter().rev() {
        shown[relation.total] = relation.parts.iter().map(|part| shown[*part]).sum();
    }
    shown
}
