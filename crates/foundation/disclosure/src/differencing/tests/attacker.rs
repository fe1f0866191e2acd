//! Somebody who asks one question after the other and then computes. Nothing here uses the audit's arithmetic.

use std::collections::BTreeMap;

use proptest::prelude::*;
use roaring::RoaringBitmap;

use super::{
    super::{Audit, Empty, Limits, Region, Verdict},
    world::{Dice, World, table},
};

/// What the attacker was told: the people of each number, which stand for what the question says of them.
#[derive(Default)]
struct Attacker {
    told: Vec<RoaringBitmap>,
}

impl Attacker {
    /// Those whom the same numbers are about, with how many they are.
    fn atoms(&self) -> Vec<(Vec<bool>, u64)> {
        let mut atoms: BTreeMap<Vec<bool>, u64> = BTreeMap::new();
        for person in self.told.iter().fold(RoaringBitmap::new(), |all, set| all | set) {
            *atoms.entry(self.told.iter().map(|set| set.contains(person)).collect()).or_default() += 1;
        }
        atoms.into_iter().collect()
    }

    /// The sizes of a group below the minimum that follows by adding and subtracting told numbers, with any factors.
    /// Every group of atoms is tried; also with one of them counted twice.
    fn by_algebra(&self, minimum: u64) -> Option<Vec<u64>> {
        const P: i128 = 1_000_000_007;
        let atoms = self.atoms();
        let width = atoms.len();
        // Gauss and Jordan over dense rows.
        let mut rows: Vec<(usize, Vec<i128>)> = Vec::new();
        for told in 0..self.told.len() {
            let mut row: Vec<i128> = atoms.iter().map(|(signature, _)| i128::from(signature[told])).collect();
            for (pivot, known) in &rows {
                let factor = row[*pivot];
                (0..width).for_each(|at| row[at] = (row[at] - factor * known[at]).rem_euclid(P));
            }
            let Some(pivot) = row.iter().position(|value| *value != 0) else { continue };
            let scale = power(row[pivot], P - 2, P);
            row.iter_mut().for_each(|value| *value = *value * scale % P);
            for (_, known) in &mut rows {
                let factor = known[pivot];
                (0..width).for_each(|at| known[at] = (known[at] - factor * row[at]).rem_euclid(P));
            }
            rows.push((pivot, row));
        }
        // What is left of each small atom alone: a group follows when what is left of its atoms adds up to nothing.
        let small: Vec<(u64, Vec<i128>)> = (0..width)
            .filter(|at| atoms[*at].1 < minimum)
            .map(|at| {
                let mut left = vec![0; width];
                left[at] = 1;
                if let Some((_, row)) = rows.iter().find(|(pivot, _)| *pivot == at) {
                    left.iter_mut().zip(row).for_each(|(value, known)| *value = (*value - known).rem_euclid(P));
                }
                (atoms[at].1, left)
            })
            .collect();
        groups(&small, 0, &vec![0; width], 0, minimum)
    }

    /// Whether, by tightening bounds until nothing changes, some atom is known to have somebody and few.
    fn by_bounds(&self, minimum: u64) -> bool {
        let atoms = self.atoms();
        let most = self.told.iter().map(RoaringBitmap::len).max().unwrap_or(0);
        let mut bounds = vec![(0, most); atoms.len()];
        for _ in 0..50 {
            let before = bounds.clone();
            for (told, set) in self.told.iter().enumerate() {
                let members: Vec<usize> = (0..atoms.len()).filter(|at| atoms[*at].0[told]).collect();
                let (low, high) = members.iter().fold((0, 0), |(l, h), at| (l + bounds[*at].0, h + bounds[*at].1));
                for at in members {
                    let (least, largest) = bounds[at];
                    bounds[at] =
                        (least.max(set.len().saturating_sub(high - largest)), largest.min(set.len() - (low - least)));
                }
            }
            if bounds == before {
                break;
            }
        }
        bounds.iter().any(|(least, largest)| *least >= 1 && *largest < minimum)
    }
}

