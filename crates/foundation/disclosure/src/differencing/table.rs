//! A table as the ledger keeps it.

use serde::{Deserialize, Serialize};

use super::{Condition, Population};

/// One way the people are divided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    /// What they are divided by.
    pub attribute: String,
    /// The categories in the table's order.
    pub categories: Vec<Condition>,
}

/// One number of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The category of each dimension, by its place; `None` for all of them: a margin.
    pub at: Vec<Option<usize>>,
    /// The number of people that was shown; `None` when it was withheld.
    pub told: Option<u64>,
}

/// A table that was told, or is to be: all that decides which people its numbers are about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Whom all of it is about: the filters.
    pub of: Population,
    /// Which edition of the data: a release's id, with what else decides whose rows were read.
    pub edition: String,
    /// How the people are divided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dimensions: Vec<Dimension>,
    /// The numbers: inner cells and those margins that are part of the table.
    pub cells: Vec<Cell>,
    /// What shown numbers are rounded to; 1 when they are exact.
    #[serde(default = "exact", skip_serializing_if = "is_exact")]
    pub base: u64,
}

const fn exact() -> u64 {
    1
}

const fn is_exact(base: &u64) -> bool {
    *base == 1
}

/// A table that does not hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// A cell has another number of places than the table has dimensions.
    #[error("cell {0} does not have one place for each dimension")]
    Places(usize),
    /// A cell lies in a category that the dimension does not have.
    #[error("cell {0} lies in a category that is not there")]
    NoCategory(usize),
    /// Two cells have the same place.
    #[error("cell {0} has the place of another")]
    Twice(usize),
}

impl Table {
    /// Checks that each cell has a place of its own.
    pub fn check(&self) -> Result<(), TableError> {
        let mut seen = std::collections::HashSet::new();
        for (number, cell) in self.cells.iter().enumerate() {
            if cell.at.len() != self.dimensions.len() {
                return Err(TableError::Places(number));
            }
            let there =
                |(at, dimension): (&Option<usize>, &Dimension)| at.is_none_or(|at| at < dimension.categories.len());
            if !cell.at.iter().zip(&self.dimensions).all(there) {
                return Err(TableError::NoCategory(number));
            }
            if !seen.insert(&cell.at) {
                return Err(TableError::Twice(number));
            }
        }
        Ok(())
    }

    /// Whom a cell is about. A place that is not there (see [`Self::check`]) narrows nothing.
    pub fn population(&self, cell: &Cell) -> Population {
        cell.at.iter().zip(&self.dimensions).fold(self.of.clone(), |of, (at, dimension)| {
            match at.and_then(|at| dimension.categories.get(at)) {
                Some(category) => of.and(&dimension.attribute, category),
                None => of,
            }
        })
    }

    /// The shown cells with whom they are about.
    pub fn shown(&self) -> impl Iterator<Item = (Population, u64)> {
        self.cells.iter().filter_map(|cell| Some((self.population(cell), cell.told?)))
    }

    /// The same table with only those cells shown.
    #[must_use]
    pub fn showing(mut self, shown: &[bool]) -> Self {
        for (number, cell) in self.cells.iter_mut().enumerate() {
            if !shown.get(number).copied().unwrap_or(false) {
                cell.told = None;
            }
        }
        self
    }
}
