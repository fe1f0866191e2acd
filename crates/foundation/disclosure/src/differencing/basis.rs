//! All that can be computed from told numbers: a basis of their combinations, modulo a prime.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The Mersenne prime 2⁶¹ − 1.
const PRIME: u64 = (1 << 61) - 1;

pub(super) const fn times(a: u64, b: u64) -> u64 {
    // Both are below 2⁶¹, so that the product fits and the rest does too.
    (a as u128 * b as u128 % PRIME as u128) as u64
}

pub(super) const fn plus(a: u64, b: u64) -> u64 {
    (a + b) % PRIME
}

const fn minus(a: u64, b: u64) -> u64 {
    (a + PRIME - b) % PRIME
}

fn inverse(number: u64) -> u64 {
    // Fermat: a^(p−2).
    let (mut result, mut power, mut left) = (1, number, PRIME - 2);
    while left > 0 {
        if left & 1 == 1 {
            result = times(result, power);
        }
        power = times(power, power);
        left >>= 1;
    }
    result
}

/// A combination: of each column that is part of it, how often.
pub(super) type Row = BTreeMap<u32, u64>;

/// What a new row adds to what is known.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reduced {
    /// It follows from the others.
    Nothing,
    /// What is left of it, from its first column on, where it has one.
    Row(u32, Row),
    /// It took more work than there was left.
    TooMuch,
}

/// A basis in echelon form. Columns from `border` on are small atoms; rows that begin there are also reduced
/// among each other: each has one in its first column, where all others have none.
#[derive(Debug)]
pub(super) struct Basis {
    border: u32,
    large: BTreeMap<u32, Row>,
    small: BTreeMap<u32, Row>,
    /// Of each small column, the first columns of the small rows that have it.
    having: HashMap<u32, BTreeSet<u32>>,
}

/// What a new row has changed, and how it was before.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// The first column of each small row that is new or another than before.
    pub(super) rows: Vec<u32>,
    before: Vec<(u32, Option<Row>)>,
}

impl Basis {
    pub(super) fn new(border: u32) -> Self {
        Self { border, large: BTreeMap::new(), small: BTreeMap::new(), having: HashMap::new() }
    }

    /// Whether a row that begins at this column is of small columns alone.
    pub(super) fn is_small(&self, first: u32) -> bool {
        first >= self.border
    }

    /// The row of small columns alone that begins at this column.
    pub(super) fn small(&self, first: u32) -> Option<&Row> {
        self.small.get(&first)
    }

    /// Which small rows have this column, by their first ones.
    pub(super) fn having(&self, column: u32) -> impl Iterator<Item = u32> {
        self.having.get(&column).into_iter().flatten().copied()
    }

    /// Makes undone what a new row has changed.
    pub(super) fn undo(&mut self, changed: Changed) {
        for (first, before) in changed.before.into_iter().rev() {
            self.put(first, before);
        }
    }

    /// Puts a small row in the place of the one that begins there; gives that one.
    fn put(&mut self, first: u32, row: Option<Row>) -> Option<Row> {
        let columns = |row: &Option<Row>| row.iter().flat_map(Row::keys).copied().collect::<Vec<u32>>();
        let added = columns(&row);
        let before = match row {
            Some(row) => self.small.insert(first, row),
            None => self.small.remove(&first),
        };
        for column in columns(&before) {
            self.having.entry(column).or_default().remove(&first);
        }
        for column in added {
            self.having.entry(column).or_default().insert(first);
        }
        before
    }

    /// What the sum of these columns adds. Steps are taken from `work`.
    pub(super) fn reduce(&self, columns: &[u32], work: &mut u64) -> Reduced {
        let mut row: Row = columns.iter().map(|column| (*column, 1)).collect();
        let mut from = 0;
        let first = loop {
            let Some((&column, &factor)) = row.range(from..).next() else { break None };
            match self.large.get(&column).or_else(|| self.small.get(&column)) {
                Some(known) => {
                    if !spend(work, known.len()) {
                        return Reduced::TooMuch;
                    }
                    subtract(&mut row, known, factor);
                }
                None if column < self.border => break Some(column),
                // Reduced all the way, so that small rows stay reduced among each other.
                None => {}
            }
            from = column + 1;
        };
        let Some(first) = first.or_else(|| row.keys().next().copied()) else { return Reduced::Nothing };
        let scale = inverse(row[&first]);
        row.values_mut().for_each(|value| *value = times(*value, scale));
        Reduced::Row(first, row)
    }

    /// Takes in a reduced row. `None` when there was not work enough, and nothing has changed.
    pub(super) fn insert(&mut self, first: u32, row: Row, work: &mut u64) -> Option<Changed> {
        if first < self.border {
            self.large.insert(first, row);
            return Some(Changed::default());
        }
        let mut rows: Vec<u32> = self.having(first).collect();
        if !spend(work, rows.len() * row.len()) {
            return None;
        }
        let mut before = Vec::with_capacity(rows.len() + 1);
        for other in &rows {
            let Some(mut reduced) = self.small.get(other).cloned() else { continue };
            let factor = reduced.get(&first).copied().unwrap_or(0);
            subtract(&mut reduced, &row, factor);
            before.push((*other, self.put(*other, Some(reduced))));
        }
        before.push((first, self.put(first, Some(row))));
        rows.push(first);
        Some(Changed { rows, before })
    }
}

pub(super) fn spend(work: &mut u64, steps: usize) -> bool {
    match work.checked_sub(steps as u64) {
        Some(left) => {
            *work = left;
            true
        }
        None => false,
    }
}

/// `row -= factor · other`; what becomes nothing is taken out.
fn subtract(row: &mut Row, other: &Row, factor: u64) {
    for (column, value) in other {
        let left = minus(row.get(column).copied().unwrap_or(0), times(factor, *value));
        if left == 0 {
            row.remove(column);
        } else {
            row.insert(*column, left);
        }
    }
}
