//! Properties that the registry defines rather than the program: key, labels, group, order, type
//! and options are data, so that a new property needs no new edition of Varde.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use varde_core::LocalisedText;

use super::details::Kept;

/// What a property is said of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PropertyLevel {
    /// Of sources and sub-sources.
    Source,
    /// Of datasets.
    Dataset,
    /// Of versions of variables.
    Variable,
}

/// The type of a property's values, by the names that the variable explorer uses on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PropertyType {
    /// One line of text.
    String,
    /// Text of several lines.
    Text,
    /// A number.
    Number,
    /// A day.
    Date,
    /// Yes or no.
    Boolean,
    /// A web address.
    Url,
    /// An e-mail address.
    Email,
    /// One of the options.
    SingleSelect,
    /// Any of the options.
    MultiSelect,
    /// A text in several languages.
    MultilingualText,
    /// Several texts, each with its language.
    LangTaggedList,
    /// Something with parts of its own, as JSON.
    Object,
}

/// A property: what it is called, where it is shown and what it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropertyDefinition {
    /// What it is said of.
    pub level: PropertyLevel,
    /// Its key in payloads and in [`Properties`].
    pub key: String,
    /// What people call it.
    pub label: LocalisedText,
    /// The heading it stands under; empty for none.
    #[serde(default)]
    pub group: LocalisedText,
    /// Its place among the others.
    pub order: i64,
    /// The type of its values.
    #[serde(rename = "type")]
    pub kind: PropertyType,
    /// What can be chosen, for the two kinds of selection.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<PropertyOption>,
    /// Where the publisher writes the definition otherwise than we would.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Kept>,
}

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropertyOption {
    /// The value as stored.
    pub value: String,
    /// What people read.
    pub label: LocalisedText,
}

/// A property's value by its type.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum PropertyValue {
    /// String, text, e-mail.
    Text(String),
    /// A number.
    Number(f64),
    /// A day.
    Date(Date),
    /// Yes or no.
    Boolean(bool),
    /// An address on the web.
    Url(Url),
    /// Chosen options, one or several.
    Chosen(Vec<PropertyOption>),
    /// A text in several languages.
    Multilingual(BTreeMap<String, String>),
    /// Texts with their languages.
    Tagged(Vec<TaggedText>),
    /// Anything else.
    Object(Value),
}

/// A text with its language tag (BCP 47).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaggedText {
    /// The text.
    pub value: String,
    /// Its language; `None` when the publisher does not say.
    #[serde(default)]
    pub language: Option<String>,
}

/// Why a value does not fit its property: the key of a text in the locale files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongValue(pub &'static str);

impl PropertyDefinition {
    /// Reads a value as the property's type. Lists may be JSON or joined by `;`, texts in several
    /// languages JSON within a string, as publishers write them.
    ///
    /// # Errors
    /// [`WrongValue`] with what is expected.
    pub fn read(&self, value: &Value) -> Result<PropertyValue, WrongValue> {
        let text = text_of(value);
        let trimmed = text.trim();
        match self.kind {
            PropertyType::String | PropertyType::Text => Ok(PropertyValue::Text(text)),
            PropertyType::Number => {
                let number = trimmed.replace(',', ".").parse::<f64>().ok().filter(|n| n.is_finite());
                number.map(PropertyValue::Number).ok_or(WrongValue("metadata-property-number"))
            }
            PropertyType::Date => {
                let day = trimmed.get(..10).and_then(|day| day.parse().ok());
                day.map(PropertyValue::Date).ok_or(WrongValue("metadata-property-date"))
            }
            PropertyType::Boolean => match trimmed.to_ascii_lowercase().as_str() {
                "true" | "1" => Ok(PropertyValue::Boolean(true)),
                "false" | "0" | "2" => Ok(PropertyValue::Boolean(false)),
                _ => Err(WrongValue("metadata-property-boolean")),
            },
            PropertyType::Url => {
                Url::parse(trimmed).map(PropertyValue::Url).map_err(|_| WrongValue("metadata-property-url"))
            }
            PropertyType::Email => {
                let good = trimmed.split_once('@').is_some_and(|(who, at)| !who.is_empty() && at.contains('.'));
                let good = good && !trimmed.contains(char::is_whitespace);
                if good { Ok(PropertyValue::Text(text)) } else { Err(WrongValue("metadata-property-email")) }
            }
            PropertyType::SingleSelect => self.chosen(&[trimmed.to_owned()]),
            PropertyType::MultiSelect => self.chosen(&list_of(value)),
            PropertyType::MultilingualText => {
                languages_of(value).map(PropertyValue::Multilingual).ok_or(WrongValue("metadata-property-languages"))
            }
            PropertyType::LangTaggedList => Ok(PropertyValue::Tagged(tagged_of(value))),
            PropertyType::Object => Ok(PropertyValue::Object(inner(value).unwrap_or_else(|| value.clone()))),
        }
    }

    fn chosen(&self, values: &[String]) -> Result<PropertyValue, WrongValue> {
        let option = |value: &String| self.options.iter().find(|o| &o.value == value).cloned();
        let found: Option<Vec<PropertyOption>> = values.iter().map(option).collect();
        found.map(PropertyValue::Chosen).ok_or(WrongValue("metadata-property-option"))
    }
}

/// The values of properties by key, as the publisher writes them: kept as given, so that nothing is
/// lost, and read by [`PropertyDefinition::read`] or the helpers here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Properties(pub BTreeMap<String, Value>);

