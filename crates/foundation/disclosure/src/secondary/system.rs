//! A table as equations: what a reader can calculate with.

use std::collections::{BTreeMap, BTreeSet};

use crate::tables::{Cell, Table};

/// Changes of columns that leave all equations true: with them the table is another table, which agrees with
/// everything that did not change. Sorted by column, none of them 0.
pub(crate) type Change = Vec<(usize, i64)>;

/// Columns are the cells, then what lies between a total and its parts where people overlap. Each row adds
/// up to nothing; no column is below nothing.
pub(crate) struct System {
    /// The columns' values in the table as it is.
    pub(crate) values: Vec<u64>,
    /// How many of the columns are cells.
    pub(crate) cells: usize,
    /// Columns with their signs.
    pub(crate) rows: Vec<Vec<(usize, i64)>>,
    /// For each column the rows in which it stands, with its sign.
    places: Vec<Vec<(usize, i64)>>,
}

/// How far a cell must at least be able to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Goal {
    pub(crate) cell: usize,
    /// Up, or down when negative; never 0.
    pub(crate) by: i64,
}

impl Goal {
    /// Whether the change takes the cell so far.
    pub(crate) fn is_met(&self, change: &Change) -> bool {
        change
            .binary_search_by_key(&self.cell, |(column, _)| *column)
            .is_ok_and(|at| change[at].1.signum() == self.by.signum() && change[at].1.abs() >= self.by.abs())
    }
}

impl System {
    /// People.
    pub(crate) fn of_counts(table: &Table) -> Self {
        let mut system = Self::of(table, |cell| cell.count);
        for relation in table.relations() {
            let parts = relation.parts.iter().map(|part| (*part, 1));
            let mut whole: Vec<(usize, i64)> = parts.chain([(relation.total, -1)]).collect();
            if relation.overlapping {
                whole.push((system.between(&whole), -1));
                for part in &relation.parts {
                    let least = vec![(relation.total, 1), (*part, -1)];
                    let between = system.between(&least);
                    system.rows.push([least, vec![(between, -1)]].concat());
                }
            }
            system.rows.push(whole);
        }
        system.placed()
    }

    /// Amounts.
    pub(crate) fn of_sums(table: &Table) -> Self {
        let mut system = Self::of(table, Cell::sum);
        for relation in table.relations() {
            let parts = relation.parts.iter().map(|part| (*part, 1));
            system.rows.push(parts.chain([(relation.total, -1)]).collect());
        }
        system.placed()
    }

    fn of(table: &Table, value: impl Fn(&Cell) -> u64) -> Self {
        let values: Vec<u64> = table.cells().iter().map(value).collect();
        Self { cells: values.len(), values, rows: Vec::new(), places: Vec::new() }
    }

    /// Makes a column of what is left of a row.
    fn between(&mut self, row: &[(usize, i64)]) -> usize {
        let left: i64 = row.iter().map(|(column, sign)| sign * self.values[*column].cast_signed()).sum();
        self.values.push(left.max(0).cast_unsigned());
        self.values.len() - 1
    }

    fn placed(mut self) -> Self {
        self.places = vec![Vec::new(); self.values.len()];
        for (at, row) in self.rows.iter().enumerate() {
            for (column, sign) in row {
                self.places[*column].push((at, *sign));
            }
        }
        self
    }

    /// Whether a column is what lies between a total and its parts: never shown.
    pub(crate) const fn is_between(&self, column: usize) -> bool {
        column >= self.cells
    }

    /// Whether the changed table can be, and agrees with all cells that are not hidden. In whole numbers:
    /// nothing that a solver says is believed before this says so.
    pub(crate) fn allows(&self, change: &Change, hidden: &[bool]) -> bool {
        let possible = |(column, by): &(usize, i64)| {
            (self.is_between(*column) || hidden[*column])
                && self.values[*column].checked_add_signed(*by).is_some_and(|value| i64::try_from(value).is_ok())
        };
        let mut sums: BTreeMap<usize, i128> = BTreeMap::new();
        for (column, by) in change {
            for (row, sign) in &self.places[*column] {
                *sums.entry(*row).or_default() += i128::from(sign * by);
            }
        }
        change.iter().all(possible) && sums.values().all(|sum| *sum == 0)
    }

    /// Fills in the columns between totals and parts, so that a change of cells is a change of columns.
    pub(crate) fn completed(&self, cells: BTreeMap<usize, i64>) -> Change {
        let rows: BTreeSet<usize> =
            cells.keys().flat_map(|cell| self.places[*cell].iter().map(|(row, _)| *row)).collect();
        let mut change = cells.clone();
        for row in rows {
            let Some((between, sign)) = self.rows[row].iter().find(|(column, _)| self.is_between(*column)) else {
                continue;
            };
            let rest = self.rows[row].iter().map(|(column, sign)| sign * cells.get(column).copied().unwrap_or(0));
            change.insert(*between, -sign * rest.sum::<i64>());
        }
        change.into_iter().filter(|(_, by)| *by != 0).collect()
    }
}
