//! Finding those that are alike among tens of thousands, without comparing each with each.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use varde_core::{CataloguePath, Language};
use varde_search::analysis::{Analyser, token};

use super::{
    distribution::Distribution,
    features::{Counted, Described, Features, Rarity},
    score::{self, Score},
    words::Vocabulary,
};

/// How many are compared part by part for one variable, at most.
const COMPARED: usize = 200;
/// A word or code that more variables have is not followed to them: it tells little, and they are many.
const COMMON: usize = 1_500;
/// What the words of a description count when those worth a look are chosen.
const OF_TEXT: f32 = 0.4;
/// The same for codes.
const OF_CODE: f32 = 0.25;
/// How many neighbours of each variable [`Similar::pairs`] looks at.
const NEIGHBOURS: usize = 5;

/// One that is alike, and how.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alike {
    /// Which.
    pub path: CataloguePath,
    /// How alike.
    pub score: Score,
}

/// Two that are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The one, by path before the other.
    pub a: CataloguePath,
    /// The other.
    pub b: CataloguePath,
    /// How alike, from 0 to 1.
    pub total: f64,
}

/// All variables of a catalogue, ready to be compared.
#[derive(Debug, Default)]
pub struct Similar {
    all: Vec<Features>,
    places: HashMap<CataloguePath, u32>,
    words: Vocabulary,
    rarity: Rarity,
    /// For each word the variables whose name has it, with what it counts there.
    by_name: Vec<Vec<(u32, f32)>>,
    /// The same for descriptions.
    by_text: Vec<Vec<(u32, f32)>>,
    /// For each text of a code the variables that have such a code.
    by_code: Vec<Vec<u32>>,
}

impl Similar {
    /// Of all variables.
    pub fn of(variables: Vec<Described>) -> Self {
        let known = learn(&variables);
        let (mut words, mut texts) = (Vocabulary::default(), Vocabulary::default());
        let counted: Vec<Counted> =
            variables.iter().map(|one| Counted::of(one, &known, &mut words, &mut texts)).collect();
        let rarity = rarity(&counted, words.len(), texts.len());
        let all: Vec<Features> = variables
            .into_iter()
            .zip(counted)
            .map(|(described, counted)| Features::of(described, counted, &rarity))
            .collect();
        let places = all.iter().zip(0..).map(|(features, at)| (features.path.clone(), at)).collect();
        let mut similar = Self {
            by_name: vec![Vec::new(); words.len()],
            by_text: vec![Vec::new(); words.len()],
            by_code: vec![Vec::new(); texts.len()],
            all,
            places,
            words,
            rarity,
        };
        similar.list();
        similar
    }

    fn list(&mut self) {
        for (features, at) in self.all.iter().zip(0_u32..) {
            for (vectors, lists) in [(&features.names, &mut self.by_name), (&features.texts, &mut self.by_text)] {
                for (word, weight) in vectors.iter().flat_map(|vector| &vector.0) {
                    lists[*word as usize].push((at, *weight));
                }
            }
            for key in features.codes.iter().flat_map(|code| code.keys.iter().flatten()) {
                let list = &mut self.by_code[*key as usize];
                if list.last() != Some(&at) {
                    list.push(at);
                }
            }
        }
    }

    /// How many variables there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The most alike of all other variables, the best first; `None` when the variable is not known.
    /// `observed` is how values are spread, where that is known.
    pub fn alike(
        &self,
        path: &CataloguePath,
        observed: &BTreeMap<CataloguePath, Distribution>,
        most: usize,
    ) -> Option<Vec<Alike>> {
        let at = *self.places.get(path)?;
        let mut found: Vec<Alike> = self
            .worth_a_look(at)
            .into_iter()
            .map(|other| {
                let path = self.all[other as usize].path.clone();
                Alike { score: self.score(at, other, observed), path }
            })
            .collect();
        found.sort_by(|a, b| b.score.total.total_cmp(&a.score.total).then_with(|| a.path.cmp(&b.path)));
        found.truncate(most);
        Some(found)
    }

    /// How alike two are; `None` when one is not known.
    pub fn compare(&self, a: &CataloguePath, b: &CataloguePath) -> Option<Score> {
        Some(self.score(*self.places.get(a)?, *self.places.get(b)?, &BTreeMap::new()))
    }

    /// The paths of those that are compared with a variable part by part.
    pub fn neighbours(&self, path: &CataloguePath) -> Vec<CataloguePath> {
        let Some(at) = self.places.get(path) else { return Vec::new() };
        self.worth_a_look(*at).into_iter().map(|other| self.all[other as usize].path.clone()).collect()
    }

