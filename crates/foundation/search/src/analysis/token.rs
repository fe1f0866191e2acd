//! Cutting a text into words. Norwegian letters stay what they are: æ, ø and å are never folded to
//! ae, o and a, since they tell words apart (`hår` and `har`, `får` and `far`).

use std::{borrow::Cow, ops::Range};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// The word as it is compared: composed (NFC), lower case, foreign accents gone.
    pub word: String,
    /// Whether it is two or more words written together with hyphens, which stand before it on their own too:
    /// `eq5d` after `eq` and `5d` for «EQ-5D».
    pub joined: bool,
}

/// Longest word that is looked at, in characters; what is longer is cut.
const LONGEST: usize = 60;

/// Words that are joined by hyphens, at most.
const JOINED: usize = 4;

/// The words of a text in order. `I21.9` is one word, `i219`; «EQ-5D» is `eq`, `5d` and `eq5d`.
pub fn tokens(text: &str) -> Vec<Token> {
    let pieces = pieces(text);
    let mut tokens = Vec::with_capacity(pieces.len());
    let mut at = 0;
    while at < pieces.len() {
        let mut end = at + 1;
        while end < pieces.len() && end - at < JOINED && between(text, &pieces[end - 1], &pieces[end]) == Some('-') {
            end += 1;
        }
        for piece in &pieces[at..end] {
            tokens.push(Token { word: compared(&text[piece.clone()]), range: piece.clone(), joined: false });
        }
        if end - at > 1 {
            let range = pieces[at].start..pieces[end - 1].end;
            tokens.push(Token { word: compared(&text[range.clone()].replace(HYPHENS, "")), range, joined: true });
        }
        at = end;
    }
    tokens
}

const HYPHENS: [char; 2] = ['-', '\u{2011}'];

/// Runs of letters and digits; a dot within a code belongs to it.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut begun: Option<usize> = None;
    for (at, c) in text.char_indices() {
        match (begun, c.is_alphanumeric() || is_combining_mark(c)) {
            (None, true) => begun = Some(at),
            (Some(start), false) => {
                pieces.push(start..at);
                begun = None;
            }
            _ => {}
        }
    }
    pieces.extend(begun.map(|start| start..text.len()));
    let mut whole: Vec<Range<usize>> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match whole.last_mut() {
            Some(before)
                if between(text, before, &piece) == Some('.')
                    && is_code(&text[before.clone()])
                    && text[piece.clone()].bytes().all(|b| b.is_ascii_alphanumeric()) =>
            {
                before.end = piece.end;
            }
            _ => whole.push(piece),
        }
    }
    whole
}

/// The one character between two neighbours: `-` for every hyphen, `.` for a dot.
fn between(text: &str, left: &Range<usize>, right: &Range<usize>) -> Option<char> {
    let mut chars = text[left.end..right.start].chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if HYPHENS.contains(&c) => Some('-'),
        (Some('.'), None) => Some('.'),
        _ => None,
    }
}

/// Whether a word looks like a code: a letter first, a digit somewhere, short. `I21`, `c07ab02`, `R95`.
pub fn is_code(word: &str) -> bool {
    let mut bytes = word.bytes();
    word.len() <= 12
        && bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        && word.bytes().all(|b| b.is_ascii_alphanumeric())
        && word.bytes().any(|b| b.is_ascii_digit())
}

/// A word as it is compared.
fn compared(word: &str) -> String {
    let composed: Cow<'_, str> = if word.is_ascii() { word.into() } else { word.nfc().collect::<String>().into() };
    composed.chars().filter(|c| *c != '.').take(LONGEST).flat_map(char::to_lowercase).map(plain).collect()
}

/// Letters that Norwegian writes otherwise; its own three stay.
fn plain(c: char) -> char {
    match c {
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'à' | 'á' | 'â' | 'ã' => 'a',
        'ò' | 'ó' | 'ô' | 'õ' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ç' => 'c',
        'ñ' => 'n',
        'ä' => 'æ',
        'ö' => 'ø',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|t| t.word).collect()
    }

    #[test]
    fn texts_are_cut_as_people_read_them() {
        assert_eq!(words("Kjønn (mann/kvinne), år"), ["kjønn", "mann", "kvinne", "år"]);
        assert_eq!(words("I21.9 er et infarkt."), ["i219", "er", "et", "infarkt"]);
        assert_eq!(words("EQ-5D"), ["eq", "5d", "eq5d"]);
        assert_eq!(words("type 2"), ["type", "2"]);
        assert_eq!(words("Ménière, Schön"), ["meniere", "schøn"]);
        assert_eq!(words("a\u{30a}r"), ["år"], "a with a ring above is å");
        assert_eq!(words("2.5 mg"), ["2", "5", "mg"]);
        assert_eq!(words("main_condition"), ["main", "condition"]);
        assert!(words("— … !?").is_empty());
    }

    #[test]
    fn what_looks_like_a_code() {
        for code in ["I21", "c07ab02", "R95", "K50"] {
            assert!(is_code(code), "{code}");
        }
        for word in ["21", "infarkt", "år2", "", "covid19vaksine2020"] {
            assert!(!is_code(word), "{word}");
        }
    }

    proptest::proptest! {
        #[test]
        fn ranges_are_within_the_text_and_on_characters(text in "\\PC{0,60}") {
            for token in tokens(&text) {
                proptest::prop_assert!(text.get(token.range.clone()).is_some());
                proptest::prop_assert!(!token.range.is_empty());
            }
        }

        #[test]
        fn norwegian_letters_are_never_folded(word in "[a-zæøå]{1,20}") {
            proptest::prop_assert_eq!(words(&word), [word]);
        }

        #[test]
        fn composed_and_decomposed_are_the_same(text in "[ A-Za-zæøåÆØÅéü]{0,40}") {
            let decomposed: String = text.nfd().collect();
            proptest::prop_assert_eq!(words(&decomposed), words(&text));
        }
    }
}
