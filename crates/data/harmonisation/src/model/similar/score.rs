//! How alike two variables are, part by part.

use serde::Serialize;
use varde_core::LocalisedText;
use varde_metadata::DataType;

use super::{
    distribution::Distribution,
    features::{Features, Rarity},
    words::Vocabulary,
};

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The words of the names.
    Name,
    /// The words of the descriptions.
    Text,
    /// The codes, or the code system.
    Codes,
    /// The type of the values, and their unit.
    Type,
    /// How the values are spread.
    Distribution,
}

/// All parts, in the order they are shown.
pub const PARTS: [Part; 5] = [Part::Name, Part::Text, Part::Codes, Part::Type, Part::Distribution];

impl Part {
    /// Its name in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Text => "text",
            Self::Codes => "codes",
            Self::Type => "type",
            Self::Distribution => "distribution",
        }
    }

    /// What it counts in the whole, before anything is missing.
    const fn weight(self) -> f64 {
        match self {
            Self::Name => 0.45,
            Self::Text => 0.15,
            Self::Codes => 0.25,
            Self::Type => 0.15,
            Self::Distribution => 0.15,
        }
    }
}

/// What was found when a part was compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum Reason {
    /// Words that both have.
    Words {
        /// The words, those that tell most first.
        words: Vec<String>,
    },
    /// The names hold different numbers, which counts against them.
    Numbers,
    /// Codes that are called the same.
    Codes {
        /// How many of the first one's.
        shared: usize,
        /// How many codes the first has.
        of: usize,
        /// How many the other has.
        other: usize,
        /// Some of them.
        texts: Vec<LocalisedText>,
    },
    /// One has codes and the other has none.
    OneCoded,
    /// Both draw from one code system.
    System {
        /// Its name.
        system: String,
    },
    /// They draw from two code systems.
    Systems {
        /// The first one's.
        own: String,
        /// The other's.
        other: String,
    },
    /// The types of both.
    Types {
        /// The first one's.
        own: DataType,
        /// The other's.
        other: DataType,
    },
    /// The units of both differ.
    Units {
        /// The first one's.
        own: String,
        /// The other's.
        other: String,
    },
}

/// One part of a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Component {
    /// Which.
    pub part: Part,
    /// From 0 to 1; `None` when it could not be compared, and then it counts nothing.
    pub score: Option<f64>,
    /// What it counts in the whole, from 0 to 1; all of them together are 1.
    pub weight: f64,
    /// What was found.
    pub reasons: Vec<Reason>,
}

/// How alike two variables are: the weighted mean of the parts that could be compared, times what the
/// place leaves of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// From 0 to 1.
    pub total: f64,
    /// What is left for where the two stand: less than 1 within one dataset, whose variables are seldom the
    /// same (a systolic and a diastolic pressure are called almost alike).
    pub place: f64,
    /// All parts, in the order of [`PARTS`].
    pub parts: Vec<Component>,
}

/// What is left of the likeness of two variables of one dataset.
const SAME_DATASET: f64 = 0.75;
/// Words and texts that are told as a reason, at most.
const TOLD: usize = 5;

/// Compares two variables.
pub(super) fn score(
    a: &Features,
    b: &Features,
    rarity: &Rarity,
    words: &Vocabulary,
    observed: Option<(&Distribution, &Distribution)>,
) -> Score {
    let distribution = observed.and_then(|(a, b)| a.alike(b));
    let parts = vec![
        name(a, b, words),
        text(a, b, words),
        codes(a, b, rarity),
        kind(a, b),
        component(Part::Distribution, distribution, 1.0, Vec::new()),
    ];
    let place = if a.path.parent() == b.path.parent() { SAME_DATASET } else { 1.0 };
    whole(parts, place)
}

fn component(part: Part, score: Option<f64>, tells: f64, reasons: Vec<Reason>) -> Component {
    let weight = if score.is_some() { part.weight() * tells } else { 0.0 };
    Component { part, score, weight, reasons }
}

/// The weighted mean, with the weights made to add up to one.
fn whole(mut parts: Vec<Component>, place: f64) -> Score {
    let weights: f64 = parts.iter().map(|part| part.weight).sum();
    if weights > 0.0 {
        parts.iter_mut().for_each(|part| part.weight /= weights);
    }
    let mean: f64 = parts.iter().map(|part| part.weight * part.score.unwrap_or_default()).sum();
    Score { total: mean * place, place, parts }
}

/// The better of the two languages.
fn better(
    a: &[super::words::Vector; 2],
    b: &[super::words::Vector; 2],
    words: &Vocabulary,
) -> Option<(f64, Vec<Reason>)> {
    let compared = a.iter().zip(b).filter(|(a, b)| !a.is_empty() && !b.is_empty());
    let (a, b) = compared.max_by(|x, y| x.0.with(x.1).total_cmp(&y.0.with(y.1)))?;
    let mut shared: Vec<(u32, f32)> = a.shared(b).collect();
    shared.sort_by(|x, y| y.1.total_cmp(&x.1));
    let mut told: Vec<String> = Vec::new();
    for (word, _) in shared {
        let written = words.written(word);
        if told.len() < TOLD && !told.iter().any(|one| one == written) {
            told.push(written.to_owned());
        }
    }
    let reasons = if told.is_empty() { Vec::new() } else { vec![Reason::Words { words: told }] };
    Some((f64::from(a.with(b)), reasons))
}

