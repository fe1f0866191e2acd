//! What a reader can calculate of what is withheld: the attacker that people can call.
//!
//! It sees a [`SafeTable`] as readers do: dimensions and shown cells, nothing else. For each withheld cell
//! it finds the least and the most that it can be, by linear programmes: the *feasibility interval*. Whole
//! numbers can only make it narrower where three or more dimensions cross; [`protect`](crate::protect())
//! therefore does not rest on it but on alternatives that it verifies in whole numbers.

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, Variable};
use serde::{Deserialize, Serialize};

use crate::{
    safe::{Outcome, SafeTable},
    tables::{Figure, relations},
};

/// What follows of a withheld cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// The cell.
    pub cell: usize,
    /// Its people ([`Figure::Count`]) or its sum ([`Figure::Sum`]).
    pub of: Figure,
    /// The least that it can be.
    pub low: u64,
    /// The most, unless there is no limit.
    pub high: Option<u64>,
}

/// The audit could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// What is shown contradicts itself: rounded or perturbed tables do, and are not audited so.
    #[error("what is shown does not add up")]
    Contradiction,
    /// The solver gave up.
    #[error("the linear programme was not solved: {0}")]
    Solver(String),
}

/// What follows of each withheld cell from all that is shown.
///
/// # Errors
/// When what is shown does not add up, or the solver gives up.
pub fn audit(table: &SafeTable) -> Result<Vec<Interval>, AuditError> {
    let mut found = of_figure(table, Figure::Count)?;
    if table.figure != Figure::Count {
        found.extend(of_figure(table, Figure::Sum)?);
    }
    Ok(found)
}

fn of_figure(table: &SafeTable, of: Figure) -> Result<Vec<Interval>, AuditError> {
    let withheld = (0..table.cells.len()).filter(|cell| table.cells[*cell].outcome == Outcome::Withheld);
    withheld
        .map(|cell| {
            let low = bound(table, of, cell, OptimizationDirection::Minimize)?.unwrap_or(0.0);
            let high = bound(table, of, cell, OptimizationDirection::Maximize)?;
            // A little beside a whole number is that number.
            let low = (low - 1e-6).ceil().max(0.0) as u64;
            Ok(Interval { cell, of, low, high: high.map(|high| (high + 1e-6).floor() as u64) })
        })
        .collect()
}

/// The least or the most that a cell can be; none when there is no limit.
fn bound(
    table: &SafeTable,
    of: Figure,
    wanted: usize,
    direction: OptimizationDirection,
) -> Result<Option<f64>, AuditError> {
    let mut problem = Problem::new(direction);
    let shown = |cell: usize| {
        let cell = &table.cells[cell];
        if of == Figure::Count { cell.count } else { cell.sum }
    };
    let place = |cell: usize| match shown(cell) {
        Some(_) => None,
        None => Some(problem.add_var(if cell == wanted { 1.0 } else { 0.0 }, (0.0, f64::INFINITY))),
    };
    let places: Vec<Option<Variable>> = (0..table.cells.len()).map(place).collect();
    let mut say = |parts: &[usize], total: usize, how: ComparisonOp| {
        let mut terms: Vec<(Variable, f64)> = Vec::new();
        let mut known = 0.0;
        for (cell, sign) in parts.iter().map(|part| (*part, 1.0)).chain([(total, -1.0)]) {
            match (places[cell], shown(cell)) {
                (Some(variable), _) => terms.push((variable, sign)),
                (None, value) => known += sign * value.unwrap_or(0) as f64,
            }
        }
        if terms.is_empty() {
            return match how {
                ComparisonOp::Eq => known == 0.0,
                ComparisonOp::Ge => known >= 0.0,
                ComparisonOp::Le => known <= 0.0,
            };
        }
        problem.add_constraint(terms, how, -known);
        true
    };
    for relation in relations(&table.dimensions) {
        let overlapping = relation.overlapping && of == Figure::Count;
        let how = if overlapping { ComparisonOp::Ge } else { ComparisonOp::Eq };
        let mut holds = say(&relation.parts, relation.total, how);
        if overlapping {
            holds &= relation.parts.iter().all(|part| say(&[*part], relation.total, ComparisonOp::Le));
        }
        if !holds {
            return Err(AuditError::Contradiction);
        }
    }
    match problem.solve().map(microlp::SolveOutcome::into_solution) {
        Ok(Ok(found)) => Ok(Some(found.objective())),
        Err(Error::Unbounded) => Ok(None),
        Err(Error::Infeasible) => Err(AuditError::Contradiction),
        Err(other) => Err(AuditError::Solver(other.to_string())),
        Ok(Err(_)) => Err(AuditError::Solver("interrupted".to_owned())),
    }
}
