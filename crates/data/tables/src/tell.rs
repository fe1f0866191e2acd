//! From what is true to what may be told.

use std::sync::OnceLock;

use varde_disclosure::{
    Outcome,
    record::EDITION,
    rules::{Rules, Treatment},
    treatments::cell_key::{Noise, NoiseTable, NotANoise},
};
use varde_engine::tabulate::{Counted, Group, Summed, Tallied};

use crate::{
    Answer, Checked, CountError, Job, Measure, Told, Withheld,
    count::{SCALE, Truth},
    quartiles,
    rules::places,
};

/// The fewest people that a question may be about (microdata.no).
pub const POPULATION: u64 = 1_000;
/// The smallest count that is told.
const MINIMUM: u64 = 10;
/// Noise of counts: nobody is told of as one of fewer than ten.
pub(crate) const NOISE: Noise = Noise { variance_thousandths: 6_000, bound: 14, never: 9 };
/// The fewest people, as they are told with their noise, whose amount is told: never fewer than ten in truth.
pub const LEAST_AMOUNT: u64 = MINIMUM + NOISE.bound as u64;
/// The fewest people, as they are told with their noise, whose median is told: ten in each quarter.
pub const LEAST_QUARTILES: u64 = 4 * MINIMUM + NOISE.bound as u64;
/// The most cells of a table, totals not among them: more is data, not statistics.
pub(crate) const CELLS: usize = 2_000;
/// How much stricter the limits of dominance can be than the rules', in percent.
const STRICTER: f64 = 20.0;

/// The noise's table, worked out once: that takes a good part of a second.
pub(crate) fn noise() -> Result<&'static NoiseTable, NotANoise> {
    static TABLE: OnceLock<Result<NoiseTable, NotANoise>> = OnceLock::new();
    TABLE.get_or_init(|| NoiseTable::of(&NOISE)).as_ref().map_err(|error| *error)
}

/// Works out what all answers share, so that the first one need not wait for it.
///
/// # Errors
/// [`CountError::Noise`].
pub fn prepare() -> Result<(), CountError> {
    noise()?;
    Ok(())
}

impl Job {
    /// What may be told. Whether anything may be is decided first: nothing else tells of few people, not even
    /// that there would be too many cells.
    ///
    /// # Errors
    /// [`CountError::TooFine`], [`CountError::Negative`], [`CountError::Noise`].
    pub fn tell(&self, truth: &Truth) -> Result<Answer, CountError> {
        let (counted, noise) = (&truth.counted, noise()?);
        if !is_about_enough(counted, noise) {
            return Ok(self.answer(Some(Withheld::Population), Vec::new(), Vec::new()));
        }
        if truth.below_zero {
            return Err(CountError::Negative);
        }
        let listed = listed(counted, noise);
        if has_too_many(&listed) {
            return Err(CountError::TooFine(CELLS));
        }
        if is_sparse(counted, &listed, noise) {
            return Ok(self.answer(Some(Withheld::Sparse), Vec::new(), Vec::new()));
        }
        let cells = places(&listed, true)
            .into_iter()
            .map(|place| counted.at(&place).map_or(Told::WITHHELD, |cell| told(cell, noise, &self.question.measure)));
        let groups = listed.iter().zip(&counted.groups);
        let groups = groups.map(|(listed, groups)| listed.iter().map(|at| groups[*at].clone()).collect()).collect();
        Ok(self.answer(None, groups, cells.collect()))
    }

    fn answer(&self, withheld: Option<Withheld>, groups: Vec<Vec<Group>>, cells: Vec<Told>) -> Answer {
        let digest = self.question.digest();
        let mut answer = Answer {
            question: self.question.clone(),
            digest,
            release: self.pinned.release,
            release_digest: self.pinned.digest,
            told_at: self.now,
            withheld,
            about: cells.first().and_then(|total| total.people),
            groups,
            checked: Checked {
                edition: EDITION.to_owned(),
                plan: digest,
                output: digest,
                rules: rules(&self.question.measure),
                noise: NOISE,
                cells: cells.len() as u64,
                shown: cells.iter().filter(|cell| cell.people.is_some()).count() as u64,
            },
            cells,
        };
        answer.checked.output = answer.output();
        answer
    }
}

/// What a measure is to the rules.
fn rules(measure: &Measure) -> Rules {
    let minimum = match measure {
        Measure::People => MINIMUM,
        Measure::Events | Measure::Sum(_) | Measure::Mean(_) => LEAST_AMOUNT,
        Measure::Median(_) => LEAST_QUARTILES,
    };
    let treatment = Treatment::CellKey(NOISE);
    Rules {
        minimum,
        population: POPULATION,
        withhold_zeros: false,
        class_disclosure: false,
        treatment,
        ..Rules::default()
    }
}

fn shown(noise: &NoiseTable, cell: &Tallied) -> u64 {
    noise.shown(cell.people, cell.key)
}

