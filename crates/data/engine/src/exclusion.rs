//! Who may not be read, and why.

use std::collections::{BTreeMap, BTreeSet};

use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use varde_core::id::CataloguePath;
use varde_permit::Exclusion;

/// Everybody who may not be in an extract, by reason: some in no register, some in one source.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Exclusions {
    everywhere: BTreeMap<Exclusion, RoaringBitmap>,
    by_source: BTreeMap<String, BTreeMap<Exclusion, RoaringBitmap>>,
    /// Derived datasets, and the sources that each is made of.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    derived: BTreeMap<CataloguePath, BTreeSet<String>>,
}

impl Exclusions {
    /// Leaves these people out of everything.
    pub fn everywhere(&mut self, reason: Exclusion, people: RoaringBitmap) {
        *self.everywhere.entry(reason).or_default() |= people;
    }

    /// Leaves these people out of the datasets of one source, such as a register whose consent they
    /// have withdrawn.
    pub fn in_source(&mut self, source: &str, reason: Exclusion, people: RoaringBitmap) {
        *self.by_source.entry(source.to_owned()).or_default().entry(reason).or_default() |= people;
    }

    /// Says of a derived dataset of which sources it is made: whoever may not be read in one of them may not
    /// be read in it.
    pub fn derived(&mut self, dataset: &CataloguePath, sources: impl IntoIterator<Item = String>) {
        self.derived.entry(dataset.clone()).or_default().extend(sources);
    }

    /// Who may not be read in a dataset: of a derived one, in any of the sources that it is made of.
    pub fn for_dataset(&self, dataset: &CataloguePath) -> ExclusionSet {
        let source = dataset.parts().next().unwrap_or_default();
        let made_of = self.derived.get(dataset).into_iter().flatten().map(String::as_str);
        let local = std::iter::once(source).chain(made_of).filter_map(|one| self.by_source.get(one)).flatten();
        ExclusionSet { people: self.everywhere.iter().chain(local).fold(RoaringBitmap::new(), |all, (_, p)| all | p) }
    }

    /// Who is excluded everywhere.
    pub fn anywhere(&self) -> RoaringBitmap {
        self.everywhere.values().fold(RoaringBitmap::new(), |all, people| all | people)
    }

    /// Why each of `people` is left out: the first reason in the order of [`Exclusion`] that
    /// concerns them anywhere.
    pub fn reasons(&self, people: &RoaringBitmap) -> BTreeMap<Exclusion, RoaringBitmap> {
        let mut merged = self.everywhere.clone();
        for (reason, found) in self.by_source.values().flatten() {
            *merged.entry(*reason).or_default() |= found;
        }
        let mut left = people.clone();
        let mut out = BTreeMap::new();
        for (reason, found) in merged {
            let those = &left & &found;
            left -= &those;
            if !those.is_empty() {
                out.insert(reason, those);
            }
        }
        out
    }
}

/// Who may not be read in one dataset. Made by [`Exclusions::for_dataset`] only, so that whoever
/// holds one has asked for everybody's opt-outs first.
///
/// ```compile_fail
/// // There is no other way to get one: the field is private and there is no default.
/// let nobody = varde_engine::ExclusionSet { people: roaring::RoaringBitmap::new() };
/// ```
/// ```compile_fail
/// let nobody = varde_engine::ExclusionSet::default();
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ExclusionSet {
    people: RoaringBitmap,
}

impl ExclusionSet {
    /// Whether the person may not be read.
    pub fn contains(&self, person: u32) -> bool {
        self.people.contains(person)
    }

    /// The people.
    pub fn people(&self) -> &RoaringBitmap {
        &self.people
    }
}
