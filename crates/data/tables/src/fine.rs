//! Tables of more groups than are counted at once.
//!
//! How many groups there are in truth is nothing to tell: whoever crosses a variable by others of a known size could
//! find out by what is refused how many codes anybody has. So each dimension is counted by itself, the groups are
//! found that its noise lets be told of, and the table is counted of those with all others as one. It is refused
//! when those are too many, which everybody may know.

use varde_engine::tabulate::{Axis, Counted, Plan};

use crate::{
    CountError, Job,
    tell::{CELLS, has_too_many, is_about_enough, listed, noise},
};

impl Job {
    /// Counts the groups that are told of, and all others as one. Only the total when nothing is told.
    ///
    /// # Errors
    /// [`CountError::TooFine`] when the groups that are told of make too many cells, or when one dimension alone has
    /// more groups than the engine counts; as [`Job::count`].
    pub(crate) fn listed_only(&self, plan: &Plan, below_zero: bool) -> Result<Counted, CountError> {
        let noise = noise()?;
        let alone = |axes| Plan { axes, steps: false, sets: false, ..plan.clone() };
        let whole = self.tabulated(&alone(Vec::new()))?;
        if !is_about_enough(&whole, noise) || below_zero {
            return Ok(whole);
        }
        let (mut told, mut axes) = (Vec::new(), Vec::new());
        for axis in &plan.axes {
            let counted = self.tabulated(&alone(vec![axis.clone()])).map_err(|error| match error {
                CountError::TooFine(_) => CountError::TooFine(CELLS),
                other => other,
            })?;
            let these = listed(&counted, noise).swap_remove(0);
            let groups = these.iter().map(|at| counted.groups[0][*at].clone()).collect();
            axes.push(Axis::Only { axis: Box::new(axis.clone()), groups });
            told.push(these);
        }
        match has_too_many(&told) {
            true => Err(CountError::TooFine(CELLS)),
            false => self.tabulated(&Plan { axes, ..plan.clone() }),
        }
    }
}

#[cfg(test)]
mod tests;
