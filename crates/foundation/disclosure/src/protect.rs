//! From a table to a safe table.

use varde_core::Digest;

use crate::{
    primary,
    record::{Check, EDITION, Method, Reason, Record},
    rules::{Rules, Treatment},
    safe::{Outcome, SafeCell, SafeTable, Why},
    secondary::{self, Pattern},
    tables::{self, Cell, Figure, Table},
    treatments::{
        cell_key::{NoiseTable, NotANoise},
        controlled,
    },
};

/// Why a table cannot be made safe in the way that the rules say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProtectError {
    /// Rounding and noise are for counts.
    #[error("amounts can be withheld, not rounded or perturbed: use suppression")]
    CountsOnly,
    /// A base below 2, or an odd one where its middle is shown.
    #[error("counts cannot be rounded to multiples of {0}")]
    Base(u64),
    /// The rules ask for something that cannot be.
    #[error("the rules of dominance need one to five contributors and percentages from 1 to 100")]
    Rules,
    /// The noise cannot be.
    #[error(transparent)]
    Noise(#[from] NotANoise),
}

/// Makes a table safe. `plan` is the digest of what the table was made by, for the record.
///
/// The same table and rules give the same safe table, to the byte.
///
/// # Errors
/// When the rules cannot be applied to this table.
pub fn protect(table: &Table, rules: &Rules, plan: Digest) -> Result<SafeTable, ProtectError> {
    let percent = 1..=100;
    if !(1..=5).contains(&rules.contributors)
        || !percent.contains(&rules.dominance_percent)
        || !percent.contains(&rules.p_percent)
        || !percent.contains(&rules.range_percent)
    {
        return Err(ProtectError::Rules);
    }
    if rules.treatment != Treatment::Suppression && table.figure() != Figure::Count {
        return Err(ProtectError::CountsOnly);
    }
    let reasons = primary::unsafe_cells(table, rules);
    let too_few = table.people() < rules.population;
    let (cells, why, pattern) = match &rules.treatment {
        Treatment::Suppression => suppressed(table, rules, &reasons),
        _ if too_few => everything(&reasons),
        Treatment::Rounding(rounding) => {
            let odd = matches!(rounding, crate::rules::Rounding::Midpoint { base } if base % 2 != 0);
            if rounding.base() < 2 || odd {
                return Err(ProtectError::Base(rounding.base()));
            }
            changed(table, Outcome::Rounded, |_, cell| rounding.shown(cell.count))
        }
        Treatment::ControlledRounding { base } if *base < 2 => return Err(ProtectError::Base(*base)),
        Treatment::ControlledRounding { base } => {
            let rounded = controlled::rounded(table, *base);
            changed(table, Outcome::Rounded, |at, _| rounded[at])
        }
        Treatment::CellKey(noise) => {
            let noise = NoiseTable::of(noise)?;
            changed(table, Outcome::Perturbed, |_, cell| noise.shown(cell.count, cell.key))
        }
    };
    let mut safe =
        SafeTable { figure: table.figure(), dimensions: table.dimensions().to_vec(), cells, record: None, why };
    safe.record = Some(record(&safe, rules, plan, &reasons, &pattern));
    Ok(safe)
}

type Made = (Vec<SafeCell>, Vec<Option<Why>>, Pattern);

fn suppressed(table: &Table, rules: &Rules, reasons: &[Vec<Reason>]) -> Made {
    if table.people() < rules.population {
        return everything(reasons);
    }
    let primary: Vec<bool> = reasons.iter().map(|found| !found.is_empty()).collect();
    let pattern = secondary::choose(table, &primary::sides(table, rules, reasons), &primary);
    let why = pattern.hidden.iter().zip(reasons).map(|(hidden, found)| match (hidden, found.is_empty()) {
        (_, false) => Some(Why::Primary(found.clone())),
        (true, true) => Some(Why::Secondary),
        (false, true) => None,
    });
    let why: Vec<Option<Why>> = why.collect();
    let shown = |(cell, why): (&Cell, &Option<Why>)| match why {
        Some(_) => SafeCell::WITHHELD,
        None => SafeCell {
            outcome: Outcome::Shown,
            count: Some(cell.count),
            sum: cell.amount.as_ref().map(|amount| amount.sum),
        },
    };
    (table.cells().iter().zip(&why).map(shown).collect(), why, pattern)
}

fn everything(reasons: &[Vec<Reason>]) -> Made {
    let why = reasons.iter().map(|found| Some(Why::Primary(found.clone()))).collect();
    let pattern =
        Pattern { hidden: vec![true; reasons.len()], method: Method::Everything, alternatives: 0, insiders: true };
    (vec![SafeCell::WITHHELD; reasons.len()], why, pattern)
}

fn changed(table: &Table, outcome: Outcome, shown: impl Fn(usize, &Cell) -> u64) -> Made {
    let cells = table.cells();
    let safe = cells
        .iter()
        .enumerate()
        .map(|(at, cell)| SafeCell { outcome, count: Some(shown(at, cell)), sum: None })
        .collect();
    let pattern = Pattern { hidden: vec![false; cells.len()], method: Method::None, alternatives: 0, insiders: true };
    (safe, vec![None; cells.len()], pattern)
}

fn record(safe: &SafeTable, rules: &Rules, plan: Digest, reasons: &[Vec<Reason>], pattern: &Pattern) -> Record {
    let count = |wanted: &dyn Fn(&Option<Why>) -> bool| safe.why.iter().filter(|why| wanted(why)).count() as u64;
    let check = |rule: Reason| {
        let cells = reasons.iter().filter(|found| found.contains(&rule)).count() as u64;
        Check { rule, cells }
    };
    let applies = |rule: &Reason| match rule {
        Reason::Population => rules.population > 0,
        Reason::SmallCount => true,
        Reason::Zero => rules.withhold_zeros,
        Reason::ClassDisclosure => rules.class_disclosure,
        Reason::Dominance | Reason::PPercent => safe.figure != Figure::Count,
        Reason::DegreesOfFreedom => safe.figure == Figure::Mean,
    };
    Record {
        edition: EDITION.to_owned(),
        plan,
        output: safe.digest(),
        rules: rules.clone(),
        checks: Reason::ALL.into_iter().filter(applies).map(check).collect(),
        cells: safe.cells.len() as u64,
        shown: safe.cells.len() as u64 - safe.withheld(),
        primary: count(&|why| matches!(why, Some(Why::Primary(_)))),
        secondary: count(&|why| matches!(why, Some(Why::Secondary))),
        method: pattern.method,
        additive: is_additive(safe),
        alternatives: pattern.alternatives,
        insiders: pattern.insiders,
    }
}

fn is_additive(safe: &SafeTable) -> bool {
    tables::relations(&safe.dimensions).iter().filter(|relation| !relation.overlapping).all(|relation| {
        let count = |cell: &usize| safe.cells[*cell].count;
        let parts: Option<Vec<u64>> = relation.parts.iter().map(count).collect();
        parts.zip(count(&relation.total)).is_none_or(|(parts, total)| parts.iter().sum::<u64>() == total)
    })
}
