//! What is indexed.

use serde::Serialize;
use varde_core::{Language, LocalisedText};

/// What a text is in its document. The order is that in which a reason for a hit is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The name that people know it by.
    Name,
    /// A technical name: a column, a path's last part.
    Key,
    /// A code's value; it is found by its beginning too.
    Code,
    /// What a code means.
    Label,
    /// What it is, in sentences.
    Description,
    /// What else is said about it: other names, values of properties.
    Property,
    /// The names of what it is in.
    Place,
}

impl Field {
    /// All of them, in order.
    pub const ALL: [Self; 7] =
        [Self::Name, Self::Key, Self::Code, Self::Label, Self::Description, Self::Property, Self::Place];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Key => "key",
            Self::Code => "code",
            Self::Label => "label",
            Self::Description => "description",
            Self::Property => "property",
            Self::Place => "place",
        }
    }

    /// How much a word counts here.
    pub(crate) const fn weight(self) -> f32 {
        match self {
            Self::Name => 4.0,
            Self::Key | Self::Code => 3.0,
            Self::Label => 1.5,
            Self::Description => 1.0,
            Self::Property => 0.7,
            Self::Place => 0.4,
        }
    }
}

/// One text of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// What it is.
    pub field: Field,
    /// Its language; `None` for codes and technical names.
    pub language: Option<Language>,
    /// The text.
    pub text: String,
    /// The code that a [`Field::Label`] belongs to.
    pub code: Option<String>,
}

/// Something to be found.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What it is called by the program, unique.
    pub key: String,
    /// Its texts.
    pub texts: Vec<Text>,
    /// What a search can be narrowed by, as facet and value; several values of one facet are allowed.
    pub facets: Vec<(&'static str, String)>,
    /// The first and the last year that it is about, if it is about years.
    pub years: Option<(i16, i16)>,
    /// What its rank is multiplied by: 1 for most, less for what is rarely meant.
    pub weight: f32,
    /// Handed back with the hit as it is.
    pub payload: String,
}

impl Document {
    /// A document with nothing in it yet.
    pub fn new(key: impl Into<String>, payload: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            texts: Vec::new(),
            facets: Vec::new(),
            years: None,
            weight: 1.0,
            payload: payload.into(),
        }
    }

    /// Adds a text in each language that it is written in.
    pub fn localised(&mut self, field: Field, text: &LocalisedText) {
        self.add_localised(field, text, None);
    }

    /// Adds a code with what it means.
    pub fn code(&mut self, value: &str, label: &LocalisedText) {
        self.plain(Field::Code, value);
        self.add_localised(Field::Label, label, Some(value));
    }

    /// Adds a text that is in no language.
    pub fn plain(&mut self, field: Field, text: &str) {
        if !text.is_empty() {
            self.texts.push(Text { field, language: None, text: text.to_owned(), code: None });
        }
    }

    /// Adds a value of a facet; the same one twice counts once.
    pub fn facet(&mut self, name: &'static str, value: impl Into<String>) {
        let value = (name, value.into());
        if !self.facets.contains(&value) {
            self.facets.push(value);
        }
    }

    fn add_localised(&mut self, field: Field, text: &LocalisedText, code: Option<&str>) {
        for (language, text) in [(Language::Nb, &text.nb), (Language::Nn, &text.nn), (Language::En, &text.en)] {
            if !text.is_empty() {
                let code = code.map(str::to_owned);
                self.texts.push(Text { field, language: Some(language), text: text.clone(), code });
            }
        }
    }
}
