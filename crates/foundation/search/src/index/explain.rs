//! Why a document was found: the words of its texts are looked at as they were indexed.

use std::{collections::HashMap, ops::Range};

use super::{
    Index,
    kept::{Kept, TextOf},
    plan::{Plan, Wanted},
    terms::{Way, each_way},
};
use crate::{By, Field, Hit, Marked, Why, analysis::token};

/// The terms of a query with the word that each answers.
pub(super) struct Reasons<'a> {
    /// By term: number of the word as typed, and how.
    by_term: HashMap<&'a str, (usize, By)>,
    /// The words as typed.
    typed: Vec<String>,
}

impl<'a> Reasons<'a> {
    pub(super) fn of(plan: &'a Plan) -> Self {
        let mut reasons = Self { by_term: HashMap::new(), typed: Vec::new() };
        for unit in &plan.units {
            let first = reasons.typed.len();
            for word in &unit.words {
                let number = reasons.typed.len();
                reasons.typed.push(word.typed.clone());
                reasons.add(word, number, None);
            }
            // A synonym answers all of its phrase.
            if !unit.synonyms.is_empty() {
                let phrase: Vec<&str> = unit.words.iter().map(|word| word.typed.as_str()).collect();
                let number = if unit.words.len() == 1 { first } else { reasons.typed.len() };
                if unit.words.len() > 1 {
                    reasons.typed.push(phrase.join(" "));
                }
                for word in unit.synonyms.iter().flatten() {
                    reasons.add(word, number, Some(By::Synonym));
                }
            }
        }
        reasons
    }

    fn add(&mut self, word: &'a Wanted, number: usize, by: Option<By>) {
        for accepted in &word.accepted {
            let reason = (number, by.unwrap_or(accepted.by));
            self.by_term.entry(&accepted.term).or_insert(reason);
        }
        for part in &word.made_of {
            for accepted in &part.accepted {
                self.by_term.entry(&accepted.term).or_insert((number, by.unwrap_or(accepted.by)));
            }
        }
    }
}

/// The best reason so far for one word.
struct Best<'a> {
    by: By,
    text: TextOf<'a>,
    range: Range<usize>,
}

impl Index {
    /// The hit for a document of a group.
    pub(super) fn explain(&self, kept: &Kept, row: usize, reasons: &Reasons<'_>) -> Hit {
        let mut best: Vec<Option<Best<'_>>> = reasons.typed.iter().map(|_| None).collect();
        let mut marked = Vec::new();
        let (key, payload) = (kept.key(row).to_owned(), kept.payload(row).to_owned());
        if best.is_empty() {
            return Hit { key, payload, why: Vec::new(), marked };
        }
        let mut texts: Vec<TextOf<'_>> = kept.texts(row).collect();
        texts.sort_by_key(|text| text.field);
        for text in texts {
            let shown = matches!(text.field, Field::Name | Field::Description);
            let settled = best.iter().all(|b| b.as_ref().is_some_and(|b| b.by == By::Exact));
            if settled && !shown {
                continue;
            }
            let ranges = self.look(text, reasons, &mut best);
            if shown && !ranges.is_empty() {
                marked.push(Marked { field: text.field, language: text.language, ranges });
            }
        }
        let why = best.into_iter().zip(&reasons.typed).filter_map(|(best, typed)| Some(why(&best?, typed, kept, row)));
        Hit { key, payload, why: why.collect(), marked }
    }

    /// Looks at each word of a text; answers what to mark.
    fn look<'a>(&self, text: TextOf<'a>, reasons: &Reasons<'_>, best: &mut [Option<Best<'a>>]) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut term = String::new();
        for token in token::tokens(text.text) {
            let Some(word) = self.analyser.known(&token.word) else { continue };
            let mut found: Option<Range<usize>> = None;
            each_way(&token.word, word, text.field, text.language, |way: Way, what, part| {
                term.clear();
                way.write(what, &mut term);
                let Some((number, by)) = reasons.by_term.get(term.as_str()) else { return };
                // A part is marked within its word, when the word is written as it was compared.
                let as_written = token.word.len() == token.range.len();
                let range = match part.filter(|_| as_written) {
                    Some(part) => token.range.start + part.from..token.range.start + part.to,
                    None => token.range.clone(),
                };
                if found.as_ref().is_none_or(|known| known.len() < range.len()) {
                    found = Some(range);
                }
                let slot = &mut best[*number];
                if slot.as_ref().is_none_or(|known| *by < known.by) {
                    *slot = Some(Best { by: *by, text, range: token.range.clone() });
                }
            });
            ranges.extend(found.filter(|range| text.text.get(range.clone()).is_some()));
        }
        apart(ranges)
    }
}

/// Ranges in order, those that touch or overlap as one.
fn apart(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

fn why(best: &Best<'_>, typed: &str, kept: &Kept, row: usize) -> Why {
    let code = match best.text.field {
        Field::Label => best.text.code.map(|value| (value.to_owned(), best.text.text.to_owned())),
        Field::Code => {
            let value = best.text.text;
            let label = kept.texts(row).find(|text| text.code == Some(value));
            label.map(|label| (value.to_owned(), label.text.to_owned()))
        }
        _ => None,
    };
    Why {
        asked: typed.to_owned(),
        found: best.text.text[best.range.clone()].to_owned(),
        by: best.by,
        field: best.text.field,
        code,
    }
}
