//! An axis of which only some groups are told apart.

use std::collections::HashSet;

use super::{
    group::{Axis, Group, Grouping, Groups},
    rows::Rows,
};
use crate::{EngineError, Schema};

/// Some groups of an axis, and all others as one.
pub(super) struct Only {
    axis: Box<Grouping>,
    apart: HashSet<Group>,
    /// For each group of the axis, the number of the one that it is counted in.
    numbers: Vec<u32>,
}

impl Only {
    pub(super) fn compile(axis: &Axis, apart: &[Group], schema: &Schema) -> Result<Self, EngineError> {
        let axis = Box::new(Grouping::compile(axis, schema)?);
        Ok(Self { axis, apart: apart.iter().cloned().collect(), numbers: Vec::new() })
    }

    pub(super) fn columns(&self, all: &mut Vec<String>) {
        self.axis.columns(all);
    }

    /// The number of each row's group, among `groups`.
    pub(super) fn numbers(&mut self, rows: &Rows<'_>, groups: &mut Groups) -> Vec<u32> {
        let found = self.axis.numbers(rows);
        for group in &self.axis.groups.met[self.numbers.len()..] {
            let counted_in = if self.apart.contains(group) { group.clone() } else { Group::Rest };
            self.numbers.push(groups.number(counted_in));
        }
        found.into_iter().map(|number| self.numbers[number as usize]).collect()
    }
}
