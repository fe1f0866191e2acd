//! Compounds: `lungekreft` is a `kreft`, `naturkrefter` is not, and `fangst` holds no `angst`.
//!
//! A word is cut where both sides are words that the lexicon knows, with an s or e between them where
//! Norwegian puts one. What it knows it has learnt from the texts that are indexed, beside a list of the
//! field's words to start with. A word that ends many compounds (`infarkt`) may end one whose beginning
//! nobody knows.

use std::collections::{HashMap, HashSet};

use super::{
    nynorsk, stem,
    words::{SEEDS, SHORT, SHORT_HEADS, STOP},
};

/// Fewest letters of a part, but for those in a list of short ones.
const PART: usize = 4;

/// Letters from which a word met once is believed; shorter ones must be met twice.
const BELIEVED: usize = 6;

/// Compounds in which a word must be the end before it may end one whose beginning nobody knows.
const PRODUCTIVE: usize = 3;

/// Longest word that is cut, in bytes: beyond it there is no Norwegian word.
const LONGEST: usize = 60;

/// A part of a compound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Where it begins within the word, in bytes.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// Its stem.
    pub stem: String,
    /// Whether it ends the word, and so says what kind of thing it is.
    pub head: bool,
}

/// The words that parts of compounds may be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lexicon {
    /// Words as they are written, that may begin a compound.
    words: HashSet<Box<str>>,
    /// Stems that may end one.
    heads: HashSet<Box<str>>,
    /// Stems that end so many that they may end one with an unknown beginning.
    productive: HashSet<Box<str>>,
}

impl Lexicon {
    /// Learns from words and how often each is written in Norwegian texts.
    pub fn learn<'a>(words: impl IntoIterator<Item = (&'a str, u32)>) -> Self {
        let mut lexicon = Self::default();
        for seed in SEEDS.split_whitespace() {
            lexicon.add(seed);
        }
        lexicon.words.extend(SHORT.map(Box::from));
        lexicon.heads.extend(SHORT_HEADS.map(|short| stem::norwegian(short).into_boxed_str()));
        let mut candidates = Vec::new();
        for (word, count) in words {
            let word = nynorsk::as_bokmaal(word);
            let letters = word.chars().count();
            if letters >= PART && word.chars().all(char::is_alphabetic) && (letters >= BELIEVED || count > 1) {
                candidates.push(word.into_owned());
            }
        }
        candidates.iter().for_each(|word| lexicon.add(word));
        lexicon.find_productive(&candidates);
        lexicon
    }

    fn add(&mut self, word: &str) {
        if !STOP.contains(&word) {
            self.words.insert(word.into());
            self.heads.insert(stem::norwegian(word).into());
        }
    }

    /// Counts for each end of a compound the beginnings it is met with.
    fn find_productive(&mut self, candidates: &[String]) {
        let mut met: HashMap<String, HashSet<&str>> = HashMap::new();
        for word in SEEDS.split_whitespace().chain(candidates.iter().map(String::as_str)) {
            for (at, left, right) in cuts(word) {
                if self.begins(left).is_some() && self.is_head(right) {
                    met.entry(stem::norwegian(right)).or_default().insert(&word[..at]);
                }
            }
        }
        let productive = met.into_iter().filter(|(_, lefts)| lefts.len() >= PRODUCTIVE);
        self.productive = productive.map(|(stem, _)| stem.into_boxed_str()).collect();
        self.productive.extend(ALWAYS_PRODUCTIVE.map(|word| stem::norwegian(word).into_boxed_str()));
    }

    /// The parts of a word; none when it is no compound. Parts of three or more are told as neighbours
    /// together too: `brystkreft` of `brystkreftregister`.
    pub fn parts(&self, word: &str) -> Vec<Part> {
        if word.len() > LONGEST || word.chars().count() < PART + 3 || !word.chars().all(char::is_alphabetic) {
            return Vec::new();
        }
        let Some(ends) = self.cut(word, 0) else { return Vec::new() };
        let mut parts = Vec::new();
        for first in 0..ends.len() {
            for last in first..ends.len() {
                if last - first + 1 == ends.len() {
                    continue;
                }
                let (from, to) = (ends[first].0, ends[last].1);
                let head = last + 1 == ends.len();
                parts.push(Part { from, to, stem: stem::norwegian(&word[from..to]), head });
            }
        }
        parts
    }

    /// Begin and end of each part without what links them; the longest ends are tried first.
    fn cut(&self, word: &str, depth: usize) -> Option<Vec<(usize, usize)>> {
        if depth > 3 {
            return None;
        }
        for (at, left, right) in cuts(word) {
            let Some(bare) = self.begins(left) else { continue };
            let rest = self.cut(right, depth + 1);
            if rest.is_none() && !self.is_head(right) {
                continue;
            }
            let mut parts = self.inner(&left[..bare], depth).unwrap_or_else(|| vec![(0, bare)]);
            let rest = rest.unwrap_or_else(|| vec![(0, right.len())]);
            parts.extend(rest.into_iter().map(|(from, to)| (from + at, to + at)));
            return Some(parts);
        }
        let (at, left, right) = cuts(word).find(|(_, left, right)| self.ends_unknown(left, right))?;
        Some(vec![(0, left.len()), (at, at + right.len())])
    }

    /// A beginning that is itself a compound.
    fn inner(&self, left: &str, depth: usize) -> Option<Vec<(usize, usize)>> {
        (left.chars().count() >= 2 * PART).then(|| self.cut(left, depth + 1)).flatten()
    }

    /// How much of `left` is the word that begins a compound, what links it left out.
    fn begins(&self, left: &str) -> Option<usize> {
        let known = |word: &str| self.words.contains(&*nynorsk::as_bokmaal(word)) && !STOP.contains(&word);
        if known(left) {
            return Some(left.len());
        }
        let bare = left.strip_suffix(['s', 'e'])?;
        known(bare).then_some(bare.len())
    }

    fn is_head(&self, right: &str) -> bool {
        let long = right.chars().count() >= PART || SHORT_HEADS.contains(&right);
        long && !STOP.contains(&right) && self.heads.contains(stem::norwegian(right).as_str())
    }

    fn ends_unknown(&self, left: &str, right: &str) -> bool {
        left.chars().count() >= PART
            && right.chars().count() > PART
            && left.contains(is_vowel)
            && !STOP.contains(&right)
            && self.productive.contains(stem::norwegian(right).as_str())
    }
}