fn groups(small: &[(u64, Vec<i128>)], from: usize, left: &[i128], people: u64, minimum: u64) -> Option<Vec<u64>> {
    for at in from..small.len() {
        let (size, own) = &small[at];
        if people + size >= minimum {
            continue;
        }
        let mut sum = left.to_vec();
        for _ in 0..2 {
            sum.iter_mut().zip(own).for_each(|(value, more)| *value = (*value + more) % 1_000_000_007);
            if sum.iter().all(|value| *value == 0) {
                return Some(vec![people + size]);
            }
            if let Some(found) = groups(small, at + 1, &sum, people + size, minimum) {
                return Some(found);
            }
        }
    }
    None
}

fn power(mut base: i128, mut exponent: i128, modulus: i128) -> i128 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        exponent >>= 1;
    }
    result
}

/// Asks questions of a world that changes a little now and then, and takes what the answer shows.
fn asked(seed: u64, questions: u64, answer: &mut impl FnMut(&[Region]) -> Vec<bool>) -> Attacker {
    let mut dice = Dice(seed);
    let people = 30 + dice.below(170);
    let mut world = World::new(people, &mut dice);
    let mut attacker = Attacker::default();
    let mut edition = 1;
    for _ in 0..questions {
        if dice.below(6) == 0 {
            let changed = 1 + dice.below(6);
            world = world.later(changed, &mut dice);
            edition += 1;
        }
        let regions = world.regions(&table(&edition.to_string(), &mut dice));
        let shown = answer(&regions);
        let told = regions.into_iter().zip(shown).filter(|(_, shown)| *shown).map(|(region, _)| region.people);
        attacker.told.extend(told.filter(|people| !people.is_empty()));
        attacker.told.dedup();
    }
    attacker
}

fn audited(seed: u64, questions: u64, limits: Limits) -> Attacker {
    let mut audit = Audit::new(limits, Vec::new());
    asked(seed, questions, &mut |regions| {
        let verdicts = audit.decide(regions);
        for (region, verdict) in regions.iter().zip(&verdicts) {
            if *verdict == Verdict::Tell {
                audit.tell(region.clone());
            }
        }
        verdicts.into_iter().map(Verdict::shows).collect()
    })
}

/// The attack is a real one: where only small cells are withheld, as everywhere, it finds somebody nearly always.
#[test]
fn without_the_audit_the_attacker_finds_somebody() {
    let found = (0..60).filter(|seed| {
        let attacker = asked(*seed, 6, &mut |regions| regions.iter().map(|r| r.people.len() >= 5).collect());
        attacker.by_algebra(5).is_some()
    });
    assert!(found.count() > 50);
}

/// The audit still answers: it would be no art to withhold everything.
#[test]
fn most_first_questions_are_answered() {
    let shown: usize = (0..60).map(|seed| audited(seed, 1, Limits::new(5, Empty::Told)).told.len()).sum();
    let could: usize =
        (0..60).map(|seed| asked(seed, 1, &mut |r| r.iter().map(|r| r.people.len() >= 5).collect()).told.len()).sum();
    assert!(shown * 10 >= could * 6, "{shown} of {could}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_questions_isolates_a_small_group(seed in any::<u64>(), like_few in any::<bool>()) {
        let empty = if like_few { Empty::LikeFew } else { Empty::Told };
        let attacker = audited(seed, 8, Limits::new(5, empty));
        prop_assert_eq!(attacker.by_algebra(5), None);
        prop_assert!(!attacker.by_bounds(5));
    }

    /// However little work the audit may do, it withholds rather than misses.
    #[test]
    fn too_little_time_is_no_way_in(seed in any::<u64>(), work in 0_u64..3_000) {
        let limits = Limits { work, ..Limits::new(5, Empty::Told) };
        prop_assert_eq!(audited(seed, 6, limits).by_algebra(5), None);
    }
}