/// What different numbers leave of two names that else are alike.
const OTHER_NUMBERS: f64 = 0.4;

fn name(a: &Features, b: &Features, words: &Vocabulary) -> Component {
    let (mut score, mut reasons) = better(&a.names, &b.names, words).unwrap_or_default();
    if a.numbers != b.numbers && score > 0.0 {
        score *= OTHER_NUMBERS;
        reasons.push(Reason::Numbers);
    }
    component(Part::Name, Some(score), 1.0, reasons)
}

fn text(a: &Features, b: &Features, words: &Vocabulary) -> Component {
    match better(&a.texts, &b.texts, words) {
        Some((score, reasons)) => component(Part::Text, Some(score), 1.0, reasons),
        None => component(Part::Text, None, 0.0, Vec::new()),
    }
}

/// A code that both have by text, with the same value, counts one; with another value somewhat less.
const OTHER_VALUE: f64 = 0.85;
/// What a list that everybody has (yes, no) tells, against one that is rare.
const COMMON: f64 = 0.3;

fn codes(a: &Features, b: &Features, rarity: &Rarity) -> Component {
    let part = |score, tells, reason| component(Part::Codes, Some(score), tells, vec![reason]);
    match (a.codes.is_empty(), b.codes.is_empty()) {
        (false, false) => code_lists(a, b, rarity),
        (true, true) => match (&a.system, &b.system) {
            (Some(own), Some(other)) if own == other => part(1.0, 1.0, Reason::System { system: own.clone() }),
            (Some(own), Some(other)) => part(0.0, 1.0, Reason::Systems { own: own.clone(), other: other.clone() }),
            (None, None) => component(Part::Codes, None, 0.0, Vec::new()),
            _ => part(0.0, COMMON, Reason::OneCoded),
        },
        _ => part(0.0, COMMON, Reason::OneCoded),
    }
}

fn code_lists(a: &Features, b: &Features, rarity: &Rarity) -> Component {
    let (mut sum, mut shared, mut told, mut rare) = (0.0, 0, Vec::new(), 0.0_f32);
    let mut taken = vec![false; b.codes.len()];
    let rarest = |keys: &[Option<u32>; 2]| {
        let found = keys.iter().flatten().filter_map(|key| rarity.codes.get(*key as usize).copied());
        found.fold(0.0_f32, f32::max)
    };
    for code in &a.codes {
        let same =
            |other: &super::features::CodeKeys| code.keys.iter().zip(&other.keys).any(|(a, b)| a.is_some() && a == b);
        let free = b.codes.iter().enumerate().filter(|(at, other)| !taken[*at] && same(other));
        let Some((at, other)) = free.max_by_key(|(_, other)| other.value == code.value) else { continue };
        taken[at] = true;
        shared += 1;
        rare += rarest(&code.keys);
        sum += if other.value == code.value { 1.0 } else { OTHER_VALUE };
        if told.len() < TOLD {
            told.push(code.shown.clone());
        }
    }
    let (own, other) = (a.codes.len(), b.codes.len());
    // Dice's coefficient.
    let score = 2.0 * sum / count(own + other);
    let mean = if shared > 0 { f64::from(rare) / count(shared) } else { f64::from(rarity.most) };
    let tells = COMMON + (1.0 - COMMON) * (mean / f64::from(rarity.most.max(f32::MIN_POSITIVE))).clamp(0.0, 1.0);
    component(Part::Codes, Some(score), tells, vec![Reason::Codes { shared, of: own, other, texts: told }])
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

/// What two units that differ leave of two types that are alike.
const OTHER_UNITS: f64 = 0.5;

fn kind(a: &Features, b: &Features) -> Component {
    use DataType::{Boolean, Code, Date, DateTime, Decimal, Integer, List};
    let mut score = match (a.data_type, b.data_type) {
        (own, other) if own == other => 1.0,
        (Integer, Decimal) | (Decimal, Integer) | (Date, DateTime) | (DateTime, Date) => 0.8,
        (Code, List) | (List, Code) => 0.7,
        (Boolean, List) | (List, Boolean) => 0.5,
        (Integer, List) | (List, Integer) | (Decimal, List) | (List, Decimal) => 0.3,
        _ => 0.0,
    };
    let mut reasons = vec![Reason::Types { own: a.data_type, other: b.data_type }];
    if let (Some(own), Some(other)) = (&a.unit, &b.unit)
        && !own.eq_ignore_ascii_case(other)
    {
        score *= OTHER_UNITS;
        reasons.push(Reason::Units { own: own.clone(), other: other.clone() });
    }
    component(Part::Type, Some(score), 1.0, reasons)
}
