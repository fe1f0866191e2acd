//! Where numbers are cut into groups: round numbers between two that are far from the extremes, so that
//! no cut is anybody's value.

use std::collections::{BTreeMap, HashMap};

use varde_metadata::{Groups, ObservedDataset};

use super::{column::numbers, publish::THRESHOLD};
use crate::engine::{EngineError, Kind, Scan, Schema};

/// About how many groups between the two open ones.
const GROUPS: f64 = 12.0;
/// The share of values in each open group.
const TAIL: f64 = 0.05;
/// From which share of values in an open group on new cuts are made.
const LONG_TAIL: f64 = 0.2;

/// The cuts of each column of numbers that has enough values: the ones of the release before for as long
/// as they fit, so that no two releases are cut in different places without need.
pub(super) fn cuts(
    scan: &Scan,
    schema: &Schema,
    before: Option<&ObservedDataset>,
    stop: &dyn Fn() -> bool,
) -> Result<HashMap<String, Vec<f64>>, EngineError> {
    let is_number = |kind: Kind| matches!(kind, Kind::Integer | Kind::Decimal);
    let columns: Vec<_> = schema.columns.iter().filter(|column| is_number(column.kind)).collect();
    if columns.is_empty() {
        return Ok(HashMap::new());
    }
    let mut spreads: Vec<Spread> = columns.iter().map(|_| Spread::default()).collect();
    for batch in scan.clone().columns(columns.iter().map(|column| column.name.as_str()))?.read()? {
        if stop() {
            return Err(EngineError::Stopped);
        }
        let batch = batch?;
        for (column, spread) in columns.iter().zip(&mut spreads) {
            let Some(array) = batch.column_by_name(&column.name) else { continue };
            numbers(array).flatten().for_each(|number| spread.add(number));
        }
    }
    let found = columns.iter().zip(&spreads).filter_map(|(column, spread)| {
        let kept = earlier(before, &column.name).filter(|cuts| spread.fits(cuts));
        Some((column.name.clone(), kept.or_else(|| spread.cuts(column.kind == Kind::Integer))?))
    });
    Ok(found.collect())
}

fn earlier(before: Option<&ObservedDataset>, name: &str) -> Option<Vec<f64>> {
    let variable = before?.variables.iter().find(|variable| variable.name == name)?;
    let Groups::Intervals(intervals) = &variable.distribution.as_ref()?.groups else { return None };
    Some(intervals.iter().filter_map(|interval| interval.from).collect())
}

/// About how a column's numbers are spread: how many share sign, magnitude and the first eight binary
/// places, which is to within 0.4 %. It takes little memory, whatever the release's size.
#[derive(Debug, Default)]
struct Spread {
    buckets: BTreeMap<u64, u64>,
    values: u64,
}

/// Binary places of a double that a bucket forgets.
const FORGOTTEN: u32 = 44;

impl Spread {
    fn add(&mut self, number: f64) {
        *self.buckets.entry(ordered(number) >> FORGOTTEN).or_default() += 1;
        self.values += 1;
    }

    /// The number that so many values are not above.
    fn at_rank(&self, rank: u64) -> Option<f64> {
        let mut below = 0;
        let bucket = self.buckets.iter().find(|(_, count)| {
            below += **count;
            below >= rank
        });
        bucket.map(|(bucket, _)| number(*bucket << FORGOTTEN))
    }

    /// Whether these cuts still leave few values in the open groups.
    fn fits(&self, cuts: &[f64]) -> bool {
        let (Some(first), Some(last)) = (cuts.first(), cuts.last()) else { return false };
        let share = |rank: f64| self.at_rank(((self.values as f64) * rank).max(1.0) as u64);
        let (low, high) = (share(LONG_TAIL), share(1.0 - LONG_TAIL));
        low.is_some_and(|low| low >= *first) && high.is_some_and(|high| high < *last)
    }

