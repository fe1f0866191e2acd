//! Stems: what the forms of a word have in common.
//!
//! Snowball's Norwegian stemmer takes endings off. It cannot know that Norwegian drops a vowel and
//! halves a consonant within words (fødsel, fødsler; middel, midler; register, registre), nor that an m
//! is not doubled at a word's end (sykdom, sykdommer). Both are rules of how syllables are made, so they
//! are mended as rules, for every word; what follows no rule (kraft, krefter) is a table.

use std::{borrow::Cow, cell::OnceCell};

use rust_stemmers::{Algorithm, Stemmer};

use super::{english, nynorsk};

thread_local! {
    static NORWEGIAN: OnceCell<Stemmer> = const { OnceCell::new() };
    static ENGLISH: OnceCell<Stemmer> = const { OnceCell::new() };
}

/// Forms that follow no rule, with the word they are forms of. They hold for the end of a compound
/// too: `naturkrefter` is a form of `naturkraft`, so that `kreft` does not find it.
const IRREGULAR: [(&str, &str); 33] = [
    ("krefter", "kraft"),
    ("kreftene", "kraft"),
    ("kreftenes", "kraft"),
    ("bekreftet", "bekrefte"),
    ("avkreftet", "avkrefte"),
    ("menn", "mann"),
    ("mennene", "mann"),
    ("mannen", "mann"),
    ("barna", "barn"),
    ("barnas", "barn"),
    ("born", "barn"),
    ("borna", "barn"),
    ("tenner", "tann"),
    ("tennene", "tann"),
    ("føtter", "fot"),
    ("føttene", "fot"),
    ("hender", "hånd"),
    ("hendene", "hånd"),
    ("øyne", "øye"),
    ("øynene", "øye"),
    ("knær", "kne"),
    ("knærne", "kne"),
    ("mødre", "mor"),
    ("mødrene", "mor"),
    ("fedre", "far"),
    ("fedrene", "far"),
    ("brødre", "bror"),
    ("kriterier", "kriterium"),
    ("kriteriet", "kriterium"),
    ("kriteriene", "kriterium"),
    ("studier", "studium"),
    ("studiene", "studium"),
    ("studiet", "studium"),
];

/// Forms of words that are too short for the stemmer to touch.
const SHORT: [(&str, &str); 9] = [
    ("uker", "uke"),
    ("uken", "uke"),
    ("uka", "uke"),
    ("ukene", "uke"),
    ("øyet", "øye"),
    ("øyets", "øye"),
    ("ører", "øre"),
    ("øret", "øre"),
    ("ørene", "øre"),
];

/// Shortest beginning of a compound whose end is irregular.
const BEFORE_IRREGULAR: usize = 3;

/// The stem of a Norwegian word, bokmål and nynorsk alike: a key to compare by, not always a word.
pub fn norwegian(word: &str) -> String {
    if !is_inflected(word) {
        return word.to_owned();
    }
    let word = irregular(nynorsk::as_bokmaal(word));
    let stem = NORWEGIAN.with(|cell| {
        let stemmer = cell.get_or_init(|| Stemmer::create(Algorithm::Norwegian));
        stemmer.stem(&word).into_owned()
    });
    nynorsk::stem_as_bokmaal(mend(stem))
}

/// The stem of an English word.
pub fn english(word: &str) -> String {
    if !is_inflected(word) {
        return word.to_owned();
    }
    let word = english::american(word);
    ENGLISH.with(|cell| {
        let stemmer = cell.get_or_init(|| Stemmer::create(Algorithm::English));
        stemmer.stem(&word).into_owned()
    })
}

/// Words with digits are codes and numbers, and the shortest words have no forms worth joining.
fn is_inflected(word: &str) -> bool {
    word.chars().nth(2).is_some() && !word.chars().any(|c| c.is_ascii_digit())
}

