//! How numbers are spread, in little space.

use std::collections::BTreeMap;

/// How many bits of a double tell its bucket: sign, exponent and nine bits of the fraction. So a bucket is
/// at most 0.2 % wide, and whole numbers up to 1,024 have one each.
const SHIFT: u32 = 52 - 9;

/// How numbers are spread: how many there are and their sum, in narrow buckets. Two sketches added are the
/// sketch of both.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sketch {
    /// By the bucket's rank: smaller numbers first.
    buckets: BTreeMap<i32, (u64, f64)>,
}

impl Sketch {
    /// Adds a number.
    pub(super) fn push(&mut self, number: f64) {
        let bucket = self.buckets.entry(rank(number)).or_default();
        *bucket = (bucket.0 + 1, bucket.1 + number);
    }

    /// Adds the numbers of another.
    pub(super) fn add(&mut self, other: &Self) {
        for (rank, (count, sum)) in &other.buckets {
            let bucket = self.buckets.entry(*rank).or_default();
            *bucket = (bucket.0 + count, bucket.1 + sum);
        }
    }

    /// How many numbers there are.
    pub fn count(&self) -> u64 {
        self.buckets.values().map(|(count, _)| count).sum()
    }

    /// The number that the share of them (0 to 1) lies below, to 0.2 %; `None` without numbers.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let wanted = share.clamp(0.0, 1.0) * self.count() as f64;
        let mut below = 0_u64;
        for (count, sum) in self.buckets.values() {
            below += count;
            if below as f64 >= wanted {
                return Some(sum / *count as f64);
            }
        }
        None
    }
}

/// The bucket of a number. The bits of doubles are ordered as the doubles are, but for the sign.
fn rank(number: f64) -> i32 {
    // −0 and 0 are one number.
    let bits = (number + 0.0).to_bits();
    let magnitude = ((bits & (u64::MAX >> 1)) >> SHIFT) as i32;
    if bits >> 63 == 1 { -1 - magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sketch(numbers: &[f64]) -> Sketch {
        let mut all = Sketch::default();
        numbers.iter().for_each(|number| all.push(*number));
        all
    }

    #[test]
    fn small_whole_numbers_are_exact() {
        let all = sketch(&(1..=1000).map(f64::from).collect::<Vec<_>>());
        assert_eq!(all.quantile(0.5), Some(500.0));
        assert_eq!((all.quantile(0.01), all.quantile(0.99)), (Some(10.0), Some(990.0)));
        assert_eq!(Sketch::default().quantile(0.5), None);
    }

    proptest! {
        #[test]
        fn quantiles_are_near_and_in_order(
            mut numbers in prop::collection::vec(-1e6..1e6_f64, 1..200), share in 0.0..1.0_f64,
        ) {
            let all = sketch(&numbers);
            numbers.sort_by(f64::total_cmp);
            let at = ((share * numbers.len() as f64).ceil() as usize).clamp(1, numbers.len()) - 1;
            let (told, true_one) = (all.quantile(share).unwrap(), numbers[at]);
            prop_assert!((told - true_one).abs() <= 0.002 * true_one.abs().max(1e-9), "{told} for {true_one}");
        }

        #[test]
        fn parts_add_up(numbers in prop::collection::vec(-100_i32..100, 0..100), cut in 0_usize..100) {
            let numbers: Vec<f64> = numbers.into_iter().map(f64::from).collect();
            let (one, other) = numbers.split_at(cut.min(numbers.len()));
            let mut both = sketch(one);
            both.add(&sketch(other));
            prop_assert_eq!(both, sketch(&numbers));
        }
    }
}
