//! Which cells are unsafe by themselves, and how uncertain they must stay.
//!
//! The rules are those of A. Hundepool et al., *Handbook on Statistical Disclosure Control* (ESSnet), in the
//! chapters on magnitude and frequency tables: minimum frequency, (n,k) dominance, p%, group ("class")
//! disclosure. Defaults are those of ACRO 1.0 ([`Rules`]).

use crate::{
    record::Reason,
    rules::Rules,
    secondary::{
        Side,
        system::{Goal, System},
    },
    tables::{Amount, Cell, Figure, Table},
};

/// Why each cell is unsafe; empty for cells that are not.
pub fn unsafe_cells(table: &Table, rules: &Rules) -> Vec<Vec<Reason>> {
    if table.people() < rules.population {
        return vec![vec![Reason::Population]; table.cells().len()];
    }
    let mut reasons: Vec<Vec<Reason>> =
        table.cells().iter().map(|cell| by_itself(cell, table.figure(), rules)).collect();
    if rules.class_disclosure {
        for relation in table.relations().iter().filter(|relation| relation.parts.len() > 1) {
            let all = table.cells()[relation.total].count;
            for part in relation.parts.iter().filter(|part| all > 0 && table.cells()[**part].count == all) {
                reasons[*part].push(Reason::ClassDisclosure);
            }
        }
    }
    for found in &mut reasons {
        found.sort_unstable();
        found.dedup();
    }
    reasons
}

fn by_itself(cell: &Cell, figure: Figure, rules: &Rules) -> Vec<Reason> {
    let mut found = Vec::new();
    if cell.count == 0 {
        found.extend(rules.withhold_zeros.then_some(Reason::Zero));
        return found;
    }
    found.extend((cell.count < rules.least()).then_some(Reason::SmallCount));
    let Some(amount) = &cell.amount else { return found };
    // That nobody has any of it is said of each of them.
    found.extend((rules.class_disclosure && amount.sum == 0).then_some(Reason::ClassDisclosure));
    found.extend(is_dominated(amount, rules).then_some(Reason::Dominance));
    found.extend(is_guessed(amount, rules).then_some(Reason::PPercent));
    let few = figure == Figure::Mean && cell.count - 1 < rules.degrees_of_freedom;
    found.extend(few.then_some(Reason::DegreesOfFreedom));
    found
}

fn largest(amount: &Amount, contributors: usize) -> u128 {
    amount.largest.iter().take(contributors).map(|share| u128::from(*share)).sum()
}

/// (n,k): the `contributors` largest have `dominance_percent` of the sum or more.
fn is_dominated(amount: &Amount, rules: &Rules) -> bool {
    let (most, sum) = (largest(amount, rules.contributors), u128::from(amount.sum));
    sum > 0 && most * 100 >= u128::from(rules.dominance_percent) * sum
}

/// p%: what the two largest leave is less than `p_percent` of the largest.
fn is_guessed(amount: &Amount, rules: &Rules) -> bool {
    let (first, rest) = (largest(amount, 1), u128::from(amount.sum) - largest(amount, 2));
    first > 0 && rest * 100 < u128::from(rules.p_percent) * first
}

/// How uncertain an unsafe cell must stay: from `value - down` or less to `value + up` or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// The cell.
    pub cell: usize,
    /// Its people ([`Figure::Count`]) or its sum ([`Figure::Sum`]).
    pub of: Figure,
    /// What it is.
    pub value: u64,
    /// How far down it must be able to go; at most to nothing.
    pub down: u64,
    /// How far up it must be able to go.
    pub up: u64,
}

/// What is asked of the table's figures so that unsafe cells stay uncertain.
///
/// A small count may be anything from nobody to the minimum; a full cell may lack as many people as the
/// minimum. A sum may be larger by so much that it would no longer be dominated or guessed (Handbook), and
/// smaller by as much; one with few people by `range_percent`, and by what a person has on average.
pub fn levels(table: &Table, rules: &Rules) -> Vec<Level> {
    levels_of(table, rules, &unsafe_cells(table, rules))
}

fn levels_of(table: &Table, rules: &Rules, reasons: &[Vec<Reason>]) -> Vec<Level> {
    let all = table.cells().iter().max_by_key(|cell| cell.count);
    let typical = all.map_or(1, |all| all.sum().div_ceil(all.count.max(1)).max(1));
    let mut levels = Vec::new();
    for (at, found) in reasons.iter().enumerate().filter(|(_, found)| !found.is_empty()) {
        let cell = &table.cells()[at];
        let (down, up) = counts(cell, found, rules);
        levels.push(Level { cell: at, of: Figure::Count, value: cell.count, down, up });
        if table.figure() != Figure::Count {
            let (down, up) = sums(cell, found, rules, typical);
            levels.push(Level { cell: at, of: Figure::Sum, value: cell.sum(), down, up });
        }
    }
    levels.retain(|level| level.down + level.up > 0);
    levels
}

/// The table's figures as equations, with what is asked of each.
pub(crate) fn sides(table: &Table, rules: &Rules, reasons: &[Vec<Reason>]) -> Vec<Side> {
    let levels = levels_of(table, rules, reasons);
    let of = |system: System, figure: Figure| {
        let goals = levels.iter().filter(|level| level.of == figure).flat_map(|level| {
            let up = (level.up > 0).then(|| Goal { cell: level.cell, by: signed(level.up) });
            let down = (level.down > 0).then(|| Goal { cell: level.cell, by: -signed(level.down) });
            [up, down].into_iter().flatten()
        });
        Side { system, goals: goals.collect() }
    };
    let mut sides = vec![of(System::of_counts(table), Figure::Count)];
    if table.figure() != Figure::Count {
        sides.push(of(System::of_sums(table), Figure::Sum));
    }
    sides
}

fn signed(level: u64) -> i64 {
    i64::try_from(level).unwrap_or(i64::MAX)
}

/// How far down and up a count must be able to go.
fn counts(cell: &Cell, found: &[Reason], rules: &Rules) -> (u64, u64) {
    let least = rules.least();
    if cell.count < least && found.iter().any(|reason| matches!(reason, Reason::SmallCount | Reason::Zero)) {
        return (cell.count, least - cell.count);
    }
    if found.contains(&Reason::ClassDisclosure) { (cell.count.min(least), 0) } else { (0, 0) }
}

/// How far down and up a sum must be able to go.
fn sums(cell: &Cell, found: &[Reason], rules: &Rules, typical: u64) -> (u64, u64) {
    let Some(amount) = &cell.amount else { return (0, 0) };
    let sum = u128::from(amount.sum);
    let level = |reason: &Reason| match reason {
        Reason::Dominance => {
            let most = largest(amount, rules.contributors) * 100;
            most.div_ceil(u128::from(rules.dominance_percent.max(1))).saturating_sub(sum) + 1
        }
        Reason::PPercent => {
            let rest = sum - largest(amount, 2);
            (u128::from(rules.p_percent) * largest(amount, 1)).div_ceil(100).saturating_sub(rest).max(1)
        }
        _ => (u128::from(rules.range_percent) * sum).div_ceil(100).max(u128::from(typical)),
    };
    let up = found.iter().map(level).max().unwrap_or(0);
    let up = u64::try_from(up).unwrap_or(u64::MAX);
    (up.min(amount.sum), up)
}
