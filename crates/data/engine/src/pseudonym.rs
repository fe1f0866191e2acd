//! Pseudonyms: HMAC-SHA256 of the stable person id under the project's key, cut to 128 bits.
//! Computed once per person and project and gathered by index, never per row. Destroying the key
//! makes the way back impossible (crypto-shredding).

use std::{fmt, sync::Arc};

use aws_lc_rs::hmac;
use datafusion::arrow::{
    array::{ArrayRef, DictionaryArray, StringBuilder, UInt32Array},
    buffer::NullBuffer,
    compute::take,
};
use roaring::RoaringBitmap;
use varde_core::{ExtractId, PersonId};

use crate::{EngineError, people::Places};

/// A project's pseudonym key. It prints nothing, and is written down nowhere but in a sealed plan.
#[derive(Clone)]
pub struct ProjectKey {
    bytes: [u8; 32],
    mac: hmac::Key,
}

impl ProjectKey {
    /// The key of 32 bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self { bytes: *bytes, mac: hmac::Key::new(hmac::HMAC_SHA256, bytes) }
    }

    /// Its 32 bytes, for a plan.
    pub(crate) fn bytes(&self) -> [u8; 32] {
        self.bytes
    }

    /// The person's pseudonym in this project: 16 bytes.
    pub fn pseudonym(&self, person: PersonId) -> [u8; 16] {
        let tag = hmac::sign(&self.mac, person.uuid().as_bytes());
        let mut out = [0; 16];
        out.copy_from_slice(&tag.as_ref()[..16]);
        out
    }

    /// The key of an extract's membership tree, drawn from the project's key, so that the tree can be
    /// made again. The log keeps it beside the tree for the citizens' proofs, also when the project's
    /// key is destroyed: by it one finds whether a known person was in the extract, which the platform
    /// must be able to tell them, and nothing of a row. The way from here back to the project's key,
    /// and so to a pseudonym, is that of inverting HMAC-SHA256; docs/log.md says more.
    pub fn membership(&self, extract: ExtractId) -> [u8; 32] {
        let mut message = b"varde membership v1 ".to_vec();
        message.extend_from_slice(extract.uuid().as_bytes());
        self.derived(&message)
    }

    /// What the project draws its controls by.
    pub(crate) fn draw(&self) -> Draw {
        let bytes = self.derived(b"varde matching v1");
        let half = |from: usize| bytes[from..from + 8].iter().fold(0, |all: u64, byte| all << 8 | u64::from(*byte));
        Draw([half(0), half(8)])
    }

    /// By how many days the person's dates are moved, at most `most` to either side: the same every time,
    /// and known to nobody without the key.
    pub(crate) fn shift(&self, person: u32, most: u32) -> i32 {
        let mut message = b"varde shift v1 ".to_vec();
        message.extend_from_slice(&person.to_be_bytes());
        let bytes = self.derived(&message);
        let drawn = bytes[..8].iter().fold(0, |all: u64, byte| all << 8 | u64::from(*byte));
        let most = i64::from(most);
        i32::try_from(i64::try_from(drawn % (2 * most as u64 + 1)).unwrap_or(0) - most).unwrap_or(0)
    }

    fn derived(&self, message: &[u8]) -> [u8; 32] {
        let tag = hmac::sign(&self.mac, message);
        let mut out = [0; 32];
        out.copy_from_slice(tag.as_ref());
        out
    }
}

/// The pseudonyms of some people in a project, made once, in the order in which rows leave: their own.
#[derive(Debug)]
pub struct Pseudonyms {
    ranks: Places,
    sorted: Vec<[u8; 16]>,
    texts: ArrayRef,
}

