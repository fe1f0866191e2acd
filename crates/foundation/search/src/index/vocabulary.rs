//! The words of all texts, for what people type that is none of them: beginnings, parts, misspellings.

use std::ops::Range;

use crate::analysis::{
    Analyser,
    typo::{distance, forgiven},
};

/// Words that stand for one that is unknown, at most.
const MOST: usize = 48;

/// Fewest letters of what is looked for within words.
const WITHIN: usize = 4;

/// Most letters after it: an ending, not another word.
const ENDING: usize = 4;

/// Between two words: no word holds it.
const BETWEEN: char = '\n';

/// The words in alphabetical order of code points, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    all: String,
    /// Where each begins.
    begins: Vec<u32>,
}

impl Vocabulary {
    pub(super) fn of(analyser: &Analyser) -> Self {
        let mut words: Vec<&str> = analyser.words().collect();
        words.sort_unstable();
        let mut vocabulary = Self::default();
        for word in words {
            vocabulary.begins.push(u32::try_from(vocabulary.all.len()).unwrap_or(u32::MAX));
            vocabulary.all.push_str(word);
            vocabulary.all.push(BETWEEN);
        }
        vocabulary.all.shrink_to_fit();
        vocabulary
    }

    fn range(&self, number: usize) -> Range<usize> {
        let end = self.begins.get(number + 1).map_or(self.all.len(), |next| *next as usize);
        self.begins[number] as usize..end - BETWEEN.len_utf8()
    }

    fn word(&self, number: usize) -> &str {
        &self.all[self.range(number)]
    }

    /// The words that begin so, in order.
    fn begin(&self, with: &str) -> impl Iterator<Item = &str> + use<'_> {
        // Each is compared with what follows it too: that changes nothing, since what is between two words
        // comes before every letter.
        let from = self.begins.partition_point(|begin| &self.all[*begin as usize..] < with);
        let with = with.to_owned();
        (from..self.begins.len()).map(|number| self.word(number)).take_while(move |word| word.starts_with(&with))
    }

    /// Words that begin so, the shortest first.
    pub(super) fn beginning(&self, with: &str) -> Vec<&str> {
        shortest_first(self.begin(with).collect())
    }

    /// Words that end so, after a beginning that is long enough to be a word; an ending may follow.
    pub(super) fn ending(&self, with: &str) -> Vec<&str> {
        let letters = |text: &str| text.chars().count();
        if letters(with) < WITHIN {
            return Vec::new();
        }
        let mut found: Vec<&str> = Vec::new();
        for (at, _) in self.all.match_indices(with) {
            let number = self.begins.partition_point(|begin| *begin as usize <= at) - 1;
            let range = self.range(number);
            let (before, after) = (&self.all[range.start..at], &self.all[at + with.len()..range.end]);
            let word = &self.all[range];
            if letters(before) >= WITHIN && letters(after) <= ENDING && found.last() != Some(&word) {
                found.push(word);
            }
        }
        shortest_first(found)
    }

    /// The words that are spelt nearest, when any is near enough. The first letter is believed, but for
    /// two letters swapped: `angst` is not a way to write `fangst`.
    pub(super) fn near(&self, word: &str) -> Vec<&str> {
        let wanted: Vec<char> = word.chars().collect();
        let limit = forgiven(wanted.len());
        if limit == 0 || word.chars().any(|c| c.is_ascii_digit()) {
            return Vec::new();
        }
        let mut best = limit;
        let mut found: Vec<(usize, &str)> = Vec::new();
        let mut chars: Vec<char> = Vec::new();
        let swapped = wanted[1];
        let same = self.begin(&wanted[0].to_string());
        let other = self.begin(&swapped.to_string()).filter(|known| known.chars().nth(1) == Some(wanted[0]));
        for known in same.chain(other.filter(|_| swapped != wanted[0])) {
            // Each letter has at least one byte, and Norwegian ones at most two.
            if known.len() + limit < wanted.len() || known.len() > 2 * (wanted.len() + limit) {
                continue;
            }
            chars.clear();
            chars.extend(known.chars());
            if let Some(apart) = distance(&wanted, &chars, best) {
                best = best.min(apart);
                found.push((apart, known));
            }
        }
        shortest_first(found.into_iter().filter(|(apart, _)| *apart == best).map(|(_, word)| word).collect())
    }
}

fn shortest_first(mut words: Vec<&str>) -> Vec<&str> {
    words.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    words.truncate(MOST);
    words
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn vocabulary() -> Vocabulary {
        let words = [
            "angst",
            "fangst",
            "diagnose",
            "diagnoser",
            "hjerteinfarkt",
            "infarkt",
            "infarktet",
            "lungeinfarktet",
            "år",
        ];
        Vocabulary::of(&Analyser::learn(HashMap::from(words.map(|word| (word, 1))), &Analyser::default()))
    }

    #[test]
    fn beginnings_ends_and_misspellings() {
        let vocabulary = vocabulary();
        assert_eq!(vocabulary.beginning("diag"), ["diagnose", "diagnoser"]);
        assert_eq!(vocabulary.beginning("å"), ["år"]);
        assert!(vocabulary.beginning("øre").is_empty() && vocabulary.beginning("\u{10ffff}").is_empty());
        assert_eq!(vocabulary.ending("infarkt"), ["hjerteinfarkt", "lungeinfarktet"], "not the word alone");
        assert!(vocabulary.ending("far").is_empty());
        assert_eq!(vocabulary.near("diagnsoe"), ["diagnose"]);
        assert_eq!(vocabulary.near("idagnose"), ["diagnose"], "the first two letters swapped");
        assert_eq!(vocabulary.near("angts"), ["angst"], "and not fangst");
        assert!(vocabulary.near("abc").is_empty() && vocabulary.near("i2199").is_empty());
        assert!(Vocabulary::default().near("diagnose").is_empty());
    }
}