impl Properties {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A property as one text; `None` when it has none or an empty one.
    pub fn text(&self, key: &str) -> Option<String> {
        self.0.get(key).map(text_of).filter(|text| !text.trim().is_empty())
    }

    /// A property as a list: JSON, or joined by `;`. Empty when there is none.
    pub fn list(&self, key: &str) -> Vec<String> {
        self.0.get(key).map(list_of).unwrap_or_default()
    }

    /// A property as a text in our three languages, from one in several languages or from a list of
    /// tagged texts (the first of each language). `no` counts as bokmål.
    pub fn localised(&self, key: &str) -> Option<LocalisedText> {
        let value = self.0.get(key)?;
        let texts: Vec<(String, String)> = match languages_of(value) {
            Some(languages) => languages.into_iter().collect(),
            None => tagged_of(value).into_iter().map(|t| (t.language.unwrap_or_default(), t.value)).collect(),
        };
        let find = |wanted: &[&str]| {
            let found = texts.iter().find(|(language, _)| wanted.contains(&language.as_str()));
            found.map(|(_, text)| text.clone()).unwrap_or_default()
        };
        let text = LocalisedText::new(find(&["nb", "no", ""]), find(&["nn"]), find(&["en"]));
        (text != LocalisedText::default()).then_some(text)
    }

    /// A property as texts with their languages.
    pub fn tagged(&self, key: &str) -> Vec<TaggedText> {
        self.0.get(key).map(tagged_of).unwrap_or_default()
    }
}

/// The value as one text.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// JSON within a string, or the value itself when it is no string.
fn inner(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) if text.trim_start().starts_with(['[', '{']) => serde_json::from_str(text).ok(),
        Value::String(_) | Value::Null => None,
        other => Some(other.clone()),
    }
}

fn list_of(value: &Value) -> Vec<String> {
    let parts = match inner(value) {
        Some(Value::Array(items)) => items.iter().map(text_of).collect(),
        _ => text_of(value).split(';').map(str::to_owned).collect::<Vec<_>>(),
    };
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

fn languages_of(value: &Value) -> Option<BTreeMap<String, String>> {
    let Some(Value::Object(members)) = inner(value) else { return None };
    Some(members.iter().map(|(language, text)| (language.clone(), text_of(text))).collect())
}

fn tagged_of(value: &Value) -> Vec<TaggedText> {
    match inner(value) {
        Some(Value::Array(items)) => items.into_iter().filter_map(|item| serde_json::from_value(item).ok()).collect(),
        _ => list_of(value).into_iter().map(|value| TaggedText { value, language: None }).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn definition(kind: PropertyType) -> PropertyDefinition {
        let options = ["a", "b"].map(|v| PropertyOption { value: v.into(), label: LocalisedText::bokmaal(v) });
        PropertyDefinition {
            level: PropertyLevel::Source,
            key: "k".into(),
            label: LocalisedText::bokmaal("K"),
            group: LocalisedText::default(),
            order: 1,
            kind,
            options: options.to_vec(),
            kept: Vec::new(),
        }
    }

    #[test]
    fn values_are_read_by_type_and_refused_with_what_is_expected() {
        for (kind, good, wrong) in [
            (PropertyType::Number, "12,5", Some("tolv")),
            (PropertyType::Date, "2020-01-31T00:00:00.000Z", Some("31.01.2020")),
            (PropertyType::Boolean, "1", Some("kanskje")),
            (PropertyType::Url, "https://example.no/a", Some("example")),
            (PropertyType::Email, "a@example.no", Some("a at example.no")),
            (PropertyType::SingleSelect, "a", Some("c")),
            (PropertyType::MultiSelect, "[\"a\",\"b\"]", Some("a;c")),
            (PropertyType::MultilingualText, "{\"nb\":\"Ja\"}", Some("Ja")),
            (PropertyType::LangTaggedList, "[{\"value\":\"Ja\",\"language\":\"nb\"}]", None),
            (PropertyType::Object, "{\"x\":1}", None),
            (PropertyType::String, "hva som helst", None),
        ] {
            let definition = definition(kind);
            assert!(definition.read(&json!(good)).is_ok(), "{kind:?} {good}");
            if let Some(wrong) = wrong {
                assert!(definition.read(&json!(wrong)).is_err(), "{kind:?} {wrong}");
            }
        }
    }

    #[test]
    fn lists_and_languages_are_cleaned() {
        let properties = Properties(BTreeMap::from([
            ("joined".to_owned(), json!("Forskning; Statistikk;")),
            ("json".to_owned(), json!("[\"x\",\"y\"]")),
            ("title".to_owned(), json!("{\"nb\":\"Registeret\",\"en\":\"The register\"}")),
            ("purpose".to_owned(), json!("[{\"value\":\"Forskning\",\"language\":\"no\"}]")),
            ("empty".to_owned(), json!(" ")),
        ]));
        assert_eq!(properties.list("joined"), ["Forskning", "Statistikk"]);
        assert_eq!(properties.list("json"), ["x", "y"]);
        assert_eq!(properties.localised("title").unwrap().en, "The register");
        assert_eq!(properties.localised("purpose").unwrap().nb, "Forskning");
        assert_eq!(properties.text("empty"), None);
        assert!(properties.list("nothing").is_empty());
    }
}
