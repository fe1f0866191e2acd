//! Who stands out: people who share their combination of quasi-identifiers with too few others.

use std::collections::{BTreeMap, HashMap};

use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray},
    compute::cast,
    datatypes::DataType,
};
use roaring::RoaringBitmap;
use sha2::{Digest as _, Sha256};

use super::EngineError;

/// The combination of quasi-identifiers of each person, by place, as a sum of digests: equal sums
/// are equal sets of values, whatever the order of registers and rows.
#[derive(Debug, Clone)]
pub(crate) struct Combinations {
    sums: Vec<u128>,
}

/// What the check found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Groups {
    /// Variables that took part.
    pub variables: u64,
    /// Different combinations before anybody was left out.
    pub combinations: u64,
    /// The smallest group that remains; 0 when nobody does.
    pub smallest: u64,
    /// People in groups that were too small.
    pub people_left_out: u64,
}

impl Combinations {
    /// Nobody has said anything yet.
    pub(crate) fn new(people: usize) -> Self {
        Self { sums: vec![0; people] }
    }

    /// Who of these (places and persons) is in a group smaller than `minimum`, and what was found.
    pub(crate) fn small(&self, minimum: u32, variables: u64, among: &[(u32, u32)]) -> (RoaringBitmap, Groups) {
        let mut sizes: HashMap<u128, u64> = HashMap::new();
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
        };
        (small, groups)
    }
}

/// One variable's values being added, rows of a person together.
pub(crate) struct Gatherer {
    variable: String,
    digests: BTreeMap<Option<String>, u128>,
    person: Option<u32>,
    seen: Vec<u128>,
}

impl Gatherer {
    pub(crate) fn new(variable: String) -> Self {
        Self { variable, digests: BTreeMap::new(), person: None, seen: Vec::new() }
    }

    /// Adds each row's value to the combination of the person at its place; a value that a person
    /// has in several rows counts once.
    pub(crate) fn add(&mut self, all: &mut Combinations, places: &[u32], values: &ArrayRef) -> Result<(), EngineError> {
        let values = cast(values, &DataType::Utf8)?;
        let values = values.as_string::<i32>();
        for (row, place) in places.iter().enumerate() {
            let digest = self.digest(values.is_valid(row).then(|| values.value(row)));
            if self.person != Some(*place) {
                self.person = Some(*place);
                self.seen.clear();
            }
            if !self.seen.contains(&digest) {
                self.seen.push(digest);
                all.sums[*place as usize] = all.sums[*place as usize].wrapping_add(digest);
            }
        }
        Ok(())
    }

    fn digest(&mut self, value: Option<&str>) -> u128 {
        let value = value.map(str::to_owned);
        if let Some(known) = self.digests.get(&value) {
            return *known;
        }
        let text = format!("{}\u{1f}{}", self.variable, value.as_ref().map_or("\u{1e}", |v| v));
        let whole = Sha256::digest(text);
        let mut half = [0; 16];
        half.copy_from_slice(&whole[..16]);
        let digest = u128::from_be_bytes(half);
        self.digests.insert(value, digest);
        digest
    }
}
