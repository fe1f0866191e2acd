//! Finding concepts by the beginning of a code or by words: what the pages and `$expand`'s filter
//! do alike.

use super::Concept;

/// What is looked for, made ready once.
#[derive(Debug, Clone)]
pub struct Finder {
    code: String,
    words: Vec<String>,
}

/// How well something was found; the smaller, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hit {
    /// The code itself.
    Code,
    /// The code begins so.
    CodeStart,
    /// Every word begins a word of one text.
    Words,
}

/// How many words of a query count.
const WORD_LIMIT: usize = 12;

impl Finder {
    /// Looks for that text; `None` when nothing that could be looked for is in it.
    pub fn new(text: &str) -> Option<Self> {
        let words: Vec<String> = words(text).take(WORD_LIMIT).collect();
        let code = plain_code(text);
        (!words.is_empty()).then_some(Self { code, words })
    }

    /// Whether and how the concept is found.
    pub fn finds(&self, concept: &Concept) -> Option<Hit> {
        let code = plain_code(&concept.code);
        if code == self.code {
            return Some(Hit::Code);
        }
        if code.starts_with(&self.code) {
            return Some(Hit::CodeStart);
        }
        concept.texts().any(|text| self.finds_text(text)).then_some(Hit::Words)
    }

    /// Whether every word begins a word of the text.
    pub fn finds_text(&self, text: &str) -> bool {
        let there: Vec<String> = words(text).collect();
        self.words.iter().all(|wanted| there.iter().any(|word| word.starts_with(wanted)))
    }
}

/// A code without case, full stops and spaces: `i50.1` is `I501`, as the registers write it.
fn plain_code(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace() && *c != '.').flat_map(char::to_lowercase).collect()
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Designation, Wording};

    #[test]
    fn codes_and_words_are_found_from_their_beginning() {
        let mut concept = Concept::new("I501", Wording::nb("Venstresidig hjertesvikt"));
        concept.designations.push(Designation::synonym("la", "Insufficientia cordis"));
        let found = |text: &str| Finder::new(text).and_then(|f| f.finds(&concept));
        assert_eq!(found("i50.1"), Some(Hit::Code));
        assert_eq!(found("I50"), Some(Hit::CodeStart));
        assert_eq!(found("hjerte venstre"), Some(Hit::Words));
        assert_eq!(found("cordis"), Some(Hit::Words));
        assert_eq!(found("svikt"), None, "parts of words are the search engine's matter");
        assert_eq!(found("hjerte cordis"), None, "all words are in one text");
        assert!(Finder::new(" – ").is_none());
    }
}
