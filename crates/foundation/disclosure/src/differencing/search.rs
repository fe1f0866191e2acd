//! Whether a group that is too small can be computed: a complete search among the combinations of small atoms.

use std::collections::{BTreeSet, HashMap};

use super::basis::{Basis, Row, plus, spend, times};

/// How often one part of a group may be counted: a number of three that counts somebody twice tells of two people.
const COUNTED: u64 = 2;
/// Rows that hang together beyond which the search is not begun.
const MOST_ROWS: usize = 2_000;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// No combination is about a group that is too small.
    Nothing,
    /// One is.
    Group,
    /// It took more steps than there were left.
    TooMuch,
}

/// Looks for a combination of the basis' small rows, of those that hang together with a changed one, in which
/// each small atom is counted zero, one or two times, and those counted have fewer than `minimum` people together.
/// `changed` are first columns; what does not hang together with them says what it said before.
pub(super) fn small_group(
    basis: &Basis,
    changed: &[u32],
    people: impl Fn(u32) -> u64,
    minimum: u64,
    work: &mut u64,
) -> Found {
    let rows = together(basis, changed);
    if rows.len() > MOST_ROWS {
        return Found::TooMuch;
    }
    // A column is settled when the last row that has it is decided.
    let mut last = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        last.extend(row.keys().map(|column| (*column, at)));
    }
    let mut settled = vec![Vec::new(); rows.len()];
    for (column, at) in last {
        settled[at].push((column, people(column)));
    }
    settled.iter_mut().for_each(|columns| columns.sort_unstable());
    Search { rows: &rows, settled: &settled, minimum, work }.from(0, &mut HashMap::new(), 0)
}

/// The rows that begin at these columns and those that hang together with them, near ones first; no more than are
/// searched, and one.
fn together<'a>(basis: &'a Basis, changed: &[u32]) -> Vec<&'a Row> {
    let (mut order, mut seen) = (changed.to_vec(), changed.iter().copied().collect::<BTreeSet<u32>>());
    let mut at = 0;
    while let Some(row) = order.get(at).filter(|_| at <= MOST_ROWS).and_then(|first| basis.small(*first)) {
        at += 1;
        let near = row.keys().flat_map(|column| basis.having(*column));
        order.extend(near.filter(|other| seen.insert(*other)));
    }
    order.iter().take(MOST_ROWS + 1).filter_map(|first| basis.small(*first)).collect()
}

struct Search<'a> {
    rows: &'a [&'a Row],
    settled: &'a [Vec<(u32, u64)>],
    minimum: u64,
    work: &'a mut u64,
}

impl Search<'_> {
    /// Decides how often the row at this place takes part; `counted` are the people in settled columns.
    fn from(&mut self, at: usize, sum: &mut HashMap<u32, u64>, counted: u64) -> Found {
        let Some(row) = self.rows.get(at) else {
            return if counted > 0 { Found::Group } else { Found::Nothing };
        };
        let mut answer = Found::Nothing;
        // A row's first column is its own: more often than an atom may be counted is too often.
        for times in 0..=COUNTED {
            if !spend(self.work, row.len() + 1) {
                return Found::TooMuch;
            }
            if let Some(counted) = self.settle(at, sum, counted) {
                answer = self.from(at + 1, sum, counted);
                if answer != Found::Nothing {
                    return answer;
                }
            }
            if times < COUNTED {
                add(sum, row);
            }
        }
        for _ in 0..COUNTED {
            take(sum, row);
        }
        answer
    }

    /// The people counted when the columns that end here are settled as they stand; `None` when one of
    /// them cannot stay so, or they are too many.
    fn settle(&self, at: usize, sum: &HashMap<u32, u64>, mut counted: u64) -> Option<u64> {
        for (column, people) in &self.settled[at] {
            match sum.get(column).copied().unwrap_or(0) {
                0 => {}
                1..=COUNTED => counted += people,
                _ => return None,
            }
            if counted >= self.minimum {
                return None;
            }
        }
        Some(counted)
    }
}

fn add(sum: &mut HashMap<u32, u64>, row: &Row) {
    for (column, value) in row {
        let entry = sum.entry(*column).or_insert(0);
        *entry = plus(*entry, *value);
    }
}

fn take(sum: &mut HashMap<u32, u64>, row: &Row) {
    const LESS_ONE: u64 = (1 << 61) - 2;
    for (column, value) in row {
        let entry = sum.entry(*column).or_insert(0);
        *entry = plus(*entry, times(*value, LESS_ONE));
    }
}
