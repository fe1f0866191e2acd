//! Changing an index: a new one that shares with the one before whatever stayed as it was.
//!
//! How a word is taken apart follows from the words of all texts, so a new word in one group can change
//! what a word of another is made of. Parts that hold such a word are made anew as well: an index that
//! was changed is the one that would have been made from the same groups at once.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::{
    Index,
    facets::Facets,
    kept::{Group, Kept},
    part::Part,
    rank::Ranks,
    vocabulary::Vocabulary,
};
use crate::{Field, SearchError, Synonyms, analysis::Analyser};

/// An index that is to be.
#[derive(Debug)]
pub struct Change {
    before: Arc<Index>,
    groups: BTreeMap<String, Arc<Kept>>,
}

impl Change {
    /// Begins with what there is.
    pub fn of(before: &Arc<Index>) -> Self {
        let groups = before.groups.iter().map(|at| (at.key.clone(), Arc::clone(&at.kept))).collect();
        Self { before: Arc::clone(before), groups }
    }

    /// Puts a group in the place of the one of that key, if there is one.
    pub fn put(&mut self, group: Group) {
        let (key, kept) = group.close();
        self.groups.insert(key, Arc::new(kept));
    }

    /// Takes a group out, if there is one of that key.
    pub fn remove(&mut self, key: &str) {
        self.groups.remove(key);
    }

    /// The keys of the groups.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.groups.keys().map(String::as_str)
    }

    /// The index. The one before stays as it is and goes on answering whoever has it.
    ///
    /// # Errors
    /// When there is no memory for it, or by a fault of ours.
    pub fn finish(self) -> Result<Index, SearchError> {
        let analyser = Analyser::learn(words(&self.groups), &self.before.analyser);
        let changed = analyser.read_otherwise(&self.before.analyser);
        let mut parts = Vec::new();
        for run in self.runs() {
            match self.before.parts.get(run.part).filter(|(_, part)| same(part, &run.groups, &changed)) {
                Some((_, part)) => parts.push(Arc::clone(part)),
                None => {
                    for groups in cut(run.groups, self.before.part_size) {
                        parts.push(Arc::new(Part::of(groups, &analyser)?));
                    }
                }
            }
        }
        Ok(Index::put_together(self.before.part_size, &self.groups, parts, analyser))
    }

    /// The groups by the part that they are to lie in; a new one lies with the one before it.
    fn runs(&self) -> Vec<Run> {
        let parts: HashMap<&str, usize> = self.before.groups.iter().map(|at| (at.key.as_str(), at.part)).collect();
        let mut runs: Vec<Run> = Vec::new();
        for (key, kept) in &self.groups {
            let last = runs.last().map_or(0, |run| run.part);
            let part = parts.get(key.as_str()).copied().unwrap_or(last);
            match runs.last_mut() {
                Some(run) if run.part == part => run.groups.push(Arc::clone(kept)),
                _ => runs.push(Run { part, groups: vec![Arc::clone(kept)] }),
            }
        }
        runs
    }
}

/// Groups that lie in one part of the index before.
struct Run {
    part: usize,
    groups: Vec<Arc<Kept>>,
}

/// The words of all texts, and how often each stands in texts that are not English.
fn words(groups: &BTreeMap<String, Arc<Kept>>) -> HashMap<&str, u32> {
    let mut words: HashMap<&str, u32> = HashMap::new();
    for (word, count) in groups.values().flat_map(|kept| &kept.words) {
        *words.entry(word).or_default() += count;
    }
    words
}

/// Whether a part would be made just as it is.
fn same(part: &Part, groups: &[Arc<Kept>], changed: &HashSet<&str>) -> bool {
    let same_groups =
        part.groups.len() == groups.len() && part.groups.iter().zip(groups).all(|(a, b)| Arc::ptr_eq(a, b));
    same_groups && !groups.iter().any(|kept| changed.iter().any(|word| kept.words.contains_key(*word)))
}

/// Cuts groups that have become too many for one part.
fn cut(groups: Vec<Arc<Kept>>, size: usize) -> Vec<Vec<Arc<Kept>>> {
    let documents: usize = groups.iter().map(|kept| kept.len()).sum();
    if documents <= size + size / 2 {
        return vec![groups];
    }
    let mut parts: Vec<(usize, Vec<Arc<Kept>>)> = Vec::new();
    for kept in groups {
        match parts.last_mut() {
            Some((documents, part)) if *documents + kept.len() <= size => {
                *documents += kept.len();
                part.push(kept);
            }
            _ => parts.push((kept.len(), vec![kept])),
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

/// A group and where it lies.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) key: String,
    pub(super) kept: Arc<Kept>,
    /// Which part.
    pub(super) part: usize,
    /// The row of its first document.
    pub(super) first: u32,
}

impl Index {
    fn put_together(
        part_size: usize,
        groups: &BTreeMap<String, Arc<Kept>>,
        parts: Vec<Arc<Part>>,
        analyser: Analyser,
    ) -> Self {
        let mut keys = groups.keys();
        let (mut placed, mut first) = (Vec::with_capacity(groups.len()), 0);
        let mut rows = Vec::with_capacity(parts.len());
        for (number, part) in parts.into_iter().enumerate() {
            rows.push((first, Arc::clone(&part)));
            for (kept, key) in part.groups.iter().zip(keys.by_ref()) {
                placed.push(Placed { key: key.clone(), kept: Arc::clone(kept), part: number, first });
                first += u32::try_from(kept.len()).unwrap_or(u32::MAX);
            }
        }
        let mut seen = HashSet::new();
        let phrases = groups.values().flat_map(|kept| kept.synonyms()).filter(|phrases| seen.insert(phrases.clone()));
        Self {
            part_size,
            synonyms: Synonyms::of(phrases),
            facets: Facets::of(groups.values().map(|kept| &kept.columns)),
            terms: Field::ALL.map(|field| rows.iter().map(|(_, part)| part.term_count(field)).sum()),
            weights: groups.values().flat_map(|kept| kept.weights()).collect(),
            ranks: Ranks::default(),
            vocabulary: Vocabulary::of(&analyser),
            analyser,
            groups: placed,
            parts: rows,
        }
    }
}
