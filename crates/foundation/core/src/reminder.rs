//! When somebody is told that something ends.

use jiff::{SignedDuration, Timestamp};

/// How many days before the end somebody is to be told now: the nearest of `days` whose time has come.
/// None while it is too early, and when it has ended. `days` in any order.
///
/// Who tells each pair of end and days once tells nothing twice, however often this is asked, and
/// after a pause only of the nearest.
pub fn reminder_due(ends: Timestamp, now: Timestamp, days: &[u32]) -> Option<u32> {
    let left = ends.duration_since(now);
    if !left.is_positive() {
        return None;
    }
    days.iter().copied().filter(|days| left <= SignedDuration::from_hours(i64::from(*days) * 24)).min()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAYS: [u32; 3] = [30, 7, 1];

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_795_348_800 + seconds).unwrap()
    }

    #[test]
    fn the_nearest_that_has_come_is_told() {
        let day = 86_400;
        for (left, expected) in [
            (31 * day, None),
            (30 * day + 1, None),
            (30 * day, Some(30)),
            (7 * day + 1, Some(30)),
            (7 * day, Some(7)),
            (day, Some(1)),
            (1, Some(1)),
            (0, None),
            (-5, None),
        ] {
            assert_eq!(reminder_due(at(left), at(0), &DAYS), expected, "{left} s");
        }
        assert_eq!(reminder_due(at(day), at(0), &[]), None);
    }

    proptest! {
        #[test]
        fn whoever_looks_every_hour_tells_each_once_and_in_order(start in 0_i64..200 * 86_400) {
            let (ends, mut now, mut told) = (at(start), at(0), Vec::new());
            while now < ends + SignedDuration::from_hours(48) {
                if let Some(days) = reminder_due(ends, now, &DAYS) {
                    prop_assert!(ends.duration_since(now) <= SignedDuration::from_hours(i64::from(days) * 24));
                    if !told.contains(&days) {
                        told.push(days);
                    }
                }
                now += SignedDuration::from_hours(1);
            }
            prop_assert!(told.is_sorted_by(|a, b| a > b));
            let all: Vec<u32> = DAYS.into_iter().filter(|days| start >= i64::from(*days) * 86_400).collect();
            prop_assert!(all.iter().all(|days| told.contains(days)), "{:?} of {} s", told, start);
        }
    }
}
