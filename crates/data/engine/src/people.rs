//! Sets of people for tests per row: a bit each, dense.

use roaring::RoaringBitmap;

/// A set of people as plain bits: 700 kB for 5.5 million, so a test per row stays in the cache.
#[derive(Debug, Clone)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    pub(crate) fn of(people: &RoaringBitmap) -> Self {
        let size = people.max().map_or(0, |last| last as usize / 64 + 1);
        let mut words = vec![0; size];
        for person in people {
            words[person as usize / 64] |= 1 << (person % 64);
        }
        Self { words }
    }

    pub(crate) fn contains(&self, person: u32) -> bool {
        self.words.get(person as usize / 64).is_some_and(|word| word >> (person % 64) & 1 == 1)
    }

    /// Whether one of at most 64 is there: those after `last`, up to and with `until`.
    pub(crate) fn any(&self, last: u32, until: u32) -> bool {
        let many = until.wrapping_sub(last).min(64);
        let Some(spare) = 64_u32.checked_sub(many).filter(|spare| *spare < 64) else { return false };
        let (from, shift) = ((u64::from(last) + 1) as usize, (u64::from(last) + 1) % 64);
        let word = |at: usize| u128::from(self.words.get(at).copied().unwrap_or(0));
        let window = (word(from / 64) | word(from / 64 + 1) << 64) >> shift;
        window as u64 & (u64::MAX >> spare) != 0
    }
}

/// The place of each person in a list: index → position, for lookups per row.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    places: Vec<u32>,
}

impl Places {
    /// The place of who has none.
    pub(crate) const NOWHERE: u32 = u32::MAX;

    /// Places by the order of `people`.
    pub(crate) fn of(people: &RoaringBitmap) -> Self {
        let mut places = vec![Self::NOWHERE; people.max().map_or(0, |last| last as usize + 1)];
        for (place, person) in people.iter().enumerate() {
            places[person as usize] = place as u32;
        }
        Self { places }
    }

    /// Changes every place through `map`, which has one entry for each place.
    pub(crate) fn reordered(mut self, map: &[u32]) -> Self {
        for place in self.places.iter_mut().filter(|p| **p != Self::NOWHERE) {
            *place = map[*place as usize];
        }
        self
    }

    /// The place of the person; `None` when they have none.
    pub(crate) fn get(&self, person: u32) -> Option<u32> {
        Some(self.place(person)).filter(|place| *place != Self::NOWHERE)
    }

    /// The same, [`Self::NOWHERE`] when they have none.
    pub(crate) fn place(&self, person: u32) -> u32 {
        self.places.get(person as usize).copied().unwrap_or(Self::NOWHERE)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn some_of_a_stretch_are_found_as_one_by_one(
            people in prop::collection::btree_set(0_u32..300, 0..12),
            last in 0_u32..320,
            many in 0_u32..=64,
        ) {
            let bits = Bits::of(&people.iter().copied().collect());
            let one_by_one = (last + 1..=last + many).any(|person| bits.contains(person));
            prop_assert_eq!(bits.any(last, last + many), one_by_one);
            prop_assert_eq!(people.contains(&last), bits.contains(last));
        }
    }
}
