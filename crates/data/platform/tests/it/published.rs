//! What is published of small groups cannot be worked out from what is published beside them: told as an
//! attacker would try it, who knows the rules and has every table.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use varde_metadata::{Count, Filled};
use varde_platform::observe::publish::{BASE, Before, THRESHOLD, Tally, filled, groups, total};

/// What is told of one variable in one year.
type Told = (Option<Count>, Filled, Vec<Option<Count>>);

/// Rows of so many different people, one each: where rows and people are the same nothing is blurred.
fn tally(people: impl IntoIterator<Item = u32>) -> Tally {
    let mut tally = Tally::default();
    people.into_iter().for_each(|person| tally.add(person));
    tally
}

fn of_size(size: u64) -> Tally {
    tally(0..u32::try_from(size).unwrap())
}

/// Publishes groups and rows without a value as the platform does.
fn publish(sizes: &[u64], missing: u64, before: Option<&Told>) -> Told {
    let with: u64 = sizes.iter().sum();
    let (all, with, without) = (of_size(with + missing), of_size(with), of_size(missing));
    let filled = filled(&all, &with, &without, before.map(|told| told.1));
    let tallies: Vec<Tally> = sizes.iter().map(|size| of_size(*size)).collect();
    let before = before.map_or_else(Before::default, |told| Before::of(told.1.with_value(told.0), &told.2));
    let counts = match filled {
        Filled::NearlyAll | Filled::Counted { .. } => groups(&tallies, &before),
        Filled::Few | Filled::Some => vec![None; sizes.len()],
    };
    (total(&all), filled, counts)
}

#[test]
fn a_share_without_a_value_tells_nothing_of_few_people() {
    let mut by_output: BTreeMap<String, (BTreeSet<u64>, BTreeSet<u64>)> = BTreeMap::new();
    for with in 0..=80u64 {
        for without in 0..=80u64 {
            let told = publish(&[with], without, None);
            // More than was tried is behind what is told of larger years.
            if with + without >= THRESHOLD && told.0.is_none_or(|total| total.people <= 70) {
                let seen = by_output.entry(format!("{:?} {:?}", told.0, told.1)).or_default();
                seen.0.insert(with);
                seen.1.insert(without);
            }
        }
    }
    let few = THRESHOLD as usize - 1;
    for (output, (with, without)) in by_output {
        // Whatever is said, any number from one up to the limit can be behind it, or none.
        let small = |set: &BTreeSet<u64>| set.iter().filter(|size| (1..THRESHOLD).contains(size)).count();
        assert!([0, few].contains(&small(&with)), "{output}: with {with:?}");
        assert!([0, few].contains(&small(&without)), "{output}: without {without:?}");
    }
}

/// The values that a withheld group can have in any table that would be published the same: what somebody
/// knows who knows the rules, too.
#[test]
fn a_withheld_group_can_have_many_sizes() {
    const LARGEST: u64 = 22;
    const MISSING: u64 = 14;
    let mut by_output: BTreeMap<String, (Told, Vec<[u64; 3]>, bool)> = BTreeMap::new();
    for a in 0..=LARGEST {
        for b in 0..=LARGEST {
            for c in 0..=LARGEST {
                for missing in 0..=MISSING {
                    let told = publish(&[a, b, c], missing, None);
                    let found = by_output.entry(format!("{told:?}")).or_insert_with(|| (told, Vec::new(), true));
                    found.1.push([a, b, c]);
                    // Outputs at the edge of what is tried have more tables behind them than are tried.
                    found.2 &= a.max(b).max(c) <= LARGEST - 6 && missing < MISSING;
                }
            }
        }
    }
    let mut tried = 0;
    for (told, tables, inside) in by_output.values() {
        if !(*inside && told.1.is_observed() && told.0.is_some()) {
            continue;
        }
        for at in (0..3).filter(|at| told.2[*at].is_none()) {
            let possible: BTreeSet<u64> = tables.iter().map(|table| table[at]).collect();
            if *possible.first().unwrap() >= THRESHOLD {
                continue;
            }
            tried += 1;
            assert!(possible.len() as u64 >= BASE, "{told:?}: group {at} is one of {possible:?}");
        }
    }
    assert!(tried > 20, "hardly anything was withheld");
}

