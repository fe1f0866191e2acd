//! From what was typed to the terms that answer it.
//!
//! Each word is looked for as it is, by its stems, as a part of compounds and as the beginning of a
//! code. Only a word that is nowhere so is looked for as the beginning or end of words, and only then as
//! a misspelling. A phrase that a code system knows is looked for by its other names too.

use super::{Index, terms::Way};
use crate::{
    By, Field,
    analysis::{Word, is_empty_word, stem, token, token::is_code},
    synonym,
};

/// Words of a query that are looked at; the rest is ignored.
const WORDS: usize = 8;

/// A term that answers a word, and how good an answer it is.
#[derive(Debug, Clone)]
pub(super) struct Accepted {
    pub(super) term: String,
    /// The fields that hold it.
    pub(super) fields: [bool; Field::ALL.len()],
    pub(super) by: By,
    pub(super) boost: f32,
}

/// A word that is looked for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) typed: String,
    pub(super) accepted: Vec<Accepted>,
    /// The words it is made of: a text with all of them answers it too.
    pub(super) made_of: Vec<Wanted>,
}

impl Wanted {
    fn is_nowhere(&self) -> bool {
        self.accepted.is_empty() && self.made_of.iter().any(Wanted::is_nowhere)
            || self.accepted.is_empty() && self.made_of.is_empty()
    }
}

/// What must be met together: a word, or a phrase with its other names.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) words: Vec<Wanted>,
    pub(super) synonyms: Vec<Vec<Wanted>>,
}

/// A query, taken apart.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) units: Vec<Unit>,
    /// Terms of names that are just what was typed.
    pub(super) whole: Vec<String>,
}

/// What counts as just the same name.
pub(super) fn whole_name(text: &str, english: bool) -> String {
    let stem = if english { stem::english } else { stem::norwegian };
    synonym::words(text).iter().map(|word| stem(word)).collect::<Vec<_>>().join("_")
}

