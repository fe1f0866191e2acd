//! A table that may be shown.

use serde::{Deserialize, Serialize};
use varde_core::{Digest, canonical_json};

use crate::{
    record::{Reason, Record},
    tables::{Dimension, Figure, at, place},
};

/// What became of a cell, as a reader is told. Why a cell is withheld is not told: a reader who knows which
/// cells are unsafe by themselves knows that few people are in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Shown as it is.
    Shown,
    /// Not shown.
    Withheld,
    /// Rounded.
    Rounded,
    /// With noise.
    Perturbed,
}

/// A cell as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SafeCell {
    /// What became of it.
    pub outcome: Outcome,
    /// People, unless withheld.
    pub count: Option<u64>,
    /// The sum of the amount, where the table has one, unless withheld. A mean is this by `count`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<u64>,
}

impl SafeCell {
    /// A cell that is not shown.
    pub const WITHHELD: Self = Self { outcome: Outcome::Withheld, count: None, sum: None };

    /// The mean of the amount.
    pub fn mean(&self) -> Option<f64> {
        let count = self.count.filter(|count| *count > 0)?;
        self.sum.map(|sum| sum as f64 / count as f64)
    }
}

/// Why a cell is withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It is unsafe by itself.
    Primary(Vec<Reason>),
    /// It would give another back.
    Secondary,
}

/// A table that may be shown, with the record of what was checked. What is serialised says nothing of why
/// single cells are withheld.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SafeTable {
    /// What it tells.
    pub figure: Figure,
    /// The dimensions.
    pub dimensions: Vec<Dimension>,
    /// The cells, in row-major order.
    pub cells: Vec<SafeCell>,
    /// What was checked. For reviewers and the archive, not for readers: take it off before the table is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// Why each cell is withheld; never leaves the process.
    #[serde(skip)]
    pub(crate) why: Vec<Option<Why>>,
}

impl SafeTable {
    /// The cell at a place: a category number for each dimension.
    pub fn cell(&self, place: &[usize]) -> Option<&SafeCell> {
        at(&self.dimensions, place).and_then(|cell| self.cells.get(cell))
    }

    /// The place of a cell.
    pub fn place(&self, cell: usize) -> Vec<usize> {
        place(&self.dimensions, cell)
    }

    /// Why a cell is withheld, in the process that made the table. For tests and measures only.
    pub fn why(&self, cell: usize) -> Option<&Why> {
        self.why.get(cell).and_then(Option::as_ref)
    }

    /// The digest of what is shown: figure, dimensions and cells.
    pub fn digest(&self) -> Digest {
        Digest::of(&canonical_json(&(self.figure, &self.dimensions, &self.cells)))
    }

    /// The cells that are withheld.
    pub fn withheld(&self) -> u64 {
        self.cells.iter().filter(|cell| cell.outcome == Outcome::Withheld).count() as u64
    }
}