#[test]
fn counts_are_rounded_and_small_ones_withheld() {
    let told = publish(&[3, 12, 58, 0], 30, None);
    let count = |rows| Some(Count { rows, people: rows });
    assert_eq!(told.2, [None, None, count(60), count(0)], "the smallest large one goes with the small one");
    assert_eq!(told.0, count(105));
    assert_eq!(publish(&[4], 90, None).1, Filled::Few);
    assert_eq!(publish(&[90], 4, None).1, Filled::NearlyAll);
    assert_eq!(publish(&[12], 3, None).0, None, "too few in all");
    assert_eq!(publish(&[12], 3, None).1, Filled::Some);
    let rows: Vec<u32> = (0..12).chain(std::iter::repeat_n(11, 500)).collect();
    let dominated = groups(&[tally(rows), of_size(40), of_size(50)], &Before::default());
    assert_eq!(dominated, [None, None, count(50)], "one person has nearly all its rows");
}

#[test]
fn a_group_that_was_withheld_is_told_when_it_has_outgrown_all_that_were() {
    let first = publish(&[8, 40, 50], 0, None);
    assert_eq!(first.2[0], None);
    assert_eq!(publish(&[11, 40, 50], 0, Some(&first)).2[0], None);
    assert_eq!(publish(&[20, 40, 50], 0, Some(&first)).2, first.2, "the difference would give it back");
    assert!(publish(&[60, 70, 50], 0, Some(&first)).2.iter().all(Option::is_some));
}

fn table() -> impl Strategy<Value = (Vec<u64>, u64)> {
    let group = || prop_oneof![0..4u64, 0..12u64, 8..60u64];
    (prop::collection::vec(group(), 2..12), prop_oneof![Just(0u64), 0..40u64])
}

/// The smallest and the largest that a withheld group can have been, from all that two releases tell, for
/// whoever knows that nothing was taken away between them.
fn possible(first: &Told, second: &Told, at: usize) -> (u64, u64) {
    // Where all are withheld, the empty ones are among them.
    let fewest = u64::from(first.2.iter().any(Option::is_some));
    let near = |count: Count| (count.rows.saturating_sub(BASE / 2), count.rows + BASE / 2);
    let range = |group: usize| match (first.2[group], second.2[group]) {
        (Some(count), _) if count.rows == 0 => (0, 0),
        (Some(count), _) => near(count),
        (None, Some(later)) => (fewest, near(later).1),
        (None, None) => (fewest, u64::from(u32::MAX)),
    };
    let others = || (0..first.2.len()).filter(|other| *other != at).map(range);
    let (least, most) = near(first.1.with_value(first.0).unwrap());
    // Where nearly all have a value, up to nine people more or fewer may lack one.
    let least = if first.1 == Filled::NearlyAll { least.saturating_sub(THRESHOLD - 1) } else { least };
    let low = least.saturating_sub(others().map(|(_, high)| high).sum()).max(range(at).0);
    let high = most.saturating_sub(others().map(|(low, _)| low).sum()).min(range(at).1);
    (low, high)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Nothing is told exactly, and nothing of fewer than ten people.
    #[test]
    fn only_rounded_numbers_of_enough_people_are_told((sizes, missing) in table()) {
        let (total, _, counts) = publish(&sizes, missing, None);
        for count in counts.iter().chain([&total]).flatten() {
            prop_assert!(count.rows % BASE == 0 && count.people % BASE == 0);
        }
        for (size, count) in sizes.iter().zip(&counts) {
            prop_assert!(count.is_none() || *size == 0 || *size >= THRESHOLD, "{sizes:?} {counts:?}");
        }
        let hidden: Vec<u64> = sizes.iter().zip(&counts).filter(|(_, c)| c.is_none()).map(|(s, _)| *s).collect();
        prop_assert!(hidden.len() != 1 || counts.len() == 1 || total.is_none(), "alone: {sizes:?} {counts:?}");
    }

    /// Two releases, the second with more rows (or the same): what the first withheld can still have had many
    /// sizes.
    #[test]
    fn two_releases_do_not_give_back_what_one_withholds(
        (sizes, missing) in table(), more in prop::collection::vec(0..20u64, 12), grows: bool,
    ) {
        let later: Vec<u64> = sizes.iter().zip(&more).map(|(size, more)| size + if grows { *more } else { 0 }).collect();
        let first = publish(&sizes, missing, None);
        let second = publish(&later, missing, Some(&first));
        if !first.1.is_observed() || first.0.is_none() {
            return Ok(());
        }
        for at in (0..sizes.len()).filter(|at| first.2[*at].is_none()) {
            let (low, high) = possible(&first, &second, at);
            prop_assert!((low..=high).contains(&sizes[at]), "{sizes:?}: group {at} is said to be {low}–{high}");
            prop_assert!(high - low >= THRESHOLD - 2, "{sizes:?} {later:?}: group {at} is {low}–{high}");
        }
    }
}