impl Index {
    pub(super) fn plan(&self, text: &str) -> Plan {
        let words = typed(text);
        let mut units = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let (taken, synonyms) = self.longest_phrase(&words[at..]);
            let own = words[at..at + taken].iter().map(|word| self.wanted(word, true)).collect();
            units.push(Unit { words: own, synonyms });
            at += taken;
        }
        Plan { units, whole: vec![Way::Whole.term(&whole_name(text, false)), Way::Whole.term(&whole_name(text, true))] }
    }

    /// How many of the words are one phrase that has other names, and those; else one word.
    fn longest_phrase(&self, words: &[String]) -> (usize, Vec<Vec<Wanted>>) {
        if !self.synonyms.is_empty() {
            for taken in (1..=words.len().min(synonym::LONGEST)).rev() {
                let others = self.synonyms.others(&words[..taken]);
                let wanted = others.into_iter().map(|phrase| self.synonym(phrase));
                let met: Vec<Vec<Wanted>> = wanted.filter(|phrase| !phrase.iter().any(Wanted::is_nowhere)).collect();
                if !met.is_empty() {
                    return (taken, met);
                }
            }
        }
        (1, Vec::new())
    }

    fn synonym(&self, phrase: &[String]) -> Vec<Wanted> {
        let weaker = |accepted: Accepted| Accepted { by: By::Synonym, boost: accepted.boost * 0.5, ..accepted };
        let wanted = phrase.iter().map(|word| self.wanted(word, false));
        wanted.map(|w| Wanted { accepted: w.accepted.into_iter().map(weaker).collect(), ..w }).collect()
    }

    /// A word with what answers it; `loose` also by beginnings and misspellings when nothing else does.
    fn wanted(&self, word: &str, loose: bool) -> Wanted {
        let analysed = self.analyser.analyse(word);
        let mut wanted = Wanted { typed: word.to_owned(), accepted: self.strict(word, &analysed), made_of: Vec::new() };
        let parts: Vec<_> = analysed.parts.iter().filter(|part| is_innermost(part, &analysed)).collect();
        if parts.len() > 1 {
            wanted.made_of = parts.iter().map(|part| self.part(&word[part.from..part.to], &part.stem)).collect();
        }
        if loose && wanted.is_nowhere() {
            wanted.made_of.clear();
            wanted.accepted = self.loose(word);
        }
        wanted
    }

    fn strict(&self, word: &str, analysed: &Word) -> Vec<Accepted> {
        let code = is_code(word) || (word.len() > 1 && word.bytes().all(|b| b.is_ascii_digit()));
        // A code has no forms: that it is the one that was typed is all there is, and counts more than a beginning.
        let mut ways = vec![
            (Way::Exact, word, By::Exact, if code { 1.2 } else { 0.6 }),
            (Way::Stem, analysed.stem.as_str(), By::Form, 1.0),
            (Way::English, analysed.english.as_str(), By::Form, 0.9),
            (Way::Head, analysed.stem.as_str(), By::Part, 0.6),
            (Way::Modifier, analysed.stem.as_str(), By::Part, 0.35),
        ];
        if code {
            ways.push((Way::CodePrefix, word, By::CodePrefix, 0.8));
        }
        self.existing(ways)
    }

    /// A part of what was typed: it answers with a text that has the other parts too.
    fn part(&self, word: &str, stem: &str) -> Wanted {
        let ways = vec![
            (Way::Stem, stem, By::Part, 0.3),
            (Way::Head, stem, By::Part, 0.2),
            (Way::Modifier, stem, By::Part, 0.2),
        ];
        Wanted { typed: word.to_owned(), accepted: self.existing(ways), made_of: Vec::new() }
    }

    fn loose(&self, word: &str) -> Vec<Accepted> {
        let mut ways: Vec<_> =
            self.vocabulary.beginning(word).into_iter().map(|known| (Way::Exact, known, By::Beginning, 0.5)).collect();
        ways.extend(self.vocabulary.ending(word).into_iter().map(|known| (Way::Exact, known, By::Part, 0.4)));
        if let Some(verb) = verb(word) {
            ways.extend(self.vocabulary.beginning(verb).into_iter().map(|known| (Way::Exact, known, By::Form, 0.4)));
        }
        let accepted = self.existing(ways);
        if !accepted.is_empty() {
            return accepted;
        }
        let near = self.vocabulary.near(word);
        let words: Vec<(&str, Word)> = near.into_iter().map(|known| (known, self.analyser.analyse(known))).collect();
        let mut ways = Vec::new();
        for (known, analysed) in &words {
            ways.push((Way::Exact, *known, By::Typo, 0.4));
            ways.push((Way::Stem, analysed.stem.as_str(), By::Typo, 0.4));
            ways.push((Way::English, analysed.english.as_str(), By::Typo, 0.3));
            ways.push((Way::Head, analysed.stem.as_str(), By::Typo, 0.2));
        }
        self.existing(ways)
    }

    /// The terms among them that the index holds, each once.
    fn existing(&self, ways: Vec<(Way, &str, By, f32)>) -> Vec<Accepted> {
        let mut accepted: Vec<Accepted> = Vec::new();
        for (way, text, by, boost) in ways {
            let term = way.term(text);
            if accepted.iter().any(|known| known.term == term) {
                continue;
            }
            let fields = Field::ALL.map(|field| self.document_count(field, &term) > 0);
            if fields.contains(&true) {
                accepted.push(Accepted { term, fields, by, boost });
            }
        }
        accepted
    }
}

/// What a verbal noun is made of: `røyk` of `røyking`, which texts about people who `røyker` may not hold.
fn verb(word: &str) -> Option<&str> {
    let verb = ["ing", "inga", "ingen", "inger", "ingar"].iter().find_map(|ending| word.strip_suffix(ending))?;
    (verb.chars().count() >= 4).then_some(verb)
}

/// Whether no other part lies within it.
fn is_innermost(part: &crate::analysis::Part, word: &Word) -> bool {
    !word.parts.iter().any(|other| other != part && other.from >= part.from && other.to <= part.to)
}

/// The words of a query, each once; those that say nothing only when there is no other. Of words joined
/// by hyphens the whole is looked for when it is known as one, else its pieces.
fn typed(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for token in token::tokens(text).into_iter().filter(|token| !token.joined) {
        if !words.contains(&token.word) {
            words.push(token.word);
        }
    }
    let telling: Vec<String> = words.iter().filter(|word| !is_empty_word(word)).cloned().collect();
    let mut words = if telling.is_empty() { words } else { telling };
    words.truncate(WORDS);
    words
}
