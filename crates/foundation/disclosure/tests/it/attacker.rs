//! An attacker who sees what readers see, and shares no code with what protects: 1,000 generated tables.
//!
//! It looks for small counts that are shown, solves the equations of totals exactly (by elimination modulo a
//! prime: which withheld cells have one value only), adds up what is left of each total, and draws bounds
//! together until nothing more follows. Then the library's own audit, which solves linear programmes, judges
//! every unsafe cell.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use varde_core::Digest;
use varde_disclosure::{
    Outcome, SafeCell, SafeTable, Why,
    audit::audit,
    primary::{Level, levels, unsafe_cells},
    protect,
    record::Method,
    tables::{Figure, Relation, Table},
};

use crate::world::{Sample, generated};

const TABLES: u64 = 1000;
/// 2⁶¹ − 1.
const PRIME: i128 = (1 << 61) - 1;

/// What a reader knows of one figure of a table.
struct Reader {
    relations: Vec<Relation>,
    shown: Vec<Option<u64>>,
}

impl Reader {
    fn of(table: &Table, safe: &SafeTable, figure: Figure) -> Self {
        let value = |cell: &SafeCell| if figure == Figure::Count { cell.count } else { cell.sum };
        Self { relations: table.relations(), shown: safe.cells.iter().map(value).collect() }
    }

    /// Withheld cells that have one value only, in any numbers whatever: elimination to reduced form.
    fn determined(&self) -> Vec<usize> {
        let withheld: Vec<usize> = (0..self.shown.len()).filter(|cell| self.shown[*cell].is_none()).collect();
        let column: BTreeMap<usize, usize> = withheld.iter().enumerate().map(|(at, cell)| (*cell, at)).collect();
        let mut rows: Vec<Vec<i128>> = Vec::new();
        for relation in &self.relations {
            let mut row = vec![0_i128; withheld.len()];
            let parts = relation.parts.iter().map(|part| (*part, 1)).chain([(relation.total, PRIME - 1)]);
            for (cell, sign) in parts {
                if let Some(at) = column.get(&cell) {
                    row[*at] = sign;
                }
            }
            rows.push(row);
        }
        let mut rank = 0;
        for at in 0..withheld.len() {
            let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][at] != 0) else { continue };
            rows.swap(rank, pivot);
            let inverse = power(rows[rank][at], PRIME - 2);
            let top: Vec<i128> = rows[rank].iter().map(|value| value * inverse % PRIME).collect();
            for (_, row) in rows.iter_mut().enumerate().filter(|(place, _)| *place != rank) {
                let factor = row[at];
                if factor != 0 {
                    row.iter_mut()
                        .zip(&top)
                        .for_each(|(value, top)| *value = (*value - factor * top).rem_euclid(PRIME));
                }
            }
            rows[rank] = top;
            rank += 1;
        }
        let alone = |row: &Vec<i128>| row.iter().filter(|value| **value != 0).count() == 1;
        rows.iter()
            .filter(|row| alone(row))
            .filter_map(|row| row.iter().position(|value| *value != 0))
            .map(|at| withheld[at])
            .collect()
    }

    /// The least and the most of every cell, drawn together until nothing moves.
    fn bounds(&self) -> Vec<(i64, i64)> {
        let known = |value: &Option<u64>| value.map_or((0, i64::MAX / 4096), |value| (value as i64, value as i64));
        let mut bounds: Vec<(i64, i64)> = self.shown.iter().map(known).collect();
        loop {
            let before = bounds.clone();
            for relation in &self.relations {
                let sum = |bounds: &[(i64, i64)]| {
                    relation.parts.iter().fold((0, 0), |sum, part| (sum.0 + bounds[*part].0, sum.1 + bounds[*part].1))
                };
                let (low, high) = sum(&bounds);
                let total = &mut bounds[relation.total];
                *total = (total.0.max(low), total.1.min(high));
                let total = *total;
                for part in &relation.parts {
                    let (low, high) = sum(&bounds);
                    let own = bounds[*part];
                    bounds[*part] = (own.0.max(total.0 - (high - own.1)), own.1.min(total.1 - (low - own.0)));
                }
            }
            if bounds == before {
                return bounds;
            }
        }
    }

    /// The same reader, who also is the only one in a cell.
    fn knowing(&self, cell: usize, value: u64) -> Self {
        let mut shown = self.shown.clone();
        shown[cell] = Some(value);
        Self { relations: self.relations.clone(), shown }
    }

    /// Totals of which so few are left that all of them together are few.
    fn small_rests(&self, minimum: u64, zeros_are_few: bool) -> usize {
        let rest = |relation: &&Relation| {
            let total = self.shown[relation.total]?;
            let hidden = relation.parts.iter().filter(|part| self.shown[**part].is_none()).count();
            let shown: u64 = relation.parts.iter().filter_map(|part| self.shown[*part]).sum();
            (hidden > 0).then(|| total - shown)
        };
        let few = |rest: &u64| *rest < minimum && (zeros_are_few || *rest > 0);
        self.relations.iter().filter(|relation| rest(relation).as_ref().is_some_and(few)).count()
    }
}

