//! Tables of people and of amounts, with their margins: what every rule here is about.
//!
//! A [`Table`] has one cell for each combination of its dimensions' categories, subtotals and totals among
//! them. Cells are kept in row-major order: the last dimension's category changes first.

mod cell;
mod dimension;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

pub use cell::{Amount, Cell};
pub use dimension::{Category, Dimension};

/// The most cells of a table, margins included: larger ones are data, not statistics.
pub const MOST_CELLS: usize = 1 << 20;

/// What a table tells of each cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// How many people.
    Count,
    /// How many people, and the sum of an amount.
    Sum,
    /// How many people, and the mean of an amount: as good as its sum.
    Mean,
}

/// A table as it is, before anything is withheld. Never to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    figure: Figure,
    dimensions: Vec<Dimension>,
    cells: Vec<Cell>,
}

/// A cell that is what others make up together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The cell of the total or subtotal.
    pub total: usize,
    /// The cells below it.
    pub parts: Vec<usize>,
    /// Whether a person can be in several of the parts: then the total of *people* is at most their sum, and
    /// at least each of them. Amounts always add up.
    pub overlapping: bool,
}

/// Why something is not a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// No dimension, or a dimension without categories.
    #[error("the dimension {0} has no categories")]
    Empty(String),
    /// A category stands twice in a dimension, or names a parent that does not stand before it.
    #[error("the category {1} of {0} stands twice, or before the one that it belongs to")]
    Category(String, String),
    /// More than [`MOST_CELLS`].
    #[error("the table has {0} cells: more than a table of statistics can have")]
    TooLarge(usize),
    /// Another number of cells than the dimensions make, or a place that there is not.
    #[error("the table has no place {0}")]
    Place(usize),
    /// A dimension in which people overlap: its margins must be counted, not added.
    #[error("people can be in several categories of {0}: its totals must be counted")]
    Overlapping(String),
    /// A total that is not what its parts make, or an amount beside a figure that has none.
    #[error("the cell {0} is not what its parts make up, or its amounts cannot be")]
    Sum(usize),
}

impl Table {
    /// A table of its innermost cells, given by place (one category number for each dimension); those not
    /// given are empty, those given twice are added. The margins are added up, so each person may be in one
    /// innermost cell only.
    ///
    /// # Errors
    /// When a dimension or place cannot be, or people overlap.
    pub fn of_leaves(
        figure: Figure,
        dimensions: Vec<Dimension>,
        leaves: impl IntoIterator<Item = (Vec<usize>, Cell)>,
    ) -> Result<Self, TableError> {
        let size = size(&dimensions)?;
        if let Some(overlapping) = dimensions.iter().find(|dimension| dimension.overlapping) {
            return Err(TableError::Overlapping(overlapping.name.clone()));
        }
        let empty = if figure == Figure::Count { Cell::default() } else { Cell::of_amounts([]) };
        let mut table = Self { figure, dimensions, cells: vec![empty; size] };
        for (place, cell) in leaves {
            table.add(&place, &cell)?;
        }
        table.checked()
    }

    /// A table of all its cells in row-major order.
    ///
    /// # Errors
    /// When a dimension cannot be, or a total is not what its parts make.
    pub fn of_cells(figure: Figure, dimensions: Vec<Dimension>, cells: Vec<Cell>) -> Result<Self, TableError> {
        if size(&dimensions)? != cells.len() {
            return Err(TableError::Place(cells.len()));
        }
        Self { figure, dimensions, cells }.checked()
    }

    /// Adds a leaf to itself and to everything above it.
    fn add(&mut self, place: &[usize], cell: &Cell) -> Result<(), TableError> {
        let is_leaf = |(dimension, at): (&Dimension, &usize)| dimension.is_leaf(*at);
        if place.len() != self.dimensions.len() || !self.dimensions.iter().zip(place).all(is_leaf) {
            return Err(TableError::Place(place.first().copied().unwrap_or_default()));
        }
        self.above(place).into_iter().for_each(|at| self.cells[at].add(cell));
        Ok(())
    }

    /// The cell at a place and all totals that it is in.
    pub(crate) fn above(&self, place: &[usize]) -> Vec<usize> {
        let mut above: Vec<usize> = vec![0];
        for (dimension, at) in self.dimensions.iter().zip(place) {
            let line = dimension.line(*at);
            let width = dimension.categories.len();
            above = above.iter().flat_map(|before| line.iter().map(move |node| before * width + node)).collect();
        }
        above
    }

