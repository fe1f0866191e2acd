//! The least that protects, proven.
//!
//! The method of M. Fischetti and J. J. Salazar González, "Solving the cell suppression problem on tabular
//! data with linear constraints", Management Science 47 (2001) 1008–1027: a mixed-integer programme chooses
//! cells; for each unsafe cell the attacker's linear programme says whether the choice protects it; where it
//! does not, the attacker's dual solution is an inequality that every choice that protects fulfils and this
//! one does not. Rounds go on until all are protected. Bounds are on work, not on time, so that the same
//! table gives the same choice on every machine.

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

use super::{
    Found, Side,
    linear::{self, Prices},
    system::{Goal, System},
};

/// The most rounds.
const ROUNDS: usize = 60;
/// The most branches of each round's programme.
const BRANCHES: u64 = 2_000;
/// The most inequalities.
const CUTS: usize = 1_500;

/// At least `at_least` of the weighted cells must be hidden.
struct Cut {
    terms: Vec<(usize, f64)>,
    at_least: f64,
}

/// The cells to hide at least cost; none when that cannot be proven within bounds.
pub(super) fn choose(sides: &[Side], primary: &[bool], weights: &[f64]) -> Option<Found> {
    let mut cuts = first_cuts(sides, primary);
    for _ in 0..ROUNDS {
        let hidden = cheapest(&cuts, primary, weights)?;
        let before = cuts.len();
        let mut proofs = vec![Vec::new(); sides.len()];
        for (side, proofs) in sides.iter().zip(&mut proofs) {
            let mut left = side.goals.clone();
            while let Some(goal) = left.pop() {
                match linear::change(&side.system, goal, &Prices { hidden: &hidden, weights: None, known: &[] }) {
                    Some(change) => {
                        left.retain(|goal| !goal.is_met(&change));
                        proofs.push(change);
                    }
                    // None also where only whole numbers fail: then no cut is violated, and another method must do.
                    None => cuts.push(violated(&side.system, goal, &hidden)?),
                }
            }
        }
        if cuts.len() == before {
            return Some(Found { hidden, proofs });
        }
        if cuts.len() > CUTS {
            return None;
        }
    }
    None
}

/// A cell of a total and its parts is not hidden alone.
fn first_cuts(sides: &[Side], primary: &[bool]) -> Vec<Cut> {
    let Some(side) = sides.first() else { return Vec::new() };
    let mut cuts = Vec::new();
    for row in &side.system.rows {
        if row.iter().any(|(column, _)| side.system.is_between(*column)) {
            continue;
        }
        for (column, _) in row {
            let others = row.iter().filter(|(other, _)| other != column).map(|(other, _)| (*other, 1.0));
            let (own, at_least) = if primary[*column] { (None, 1.0) } else { (Some((*column, -1.0)), 0.0) };
            cuts.push(Cut { terms: others.chain(own).collect(), at_least });
        }
    }
    cuts
}

/// The cheapest choice that the inequalities so far allow.
fn cheapest(cuts: &[Cut], primary: &[bool], weights: &[f64]) -> Option<Vec<bool>> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let chosen: Vec<Option<Variable>> = primary
        .iter()
        .zip(weights)
        .map(|(primary, weight)| (!primary).then(|| problem.add_binary_var(*weight)))
        .collect();
    for cut in cuts {
        // What the unsafe cells, which are hidden anyway, contribute.
        let given: f64 = cut.terms.iter().filter(|(cell, _)| primary[*cell]).map(|(_, weight)| weight).sum();
        if given >= cut.at_least && cut.terms.iter().all(|(cell, weight)| primary[*cell] || *weight >= 0.0) {
            continue;
        }
        let terms: Vec<(Variable, f64)> =
            cut.terms.iter().filter_map(|(cell, weight)| Some((chosen[*cell]?, *weight))).collect();
        problem.add_constraint(terms, ComparisonOp::Ge, cut.at_least - given);
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(BRANCHES);
    let found = problem.solve_with(options).ok()?;
    if !found.is_optimal() {
        return None;
    }
    let found = found.into_solution().ok()?;
    Some(chosen.iter().map(|cell| cell.is_none_or(|cell| found.var_value(cell) > 0.5)).collect())
}

/// The inequality that the choice does not fulfil, from the attacker's dual programme: prices of the
/// equations, by which any movement of the goal's cell is paid with movements of others.
fn violated(system: &System, goal: Goal, hidden: &[bool]) -> Option<Cut> {
    let level = goal.by.unsigned_abs() as f64;
    // No cell is thought to be larger than this in any table that the attacker considers.
    let ceiling = system.values.iter().max().copied().unwrap_or(0) as f64 + level;
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let free = (f64::NEG_INFINITY, f64::INFINITY);
    let prices: Vec<Variable> = system.rows.iter().map(|_| problem.add_var(0.0, free)).collect();
    let mut terms: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); system.values.len()];
    for (row, price) in system.rows.iter().zip(&prices) {
        for (column, sign) in row {
            terms[*column].push((*price, *sign as f64));
        }
    }
    let room = |column: usize| (ceiling, system.values[column] as f64);
    let mut sides: Vec<(Variable, Variable)> = Vec::with_capacity(terms.len());
    for (column, mut terms) in terms.into_iter().enumerate() {
        let (up, down) = room(column);
        let may_move = system.is_between(column) || hidden[column];
        let cost = |room: f64| if may_move { room } else { 0.0 };
        // The goal's own movement is what is paid for.
        let own = column == goal.cell;
        let most = if own { 0.0 } else { f64::INFINITY };
        let pair = (problem.add_var(cost(up), (0.0, most)), problem.add_var(cost(down), (0.0, most)));
        terms.extend([(pair.0, 1.0), (pair.1, -1.0)]);
        problem.add_constraint(terms, ComparisonOp::Eq, if own { goal.by.signum() as f64 } else { 0.0 });
        sides.push(pair);
    }
    let found = problem.solve().ok()?.into_solution().ok()?;
    let mut cut = Cut { terms: Vec::new(), at_least: level };
    let mut reached = 0.0;
    for (column, pair) in sides.iter().enumerate() {
        let (up, down) = room(column);
        let weight = up * found.var_value(pair.0).max(0.0) + down * found.var_value(pair.1).max(0.0);
        if weight < 1e-6 {
            continue;
        }
        if system.is_between(column) {
            cut.at_least -= weight;
        } else {
            // More than is asked for says no more than that.
            cut.terms.push((column, weight));
            reached += if hidden[column] { weight } else { 0.0 };
        }
    }
    let missing = cut.at_least;
    cut.terms.iter_mut().for_each(|(_, weight)| *weight = weight.min(missing) / missing);
    cut.at_least = 1.0;
    (missing > 1e-6 && reached < missing - 1e-6).then_some(cut)
}
