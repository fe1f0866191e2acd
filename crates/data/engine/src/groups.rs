//! Who stands out: people who share their combination of quasi-identifiers with too few others, and
//! groups whose members share a sensitive value.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray},
    compute::cast,
    datatypes::DataType,
};
use roaring::RoaringBitmap;
use sha2::{Digest as _, Sha256};
use varde_core::id::CataloguePath;

use super::EngineError;

/// The combination of quasi-identifiers of each person, by place, as a sum of digests: equal sums
/// are equal sets of values, whatever the order of registers and rows.
#[derive(Debug, Clone)]
pub(crate) struct Combinations {
    sums: Vec<u128>,
}

/// What the check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    /// Variables that took part.
    pub variables: u64,
    /// Different combinations before anybody was left out.
    pub combinations: u64,
    /// The smallest group that remains; 0 when nobody does.
    pub smallest: u64,
    /// People in groups that were too small.
    pub people_left_out: u64,
    /// How many people are in groups of which size, of those who remain.
    pub sizes: Sizes,
    /// How many different values of each sensitive variable a group has, of those who remain.
    pub diversity: Vec<Diversity>,
}

/// How many people are in groups of which size.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Alone in their group.
    pub alone: u64,
    /// In groups of 2 to 4.
    pub below_5: u64,
    /// In groups of 5 to 9.
    pub below_10: u64,
    /// In groups of 10 to 49.
    pub below_50: u64,
    /// In larger groups.
    pub larger: u64,
}

/// How many different values of a sensitive variable the groups have (l-diversity). Where everybody in a
/// group has the same, whoever knows that somebody is in the group knows their value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diversity {
    /// The sensitive variable.
    pub variable: CataloguePath,
    /// The fewest different values that a group has.
    pub smallest: u64,
    /// People in groups of which everybody has one and the same value.
    pub alike: u64,
}

impl Sizes {
    pub(crate) fn of(groups: impl Iterator<Item = u64>) -> Self {
        let mut sizes = Self::default();
        for people in groups {
            *match people {
                0 | 1 => &mut sizes.alone,
                2..5 => &mut sizes.below_5,
                5..10 => &mut sizes.below_10,
                10..50 => &mut sizes.below_50,
                _ => &mut sizes.larger,
            } += people;
        }
        sizes
    }
}

impl Combinations {
    /// Nobody has said anything yet.
    pub(crate) fn new(people: usize) -> Self {
        Self { sums: vec![0; people] }
    }

    /// The combinations of the people at these places, in that order.
    pub(crate) fn of(&self, places: impl Iterator<Item = u32>) -> Self {
        Self { sums: places.map(|place| self.sums[place as usize]).collect() }
    }

    /// Adds a value to the combination of the person at the place.
    pub(crate) fn add(&mut self, place: u32, digest: u128) {
        let sum = &mut self.sums[place as usize];
        *sum = sum.wrapping_add(digest);
    }

    /// Who of these (places and persons) is in a group smaller than `minimum`, and what was found.
    pub(crate) fn small(&self, minimum: u32, variables: u64, among: &[(u32, u32)]) -> (RoaringBitmap, Groups) {
        let mut sizes: HashMap<u128, u64, Quick> = HashMap::default();
        let sum = |place: u32| self.sums[place as usize];
        for (place, _) in among {
            *sizes.entry(sum(*place)).or_default() += 1;
        }
        let minimum = u64::from(minimum);
        let is_small = |(place, _): &&(u32, u32)| sizes[&sum(*place)] < minimum;
        let small: RoaringBitmap = among.iter().filter(is_small).map(|(_, person)| *person).collect();
        let groups = Groups {
            variables,
            combinations: sizes.len() as u64,
            smallest: sizes.values().copied().filter(|size| *size >= minimum).min().unwrap_or(0),
            people_left_out: small.len(),
            sizes: Sizes::of(sizes.values().copied().filter(|size| *size >= minimum)),
            diversity: Vec::new(),
        };
        (small, groups)
    }