fn power(mut base: i128, mut exponent: i128) -> i128 {
    let mut result = 1;
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent /= 2;
    }
    result
}

/// What the attacker got out of a table.
#[derive(Debug, Default)]
pub(crate) struct Loot {
    small_shown: usize,
    exactly: usize,
    within_bounds: usize,
    small_rests: usize,
    by_insiders: usize,
    by_programme: usize,
}

impl Loot {
    pub(crate) fn of(sample: &Sample, safe: &SafeTable, with_programme: bool) -> Self {
        let (table, rules) = (&sample.table, &sample.rules);
        let levels = levels(table, rules);
        let mut loot = Self::default();
        let is_small = |cell: &&SafeCell| {
            cell.count.is_some_and(|count| count < rules.least() && (count > 0 || rules.withhold_zeros))
        };
        loot.small_shown = safe.cells.iter().filter(is_small).count();
        for figure in
            if table.figure() == Figure::Count { vec![Figure::Count] } else { vec![Figure::Count, Figure::Sum] }
        {
            let reader = Reader::of(table, safe, figure);
            let asked = |level: &&Level| level.of == figure;
            let determined = reader.determined();
            loot.exactly += levels.iter().filter(asked).filter(|level| determined.contains(&level.cell)).count();
            let bounds = reader.bounds();
            let narrow = |level: &&Level| {
                let (low, high) = bounds[level.cell];
                low > (level.value - level.down) as i64 || high < (level.value + level.up) as i64
            };
            loot.within_bounds += levels.iter().filter(asked).filter(narrow).count();
            if figure == Figure::Count {
                loot.small_rests += reader.small_rests(rules.least(), rules.withhold_zeros);
            }
        }
        loot.by_insiders = insiders(table, safe, &levels);
        if with_programme {
            let intervals = audit(safe).expect("what is shown adds up");
            for level in &levels {
                let interval = intervals.iter().find(|interval| (interval.cell, interval.of) == (level.cell, level.of));
                let wide = |interval: &varde_disclosure::audit::Interval| {
                    interval.low <= level.value - level.down
                        && interval.high.is_none_or(|high| high >= level.value + level.up)
                };
                loot.by_programme += usize::from(!interval.is_some_and(wide));
            }
        }
        loot
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.small_shown + self.exactly + self.within_bounds + self.small_rests + self.by_insiders + self.by_programme
            == 0
    }
}

