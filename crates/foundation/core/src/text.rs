//! Languages, and texts that come in all of them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Norwegian bokmål, the default.
    #[default]
    Nb,
    /// Norwegian nynorsk.
    Nn,
    /// English.
    En,
}

impl Language {
    /// All languages, the default first.
    pub const ALL: [Self; 3] = [Self::Nb, Self::Nn, Self::En];

    /// The BCP 47 tag for `lang` attributes and `Content-Language`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Nb => "nb",
            Self::Nn => "nn",
            Self::En => "en",
        }
    }

    /// The language's own name.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Nb => "Bokmål",
            Self::Nn => "Nynorsk",
            Self::En => "English",
        }
    }

    /// The best of ours for an `Accept-Language` header (RFC 9110 section 12.5.4); `no` is bokmål.
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (0.0_f32, Self::default());
        for part in header.split(',') {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or("").trim().to_ascii_lowercase();
            let quality = pieces.find_map(|p| p.trim().strip_prefix("q=").and_then(|q| q.parse().ok())).unwrap_or(1.0);
            let primary = tag.split('-').next().unwrap_or("");
            let language = if primary == "no" { Some(Self::Nb) } else { primary.parse().ok() };
            if let Some(language) = language
                && quality > best.0
            {
                best = (quality, language);
            }
        }
        best.1
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;
    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL.into_iter().find(|l| l.tag() == text).ok_or(UnknownLanguage)
    }
}

/// The tag is not one of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown language: use nb, nn or en")]
pub struct UnknownLanguage;

/// A text in every language. A language left empty falls back to bokmål.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct LocalisedText {
    /// Bokmål; always present.
    pub nb: String,
    /// Nynorsk; empty when nobody has written it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub nn: String,
    /// English; empty when nobody has written it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
}

impl LocalisedText {
    /// A text in all three languages.
    pub fn new(nb: impl Into<String>, nn: impl Into<String>, en: impl Into<String>) -> Self {
        Self { nb: nb.into(), nn: nn.into(), en: en.into() }
    }

    /// A text that exists in bokmål only.
    pub fn bokmaal(nb: impl Into<String>) -> Self {
        Self { nb: nb.into(), ..Self::default() }
    }

    /// The text in `language`, or in bokmål when it is missing there.
    pub fn get(&self, language: Language) -> &str {
        let text = match language {
            Language::Nb => &self.nb,
            Language::Nn => &self.nn,
            Language::En => &self.en,
        };
        if text.is_empty() { &self.nb } else { text }
    }

    /// The language that [`Self::get`] really answers in, for the `lang` attribute.
    pub fn language_used(&self, language: Language) -> Language {
        match language {
            Language::Nn if self.nn.is_empty() => Language::Nb,
            Language::En if self.en.is_empty() => Language::Nb,
            other => other,
        }
    }
}