/// Whether enough people are behind a table: the count with its noise decides, and so that never fewer than
/// [`POPULATION`] are told of.
pub(crate) fn is_about_enough(counted: &Counted, noise: &NoiseTable) -> bool {
    counted.total().is_some_and(|total| shown(noise, total) >= POPULATION + u64::from(NOISE.bound))
}

/// Whether the groups that are told of make more cells than a table has. One without any counts as one, since the
/// others' totals are told without it.
pub(crate) fn has_too_many(listed: &[Vec<usize>]) -> bool {
    let cells = listed.iter().try_fold(1_usize, |cells, groups| cells.checked_mul(groups.len().max(1)));
    cells.is_none_or(|cells| cells > CELLS)
}

/// The groups of each dimension that are told of at all: those whose people are, with noise, more than none. That
/// a code stands in a table would else tell that somebody has it.
pub(crate) fn listed(counted: &Counted, noise: &NoiseTable) -> Vec<Vec<usize>> {
    let axes = counted.groups.len();
    let is_told = |axis: usize, at: usize| {
        let mut place = vec![None; axes];
        place[axis] = Some(at);
        counted.groups[axis][at] != Group::Rest && counted.at(&place).is_some_and(|cell| shown(noise, cell) > 0)
    };
    let of = |(axis, groups): (usize, &Vec<_>)| (0..groups.len()).filter(|at| is_told(axis, *at)).collect();
    counted.groups.iter().enumerate().map(of).collect()
}

/// Whether more than half of a table's cells hold nobody or few (microdata.no: fewer than five), by the counts that
/// would be told.
fn is_sparse(counted: &Counted, listed: &[Vec<usize>], noise: &NoiseTable) -> bool {
    let cells = places(listed, false);
    let few = cells.iter().filter(|place| counted.at(place).is_none_or(|cell| shown(noise, cell) == 0)).count();
    few * 2 > cells.len()
}

/// A cell as it is told: its own people alone decide.
fn told(cell: &Tallied, noise: &NoiseTable, measure: &Measure) -> Told {
    let people = shown(noise, cell);
    let (Some(summed), true) = (&cell.summed, people > 0) else {
        return Told { outcome: Outcome::Perturbed, people: Some(people), value: None, quartiles: None };
    };
    let found = match measure {
        Measure::People => None,
        Measure::Median(_) => (people >= LEAST_QUARTILES).then(|| quartiles::of(&summed.steps, noise)).flatten(),
        _ => amount(cell, summed, people, measure).map(|value| (value, None)),
    };
    found.map_or(Told::WITHHELD, |(value, quartiles)| Told {
        outcome: Outcome::Perturbed,
        people: Some(people),
        value: Some(value),
        quartiles,
    })
}

/// An amount as it is told; `None` when withheld. Were amounts exact, the difference of two sums would be what
/// those people have who are in one of them only; so a sum is moved by up to as much as the largest contribution to
/// it, by a share that is the same for the same people (the cell-key method for magnitudes: Giessing and Tent 2019,
/// with the largest contribution as the scale). A mean is that sum by the count that is told: sum, mean and count
/// together give no exact count back.
fn amount(cell: &Tallied, summed: &Summed, people: u64, measure: &Measure) -> Option<f64> {
    if people < LEAST_AMOUNT || is_unsafe(summed, cell.key) {
        return None;
    }
    let largest = summed.largest.first().copied().unwrap_or(0) as f64;
    let sum = (summed.sum as f64 + largest * (2.0 * share(cell.key, 0) - 1.0)).max(0.0);
    Some(match measure {
        Measure::Events => sum.round(),
        Measure::Mean(_) => hundredths(sum / people as f64),
        _ => hundredths(sum),
    })
}

/// Whether few have nearly all of a sum, or one could be guessed by another; or whether nobody has any of it, which
/// is said of each of them. The limits are the rules', made stricter by a share that is the same for the same people:
/// at an exact limit one person more or less would be seen.
fn is_unsafe(summed: &Summed, key: u32) -> bool {
    let (rules, stricter) = (Rules::default(), STRICTER * share(key, 1));
    let most = |contributors: usize| summed.largest.iter().take(contributors).sum::<u64>() as f64;
    let sum = summed.sum as f64;
    let dominance = rules.dominance_percent as f64 - stricter;
    let guess = rules.p_percent as f64 + stricter;
    sum <= 0.0 || most(rules.contributors) * 100.0 >= dominance * sum || (sum - most(2)) * 100.0 < guess * most(1)
}

/// A number of units to a hundredth.
pub(crate) fn hundredths(units: f64) -> f64 {
    (units / SCALE * 100.0).round() / 100.0
}

/// From 0 to 1, from a cell's key, and nothing like the noise of its count. Each `use_of` it has a share of its own.
fn share(key: u32, use_of: u64) -> f64 {
    let mut mixed = (u64::from(key) | use_of << 32) ^ 0x5D58_8B65_6C07_8965;
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed >> 40) as f64 / f64::from(1 << 24)
}

#[cfg(test)]
mod tests;
