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
}

/// The place of each person in a list: index → position, for lookups per row.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    places: Vec<u32>,
}

impl Places {
    const NOWHERE: u32 = u32::MAX;

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
        self.places.get(person as usize).copied().filter(|place| *place != Self::NOWHERE)
    }
}