impl Pseudonyms {
    /// Makes those of `people`, whose ids `id` knows; who has none gets none.
    pub fn of(key: &ProjectKey, people: &RoaringBitmap, id: impl Fn(u32) -> Option<PersonId>) -> Self {
        let of_person = |(person, place)| Some((key.pseudonym(id(person)?), place));
        let mut sorted: Vec<([u8; 16], u32)> = people.iter().zip(0..).filter_map(of_person).collect();
        sorted.sort_unstable();
        let mut ranks = vec![Places::NOWHERE; people.len() as usize];
        for (rank, (_, place)) in sorted.iter().enumerate() {
            ranks[*place as usize] = rank as u32;
        }
        let ranks = Places::of(people).reordered(&ranks);
        let sorted: Vec<[u8; 16]> = sorted.into_iter().map(|(pseudonym, _)| pseudonym).collect();
        let mut texts = StringBuilder::with_capacity(sorted.len(), sorted.len() * 32);
        sorted.iter().for_each(|pseudonym| texts.append_value(hex::encode(pseudonym)));
        Self { ranks, sorted, texts: Arc::new(texts.finish()) }
    }

    /// The pseudonym of each row, as the files are written from: places in a dictionary, nothing for a person
    /// without one. `persons` are the rows' indices.
    ///
    /// # Errors
    /// When there are more pseudonyms than a dictionary has places.
    pub fn column(&self, persons: &[u32]) -> Result<ArrayRef, EngineError> {
        let mut ranks: Vec<u32> = persons.iter().map(|person| self.ranks.place(*person)).collect();
        let nobody = |rank: &u32| *rank == Places::NOWHERE;
        let nulls = ranks.iter().any(nobody).then(|| ranks.iter().map(|rank| !nobody(rank)).collect::<NullBuffer>());
        if nulls.is_some() {
            ranks.iter_mut().filter(|rank| nobody(rank)).for_each(|rank| *rank = 0);
        }
        Ok(Arc::new(DictionaryArray::try_new(UInt32Array::new(ranks.into(), nulls), Arc::clone(&self.texts))?))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// The place of a person's pseudonym among them.
    pub(crate) fn rank(&self, person: u32) -> Option<u32> {
        self.ranks.get(person)
    }

    /// Whether no two people have the same.
    pub(crate) fn are_distinct(&self) -> bool {
        self.sorted.windows(2).all(|pair| pair[0] != pair[1])
    }

    /// All of them as text, by rank.
    pub(crate) fn texts(&self) -> ArrayRef {
        Arc::clone(&self.texts)
    }

    /// Those at these ranks, as text.
    pub(crate) fn at(&self, ranks: &[u32]) -> Result<ArrayRef, EngineError> {
        Ok(take(&self.texts, &UInt32Array::from(ranks.to_vec()), None)?)
    }
}

/// An order of people that is a project's own: nobody without the project's key can tell who is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draw([u64; 2]);

impl Draw {
    /// The person's place in the order; two people may share one.
    pub(crate) fn order(&self, person: u32) -> u64 {
        // The finalizer of SplitMix64, twice, each time with half of the key.
        self.0.iter().fold(u64::from(person), |value, half| {
            let value = (value ^ half).wrapping_add(0x9e37_79b9_7f4a_7c15);
            let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            value ^ value >> 31
        })
    }
}

impl fmt::Debug for ProjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProjectKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::AsArray as _;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_row_has_its_persons_pseudonym_and_a_strangers_none() {
        let id = |person: u32| (person != 7).then(|| PersonId::from_uuid(Uuid::from_u128(person.into())));
        let key = ProjectKey::new(&[7; 32]);
        let all = Pseudonyms::of(&key, &[3, 5, 7, 90_000].into_iter().collect(), id);
        let rows = [5, 5, 3, 90_000, 4, 7, 100_000];
        let column = all.column(&rows).unwrap();
        let column = crate::pages::spelt_out(&column).unwrap();
        let expected = rows.map(|person| [3, 5, 90_000].contains(&person).then(|| id(person)).flatten());
        let expected = expected.map(|id| id.map(|id| hex::encode(key.pseudonym(id))));
        assert_eq!(column.as_string::<i32>().iter().map(|p| p.map(str::to_owned)).collect::<Vec<_>>(), expected);
        assert!(all.len() == 3 && !all.is_empty() && all.are_distinct());
        let sorted = all.texts();
        assert!(sorted.as_string::<i32>().iter().is_sorted(), "rows leave in the order of pseudonyms");
        assert_eq!(&all.at(&[0, 1, 2]).unwrap(), &sorted);
    }
}
