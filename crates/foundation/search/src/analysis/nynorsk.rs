//! Nynorsk words as bokmål writes them, so that one search finds both.
//!
//! A small table, not a translation: the words that health registers use and that differ by more than
//! an ending. Endings are the stemmer's matter.

use std::borrow::Cow;

/// Pieces that stand anywhere in a word. They are safe there: no bokmål word holds one of them. Where
/// an ending follows, the bokmål side stops before its own, so that the stemmer meets one ending only.
const ANYWHERE: [(&str, &str); 36] = [
    ("sjuk", "syk"),
    ("hjarte", "hjerte"),
    ("hjarta", "hjerta"),
    ("lækjar", "lege"),
    ("lækje", "lege"),
    ("hovud", "hoved"),
    ("svolst", "svulst"),
    ("månad", "måned"),
    ("opphald", "opphold"),
    ("innhald", "innhold"),
    ("høyrsel", "hørsel"),
    ("mjølk", "melk"),
    ("bustad", "bosted"),
    ("sjølv", "selv"),
    ("tenest", "tjenest"),
    ("eigenmeld", "egenmeld"),
    ("eigenrapport", "egenrapport"),
    ("tilvising", "henvisning"),
    ("utskriving", "utskrivning"),
    ("innlegging", "innlegg"),
    ("undersøking", "undersøk"),
    ("utgreiing", "utredning"),
    ("overleving", "overlev"),
    ("bløding", "blødning"),
    ("forsking", "forskning"),
    ("dødfødd", "dødfødt"),
    ("fråver", "fravær"),
    ("fråvær", "fravær"),
    ("røykj", "røyk"),
    ("einsemd", "ensomhet"),
    ("løyving", "bevilgning"),
    ("kjenneteikn", "kjennetegn"),
    ("skule", "skole"),
    ("høgd", "høyd"),
    ("spørjeskjema", "spørreskjema"),
    ("tidlegare", "tidligere"),
];

/// Whole stems.
const STEMS: [(&str, &str); 17] = [
    ("vek", "uke"),
    ("aug", "øye"),
    ("augo", "øye"),
    ("øyr", "øre"),
    ("nas", "nes"),
    ("tal", "tall"),
    ("bein", "ben"),
    ("vatn", "vann"),
    ("brot", "brudd"),
    ("eining", "enh"),
    ("hending", "hend"),
    ("byrjing", "start"),
    ("kva", "hva"),
    ("frå", "fra"),
    ("ikkje", "ikk"),
    ("skilnad", "forskjell"),
    ("høv", "anledning"),
];

/// A word with its nynorsk pieces as bokmål.
pub(super) fn as_bokmaal(word: &str) -> Cow<'_, str> {
    let mut word = Cow::Borrowed(word);
    for (nynorsk, bokmaal) in ANYWHERE {
        if word.contains(nynorsk) {
            word = Cow::Owned(word.replace(nynorsk, bokmaal));
        }
    }
    word
}

/// The stem of the bokmål word, when the stem is of a nynorsk one.
pub(super) fn stem_as_bokmaal(stem: String) -> String {
    STEMS.iter().find(|(nynorsk, _)| *nynorsk == stem).map_or(stem, |(_, bokmaal)| (*bokmaal).to_owned())
}
