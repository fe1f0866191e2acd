//! What a word is found by: each way is a term of its own in the index, told apart by its first letter.

use varde_core::Language;

use crate::{
    Field,
    analysis::{Part, Word, token::is_code},
};

/// The ways to find a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// As it is written.
    Exact,
    /// By its Norwegian stem.
    Stem,
    /// By its English stem.
    English,
    /// By the end of a compound.
    Head,
    /// By another part of a compound.
    Modifier,
    /// By the beginning of a code.
    CodePrefix,
    /// By the whole name.
    Whole,
}

impl Way {
    const fn letter(self) -> char {
        match self {
            Self::Exact => '=',
            Self::Stem => '.',
            Self::English => ':',
            Self::Head => '>',
            Self::Modifier => '<',
            Self::CodePrefix => '#',
            Self::Whole => '^',
        }
    }

    /// The term for a text.
    pub(super) fn term(self, text: &str) -> String {
        let mut term = String::with_capacity(text.len() + 1);
        self.write(text, &mut term);
        term
    }

    /// Writes the term for a text behind what is there.
    pub(super) fn write(self, text: &str, into: &mut String) {
        into.push(self.letter());
        into.push_str(text);
    }
}

/// Shortest beginning of a code that finds it.
const CODE_PREFIX: usize = 2;

/// Calls `each` with all that a word of a text is found by.
pub(super) fn each_way<'a>(
    token: &'a str,
    word: &'a Word,
    field: Field,
    language: Option<Language>,
    mut each: impl FnMut(Way, &'a str, Option<&'a Part>),
) {
    each(Way::Exact, token, None);
    if field == Field::Code {
        if is_code(token) || token.bytes().all(|b| b.is_ascii_digit()) {
            (CODE_PREFIX..token.len()).for_each(|end| each(Way::CodePrefix, &token[..end], None));
        }
        return;
    }
    if language != Some(Language::En) {
        each(Way::Stem, &word.stem, None);
        for part in &word.parts {
            each(if part.head { Way::Head } else { Way::Modifier }, &part.stem, Some(part));
        }
    }
    if matches!(language, Some(Language::En) | None) {
        each(Way::English, &word.english, None);
    }
}