fn irregular(word: Cow<'_, str>) -> Cow<'_, str> {
    if let Some((_, base)) = SHORT.iter().find(|(form, _)| *form == word) {
        return Cow::Borrowed(base);
    }
    let form = IRREGULAR.iter().find_map(|(form, base)| {
        let before = word.strip_suffix(form)?;
        (before.is_empty() || before.chars().count() >= BEFORE_IRREGULAR).then(|| format!("{before}{base}"))
    });
    form.map_or(word, Cow::Owned)
}

fn is_consonant(c: char) -> bool {
    "bcdfghjklmnpqrstvwxz".contains(c)
}

/// Mends what Snowball leaves: `sykdomm` → `sykdom`, `fødsl` → `fødsel`, `midl` and `middel` → `midel`,
/// `registr` and `register` → `regist`.
fn mend(mut stem: String) -> String {
    // «enheten» lost its article and still has the -et that was taken from «enhet».
    if stem.ends_with("het") || stem.ends_with("itet") {
        stem.truncate(stem.len() - 2);
    }
    // «registeret» lost its article and still has its -er, which «register» has lost.
    if let Some(shorter) = stem.strip_suffix("er")
        && shorter.chars().count() >= 3
        && shorter.ends_with(is_consonant)
    {
        stem.truncate(shorter.len());
    }
    let mut end = stem.chars().rev();
    let (last, before) = (end.next(), end.next());
    match (before, last) {
        (Some('m'), Some('m')) => drop(stem.pop()),
        (Some(c), Some('r')) if is_consonant(c) && c != 'r' && stem.chars().count() >= 4 => drop(stem.pop()),
        (Some(c), Some('l')) if is_consonant(c) && !matches!(c, 'l' | 'r') => {
            stem.pop();
            stem.push_str("el");
        }
        (Some('e'), Some('l')) => halve(&mut stem),
        _ => {}
    }
    if stem.ends_with("mm") {
        stem.pop();
    }
    stem
}

/// `middel` → `midel`: the double consonant before -el is single in `midler`.
fn halve(stem: &mut String) {
    let body = &stem[..stem.len() - 2];
    let mut end = body.chars().rev();
    if let (Some(last), Some(before)) = (end.next(), end.next())
        && last == before
        && is_consonant(last)
    {
        let shorter = body.len() - last.len_utf8();
        stem.truncate(shorter);
        stem.push_str("el");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line is one word; its forms have one stem.
    const FAMILIES: [&str; 40] = [
        "sykdom sykdommer sykdommen sykdommene sykdoms sjukdom sjukdommar sjukdomar sjukdommen",
        "fødsel fødsler fødselen fødslene fødsels fødslar fødslane",
        "legemiddel legemidler legemiddelet legemidlet legemidlene lækjemiddel lækjemidla",
        "hjelpemiddel hjelpemidler hjelpemidlene",
        "muskel muskler muskelen musklene musklar",
        "artikkel artikler artikkelen artiklene",
        "kapittel kapitler kapittelet kapitlene",
        "trussel trusler trusselen",
        "regel regler regelen reglene",
        "register registre registeret registrene registera",
        "senter sentre senteret sentrene",
        "nummer numre nummeret numrene",
        "finger fingre fingeren fingrene",
        "skulder skuldre skulderen",
        "diagnose diagnoser diagnosen diagnosene diagnosar",
        "operasjon operasjoner operasjonen operasjonene operasjonar",
        "program programmer programmet programmene",
        "kvinne kvinner kvinnen kvinnene",
        "mann menn mannen mennene",
        "barn barnet barna born borna",
        "kraft krefter kreftene",
        "naturkraft naturkrefter naturkreftene",
        "øye øyne øyet øynene auge augo",
        "hjerte hjertet hjerter hjarte hjartet",
        "hjerteinfarkt hjerteinfarktet hjerteinfarkter hjarteinfarkt",
        "uke uker uken veke veker",
        "måned måneder måneden månad månader",
        "opphold oppholdet opphald opphaldet",
        "vaksine vaksiner vaksinen",
        "behandling behandlinger behandlingen behandlingar",
        "undersøkelse undersøkelser undersøkelsen undersøking undersøkingar",
        "innleggelse innleggelser innlegging innleggingar",
        "utskrivning utskrivninger utskriving",
        "henvisning henvisninger tilvising tilvisingar",
        "svulst svulster svulsten svolst svolstar",
        "tjeneste tjenester tjenesten teneste tenester",
        "sykehus sykehuset sykehusene sjukehus sjukehuset",
        "enhet enheter enheten eining einingar eininga",
        "kriterium kriterier kriteriet",
        "blødning blødninger bløding blødingar",
    ];

    #[test]
    fn forms_of_a_word_have_one_stem() {
        let mut wrong = Vec::new();
        for family in FAMILIES {
            let forms: Vec<(&str, String)> = family.split(' ').map(|form| (form, norwegian(form))).collect();
            if forms.iter().any(|(_, stem)| stem != &forms[0].1) {
                wrong.push(forms);
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn other_words_have_other_stems() {
        for (one, other) in [
            ("kreft", "krefter"),
            ("kreft", "kraft"),
            ("angst", "fangst"),
            ("hår", "har"),
            ("får", "far"),
            ("bør", "bor"),
            ("sår", "sar"),
            ("lege", "legg"),
            ("vekt", "vekst"),
            ("syn", "synd"),
            ("tann", "tanke"),
            ("bekreftet", "kreft"),
        ] {
            assert_ne!(norwegian(one), norwegian(other), "{one}, {other}");
        }
    }

    #[test]
    fn english_forms() {
        for (one, other) in [
            ("infection", "infections"),
            ("disease", "diseases"),
            ("diagnosis", "diagnoses"),
            ("woman", "women"),
            ("child", "children"),
            ("tumour", "tumors"),
            ("anaemia", "anemia"),
            ("haemorrhage", "hemorrhages"),
            ("oesophagus", "esophagus"),
            ("paediatric", "pediatric"),
        ] {
            assert_eq!(english(one), english(other), "{one}, {other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_stem_is_never_empty_and_repeats(word in "[a-zæøå]{1,24}") {
            let stem = norwegian(&word);
            proptest::prop_assert!(!stem.is_empty());
            proptest::prop_assert_eq!(norwegian(&word), stem);
        }

        #[test]
        fn the_norwegian_letters_survive(word in "[æøå][bdfgklmnprstv][æøå]") {
            let stem = norwegian(&word);
            proptest::prop_assert!(stem.starts_with(&word.chars().take(2).collect::<String>()), "{}", stem);
        }
    }
}
