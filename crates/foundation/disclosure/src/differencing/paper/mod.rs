//! Tables of which only the numbers are known: what a person with both of them before him can subtract.
//!
//! Whom a cell is about is known by headings and labels alone, so this finds what can be found so:
//!
//! 1. the same group with two numbers that differ by fewer than the minimum ([`Kind::TwoNumbers`]);
//! 2. a group within another with nearly as many ([`Kind::Nested`]);
//! 3. a total, of this or another table, of which all shown parts leave fewer than the minimum
//!    ([`Kind::Remainder`]): the withheld cells.
//!
//! Combinations of more than a total and its parts, the same attribute under two headings, and rounded numbers
//! are not compared. It is there to help people who look.

mod read;

use serde::{Deserialize, Serialize};

use super::{Cell, Population, Table};

pub use read::of_grid;

/// How a small group follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The same group has two numbers.
    TwoNumbers,
    /// A group lies in another that has nearly as many.
    Nested,
    /// What is shown of a total leaves a few.
    Remainder,
}

impl Kind {
    /// The stable name, in records and locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TwoNumbers => "two_numbers",
            Self::Nested => "nested",
            Self::Remainder => "remainder",
        }
    }
}

/// A small group that follows from a new table. The number itself is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// How.
    pub kind: Kind,
    /// The group whose number gives it, in the new table or, for a remainder, the total.
    pub group: Population,
    /// Which of the earlier tables it takes, by its place; `None` when the new one alone is enough.
    pub with: Option<usize>,
}

/// The most that is told of one table.
const ENOUGH: usize = 50;
/// Cells beyond which tables are not compared pair by pair.
const MOST_CELLS: usize = 4_000;

/// What small groups follow from the new table beside each of the earlier ones, and from itself.
pub fn compare(new: &Table, earlier: &[Table], minimum: u64) -> Vec<Given> {
    let mut found = Vec::new();
    if new.base > 1 || new.cells.len() > MOST_CELLS {
        return found;
    }
    let shown: Vec<_> = new.shown().collect();
    for (total, number) in &shown {
        remainders(total, *number, new, None, minimum, &mut found);
    }
    for (at, other) in earlier.iter().enumerate() {
        if other.base > 1 || other.cells.len() > MOST_CELLS || other.of.universe != new.of.universe {
            continue;
        }
        let told: Vec<_> = other.shown().collect();
        for (group, number) in &shown {
            found.extend(told.iter().filter_map(|(of, n)| pair((group, *number), (of, *n), at, minimum)));
            remainders(group, *number, other, Some(at), minimum, &mut found);
        }
        for (total, number) in &told {
            remainders(total, *number, new, Some(at), minimum, &mut found);
        }
        if found.len() > ENOUGH * 4 {
            break;
        }
    }
    found.sort();
    found.dedup();
    found.truncate(ENOUGH);
    found
}

fn pair(new: (&Population, u64), old: (&Population, u64), at: usize, minimum: u64) -> Option<Given> {
    let small = |larger: u64, smaller: u64| larger > smaller && larger - smaller < minimum;
    let kind = if new.0 == old.0 {
        small(new.1.max(old.1), new.1.min(old.1)).then_some(Kind::TwoNumbers)
    } else if new.0.within(old.0) {
        small(old.1, new.1).then_some(Kind::Nested)
    } else if old.0.within(new.0) {
        small(new.1, old.1).then_some(Kind::Nested)
    } else {
        None
    };
    kind.map(|kind| Given { kind, group: new.0.clone(), with: Some(at) })
}

/// Each way in which a table divides the group: what its parts leave of the number.
fn remainders(
    total: &Population,
    number: u64,
    table: &Table,
    with: Option<usize>,
    minimum: u64,
    found: &mut Vec<Given>,
) {
    for (along, dimension) in table.dimensions.iter().enumerate() {
        if !is_division(&dimension.categories) {
            continue;
        }
        for line in lines(table, along) {
            let whole = Cell { at: whole(&line[0].at, along), told: None };
            if &table.population(&whole) != total {
                continue;
            }
            let shown: Vec<u64> = line.iter().filter_map(|cell| cell.told).collect();
            let parts = shown.iter().fold(0, |sum: u64, part| sum.saturating_add(*part));
            let left = number.saturating_sub(parts);
            if !shown.is_empty() && number > parts && left < minimum {
                found.push(Given { kind: Kind::Remainder, group: total.clone(), with });
            }
        }
    }
}

/// The cells of a table that differ along one dimension only, its margin left out.
fn lines(table: &Table, along: usize) -> Vec<Vec<&Cell>> {
    let mut lines: std::collections::BTreeMap<Vec<Option<usize>>, Vec<&Cell>> = std::collections::BTreeMap::new();
    for cell in table.cells.iter().filter(|cell| cell.at.get(along).is_some_and(Option::is_some)) {
        lines.entry(whole(&cell.at, along)).or_default().push(cell);
    }
    lines.into_values().collect()
}

fn whole(at: &[Option<usize>], along: usize) -> Vec<Option<usize>> {
    at.iter().enumerate().map(|(n, place)| if n == along { None } else { *place }).collect()
}

/// Whether nobody is in two of the categories.
fn is_division(categories: &[super::Condition]) -> bool {
    let apart = |at: usize| categories[..at].iter().all(|other| categories[at].and(other).is_impossible());
    categories.len() <= 500 && (0..categories.len()).all(apart)
}
