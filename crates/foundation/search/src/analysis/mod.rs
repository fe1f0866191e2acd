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

use std::collections::HashMap;

use varde_core::Language;

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
    known: HashMap<Box<str>, Word>,
}

impl Analyser {
    /// Learns the words of texts. A text without a language counts as Norwegian.
    pub fn learn<'a>(texts: impl IntoIterator<Item = (Option<Language>, &'a str)>) -> Self {
        let mut counts: HashMap<String, (u32, u32)> = HashMap::new();
        for (language, text) in texts {
            for token in token::tokens(text) {
                let count = counts.entry(token.word).or_default();
                count.0 += 1;
                count.1 += u32::from(language != Some(Language::En));
            }
        }
        let norwegian = counts.iter().filter(|(_, count)| count.1 > 0).map(|(word, count)| (word.as_str(), count.1));
        let lexicon = Lexicon::learn(norwegian);
        let known = counts.into_keys().map(|word| {
            let analysed = analyse(&lexicon, &word);
            (word.into_boxed_str(), analysed)
        });
        Self { known: known.collect(), lexicon }
    }

    /// A word that the texts hold.
    pub fn known(&self, word: &str) -> Option<&Word> {
        self.known.get(word)
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
