//! Words as numbers with weights, so that texts can be compared quickly.

use std::collections::{BTreeMap, HashMap};

use varde_core::{Language, LocalisedText};
use varde_search::analysis::{Analyser, is_empty_word, token};

/// What a part of a compound counts. «Dødsdato» is «dato for død»: the parts tell more than the whole.
const PART: f32 = 0.8;
/// What the compound itself counts beside its parts.
const COMPOUND: f32 = 0.5;

/// Words of sentences that a search may well be asked for, but that two descriptions have in common
/// whatever they are about. What names are made of does not stand here.
const FILLERS: [&str; 34] = [
    "that", "this", "which", "who", "whom", "was", "were", "be", "been", "being", "are", "it", "its", "as", "how",
    "what", "when", "where", "whether", "without", "has", "had", "hva", "hvor", "hvordan", "når", "uten", "ble",
    "blir", "vart", "kva", "kvar", "korleis", "utan",
];

/// The words that are known, by number.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    numbers: HashMap<Box<str>, u32>,
    /// A word as it was written, for each number.
    written: Vec<Box<str>>,
}

impl Vocabulary {
    /// The number of a key, new when it is.
    pub(super) fn key(&mut self, key: String, written: &str) -> u32 {
        if let Some(number) = self.numbers.get(key.as_str()) {
            return *number;
        }
        let number = u32::try_from(self.written.len()).unwrap_or(u32::MAX);
        self.numbers.insert(key.into_boxed_str(), number);
        self.written.push(written.into());
        number
    }

    /// A word as somebody wrote it.
    pub(super) fn written(&self, number: u32) -> &str {
        self.written.get(number as usize).map_or("", AsRef::as_ref)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.written.len()
    }
}

/// Words with what each counts, by number.
pub(super) type Weights = BTreeMap<u32, f32>;

/// Which language a text is compared in. Stems of two languages are never compared with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Norwegian,
    English,
}

impl Tongue {
    pub(super) const BOTH: [Self; 2] = [Self::Norwegian, Self::English];

    /// The texts that are in it. A text that nobody has put into English may be English all the same: files
    /// have one column for names.
    pub(super) fn texts(self, text: &LocalisedText) -> Vec<&str> {
        let texts = match self {
            Self::Norwegian => vec![&text.nb, &text.nn],
            Self::English if text.en.trim().is_empty() => vec![&text.nb],
            Self::English => vec![&text.en],
        };
        texts.into_iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect()
    }
}

/// What an analyser is taught of a text.
pub(super) fn lessons(text: &LocalisedText) -> impl Iterator<Item = (Option<Language>, &str)> {
    [(Language::Nb, &text.nb), (Language::Nn, &text.nn), (Language::En, &text.en)]
        .map(|(language, text)| (Some(language), text.as_str()))
        .into_iter()
}

/// Adds the words of a text, each counted once with the most it counts for.
pub(super) fn add(
    into: &mut Weights,
    text: &str,
    tongue: Tongue,
    count: f32,
    known: &Analyser,
    words: &mut Vocabulary,
) {
    for token in token::tokens(text).into_iter().filter(|token| !token.joined) {
        if is_empty_word(&token.word) || FILLERS.contains(&token.word.as_str()) {
            continue;
        }
        let word = known.analyse(&token.word);
        let mut one = |key: String, written: &str, count: f32| {
            let weight = into.entry(words.key(key, written)).or_insert(0.0);
            *weight = weight.max(count);
        };
        match tongue {
            Tongue::English => one(format!("en {}", word.english), &token.word, count),
            Tongue::Norwegian => {
                let whole = if word.parts.is_empty() { count } else { count * COMPOUND };
                one(word.stem.clone(), &token.word, whole);
                for part in &word.parts {
                    let written = token.word.get(part.from..part.to).unwrap_or(&part.stem);
                    one(part.stem.clone(), written, count * PART);
                }
            }
        }
    }
}

/// A text as its stems in order: what two texts of codes have in common when they say the same.
pub(super) fn key(text: &str, tongue: Tongue, known: &Analyser) -> String {
    let tokens = token::tokens(text).into_iter().filter(|token| !token.joined);
    let stem = |word: &str| match tongue {
        Tongue::Norwegian => known.analyse(word).stem,
        Tongue::English => known.analyse(word).english,
    };
    let stems: Vec<String> = tokens.map(|token| stem(&token.word)).collect();
    let language = if tongue == Tongue::English { "en" } else { "no" };
    if stems.is_empty() { String::new() } else { format!("{language} {}", stems.join(" ")) }
}

/// A vector of length one over numbered words, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Vector(pub(super) Vec<(u32, f32)>);

impl Vector {
    /// What each word counts, times how rare it is.
    pub(super) fn of(weights: &Weights, rarity: &[f32]) -> Self {
        let weighed = weights.iter().map(|(word, weight)| (*word, weight * rarity.get(*word as usize).unwrap_or(&0.0)));
        let mut parts: Vec<(u32, f32)> = weighed.collect();
        let length = parts.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        if length > 0.0 {
            parts.iter_mut().for_each(|(_, weight)| *weight /= length);
        }
        Self(parts)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The cosine of the angle between two: from 0 to 1.
    pub(super) fn with(&self, other: &Self) -> f32 {
        self.shared(other).map(|(_, both)| both).sum::<f32>().clamp(0.0, 1.0)
    }

    /// The words of both, with what each adds to the cosine.
    pub(super) fn shared<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (u32, f32)> + 'a {
        let find = |word: u32| other.0.binary_search_by_key(&word, |(other, _)| *other).ok();
        self.0.iter().filter_map(move |(word, weight)| Some((*word, weight * other.0[find(*word)?].1)))
    }
}
