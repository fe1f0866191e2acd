//! Smallest and largest values, and what lies between: never somebody's own value.
//!
//! microdata.no shows descriptive statistics winsorised at 1 % and 99 %; ACRO holds minima and maxima back.

use serde::{Deserialize, Serialize};

/// The share at each end, in thousandths, that is drawn in to the quantile.
pub const WINSORISED: u32 = 10;

/// Values with their ends drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// Values.
    pub people: u64,
    /// The smallest that is shown, in place of everything below it.
    pub low: f64,
    /// The largest that is shown, in place of everything above it.
    pub high: f64,
    /// The mean with the ends drawn in.
    pub mean: f64,
    /// The standard deviation with the ends drawn in, of a sample.
    pub deviation: f64,
}

/// Draws the ends of values in: those below the 1 % quantile to it, those above the 99 % quantile to that,
/// but at least `minimum` values at each end, so that what is shown as smallest and largest stands for at
/// least `minimum` people. One value a person. None with fewer than twice `minimum`, or when a value is not
/// a number.
pub fn winsorised(values: &[f64], minimum: u64) -> Option<Spread> {
    let sorted = sorted(values)?;
    let (people, each) = (sorted.len() as u64, share(sorted.len(), WINSORISED, minimum)?);
    let (low, high) = (sorted[each - 1], sorted[sorted.len() - each]);
    let drawn = || sorted.iter().map(|value| value.clamp(low, high));
    let mean = drawn().sum::<f64>() / people as f64;
    let squares: f64 = drawn().map(|value| (value - mean).powi(2)).sum();
    Some(Spread { people, low, high, mean, deviation: (squares / (people as f64 - 1.0)).sqrt() })
}

/// A quantile that is nobody's own: the mean of the `minimum` values around it. `thousandths` from 1 to 999.
/// None unless at least `minimum` values lie on each side of it.
pub fn quantile(values: &[f64], thousandths: u32, minimum: u64) -> Option<f64> {
    let sorted = sorted(values)?;
    let minimum = usize::try_from(minimum.max(crate::rules::FLOOR)).ok()?;
    if !(1..1000).contains(&thousandths) {
        return None;
    }
    let place = sorted.len() * thousandths as usize / 1000;
    if place < minimum || sorted.len() - place < minimum {
        return None;
    }
    let from = place - minimum / 2;
    let around = &sorted[from..from + minimum];
    Some(around.iter().sum::<f64>() / minimum as f64)
}

/// Whether a smallest or largest value may be shown as it is: when so many people have exactly it, as with
/// scales that have a lowest and a highest step.
pub const fn may_show_extreme(people_who_have_it: u64, minimum: u64) -> bool {
    let least = if minimum < crate::rules::FLOOR { crate::rules::FLOOR } else { minimum };
    people_who_have_it >= least
}

/// How many values each end has: the share, but at least the minimum; none when both ends would meet.
fn share(values: usize, thousandths: u32, minimum: u64) -> Option<usize> {
    let least = usize::try_from(minimum.max(crate::rules::FLOOR)).ok()?;
    let each = (values * thousandths as usize).div_ceil(1000).max(least);
    (values >= 2 * each).then_some(each)
}

fn sorted(values: &[f64]) -> Option<Vec<f64>> {
    if values.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    Some(sorted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_stand_for_several_people() {
        let values: Vec<f64> = (0..100).map(f64::from).chain([10_000.0]).collect();
        let spread = winsorised(&values, 10).unwrap();
        assert_eq!((spread.low, spread.high, spread.people), (9.0, 91.0, 101));
        assert!((spread.mean - 50.0).abs() < 1e-9 && spread.deviation < 30.0);
        // One percent of many is more than the minimum.
        let many: Vec<f64> = (0..5000).map(f64::from).collect();
        assert_eq!(winsorised(&many, 10).map(|spread| (spread.low, spread.high)), Some((49.0, 4950.0)));
        assert_eq!(winsorised(&values[..19], 10), None);
        assert_eq!(winsorised(&[f64::NAN; 40], 10), None);
    }

    #[test]
    fn a_quantile_is_nobodys_own_value() {
        let values: Vec<f64> = (0..40).map(|n| f64::from(n * n)).collect();
        let median = quantile(&values, 500, 10).unwrap();
        assert!(!values.contains(&median) && (225.0..625.0).contains(&median), "{median}");
        assert_eq!(quantile(&values, 100, 10), None);
        assert_eq!(quantile(&values, 1000, 10), None);
    }

    #[test]
    fn a_step_that_many_stand_on_may_be_shown() {
        assert!(may_show_extreme(10, 10) && !may_show_extreme(9, 10) && !may_show_extreme(4, 1));
    }
}
