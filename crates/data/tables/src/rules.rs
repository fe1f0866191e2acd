//! A counted table in the form that the rules of disclosure control know, for tables that are told without noise.

use varde_disclosure::tables::{Amount, Category, Cell, Dimension as Crossed, Figure, Table, TableError};
use varde_engine::tabulate::{Counted, Group, Tallied};

use crate::Dimension;

/// What stands for all groups of a dimension: no code is written so.
const TOTAL: &str = "*";

/// The table, each dimension with its total first. One without dimensions has a single cell.
///
/// # Errors
/// When what was counted does not add up: a fault of ours.
pub fn rules_table(figure: Figure, by: &[Dimension], counted: &Counted) -> Result<Table, TableError> {
    let crossed = |(dimension, groups): (&Dimension, &Vec<Group>)| {
        let total = Category { code: TOTAL.to_owned(), parent: None };
        let parts = groups.iter().map(|group| Category { code: format!("={group}"), parent: Some(0) });
        Crossed {
            name: name(dimension),
            categories: std::iter::once(total).chain(parts).collect(),
            // A person has one sex and one county, and can have rows in any number of other groups.
            overlapping: !matches!(dimension, Dimension::Sex | Dimension::County),
        }
    };
    let mut dimensions: Vec<Crossed> = by.iter().zip(&counted.groups).map(crossed).collect();
    if dimensions.is_empty() {
        dimensions.push(Crossed::flat("all", &[TOTAL]));
    }
    let every: Vec<Vec<usize>> = counted.groups.iter().map(|groups| (0..groups.len()).collect()).collect();
    let cell = |place: Vec<Option<usize>>| counted.at(&place).map_or_else(Cell::default, |cell| of(figure, cell));
    Table::of_cells(figure, dimensions, places(&every, true).into_iter().map(cell).collect())
}

/// The places of cells among these groups of each dimension, the last dimension fastest; with each dimension's total
/// first, or without totals.
pub fn places(groups: &[Vec<usize>], totals: bool) -> Vec<Vec<Option<usize>>> {
    let mut places: Vec<Vec<Option<usize>>> = vec![Vec::new()];
    for groups in groups {
        let all = || totals.then_some(None).into_iter().chain(groups.iter().copied().map(Some));
        places = places
            .iter()
            .flat_map(|before| all().map(move |at| before.iter().copied().chain([at]).collect()))
            .collect();
    }
    places
}

fn of(figure: Figure, cell: &Tallied) -> Cell {
    let amount = cell.summed.as_ref().filter(|_| figure != Figure::Count);
    let amount = amount.map(|summed| Amount { sum: summed.sum, largest: summed.largest.clone() });
    Cell { count: cell.people, key: cell.key, amount }
}

fn name(dimension: &Dimension) -> String {
    match dimension {
        Dimension::Variable { name, .. } => name.clone(),
        Dimension::Age { .. } => "/age".to_owned(),
        Dimension::Sex => "/sex".to_owned(),
        Dimension::County => "/county".to_owned(),
    }
}
