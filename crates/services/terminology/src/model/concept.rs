//! A code and everything that is said about it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Wording;

/// A concept: one code of an edition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concept {
    /// The code as it is written.
    pub code: String,
    /// What it is called.
    #[serde(default)]
    pub display: Wording,
    /// What it means.
    #[serde(default, skip_serializing_if = "Wording::is_empty")]
    pub definition: Wording,
    /// Other words for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub designations: Vec<Designation>,
    /// The codes right above it; none at the top.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<String>,
    /// The first day it can be used, where that is not the edition's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day it can be used, where that is not the edition's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Whether it may still be used for what happens now.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub active: bool,
    /// Whether it may be chosen; headings may not.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub selectable: bool,
    /// A provisional code (særkode, åpen kode), which a later edition replaces.
    #[serde(default, skip_serializing_if = "is_false")]
    pub temporary: bool,
    /// The codes that take over from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successors: Vec<String>,
    /// Everything else that the owner says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
    /// Members of a FHIR concept that are not known here, kept for the way out.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub other: Map<String, Value>,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_true(value: &bool) -> bool {
    *value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

impl Concept {
    /// A code with a text, at the top, in use.
    pub fn new(code: impl Into<String>, display: Wording) -> Self {
        Self {
            code: code.into(),
            display,
            definition: Wording::default(),
            designations: Vec::new(),
            parents: Vec::new(),
            from: None,
            until: None,
            active: true,
            selectable: true,
            temporary: false,
            successors: Vec::new(),
            properties: Vec::new(),
            other: Map::new(),
        }
    }

    /// Whether it can be used on that day, as far as its own period says.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// The values of a property.
    pub fn property<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a PropertyValue> {
        self.properties.iter().filter(move |p| p.code == code).map(|p| &p.value)
    }

    /// Every text that the concept is called by: displays first, then synonyms.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.display.iter().map(|(_, text)| text).chain(self.designations.iter().map(|d| d.value.as_str()))
    }
}

/// Another word for a concept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Designation {
    /// The language, as a BCP 47 tag, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What it is for, as a FHIR Coding; `None` for a synonym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Value>,
    /// The word.
    pub value: String,
}

impl Designation {
    /// A synonym.
    pub fn synonym(language: &str, value: impl Into<String>) -> Self {
        Self { language: Some(language.to_owned()), purpose: None, value: value.into() }
    }
}

/// A property of a concept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Property {
    /// Which property, by the system's own code for it.
    pub code: String,
    /// Its value.
    pub value: PropertyValue,
}

impl Property {
    /// A property whose value is text.
    pub fn text(code: impl Into<String>, value: impl Into<String>) -> Self {
        Self { code: code.into(), value: PropertyValue::String(value.into()) }
    }
}

/// The value of a property, in the types that FHIR allows (CodeSystem.concept.property.value\[x\]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PropertyValue {
    /// A code of the same system.
    Code(String),
    /// A code of another system, as a FHIR Coding.
    Coding(Value),
    /// Text.
    String(String),
    /// A whole number.
    Integer(i64),
    /// Yes or no.
    Boolean(bool),
    /// A date or time, as written.
    DateTime(String),
    /// A decimal number, as written.
    Decimal(serde_json::Number),
}

impl PropertyValue {
    /// The value as text, for comparing with a filter and for showing.
    pub fn as_text(&self) -> String {
        match self {
            Self::Code(text) | Self::String(text) | Self::DateTime(text) => text.clone(),
            Self::Coding(coding) => coding.get("code").and_then(Value::as_str).unwrap_or_default().to_owned(),
            Self::Integer(number) => number.to_string(),
            Self::Boolean(flag) => flag.to_string(),
            Self::Decimal(number) => number.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_code_has_days_of_its_own_and_both_its_first_and_its_last_count() {
        let mut code = Concept::new("U071", Wording::nb("Covid-19"));
        assert!(code.is_valid_on(date(1900, 1, 1)), "without days of its own the edition's hold");
        (code.from, code.until) = (Some(date(2020, 3, 1)), Some(date(2023, 12, 31)));
        for (day, expected) in [
            (date(2020, 2, 29), false),
            (date(2020, 3, 1), true),
            (date(2023, 12, 31), true),
            (date(2024, 1, 1), false),
        ] {
            assert_eq!(code.is_valid_on(day), expected, "{day}");
        }
    }
}
