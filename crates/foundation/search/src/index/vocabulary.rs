//! The words of all texts, for what people type that is none of them: beginnings, parts, misspellings.

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

/// The words in alphabetical order of code points.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    words: Vec<Box<str>>,
}

impl Vocabulary {
    pub(super) fn of(analyser: &Analyser) -> Self {
        let mut words: Vec<Box<str>> = analyser.words().map(Box::from).collect();
        words.sort_unstable();
        Self { words }
    }

    /// Words that begin so, the shortest first.
    pub(super) fn beginning(&self, with: &str) -> Vec<&str> {
        let from = self.words.partition_point(|word| &**word < with);
        let mut found: Vec<&str> =
            self.words[from..].iter().map(AsRef::as_ref).take_while(|word| word.starts_with(with)).collect();
        shortest_first(&mut found);
        found
    }

    /// Words that end so, after a beginning that is long enough to be a word; an ending may follow.
    pub(super) fn ending(&self, with: &str) -> Vec<&str> {
        let letters = |text: &str| text.chars().count();
        if letters(with) < WITHIN {
            return Vec::new();
        }
        let ends = |word: &&str| {
            word.rfind(with)
                .is_some_and(|at| letters(&word[..at]) >= WITHIN && letters(&word[at + with.len()..]) <= ENDING)
        };
        let mut found: Vec<&str> = self.words.iter().map(AsRef::as_ref).filter(ends).collect();
        shortest_first(&mut found);
        found
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
        for known in &self.words {
            // Each letter has at least one byte, and Norwegian ones at most two.
            if known.len() + limit < wanted.len() || known.len() > 2 * (wanted.len() + limit) {
                continue;
            }
            chars.clear();
            chars.extend(known.chars());
            let same_beginning =
                chars.first() == wanted.first() || (chars.first() == wanted.get(1) && chars.get(1) == wanted.first());
            if let Some(apart) = distance(&wanted, &chars, best).filter(|_| same_beginning) {
                best = best.min(apart);
                found.push((apart, known));
            }
        }
        let mut nearest: Vec<&str> =
            found.into_iter().filter(|(apart, _)| *apart == best).map(|(_, word)| word).collect();
        shortest_first(&mut nearest);
        nearest
    }
}

fn shortest_first(words: &mut Vec<&str>) {
    words.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    words.truncate(MOST);
}
