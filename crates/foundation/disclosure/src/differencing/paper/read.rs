//! Headings and rows of a file as a table of people.

use std::collections::HashMap;

use super::super::{Cell, Condition, Dimension, Population, Table};
use crate::words::{self, Shown};

/// The most rows that are read: a table of results is shorter.
const MOST_ROWS: usize = 10_000;
/// The dimension that headings of numbers are of, where a table has two ways.
const HEADINGS: &str = "·";

/// The table of people that a file's rows hold, if they do: the columns before the first count are how people are
/// divided; or the first column is one way and the headings another, when all the rest are whole numbers.
/// Labels that say «all» are margins; numbers that are left out or marked are withheld.
pub fn of_grid(universe: &str, edition: &str, headings: &[String], rows: &[Vec<String>]) -> Option<Table> {
    if rows.is_empty() || rows.len() > MOST_ROWS || headings.is_empty() {
        return None;
    }
    let count = headings.iter().position(|heading| words::is_count(&heading.to_lowercase()));
    let mut reading = Reading::default();
    match count {
        Some(count) => {
            for row in rows {
                let at = (0..count).map(|n| reading.place(n, &headings[n], row.get(n).map_or("", String::as_str)));
                let at = at.collect();
                reading.cell(at, row.get(count).map_or("", String::as_str))?;
            }
        }
        None if headings.len() > 1 => {
            for row in rows {
                let first = reading.place(0, &headings[0], row.first().map_or("", String::as_str));
                for (column, heading) in headings.iter().enumerate().skip(1) {
                    let second = reading.place(1, HEADINGS, heading);
                    reading.cell(vec![first, second], row.get(column).map_or("", String::as_str))?;
                }
            }
        }
        None => return None,
    }
    let table = Table {
        of: Population::everybody(universe),
        edition: edition.to_owned(),
        dimensions: reading.dimensions,
        cells: reading.cells,
        base: 1,
    };
    let base = base(&table);
    (table.check().is_ok() && table.shown().next().is_some()).then_some(Table { base, ..table })
}

#[derive(Default)]
struct Reading {
    dimensions: Vec<Dimension>,
    places: HashMap<(usize, String), usize>,
    cells: Vec<Cell>,
}

impl Reading {
    /// The category of a label; `None` for all of them.
    fn place(&mut self, dimension: usize, attribute: &str, label: &str) -> Option<usize> {
        if self.dimensions.len() <= dimension {
            let attribute = attribute.trim().to_lowercase();
            self.dimensions.push(Dimension { attribute, categories: Vec::new() });
        }
        let label = label.trim().to_lowercase();
        if words::is_all(&label) {
            return None;
        }
        let categories = &mut self.dimensions[dimension].categories;
        let next = categories.len();
        let place = *self.places.entry((dimension, label.clone())).or_insert(next);
        if place == next {
            categories.push(Condition::is(&label));
        }
        Some(place)
    }

    /// A number; `None` ends the reading: what is neither a count nor withheld makes it no table of people.
    fn cell(&mut self, at: Vec<Option<usize>>, text: &str) -> Option<()> {
        let told = match words::shown(text) {
            Shown::Number(number) if number >= 0.0 && number.fract() == 0.0 && number < 1e15 => Some(number as u64),
            Shown::Withheld => None,
            _ => return None,
        };
        self.cells.push(Cell { at, told });
        Some(())
    }
}

/// What all numbers of a table are multiples of, when there are enough of them to tell: 5 or 10, else 1.
fn base(table: &Table) -> u64 {
    let numbers: Vec<u64> = table.shown().map(|(_, number)| number).filter(|number| *number > 0).collect();
    let all = |base: u64| numbers.len() >= 6 && numbers.iter().all(|number| number % base == 0);
    [10, 5].into_iter().find(|base| all(*base)).unwrap_or(1)
}
