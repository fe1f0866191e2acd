//! English words in one spelling, and plurals that Porter's stemmer does not know.

use std::borrow::Cow;

/// British pieces as Americans write them: medical texts come in both.
const PIECES: [(&str, &str); 9] = [
    ("aemia", "emia"),
    ("haem", "hem"),
    ("oedema", "edema"),
    ("tumour", "tumor"),
    ("paed", "ped"),
    ("oesoph", "esoph"),
    ("foet", "fet"),
    ("labour", "labor"),
    ("orrhoea", "orrhea"),
];

/// Plurals that follow no rule.
const PLURALS: [(&str, &str); 9] = [
    ("children", "child"),
    ("women", "woman"),
    ("men", "man"),
    ("feet", "foot"),
    ("teeth", "tooth"),
    ("diagnoses", "diagnosis"),
    ("prognoses", "prognosis"),
    ("metastases", "metastasis"),
    ("analyses", "analysis"),
];

/// The word in American spelling and in the singular where Porter's stemmer could not tell.
pub(super) fn american(word: &str) -> Cow<'_, str> {
    if let Some((_, one)) = PLURALS.iter().find(|(many, _)| *many == word) {
        return Cow::Borrowed(one);
    }
    let mut word = Cow::Borrowed(word);
    for (british, american) in PIECES {
        if word.contains(british) {
            word = Cow::Owned(word.replace(british, american));
        }
    }
    word
}
