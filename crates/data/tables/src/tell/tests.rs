//! What somebody can learn of one person who knows all the others: from what is told, and from what is withheld.

use super::*;

/// Keys as different as those of people.
fn key(of: u64) -> u32 {
    (of.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 32)
        as u32
}

/// A cell of people who gave these amounts; `at` makes it other people.
fn cell(at: u64, given: &[u64]) -> Tallied {
    let mut largest = given.to_vec();
    largest.sort_unstable_by(|one, other| other.cmp(one));
    largest.truncate(5);
    let keys = (0..given.len() as u64).map(|one| key(at * 1_000 + one));
    Tallied {
        rows: given.len() as u64,
        people: given.len() as u64,
        key: keys.fold(0, u32::wrapping_add),
        summed: Some(Summed { sum: given.iter().sum(), largest, steps: Vec::new() }),
        set: None,
    }
}

/// Of many groups with these amounts, the share that is told.
fn share_told(given: &[u64]) -> f64 {
    const GROUPS: u64 = 4_000;
    let noise = noise().unwrap();
    let is_told = |at: &u64| told(&cell(*at, given), noise, &Measure::Sum("days".to_owned())).value.is_some();
    (0..GROUPS).filter(is_told).count() as f64 / GROUPS as f64
}

#[test]
fn an_amount_of_fewer_than_ten_is_never_told() {
    for people in 1..10 {
        assert!(share_told(&vec![100; people]) < f64::EPSILON, "{people}");
    }
}

/// Whoever knows all but one of a group cannot see by a yes or no whether the last one is in it. At an exact limit
/// of ten the difference would be 1.
#[test]
fn one_person_more_is_not_seen_by_what_is_withheld() {
    let shares: Vec<f64> = (9..60).map(|people| share_told(&vec![100; people])).collect();
    let most = shares.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f64::max);
    assert!(most < 0.25, "{shares:?}");
    assert!(shares[0] < f64::EPSILON && shares[50] > 0.99, "few are withheld, many are told: {shares:?}");
}

/// The same of somebody's amount: as the largest grows, fewer and fewer groups are told, and none where the rule is
/// broken.
#[test]
fn a_large_amount_is_not_seen_by_what_is_withheld() {
    let with = |largest: u64| share_told(&[vec![100; 59], vec![largest]].concat());
    let shares: Vec<f64> = (1..=80).map(|times| with(times * 1_000)).collect();
    let most = shares.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f64::max);
    assert!(most < 0.25, "{shares:?}");
    assert!(shares[0] > 0.99 && shares[79] < f64::EPSILON, "{shares:?}");
}

#[test]
fn what_nobody_has_any_of_is_not_told() {
    assert!(share_told(&[0; 100]) < f64::EPSILON);
    assert!(share_told(&[vec![0; 99], vec![500]].concat()) < f64::EPSILON, "one alone has it all");
}

/// The same people are told of in the same way, whatever table they stand in and whatever stands beside them.
#[test]
fn a_cell_is_told_by_its_own_people_alone() {
    let noise = noise().unwrap();
    for at in 0..200 {
        let given: Vec<u64> = (0..20 + at % 30).map(|one| one * 10).collect();
        let measure = Measure::Mean("days".to_owned());
        assert_eq!(told(&cell(at, &given), noise, &measure), told(&cell(at, &given), noise, &measure));
    }
}

/// Nobody and few are told in the same words, with every measure.
#[test]
fn nobody_and_few_look_the_same() {
    let noise = noise().unwrap();
    for measure in
        [Measure::Events, Measure::Sum(String::new()), Measure::Mean(String::new()), Measure::Median(String::new())]
    {
        let nobody = told(&cell(0, &[]), noise, &measure);
        let few: Vec<Told> = (0..200).map(|at| told(&cell(at, &[100; 3]), noise, &measure)).collect();
        assert!(few.contains(&nobody) && nobody.is_few() && nobody.value.is_none(), "{measure:?}");
        assert!(few.iter().all(|one| *one == nobody || *one == Told::WITHHELD), "{measure:?}");
    }
}

#[test]
fn shares_lie_between_nothing_and_one_and_are_not_alike() {
    let all: Vec<(f64, f64)> = (0..10_000).map(|at| (share(key(at), 0), share(key(at), 1))).collect();
    assert!(all.iter().all(|(one, other)| (0.0..1.0).contains(one) && (0.0..1.0).contains(other)));
    let mean = |of: fn(&(f64, f64)) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
    let together = mean(|(one, other)| (one - 0.5) * (other - 0.5));
    assert!((mean(|one| one.0) - 0.5).abs() < 0.02 && together.abs() < 0.01, "{together}");
}