/// How many unsafe sums somebody learns who is alone in a cell.
fn insiders(table: &Table, safe: &SafeTable, levels: &[Level]) -> usize {
    if table.figure() == Figure::Count {
        return 0;
    }
    let reader = Reader::of(table, safe, Figure::Sum);
    let mut learned = 0;
    let alone = |cell: &usize| table.is_leaf(*cell) && table.cells()[*cell].count == 1;
    for leaf in (0..table.cells().len()).filter(alone) {
        let place = table.place(leaf);
        let is_above = |cell: usize| {
            let axes = table.dimensions().iter().zip(table.place(cell)).zip(&place);
            axes.into_iter().all(|((dimension, node), at)| {
                std::iter::successors(Some(*at), |at| dimension.categories[*at].parent).any(|at| at == node)
            })
        };
        let own = table.cells()[leaf].amount.as_ref().map_or(0, |amount| amount.sum);
        let reader = reader.knowing(leaf, own);
        let (determined, bounds) = (reader.determined(), reader.bounds());
        let is_learned = |level: &&Level| {
            let (low, high) = bounds[level.cell];
            let narrow = low > (level.value - level.down) as i64 || high < (level.value + level.up) as i64;
            level.of == Figure::Sum && !is_above(level.cell) && (narrow || determined.contains(&level.cell))
        };
        learned += levels.iter().filter(is_learned).count();
    }
    learned
}

#[test]
fn recovers_nothing_of_a_thousand_tables() {
    let mut methods: BTreeMap<Method, u64> = BTreeMap::new();
    let (mut cells, mut primary, mut secondary) = (0, 0, 0);
    let mut recovered = Vec::new();
    let mut slowest = (Duration::ZERO, 0);
    for number in 0..TABLES {
        let sample = generated(number);
        let begun = Instant::now();
        let safe = protect(&sample.table, &sample.rules, Digest::of(b"plan")).unwrap();
        slowest = slowest.max((begun.elapsed(), number));
        let record = safe.record.as_ref().unwrap();
        *methods.entry(record.method).or_default() += 1;
        cells += record.cells;
        primary += record.primary;
        secondary += record.secondary;
        let loot = Loot::of(&sample, &safe, true);
        if !loot.is_empty() {
            recovered.push((number, loot));
        }
    }
    println!("{cells} cells, {primary} unsafe, {secondary} withheld with them; {methods:?}; slowest: {slowest:?}");
    assert!(recovered.is_empty(), "{recovered:?}");
    // The tables are worth attacking, and not simply withheld.
    assert!(primary > 5_000 && cells > 30_000 && secondary < cells / 3);
    assert!(methods.get(&Method::Everything).copied().unwrap_or(0) < TABLES / 50, "{methods:?}");
}

/// The same attacker takes apart what withholds unsafe cells only.
#[test]
fn recovers_much_where_nothing_is_withheld_with_unsafe_cells() {
    let mut loot = Loot::default();
    for number in 0..100 {
        let sample = generated(number);
        let mut safe = protect(&sample.table, &sample.rules, Digest::of(b"plan")).unwrap();
        let reasons = unsafe_cells(&sample.table, &sample.rules);
        for (at, cell) in sample.table.cells().iter().enumerate().filter(|(at, _)| reasons[*at].is_empty()) {
            let sum = cell.amount.as_ref().map(|amount| amount.sum);
            safe.cells[at] = SafeCell { outcome: Outcome::Shown, count: Some(cell.count), sum };
        }
        let found = Loot::of(&sample, &safe, false);
        loot.exactly += found.exactly;
        loot.within_bounds += found.within_bounds;
        loot.small_rests += found.small_rests;
        loot.by_insiders += found.by_insiders;
    }
    println!("{loot:?}");
    assert!(
        loot.exactly > 50 && loot.within_bounds > 200 && loot.small_rests > 50 && loot.by_insiders > 50,
        "{loot:?}"
    );
}

/// Every unsafe cell is withheld, and whatever is shown is true.
#[test]
fn what_is_shown_is_true_and_what_is_unsafe_is_not() {
    for number in 0..100 {
        let sample = generated(number);
        let safe = protect(&sample.table, &sample.rules, Digest::of(b"plan")).unwrap();
        let reasons = unsafe_cells(&sample.table, &sample.rules);
        for (place, shares) in &sample.leaves {
            assert_eq!(sample.table.cells()[sample.table.at(place).unwrap()].count, shares.len() as u64);
        }
        for (at, cell) in sample.table.cells().iter().enumerate() {
            match safe.cells[at].count {
                Some(count) => assert!(count == cell.count && reasons[at].is_empty() && safe.why(at).is_none()),
                None => assert_eq!(reasons[at].is_empty(), safe.why(at) == Some(&Why::Secondary)),
            }
        }
    }
}