    fn cuts(&self, whole: bool) -> Option<Vec<f64>> {
        if self.values < 4 * THRESHOLD {
            return None;
        }
        // At least as many values lie in an open group as people it takes to tell of one.
        let tail = ((self.values as f64 * TAIL) as u64).max(THRESHOLD);
        let (low, high) = (self.at_rank(tail)?, self.at_rank(self.values - tail)?);
        let width = width((high - low) / GROUPS, whole);
        let (first, last) = ((low / width).floor(), (high / width).floor() + 1.0);
        // Numbers so large or so small that a double cannot tell the cuts apart are not cut.
        let apart = first.is_finite() && last - first <= 4.0 * GROUPS;
        let steps = if apart { (last - first) as u32 } else { return None };
        let cuts: Vec<f64> = (0..=steps).map(|step| tidy((first + f64::from(step)) * width)).collect();
        cuts.windows(2).all(|pair| pair[0] < pair[1]).then_some(cuts)
    }
}

/// The next round number: 1, 2 or 5 times a power of ten; for whole numbers no less than 1.
fn width(wanted: f64, whole: bool) -> f64 {
    let least = if whole { 1.0 } else { f64::MIN_POSITIVE };
    if wanted <= least {
        return if whole { 1.0 } else { 0.1 };
    }
    let power = 10f64.powf(wanted.log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|round| *round >= wanted);
    tidy(round.unwrap_or(10.0 * power))
}

/// Without what binary fractions add behind the twelfth place: 0.30000000000000004 is 0.3.
fn tidy(number: f64) -> f64 {
    format!("{number:.12e}").parse().unwrap_or(number)
}

/// A double as a number that is ordered as doubles are.
fn ordered(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn number(ordered: u64) -> f64 {
    f64::from_bits(if ordered >> 63 == 1 { ordered & !(1 << 63) } else { !ordered })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spread(numbers: impl IntoIterator<Item = f64>) -> Spread {
        let mut spread = Spread::default();
        numbers.into_iter().for_each(|number| spread.add(number));
        spread
    }

    #[test]
    fn cuts_are_round_and_far_from_the_extremes() {
        let ages = spread((0..1_000).map(|n| f64::from(n % 100)).chain([131.0]));
        let cuts = ages.cuts(true).unwrap();
        assert_eq!(cuts.first(), Some(&0.0));
        assert!(cuts.windows(2).all(|pair| pair[1] - pair[0] == 10.0), "{cuts:?}");
        assert!(*cuts.last().unwrap() <= 100.0, "the extreme is no cut: {cuts:?}");
        let scores = spread((0..500).map(|n| f64::from(n % 5)));
        assert_eq!(scores.cuts(true).unwrap(), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0], "each whole number for itself");
        let shares = spread((0..500).map(|n| f64::from(n % 100) / 100.0));
        assert!(shares.cuts(false).unwrap().contains(&0.3));
        assert_eq!(spread((0..39).map(f64::from)).cuts(true), None, "too few values");
        assert_eq!(spread([7.5; 100]).cuts(false).map(|cuts| cuts.len()), Some(2), "all the same");
    }

    #[test]
    fn cuts_are_kept_while_they_fit() {
        let old = spread((0..1_000).map(|n| f64::from(n % 100))).cuts(true).unwrap();
        assert!(spread((0..1_000).map(|n| f64::from(n % 90))).fits(&old));
        assert!(!spread((0..1_000).map(|n| f64::from(n % 90 + 80))).fits(&old));
        assert!(!spread((0..1_000).map(f64::from)).fits(&[]));
    }

    proptest! {
        #[test]
        fn order_is_kept(a in any::<f64>(), b in any::<f64>()) {
            prop_assume!(!a.is_nan() && !b.is_nan() && a != b);
            prop_assert_eq!(a < b, ordered(a) < ordered(b));
            prop_assert_eq!(number(ordered(a)), a);
        }

        #[test]
        fn whatever_the_numbers_are_the_cuts_ascend(
            numbers in prop::collection::vec(prop_oneof![any::<f64>(), -1e3..1e3], 0..200), whole: bool,
        ) {
            let spread = spread(numbers.into_iter().filter(|n| n.is_finite()));
            let cuts = spread.cuts(whole).unwrap_or_default();
            prop_assert!(cuts.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", cuts);
            prop_assert!(cuts.len() < 64);
        }
    }
}
