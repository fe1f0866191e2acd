//! From texts to what is compared: words, stems, parts of compounds.
//!
//! [`token`] cuts a text, [`stem`] joins the forms of a word, `compound` finds the words within a word,
//! [`typo`] tells how far two spellings are apart. All of it is pure and knows nothing of the index.

mod compound;
mod english;
mod nynorsk;
pub mod stem;
pub mod token;
pub mod typo;
mod words;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

pub use compound::{Lexicon, Part};

/// A word with everything that it can be found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its Norwegian stem.
    pub stem: String,
    /// Its English stem.
    pub english: String,
    /// Its parts, when it is a compound.
    pub parts: Vec<Part>,
}

/// Knows the words of the texts that are indexed.
#[derive(Debug, Default)]
pub struct Analyser {
    lexicon: Lexicon,
    known: HashMap<Arc<str>, Arc<Word>>,
}

impl Analyser {
    /// Learns the words of texts, each with how often it stands in those that are not English. What
    /// `before` knew already is not worked out again.
    pub fn learn(words: HashMap<&str, u32>, before: &Self) -> Self {
        let norwegian = words.iter().filter(|(_, count)| **count > 0).map(|(word, count)| (*word, *count));
        let lexicon = Lexicon::learn(norwegian);
        let same = lexicon == before.lexicon;
        let known = words.into_keys().map(|word| {
            let known = before.known.get_key_value(word);
            let text = known.map_or_else(|| Arc::from(word), |(text, _)| Arc::clone(text));
            let analysed = known.filter(|_| same).map(|(_, analysed)| Arc::clone(analysed));
            (text, analysed.unwrap_or_else(|| Arc::new(analyse(&lexicon, word))))
        });
        Self { known: known.collect(), lexicon }
    }

    /// The words that both know and take apart in different ways.
    pub fn read_otherwise<'a>(&'a self, before: &Self) -> HashSet<&'a str> {
        if self.lexicon == before.lexicon {
            return HashSet::new();
        }
        let other = |(word, analysed): &(&Arc<str>, &Arc<Word>)| {
            before.known.get(*word).is_some_and(|known| known != *analysed)
        };
        self.known.iter().filter(other).map(|(word, _)| &**word).collect()
    }

    /// A word that the texts hold.
    pub fn known(&self, word: &str) -> Option<&Word> {
        self.known.get(word).map(Arc::as_ref)
    }

    /// A word, whether the texts hold it or not.
    pub fn analyse(&self, word: &str) -> Word {
        self.known(word).cloned().unwrap_or_else(|| analyse(&self.lexicon, word))
    }

    /// All words that the texts hold, in no order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.known.keys().map(AsRef::as_ref)
    }
}

fn analyse(lexicon: &Lexicon, word: &str) -> Word {
    Word { stem: stem::norwegian(word), english: stem::english(word), parts: lexicon.parts(word) }
}

/// Words that say nothing on their own; a search leaves them out when it has others.
const EMPTY_WORDS: [&str; 47] = [
    "i", "og", "av", "på", "med", "for", "til", "ved", "eller", "som", "er", "en", "et", "den", "det", "de", "om",
    "fra", "ein", "eit", "ei", "dei", "frå", "ikke", "ikkje", "hos", "å", "har", "var", "the", "of", "and", "in", "or",
    "with", "a", "an", "to", "by", "is", "for", "on", "at", "from", "etter", "per", "mellom",
];

/// Whether a word says nothing on its own.
pub fn is_empty_word(word: &str) -> bool {
    EMPTY_WORDS.contains(&word)
}
