//! What of a variable is compared.

use varde_core::{CataloguePath, LocalisedText};
use varde_metadata::{DataType, Variable};
use varde_search::analysis::{Analyser, token};

use super::words::{self, Tongue, Vector, Vocabulary, Weights};
use crate::model::code::Coding;

/// What the column's name counts against the name for people.
const COLUMN: f32 = 0.4;

/// A variable, as far as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Where it is.
    pub path: CataloguePath,
    /// Its name.
    pub name: LocalisedText,
    /// What it means.
    pub description: LocalisedText,
    /// The type of its values.
    pub data_type: DataType,
    /// The unit of a number.
    pub unit: Option<String>,
    /// Its codes.
    pub coding: Coding,
}

impl Described {
    /// A variable as it is now: its newest version; `None` when it has none.
    pub fn of(variable: &Variable) -> Option<Self> {
        let newest = variable.newest()?;
        Some(Self {
            path: variable.path.clone(),
            name: newest.name.clone(),
            description: newest.description.clone(),
            data_type: newest.data_type,
            unit: newest.unit.clone(),
            coding: Coding::of_variable(variable),
        })
    }

    /// What an analyser learns of it.
    pub(super) fn lessons(&self) -> impl Iterator<Item = (Option<varde_core::Language>, &str)> {
        let codes = self.coding.codes.iter().flat_map(|(_, text)| words::lessons(text));
        words::lessons(&self.name).chain(words::lessons(&self.description)).chain(codes)
    }
}

/// The words of a variable before it is known how rare each is.
pub(super) struct Counted {
    pub(super) names: [Weights; 2],
    pub(super) texts: [Weights; 2],
    pub(super) codes: Vec<CodeKeys>,
    pub(super) numbers: Vec<String>,
}

/// A code by what it is called in each language.
#[derive(Debug, Clone)]
pub(super) struct CodeKeys {
    pub(super) value: String,
    pub(super) shown: LocalisedText,
    /// The same text is the same number; none where nothing is written.
    pub(super) keys: [Option<u32>; 2],
}

impl Counted {
    pub(super) fn of(
        described: &Described,
        known: &Analyser,
        vocabulary: &mut Vocabulary,
        texts: &mut Vocabulary,
    ) -> Self {
        let mut count = |text: &LocalisedText, column: &str| {
            Tongue::BOTH.map(|tongue| {
                let mut weights = Weights::new();
                for text in tongue.texts(text) {
                    words::add(&mut weights, text, tongue, 1.0, known, vocabulary);
                }
                words::add(&mut weights, column, tongue, COLUMN, known, vocabulary);
                weights
            })
        };
        let names = count(&described.name, described.path.name());
        let counted = count(&described.description, "");
        let codes = described.coding.codes.iter().map(|(value, text)| {
            let keys = Tongue::BOTH.map(|tongue| {
                let key = words::key(tongue.texts(text).first().copied().unwrap_or_default(), tongue, known);
                (!key.is_empty()).then(|| texts.key(key, &text.nb))
            });
            CodeKeys { value: value.clone(), shown: text.clone(), keys }
        });
        Self { names, texts: counted, codes: codes.collect(), numbers: numbers(&described.name.nb) }
    }
}

/// The numbers in a name: «Apgar etter 1 minutt» is not «Apgar etter 5 minutter».
fn numbers(name: &str) -> Vec<String> {
    let words = token::tokens(name).into_iter().filter(|token| !token.joined).map(|token| token.word);
    let mut numbers: Vec<String> = words.filter(|word| word.bytes().all(|byte| byte.is_ascii_digit())).collect();
    numbers.sort();
    numbers
}

/// What of a variable is compared, ready to be.
#[derive(Debug)]
pub(super) struct Features {
    pub(super) path: CataloguePath,
    pub(super) names: [Vector; 2],
    pub(super) texts: [Vector; 2],
    pub(super) numbers: Vec<String>,
    pub(super) codes: Vec<CodeKeys>,
    pub(super) system: Option<String>,
    pub(super) data_type: DataType,
    pub(super) unit: Option<String>,
}

impl Features {
    pub(super) fn of(described: Described, counted: Counted, rarity: &Rarity) -> Self {
        Self {
            path: described.path,
            names: counted.names.map(|weights| Vector::of(&weights, &rarity.words)),
            texts: counted.texts.map(|weights| Vector::of(&weights, &rarity.words)),
            numbers: counted.numbers,
            codes: counted.codes,
            system: described.coding.system,
            data_type: described.data_type,
            unit: described.unit.filter(|unit| !unit.trim().is_empty()),
        }
    }
}

/// How rare words and texts of codes are: from 1 (everywhere) up.
#[derive(Debug, Default)]
pub(super) struct Rarity {
    pub(super) words: Vec<f32>,
    pub(super) codes: Vec<f32>,
    /// That of something that is met once.
    pub(super) most: f32,
}
