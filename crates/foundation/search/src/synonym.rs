//! Phrases that mean the same, as code systems say: a concept's names in bokmål, English and Latin.

use std::collections::HashMap;

use crate::analysis::{is_empty_word, stem, token};

/// Longest phrase that is taken, in words that say something.
pub(crate) const LONGEST: usize = 4;

/// Most other phrases that a phrase is looked for by.
const ALTERNATIVES: usize = 6;

/// Groups of phrases that mean the same.
#[derive(Debug, Default)]
pub(crate) struct Synonyms {
    /// The groups that a phrase is in, by its stems.
    by_stems: HashMap<String, Vec<u32>>,
    /// Each group's phrases, as words.
    groups: Vec<Vec<Vec<String>>>,
}

impl Synonyms {
    /// From groups of phrases. Phrases of more than four words are left out, and groups of one.
    pub(crate) fn of<P: AsRef<str>>(groups: impl IntoIterator<Item = impl IntoIterator<Item = P>>) -> Self {
        let mut synonyms = Self::default();
        for group in groups {
            let mut phrases: Vec<Vec<String>> = Vec::new();
            for phrase in group {
                let words = words(phrase.as_ref());
                if !words.is_empty() && words.len() <= LONGEST && !phrases.contains(&words) {
                    phrases.push(words);
                }
            }
            if phrases.len() > 1 {
                synonyms.add(phrases);
            }
        }
        synonyms
    }

    fn add(&mut self, phrases: Vec<Vec<String>>) {
        let group = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        for phrase in &phrases {
            for key in keys(phrase) {
                let groups = self.by_stems.entry(key).or_default();
                if groups.last() != Some(&group) {
                    groups.push(group);
                }
            }
        }
        self.groups.push(phrases);
    }

    /// The other phrases for a phrase.
    pub(crate) fn others(&self, phrase: &[String]) -> Vec<&[String]> {
        let mut others: Vec<&[String]> = Vec::new();
        let own = keys(phrase);
        for group in own.iter().filter_map(|key| self.by_stems.get(key)).flatten() {
            for other in &self.groups[*group as usize] {
                let same = keys(other).iter().any(|key| own.contains(key));
                if !same && others.len() < ALTERNATIVES && !others.contains(&other.as_slice()) {
                    others.push(other);
                }
            }
        }
        others
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
}

/// The words of a phrase that say something.
pub(crate) fn words(phrase: &str) -> Vec<String> {
    let tokens = token::tokens(phrase).into_iter().filter(|t| !t.joined).map(|t| t.word);
    tokens.filter(|word| !is_empty_word(word)).collect()
}

/// A phrase by its Norwegian and by its English stems: which language it is in is not known.
fn keys(phrase: &[String]) -> [String; 2] {
    let joined = |stem: fn(&str) -> String| phrase.iter().map(|word| stem(word)).collect::<Vec<_>>().join(" ");
    [joined(stem::norwegian), format!("en {}", joined(stem::english))]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn others(synonyms: &Synonyms, phrase: &str) -> Vec<String> {
        synonyms.others(&words(phrase)).iter().map(|words| words.join(" ")).collect()
    }

    #[test]
    fn a_concept_is_found_by_each_of_its_names() {
        let synonyms = Synonyms::of([
            ["Akutt hjerteinfarkt", "Acute myocardial infarction", "Infarctus myocardii acutus"],
            ["Kneartrose", "Gonartrose", "Osteoarthritis of the knee"],
        ]);
        assert_eq!(
            others(&synonyms, "akutte hjerteinfarkter"),
            ["acute myocardial infarction", "infarctus myocardii acutus"]
        );
        assert_eq!(others(&synonyms, "gonartrosen"), ["kneartrose", "osteoarthritis knee"]);
        assert!(others(&synonyms, "hjerteinfarkt").is_empty(), "a part of a phrase is not the phrase");
        assert!(Synonyms::of([["alene"]]).is_empty());
    }
}