    /// The groups by place, numbered in the order in which they first occur.
    pub(crate) fn classes(&self) -> Classes {
        let mut numbers: HashMap<u128, u32, Quick> = HashMap::default();
        let mut number = |sum: &u128| {
            let next = numbers.len() as u32;
            *numbers.entry(*sum).or_insert(next)
        };
        let of = self.sums.iter().map(&mut number).collect();
        Classes { of, count: numbers.len() }
    }
}

/// Which class each person is in, by place.
#[derive(Debug, Clone)]
pub(crate) struct Classes {
    of: Vec<u32>,
    count: usize,
}

/// Up to so many pairs of classes are numbered by a table: 16 MB.
const TABLE: usize = 1 << 22;

impl Classes {
    /// Everybody in one class.
    pub(crate) fn one(people: usize) -> Self {
        Self { of: vec![0; people], count: usize::from(people > 0) }
    }

    /// How many classes there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Who is in the same class of both.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let pair = |(one, two): (&u32, &u32)| *one as usize * other.count + *two as usize;
        let pairs = self.of.iter().zip(&other.of).map(pair);
        let mut count = 0;
        let of = if self.count.saturating_mul(other.count) <= TABLE {
            let mut numbers = vec![u32::MAX; self.count * other.count];
            let number = |pair: usize| {
                if numbers[pair] == u32::MAX {
                    numbers[pair] = count;
                    count += 1;
                }
                numbers[pair]
            };
            pairs.map(number).collect()
        } else {
            let mut numbers: HashMap<u64, u32, Quick> = HashMap::default();
            let number = |pair: usize| {
                *numbers.entry(pair as u64).or_insert_with(|| {
                    count += 1;
                    count - 1
                })
            };
            pairs.map(number).collect()
        };
        Self { of, count: count as usize }
    }

    /// How many people are in each class.
    pub(crate) fn sizes(&self) -> Vec<u64> {
        let mut sizes = vec![0; self.count];
        self.of.iter().for_each(|class| sizes[*class as usize] += 1);
        sizes
    }

    /// How diverse the classes are in a variable: `values` are the different ones of each person, by place,
    /// as digests.
    pub(crate) fn diversity(&self, variable: CataloguePath, mut values: Vec<(u32, u128)>) -> Diversity {
        values.iter_mut().for_each(|(place, _)| *place = self.of[*place as usize]);
        values.sort_unstable();
        values.dedup();
        let mut different = vec![0_u64; self.count];
        values.iter().for_each(|(class, _)| different[*class as usize] += 1);
        // Nobody in such a class has any value, which is one thing to know of them all.
        different.iter_mut().for_each(|count| *count = (*count).max(1));
        let sizes = self.sizes();
        let alike = sizes.iter().zip(&different).filter(|(_, values)| **values == 1).map(|(people, _)| people).sum();
        Diversity { variable, smallest: different.into_iter().min().unwrap_or(0), alike }
    }
}

/// One variable's values being added, rows of a person together.
pub(crate) struct Gatherer {
    variable: String,
    digests: HashMap<String, u128>,
    nothing: u128,
    person: Option<u32>,
    seen: Vec<u128>,
}

impl Gatherer {
    pub(crate) fn new(variable: String) -> Self {
        let nothing = digest(&variable, "\u{1e}");
        Self { variable, digests: HashMap::new(), nothing, person: None, seen: Vec::new() }
    }

    /// Gives each row's value, as a digest, to the person at its place; a value that a person has in several
    /// rows counts once.
    pub(crate) fn each(
        &mut self,
        places: &[u32],
        values: &ArrayRef,
        mut give: impl FnMut(u32, u128),
    ) -> Result<(), EngineError> {
        let values = cast(values, &DataType::Utf8)?;
        let values = values.as_string::<i32>();
        for (row, place) in places.iter().enumerate() {
            let digest = if values.is_valid(row) { self.digest(values.value(row)) } else { self.nothing };
            if self.person != Some(*place) {
                self.person = Some(*place);
                self.seen.clear();
            }
            if !self.seen.contains(&digest) {
                self.seen.push(digest);
                give(*place, digest);
            }
        }
        Ok(())
    }

