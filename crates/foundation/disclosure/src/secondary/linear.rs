//! The attacker's linear programme, and what to withhold so that it fails.
//!
//! For an unsafe cell, the programme looks for another table that agrees with everything shown: with cells
//! that are shown let go at a price, the cheapest such table says what to withhold with it. One cell after
//! the other this is the method of J. P. Kelly, B. L. Golden and A. A. Assad, "Cell suppression: disclosure
//! protection for sensitive tabular data", Networks 22 (1992) 397–417.

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

use super::system::{Change, Goal, System};

/// The most branches when whole numbers must be searched for.
const BRANCHES: u64 = 200;

/// Columns that may change, with what a unit of change costs.
pub(super) struct Prices<'a> {
    /// For each cell: whether it is withheld already, and costs nothing.
    pub(super) hidden: &'a [bool],
    /// For each cell, what it costs to let it go; nothing may be let go without.
    pub(super) weights: Option<&'a [f64]>,
    /// Cells that an insider knows, in order: they cannot change.
    pub(super) known: &'a [usize],
}

/// The variables of a column: its change, or its change up and down where that costs.
enum Place {
    Still,
    Free(Variable),
    Priced(Variable, Variable),
}

/// The cheapest change that takes the goal's cell exactly as far as the goal says: in whole numbers, and
/// verified. None when there is none, or none was found within bounds.
pub(super) fn change(system: &System, goal: Goal, prices: &Prices<'_>) -> Option<Change> {
    solve(system, goal, prices, false).or_else(|| solve(system, goal, prices, true))
}

fn solve(system: &System, goal: Goal, prices: &Prices<'_>, whole: bool) -> Option<Change> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let places: Vec<Place> =
        (0..system.values.len()).map(|column| place(&mut problem, system, goal, prices, column, whole)).collect();
    for row in &system.rows {
        let mut terms: Vec<(Variable, f64)> = Vec::with_capacity(row.len());
        for (column, sign) in row {
            let sign = *sign as f64;
            match places[*column] {
                Place::Still => {}
                Place::Free(by) => terms.push((by, sign)),
                Place::Priced(up, down) => terms.extend([(up, sign), (down, -sign)]),
            }
        }
        if !terms.is_empty() {
            problem.add_constraint(terms, ComparisonOp::Eq, 0.0);
        }
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(BRANCHES);
    let found = problem.solve_with(options).ok()?.into_solution().ok()?;
    let value = |variable: &Variable| found.var_value(*variable).round() as i64;
    let by = |place: &Place| match place {
        Place::Still => 0,
        Place::Free(by) => value(by),
        Place::Priced(up, down) => value(up) - value(down),
    };
    let change: Change = places.iter().map(by).enumerate().filter(|(_, by)| *by != 0).collect();
    let mut let_go = prices.hidden.to_vec();
    if prices.weights.is_some() {
        let_go.fill(true);
    }
    (system.allows(&change, &let_go) && goal.is_met(&change)).then_some(change)
}

fn place(problem: &mut Problem, system: &System, goal: Goal, prices: &Prices<'_>, column: usize, whole: bool) -> Place {
    let most_down = system.values[column] as f64;
    let mut variable = |price: f64, down: f64, up: f64| {
        if whole {
            let narrow = |bound: f64| bound.clamp(f64::from(i32::MIN), f64::from(i32::MAX)) as i32;
            problem.add_integer_var(price, (narrow(down), narrow(up)))
        } else {
            problem.add_var(price, (down, up))
        }
    };
    if column == goal.cell {
        let by = goal.by as f64;
        return Place::Free(variable(0.0, by, by));
    }
    if prices.known.binary_search(&column).is_ok() {
        return Place::Still;
    }
    if system.is_between(column) || prices.hidden[column] {
        return Place::Free(variable(0.0, -most_down, f64::INFINITY));
    }
    match prices.weights {
        None => Place::Still,
        Some(weights) => {
            let price = weights[column];
            Place::Priced(variable(price, 0.0, f64::INFINITY), variable(price, 0.0, most_down))
        }
    }
}