    fn checked(self) -> Result<Self, TableError> {
        let has_amounts = self.figure != Figure::Count;
        let fits = |cell: &Cell| cell.amount.is_some() == has_amounts && cell.is_possible();
        if let Some(wrong) = self.cells.iter().position(|cell| !fits(cell)) {
            return Err(TableError::Sum(wrong));
        }
        for relation in self.relations() {
            if !self.holds(&relation) {
                return Err(TableError::Sum(relation.total));
            }
        }
        Ok(self)
    }

    fn holds(&self, relation: &Relation) -> bool {
        let parts = || relation.parts.iter().map(|at| &self.cells[*at]);
        let total = &self.cells[relation.total];
        let people: u64 = parts().map(|cell| cell.count).sum();
        let counted = if relation.overlapping {
            total.count <= people && parts().all(|cell| cell.count <= total.count)
        } else {
            total.count == people
        };
        counted && total.sum() == parts().map(Cell::sum).sum::<u64>()
    }

    /// What it tells.
    pub const fn figure(&self) -> Figure {
        self.figure
    }

    /// The dimensions.
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// All cells, in row-major order.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The number of the cell at a place.
    pub fn at(&self, place: &[usize]) -> Option<usize> {
        at(&self.dimensions, place)
    }

    /// The place of a cell: a category number for each dimension.
    pub fn place(&self, cell: usize) -> Vec<usize> {
        place(&self.dimensions, cell)
    }

    /// Whether nothing is below the cell.
    pub fn is_leaf(&self, cell: usize) -> bool {
        self.dimensions.iter().zip(self.place(cell)).all(|(dimension, at)| dimension.is_leaf(at))
    }

    /// The people whom all cells tell of: at least as many as the largest cell has.
    pub fn people(&self) -> u64 {
        let roots = |cell: &usize| self.dimensions.iter().zip(self.place(*cell)).all(|(d, at)| d.is_root(at));
        let top = (0..self.cells.len()).filter(roots).map(|cell| self.cells[cell].count);
        // Where people overlap, roots beside each other may tell of the same ones.
        if self.dimensions.iter().any(|d| d.overlapping) { top.max().unwrap_or(0) } else { top.sum() }
    }

    /// Every total with its parts.
    pub fn relations(&self) -> Vec<Relation> {
        relations(&self.dimensions)
    }
}

/// Every total with its parts, in a table with these dimensions.
pub(crate) fn relations(dimensions: &[Dimension]) -> Vec<Relation> {
    let cells: usize = dimensions.iter().map(|dimension| dimension.categories.len()).product();
    let mut found = Vec::new();
    for (axis, dimension) in dimensions.iter().enumerate() {
        let step: usize = dimensions[axis + 1..].iter().map(|d| d.categories.len()).product();
        let groups: HashMap<usize, Vec<usize>> = dimension.groups().into_iter().collect();
        for cell in 0..cells {
            let node = cell / step % dimension.categories.len();
            let Some(children) = groups.get(&node) else { continue };
            let parts = children.iter().map(|child| cell + (child - node) * step).collect();
            found.push(Relation { total: cell, parts, overlapping: dimension.overlapping });
        }
    }
    found
}

fn size(dimensions: &[Dimension]) -> Result<usize, TableError> {
    if dimensions.is_empty() {
        return Err(TableError::Empty(String::new()));
    }
    let mut size = 1_usize;
    for dimension in dimensions {
        dimension.check()?;
        size = size.saturating_mul(dimension.categories.len());
    }
    if size > MOST_CELLS { Err(TableError::TooLarge(size)) } else { Ok(size) }
}

/// The number of the cell at a place of a table with these dimensions.
pub(crate) fn at(dimensions: &[Dimension], place: &[usize]) -> Option<usize> {
    let fits = |(dimension, at): (&Dimension, &usize)| *at < dimension.categories.len();
    (place.len() == dimensions.len() && dimensions.iter().zip(place).all(fits))
        .then(|| dimensions.iter().zip(place).fold(0, |cell, (dimension, at)| cell * dimension.categories.len() + at))
}

/// The place of a cell of a table with these dimensions.
pub(crate) fn place(dimensions: &[Dimension], mut cell: usize) -> Vec<usize> {
    let mut place: Vec<usize> = Vec::with_capacity(dimensions.len());
    for dimension in dimensions.iter().rev() {
        place.push(cell % dimension.categories.len());
        cell /= dimension.categories.len();
    }
    place.reverse();
    place
}
