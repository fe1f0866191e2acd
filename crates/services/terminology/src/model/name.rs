//! What things are called: keys, and texts in any language.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use varde_core::LocalisedText;

/// The short name of a code system, map or value set: `icd10`, `icpc2b-icd10`. Lower-case letters,
/// digits, `-` and `_`, at most 60. Codebooks and addresses use it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key(String);

impl Key {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key that a name suggests: `ICD-10 (norsk)` becomes `icd-10-norsk`. `None` when no letter
    /// or digit is in it.
    pub fn suggested(name: &str) -> Option<Self> {
        let mut key = String::new();
        for letter in name.chars().flat_map(char::to_lowercase) {
            match letter {
                'æ' => key.push_str("ae"),
                'ø' => key.push('o'),
                'å' => key.push('a'),
                letter if letter.is_ascii_alphanumeric() || letter == '_' => key.push(letter),
                _ if key.ends_with('-') || key.is_empty() => {}
                _ => key.push('-'),
            }
        }
        key.truncate(60);
        key.trim_end_matches('-').parse().ok()
    }
}

/// Words that stand where a key may stand in addresses of pages.
const RESERVED: [&str; 3] = ["inn", "utgave", "endringer"];

/// The text is not a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a key: use 1 to 60 lower-case letters a–z, digits, - and _, beginning with a letter or digit")]
pub struct NotAKey;

impl TryFrom<String> for Key {
    type Error = NotAKey;
    fn try_from(text: String) -> Result<Self, NotAKey> {
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        let begins = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        let free = !RESERVED.contains(&text.as_str());
        if begins && free && text.len() <= 60 && text.bytes().all(good) { Ok(Self(text)) } else { Err(NotAKey) }
    }
}

impl FromStr for Key {
    type Err = NotAKey;
    fn from_str(text: &str) -> Result<Self, NotAKey> {
        Self::try_from(text.to_owned())
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text by language (BCP 47 tag): code systems come in Norwegian, English, Latin and more, and
/// seldom in all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Wording(BTreeMap<String, String>);

/// The language of a text of which nobody has said it (BCP 47).
pub const UNDETERMINED: &str = "und";

/// Languages that stand in for one another, the likeliest first.
const FALLBACK: [&str; 4] = ["nb", "nn", "en", "la"];

impl Wording {
    /// A text in one language. An empty text is none.
    pub fn new(language: &str, text: impl Into<String>) -> Self {
        Self::default().with(language, text)
    }

    /// A text in bokmål.
    pub fn nb(text: impl Into<String>) -> Self {
        Self::new("nb", text)
    }

    /// The text with one more language; an empty text adds nothing. `no` is taken as `nb`.
    #[must_use]
    pub fn with(mut self, language: &str, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.0.insert(tag(language), text);
        }
        self
    }

    /// The text in exactly that language, or in its main one: `en` for `en-GB`.
    pub fn exactly(&self, language: &str) -> Option<&str> {
        let wanted = tag(language);
        let main = wanted.split('-').next().unwrap_or_default();
        self.0.get(&wanted).or_else(|| self.0.get(main)).map(String::as_str)
    }

    /// The text in that language, else in the likeliest other one; empty when there is none.
    pub fn get(&self, language: &str) -> &str {
        self.best(language).map_or("", |(_, text)| text)
    }

    /// The same with the language it is in.
    pub fn best(&self, language: &str) -> Option<(&str, &str)> {
        let wanted = tag(language);
        let main = wanted.split('-').next().unwrap_or_default();
        let keys = [wanted.as_str(), main].into_iter().chain(FALLBACK);
        let found = keys.filter_map(|key| self.0.get_key_value(key)).next();
        found.or_else(|| self.0.first_key_value()).map(|(l, t)| (l.as_str(), t.as_str()))
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Languages and texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(language, text)| (language.as_str(), text.as_str()))
    }
}

impl From<&LocalisedText> for Wording {
    fn from(text: &LocalisedText) -> Self {
        Self::nb(&text.nb).with("nn", &text.nn).with("en", &text.en)
    }
}

/// A language tag in lower case but for what follows a hyphen; `no` and `no-NO` are bokmål.
fn tag(language: &str) -> String {
    let language = language.trim();
    let (main, rest) = language.split_once('-').map_or((language, ""), |(main, rest)| (main, rest));
    let main = main.to_ascii_lowercase();
    match (main.as_str(), rest) {
        ("no", _) => "nb".to_owned(),
        (main, "") => main.to_owned(),
        (main, rest) => format!("{main}-{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_that_is_missing_falls_back() {
        let text = Wording::nb("kolera").with("en", "cholera").with("la", "cholera asiatica");
        assert_eq!(text.get("nn"), "kolera");
        assert_eq!(text.get("en-GB"), "cholera");
        assert_eq!(text.get("no"), "kolera");
        assert_eq!(text.exactly("nn"), None);
        assert_eq!(Wording::new("de", "Cholera").best("nb"), Some(("de", "Cholera")));
    }

    #[test]
    fn keys_are_for_addresses() {
        for good in ["icd10", "icpc2b-icd10", "v_9060", "2026"] {
            assert!(good.parse::<Key>().is_ok(), "{good}");
        }
        for bad in ["", "inn", "ICD10", "-a", "a/b", "blåbær", "a b"] {
            assert!(bad.parse::<Key>().is_err(), "{bad}");
        }
        assert_eq!(Key::suggested("ICD-10 (norsk utgåve)").unwrap().as_str(), "icd-10-norsk-utgave");
        assert_eq!(Key::suggested("–"), None);
    }
}