    /// Adds the values to people's combinations.
    pub(crate) fn add(&mut self, all: &mut Combinations, places: &[u32], values: &ArrayRef) -> Result<(), EngineError> {
        self.each(places, values, |place, digest| all.add(place, digest))
    }

    fn digest(&mut self, value: &str) -> u128 {
        if let Some(known) = self.digests.get(value) {
            return *known;
        }
        let digest = digest(&self.variable, value);
        self.digests.insert(value.to_owned(), digest);
        digest
    }
}

fn digest(variable: &str, value: &str) -> u128 {
    let whole = Sha256::digest(format!("{variable}\u{1f}{value}"));
    whole.iter().take(16).fold(0, |all: u128, byte| all << 8 | u128::from(*byte))
}

/// A hasher for what is spread well already, or is numbered: one multiplication.
#[derive(Default)]
pub(crate) struct Spread(u64);

type Quick = BuildHasherDefault<Spread>;

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }

    fn write_u128(&mut self, number: u128) {
        self.write_u64((number >> 64) as u64 ^ number as u64);
    }

    fn finish(&self) -> u64 {
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    /// Three values that groups are made of, and what is sensitive.
    type Person = (u32, u32, u32, BTreeSet<u128>);

    fn classes(values: &[u32]) -> Classes {
        let mut combinations = Combinations::new(values.len());
        values.iter().zip(0..).for_each(|(value, place)| combinations.add(place, u128::from(*value) + 1));
        combinations.classes()
    }

    proptest! {
        /// Sizes and diversity are what one finds by looking at each group.
        #[test]
        fn groups_are_what_one_finds_by_looking(
            people in prop::collection::vec((0_u32..4, 0_u32..3, 0_u32..3, prop::collection::btree_set(0_u128..4, 0..3)), 1..60),
        ) {
            let of = |pick: fn(&Person) -> u32| classes(&people.iter().map(pick).collect::<Vec<_>>());
            let both = of(|p| p.0).and(&of(|p| p.1)).and(&of(|p| p.2));
            let mut naive: BTreeMap<(u32, u32, u32), (u64, BTreeSet<u128>)> = BTreeMap::new();
            for (a, b, c, values) in &people {
                let group = naive.entry((*a, *b, *c)).or_default();
                group.0 += 1;
                group.1.extend(values);
            }
            let mut sizes = both.sizes();
            sizes.sort_unstable();
            let mut expected: Vec<u64> = naive.values().map(|(size, _)| *size).collect();
            expected.sort_unstable();
            prop_assert_eq!(sizes, expected);
            let values = people.iter().zip(0..).flat_map(|(p, place)| p.3.iter().map(move |v| (place, *v))).collect();
            let diversity = both.diversity("npr/contact/condition".parse().unwrap(), values);
            let different = |values: &BTreeSet<u128>| (values.len() as u64).max(1);
            prop_assert_eq!(diversity.smallest, naive.values().map(|(_, v)| different(v)).min().unwrap());
            let alike: u64 = naive.values().filter(|(_, v)| different(v) == 1).map(|(size, _)| size).sum();
            prop_assert_eq!(diversity.alike, alike);
        }
    }

    #[test]
    fn many_classes_are_numbered_as_few_are() {
        let many: Vec<u32> = (0..5_000).collect();
        let one = classes(&many);
        assert!(one.count() * one.count() > TABLE);
        assert_eq!(one.and(&one).count(), 5_000);
        assert_eq!(Classes::one(3).and(&classes(&[7, 7, 9])).sizes(), [2, 1]);
    }
}
