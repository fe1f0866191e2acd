//! The documents of a group as they lie in memory: each text once, however many documents say it.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use varde_core::Language;

use super::facets::Columns;
use crate::{Document, Field, analysis::token};

/// In the place of a code: there is none.
const NONE: u32 = u32::MAX;

/// Documents that come and go together, such as those of one source. What is added is kept close together
/// at once, so that a large group can be made without all its documents lying beside it.
#[derive(Debug, Default)]
pub struct Group {
    key: String,
    kept: Kept,
    /// The number of each text that is there.
    numbers: HashMap<Box<str>, u32>,
    phrases: HashSet<Vec<u32>>,
}

impl Group {
    /// A group with nothing in it. Groups lie in the order of their keys, and so do their documents.
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), ..Self::default() }
    }

    /// What it is called by.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Adds a document behind the others.
    pub fn add(&mut self, document: &Document) {
        let (key, payload) = (self.kept.strings.push(&document.key), self.kept.strings.push(&document.payload));
        let texts = index(self.kept.texts.len());
        self.kept.documents.push(KeptDocument { key, payload, texts, weight: document.weight });
        for text in &document.texts {
            let code = text.code.as_deref().map_or(NONE, |code| self.number(code));
            let kept = KeptText { text: self.number(&text.text), code, field: text.field, language: text.language };
            self.kept.texts.push(kept);
        }
        self.kept.columns.push(document);
    }

    /// Says that phrases mean the same, as names of one concept do. The same again counts once.
    pub fn mean_the_same<P: AsRef<str>>(&mut self, phrases: impl IntoIterator<Item = P>) {
        let numbers: Vec<u32> = phrases.into_iter().map(|phrase| self.number(phrase.as_ref())).collect();
        if numbers.len() > 1 && self.phrases.insert(numbers.clone()) {
            self.kept.synonyms.push(numbers);
        }
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.kept.strings.push(text);
        self.numbers.insert(text.into(), number);
        number
    }

    /// All that was added, and its words counted.
    pub(super) fn close(self) -> (String, Kept) {
        let mut kept = self.kept;
        kept.count_words();
        kept.strings.close();
        kept.texts.shrink_to_fit();
        kept.documents.shrink_to_fit();
        (self.key, kept)
    }
}

/// Texts one behind the other.
#[derive(Debug, Default)]
struct Strings {
    all: String,
    ends: Vec<u32>,
}

impl Strings {
    fn push(&mut self, text: &str) -> u32 {
        self.all.push_str(text);
        self.ends.push(index(self.all.len()));
        index(self.ends.len() - 1)
    }

    fn get(&self, number: u32) -> &str {
        let number = number as usize;
        let begin = if number == 0 { 0 } else { self.ends[number - 1] as usize };
        &self.all[begin..self.ends[number] as usize]
    }

    fn close(&mut self) {
        self.all.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

#[derive(Debug)]
struct KeptText {
    text: u32,
    code: u32,
    field: Field,
    language: Option<Language>,
}

#[derive(Debug)]
struct KeptDocument {
    key: u32,
    payload: u32,
    /// Where its texts begin.
    texts: u32,
    weight: f32,
}

/// One text of a document, where it is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextOf<'a> {
    pub(super) field: Field,
    pub(super) language: Option<Language>,
    pub(super) text: &'a str,
    /// The code that a label belongs to.
    pub(super) code: Option<&'a str>,
}

/// The documents of a group.
#[derive(Debug, Default)]
pub(super) struct Kept {
    strings: Strings,
    texts: Vec<KeptText>,
    documents: Vec<KeptDocument>,
    /// What a search can be narrowed by.
    pub(super) columns: Columns,
    /// The words of all texts, and how often each stands in texts that are not English.
    pub(super) words: HashMap<Box<str>, u32>,
    synonyms: Vec<Vec<u32>>,
}

impl Kept {
    pub(super) fn len(&self) -> usize {
        self.documents.len()
    }

    pub(super) fn key(&self, row: usize) -> &str {
        self.strings.get(self.documents[row].key)
    }

    pub(super) fn payload(&self, row: usize) -> &str {
        self.strings.get(self.documents[row].payload)
    }

    pub(super) fn weights(&self) -> impl Iterator<Item = f32> {
        self.documents.iter().map(|document| document.weight)
    }

    /// The texts of a document, in the order in which they were added.
    pub(super) fn texts(&self, row: usize) -> impl Iterator<Item = TextOf<'_>> {
        self.texts[self.range(row)].iter().map(|kept| TextOf {
            field: kept.field,
            language: kept.language,
            text: self.strings.get(kept.text),
            code: (kept.code != NONE).then(|| self.strings.get(kept.code)),
        })
    }

    fn range(&self, row: usize) -> Range<usize> {
        let begin = self.documents[row].texts as usize;
        let end = self.documents.get(row + 1).map_or(self.texts.len(), |next| next.texts as usize);
        begin..end
    }

    /// Phrases that mean the same.
    pub(super) fn synonyms(&self) -> impl Iterator<Item = Vec<&str>> {
        self.synonyms.iter().map(|numbers| numbers.iter().map(|number| self.strings.get(*number)).collect())
    }

    /// The name in a language, in bokmål where it has none in that one.
    pub(super) fn title(&self, row: usize, language: Language) -> &str {
        let names = || self.texts(row).filter(|text| text.field == Field::Name);
        let in_language = |language| names().find(|text| text.language == Some(language));
        let found = in_language(language).or_else(|| in_language(Language::Nb)).or_else(|| names().next());
        found.map_or_else(|| self.key(row), |text| text.text)
    }

    /// Each text is cut once, and its words count as often as the text is said.
    fn count_words(&mut self) {
        let mut said: Vec<Option<u32>> = vec![None; self.strings.ends.len()];
        for text in &self.texts {
            let norwegian = u32::from(text.language != Some(Language::En));
            *said[text.text as usize].get_or_insert(0) += norwegian;
        }
        for (number, count) in (0..).zip(said) {
            let Some(count) = count else { continue };
            for token in token::tokens(self.strings.get(number)) {
                match self.words.get_mut(token.word.as_str()) {
                    Some(known) => *known += count,
                    None => drop(self.words.insert(token.word.into_boxed_str(), count)),
                }
            }
        }
        self.words.shrink_to_fit();
    }
}

/// A number that fits: a group is far smaller than the limit.
fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