    /// Pairs that are at least so alike, the most alike first. For each variable its nearest few are
    /// looked at.
    pub fn pairs(&self, least: f64) -> Vec<Pair> {
        let mut pairs: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        let none = BTreeMap::new();
        for at in 0..u32::try_from(self.len()).unwrap_or(u32::MAX) {
            let mut near: Vec<(u32, f64)> =
                self.worth_a_look(at).into_iter().map(|other| (other, self.score(at, other, &none).total)).collect();
            near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            for (other, total) in near.into_iter().take(NEIGHBOURS).filter(|(_, total)| *total >= least) {
                pairs.insert((at.min(other), at.max(other)), total);
            }
        }
        let path = |at: u32| self.all[at as usize].path.clone();
        let mut found: Vec<Pair> = pairs
            .into_iter()
            .map(|((one, other), total)| {
                let (a, b) = (path(one), path(other));
                if a < b { Pair { a, b, total } } else { Pair { a: b, b: a, total } }
            })
            .collect();
        found.sort_by(|x, y| y.total.total_cmp(&x.total).then_with(|| (&x.a, &x.b).cmp(&(&y.a, &y.b))));
        found
    }

    fn score(&self, at: u32, other: u32, observed: &BTreeMap<CataloguePath, Distribution>) -> Score {
        let (a, b) = (&self.all[at as usize], &self.all[other as usize]);
        let both = observed.get(&a.path).zip(observed.get(&b.path));
        score::score(a, b, &self.rarity, &self.words, both)
    }

    /// Those that share the words and codes that tell most: never more than [`COMPARED`], however many
    /// variables there are.
    fn worth_a_look(&self, at: u32) -> Vec<u32> {
        let own = &self.all[at as usize];
        let mut met: HashMap<u32, f32> = HashMap::new();
        let mut follow = |list: &[(u32, f32)], weight: f32| {
            if list.len() <= COMMON {
                for (other, there) in list {
                    *met.entry(*other).or_default() += weight * there;
                }
            }
        };
        for (word, weight) in own.names.iter().flat_map(|vector| &vector.0) {
            follow(&self.by_name[*word as usize], *weight);
        }
        for (word, weight) in own.texts.iter().flat_map(|vector| &vector.0) {
            follow(&self.by_text[*word as usize], OF_TEXT * weight);
        }
        let share = OF_CODE / f32::from(u16::try_from(own.codes.len().max(1)).unwrap_or(u16::MAX));
        for key in own.codes.iter().flat_map(|code| code.keys.iter().flatten()) {
            let list = &self.by_code[*key as usize];
            if list.len() <= COMMON {
                list.iter().for_each(|other| *met.entry(*other).or_default() += share);
            }
        }
        met.remove(&at);
        if met.is_empty() {
            met.extend(self.only_common(own).filter(|(other, _)| *other != at));
        }
        let mut found: Vec<(u32, f32)> = met.into_iter().collect();
        let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if found.len() > COMPARED {
            found.select_nth_unstable_by(COMPARED, order);
            found.truncate(COMPARED);
        }
        found.into_iter().map(|(other, _)| other).collect()
    }

    /// For a variable of which every word is common: some of those with the rarest of them.
    fn only_common(&self, own: &Features) -> impl Iterator<Item = (u32, f32)> {
        let lists = own.names.iter().flat_map(|vector| &vector.0).map(|(word, _)| &self.by_name[*word as usize]);
        lists.min_by_key(|list| list.len()).into_iter().flat_map(|list| list.iter().take(COMMON).copied())
    }
}

/// An analyser that knows the words of all variables.
fn learn(variables: &[Described]) -> Analyser {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for (language, text) in variables.iter().flat_map(Described::lessons) {
        for token in token::tokens(text) {
            *counts.entry(token.word).or_default() += u32::from(language != Some(Language::En));
        }
    }
    Analyser::learn(counts.iter().map(|(word, count)| (word.as_str(), *count)).collect(), &Analyser::default())
}

/// How rare each word and each text of a code is among all variables.
fn rarity(counted: &[Counted], words: usize, codes: usize) -> Rarity {
    let (mut of_words, mut of_codes) = (vec![0_u32; words], vec![0_u32; codes]);
    for one in counted {
        let mut met: Vec<u32> =
            one.names.iter().chain(&one.texts).flat_map(|weights| weights.keys().copied()).collect();
        met.sort_unstable();
        met.dedup();
        met.into_iter().for_each(|word| of_words[word as usize] += 1);
        let mut met: Vec<u32> = one.codes.iter().flat_map(|code| code.keys.iter().flatten().copied()).collect();
        met.sort_unstable();
        met.dedup();
        met.into_iter().for_each(|key| of_codes[key as usize] += 1);
    }
    let all = float(counted.len());
    let rare = |met: u32| (1.0 + all / float(met.max(1) as usize)).ln();
    Rarity {
        words: of_words.into_iter().map(rare).collect(),
        codes: of_codes.into_iter().map(rare).collect(),
        most: rare(1),
    }
}

/// Counts of variables are far below what a float holds exactly.
fn float(n: usize) -> f32 {
    n as f32
}
