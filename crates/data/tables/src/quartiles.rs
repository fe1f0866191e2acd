//! Quartiles of what people have, none of them anybody's own.
//!
//! People stand on steps: intervals that are the same for every table. How many stand on the steps up to one is a
//! count of people like any other, and gets the noise of one; between the steps the quartile is interpolated. So a
//! quartile is made of nothing but counts as they are told, and moves as little as they do with one person more or
//! less. How far its rank can be off is what the noise of a count is, whatever the number of steps.

use varde_disclosure::treatments::cell_key::NoiseTable;
use varde_engine::tabulate::Step;

use crate::tell::{LEAST_AMOUNT, hundredths};

/// The median, with the lower and the upper quartile; `None` when nearly everybody stands on one step: then it would
/// say of each what they have.
pub(crate) fn of(steps: &[Step], noise: &NoiseTable) -> Option<(f64, Option<(f64, f64)>)> {
    let sum = |steps: &mut dyn Iterator<Item = &Step>| {
        steps.fold((0, 0_u32), |(people, key), step| (people + step.people, key.wrapping_add(step.key)))
    };
    let (people, key) = sum(&mut steps.iter());
    let crowded = |step: &Step| noise.shown(people - step.people, key.wrapping_sub(step.key)) < LEAST_AMOUNT;
    if steps.is_empty() || steps.iter().any(crowded) {
        return None;
    }
    let all = noise.shown(people, key);
    let (mut below, mut last) = ((0, 0_u32), 0);
    let mut ladder: Vec<(u64, u64, u64)> = Vec::with_capacity(steps.len());
    for step in steps {
        below = (below.0 + step.people, below.1.wrapping_add(step.key));
        // Noise of neighbours may cross: a ladder does not go down.
        let height = noise.shown(below.0, below.1).clamp(last, all.max(last));
        ladder.push((step.from, step.until, height - last));
        last = height;
    }
    let at = |quarter: u64| quantile(&ladder, last as f64 * quarter as f64 / 4.0);
    let (lower, median, upper) = (at(1)?, at(2)?, at(3)?);
    Some((hundredths(median), Some((hundredths(lower), hundredths(upper)))))
}

/// Where so many lie below, in units.
fn quantile(ladder: &[(u64, u64, u64)], wanted: f64) -> Option<f64> {
    let mut below = 0.0;
    for (from, until, height) in ladder.iter().filter(|(_, _, height)| *height > 0) {
        let height = *height as f64;
        if below + height >= wanted {
            return Some(*from as f64 + (until - from) as f64 * (wanted - below) / height);
        }
        below += height;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use varde_engine::tabulate::step_of;

    use super::*;
    use crate::tell::noise;

    /// People with these amounts and keys, on their steps.
    fn steps(people: &[(u64, u32)]) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        for (amount, key) in people {
            let (from, until) = step_of(*amount);
            match steps.iter_mut().find(|step| step.from == from) {
                Some(step) => (step.people, step.key) = (step.people + 1, step.key.wrapping_add(*key)),
                None => steps.push(Step { from, until, people: 1, key: *key }),
            }
        }
        steps.sort_by_key(|step| step.from);
        steps
    }

    fn key(of: u64) -> u32 {
        (of.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
    }

    /// Amounts from 1 to 100, evenly.
    fn even(people: u64) -> Vec<(u64, u32)> {
        (0..people).map(|one| (100 + one % 100 * 100, key(one + 1))).collect()
    }

    #[test]
    fn quartiles_are_near_and_nobodys_own() {
        let noise = noise().unwrap();
        let (median, quartiles) = of(&steps(&even(2_000)), noise).unwrap();
        let (lower, upper) = quartiles.unwrap();
        assert!((median - 50.5).abs() < 3.0 && (lower - 25.5).abs() < 2.0 && (upper - 75.5).abs() < 4.0);
        assert!([lower, median, upper].iter().all(|told| told.fract() != 0.0), "{lower} {median} {upper}");
    }

    #[test]
    fn what_nearly_all_have_is_not_told() {
        let noise = noise().unwrap();
        let mut same: Vec<(u64, u32)> = (0..500).map(|one| (300, key(one))).collect();
        assert_eq!(of(&steps(&same), noise), None);
        same.extend((0..9).map(|one| (900, key(one + 1_000))));
        assert_eq!(of(&steps(&same), noise), None, "nine others hide nobody");
        same.extend((0..100).map(|one| (900, key(one + 2_000))));
        assert!(of(&steps(&same), noise).is_some());
        assert_eq!(of(&[], noise), None);
    }

    #[test]
    fn one_more_person_moves_it_no_further_than_the_noise_does() {
        let noise = noise().unwrap();
        let median = |people: &[(u64, u32)]| of(&steps(people), noise).unwrap().0;
        let base = even(400);
        // The same people and one more, with the same amount under many keys: what is told moves to either side.
        let with = |at: u64| median(&[base.clone(), vec![(10_000, key(at + 5_000))]].concat());
        let moved: Vec<f64> = (0..40).map(|at| with(at) - median(&base)).collect();
        assert!(moved.iter().any(|by| *by > 0.0) && moved.iter().any(|by| *by < 0.0), "{moved:?}");
        assert!(moved.iter().all(|by| by.abs() < 100.0 * 30.0 / 400.0), "{moved:?}");
    }

    proptest! {
        #[test]
        fn they_stand_in_order(people in prop::collection::vec((0_u64..1_000_000, any::<u32>()), 60..400)) {
            let noise = noise().unwrap();
            if let Some((median, Some((lower, upper)))) = of(&steps(&people), noise) {
                prop_assert!(0.0 <= lower && lower <= median && median <= upper && upper <= 11_250.0);
            }
        }
    }
}
