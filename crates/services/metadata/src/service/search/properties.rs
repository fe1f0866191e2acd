//! Which values of properties people search for: texts, and what is chosen by its label. Numbers, days and
//! addresses are looked for elsewhere.

use std::collections::HashMap;

use varde_core::{Language, LocalisedText};
use varde_search::{Document, Field};

use crate::model::{Properties, PropertyDefinition, PropertyLevel, PropertyType, PropertyValue, Registry};

/// The properties whose values are words.
#[derive(Debug, Default)]
pub(super) struct Wording(HashMap<(PropertyLevel, String), PropertyDefinition>);

impl Wording {
    pub(super) fn of(registry: &Registry) -> Self {
        let wordy = registry.properties.iter().filter(|property| is_wordy(property.kind));
        Self(wordy.map(|property| ((property.level, property.key.clone()), property.clone())).collect())
    }

    /// Adds the words of something's properties. A value that does not fit its property says nothing.
    pub(super) fn add(&self, level: PropertyLevel, properties: &Properties, document: &mut Document) {
        for (key, value) in &properties.0 {
            let definition = self.0.get(&(level, key.clone()));
            if let Some(Ok(value)) = definition.map(|definition| definition.read(value)) {
                add_value(&value, document);
            }
        }
    }
}

const fn is_wordy(kind: PropertyType) -> bool {
    use PropertyType::{LangTaggedList, MultiSelect, MultilingualText, SingleSelect, String, Text};
    matches!(kind, String | Text | SingleSelect | MultiSelect | MultilingualText | LangTaggedList)
}

fn add_value(value: &PropertyValue, document: &mut Document) {
    let mut add = |language: Option<&str>, text: &str| {
        document.localised(Field::Property, &in_language(language, text));
    };
    match value {
        PropertyValue::Text(text) => add(None, text),
        PropertyValue::Multilingual(texts) => texts.iter().for_each(|(language, text)| add(Some(language), text)),
        PropertyValue::Tagged(texts) => texts.iter().for_each(|text| add(text.language.as_deref(), &text.value)),
        PropertyValue::Chosen(options) => {
            options.iter().for_each(|option| document.localised(Field::Property, &option.label));
        }
        _ => {}
    }
}

/// A text in its language, by the tag; in bokmål when nobody says.
fn in_language(tag: Option<&str>, text: &str) -> LocalisedText {
    let language = match tag {
        Some("nn") => Language::Nn,
        Some(tag) if tag.starts_with("en") => Language::En,
        _ => Language::Nb,
    };
    let of = |wanted| if language == wanted { text } else { "" };
    LocalisedText::new(of(Language::Nb), of(Language::Nn), of(Language::En))
}