/// Ends that are productive in the field's language, whatever the catalogue holds so far.
const ALWAYS_PRODUCTIVE: [&str; 16] = [
    "kreft",
    "infarkt",
    "sykdom",
    "svulst",
    "betennelse",
    "blødning",
    "skade",
    "brudd",
    "infeksjon",
    "smerte",
    "undersøkelse",
    "behandling",
    "operasjon",
    "legemiddel",
    "register",
    "diagnose",
];

fn is_vowel(c: char) -> bool {
    "aeiouyæøå".contains(c)
}

/// Every place to cut a word with at least two letters before and three after, the longest end first.
fn cuts(word: &str) -> impl Iterator<Item = (usize, &str, &str)> {
    let last = word.char_indices().rev().nth(2).map_or(0, |(at, _)| at);
    let places = word.char_indices().map(|(at, _)| at).skip(2).take_while(move |at| *at <= last);
    places.map(move |at| (at, &word[..at], &word[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(word: &str) -> Vec<String> {
        let parts = Lexicon::learn([]).parts(word);
        parts.into_iter().map(|part| word[part.from..part.to].to_owned()).collect()
    }

    #[test]
    fn compounds_are_cut_where_their_words_meet() {
        for (word, expected) in [
            ("lungekreft", "lunge kreft"),
            ("hjerteinfarkt", "hjerte infarkt"),
            ("hjerteinfarktet", "hjerte infarktet"),
            ("infeksjonssykdom", "infeksjon sykdom"),
            ("infeksjonssykdommer", "infeksjon sykdommer"),
            ("fødselsvekt", "fødsel vekt"),
            ("blodtrykksmåling", "blod blodtrykk trykk trykksmåling måling"),
            ("hovedtilstand", "hoved tilstand"),
            ("hudkreft", "hud kreft"),
            ("fosterdød", "foster død"),
            ("sykehusopphold", "sykehus opphold"),
            ("spondyloartrittsykdom", "spondyloartritt sykdom"),
            ("endetarmskreft", "endetarm kreft"),
        ] {
            assert_eq!(parts(word).join(" "), expected, "{word}");
        }
    }

    #[test]
    fn what_only_looks_like_a_part_is_none() {
        for (word, not) in [
            ("fangst", "angst"),
            ("fangstredskap", "angst"),
            ("bekreftet", "kreft"),
            ("avkreftet", "kreft"),
            ("laboratoriebekreftet", "kreftet"),
            ("registrering", "ring"),
            ("behandling", "ling"),
            ("undersøkelse", "under"),
            ("institusjon", "sjon"),
            ("alarm", "arm"),
        ] {
            assert!(!parts(word).iter().any(|part| part == not), "{word}: {:?}", parts(word));
        }
        let of_forces = Lexicon::learn([]).parts("naturkrefter");
        assert!(of_forces.iter().all(|part| part.stem != stem::norwegian("kreft")), "{of_forces:?}");
    }

    #[test]
    fn words_of_the_texts_are_learnt() {
        assert!(parts("kvantefelt").is_empty());
        let lexicon = Lexicon::learn([("kvante", 3), ("felt", 1)]);
        assert!(lexicon.parts("kvantefelt").is_empty(), "a short word met once is not believed");
        let lexicon = Lexicon::learn([("kvante", 1), ("felt", 2)]);
        let stems: Vec<String> = lexicon.parts("kvantefeltet").into_iter().map(|part| part.stem).collect();
        assert_eq!(stems, [stem::norwegian("kvante"), stem::norwegian("felt")]);
    }

    proptest::proptest! {
        #[test]
        fn parts_lie_within_the_word_in_order(word in "[a-zæøå]{0,40}") {
            for part in Lexicon::learn([]).parts(&word) {
                proptest::prop_assert!(part.from < part.to && word.get(part.from..part.to).is_some());
            }
        }

        #[test]
        fn two_words_of_the_list_are_found_in_what_they_make(left in 0usize..400, right in 0usize..400, link in "[se]?") {
            let words: Vec<&str> = SEEDS.split_whitespace().collect();
            let (left, right) = (words[left], words[right]);
            let made = format!("{left}{link}{right}");
            let parts = Lexicon::learn([]).parts(&made);
            proptest::prop_assert!(!parts.is_empty(), "{} is not cut", made);
            proptest::prop_assert!(parts.iter().any(|part| part.head));
        }
    }
}
