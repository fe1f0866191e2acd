//! Edits of fields: one path, one field, one new value. A draft is its edits laid over the current
//! edition, so that edits made by several people come together and each can be seen.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use varde_core::{CataloguePath, LocalisedText};

use crate::model::{
    property::{Properties, PropertyLevel},
    registry::Registry,
    tree::DataSource,
};

/// A field of a source, dataset or variable that a steward can edit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub enum Field {
    /// The name in a language: `name.nb`.
    Name(Language),
    /// The description in a language: `description.en`.
    Description(Language),
    /// The first day it holds: of a variable's newest version, or of a source's or dataset's terms.
    ValidFrom,
    /// The last day it holds; empty for "goes on".
    ValidUntil,
    /// A property of the registry: `property.Kommentar`. Empty takes it away.
    Property(String),
}

/// A language of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Bokmål.
    Nb,
    /// Nynorsk.
    Nn,
    /// English.
    En,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let language = |language: &Language| match language {
            Language::Nb => "nb",
            Language::Nn => "nn",
            Language::En => "en",
        };
        match self {
            Self::Name(l) => write!(f, "name.{}", language(l)),
            Self::Description(l) => write!(f, "description.{}", language(l)),
            Self::ValidFrom => f.write_str("valid_from"),
            Self::ValidUntil => f.write_str("valid_until"),
            Self::Property(key) => write!(f, "property.{key}"),
        }
    }
}

impl From<Field> for String {
    fn from(field: Field) -> Self {
        field.to_string()
    }
}

impl FromStr for Field {
    type Err = WrongEdit;
    fn from_str(text: &str) -> Result<Self, WrongEdit> {
        let language = |code: &str| match code {
            "nb" => Ok(Language::Nb),
            "nn" => Ok(Language::Nn),
            "en" => Ok(Language::En),
            _ => Err(WrongEdit::Field),
        };
        match text.split_once('.') {
            Some(("name", code)) => Ok(Self::Name(language(code)?)),
            Some(("description", code)) => Ok(Self::Description(language(code)?)),
            Some(("property", key)) if !key.is_empty() => Ok(Self::Property(key.to_owned())),
            None if text == "valid_from" => Ok(Self::ValidFrom),
            None if text == "valid_until" => Ok(Self::ValidUntil),
            _ => Err(WrongEdit::Field),
        }
    }
}

/// A new value for a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// Of which node.
    pub path: CataloguePath,
    /// Of which field.
    pub field: Field,
    /// The value as text; empty takes away what may be missing.
    pub value: String,
}

/// Why an edit cannot be made. The key of a text in the locale files says what is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongEdit {
    /// There is no such node in the source.
    #[error("the source has no such part")]
    Path,
    /// There is no such field.
    #[error("there is no such field")]
    Field,
    /// The value does not fit the field.
    #[error("the value does not fit the field ({0})")]
    Value(&'static str),
}

impl WrongEdit {
    /// The text that says what is wrong, by key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Path => "metadata-edit-path",
            Self::Field => "metadata-edit-field",
            Self::Value(key) => key,
        }
    }
}

/// Makes an edit in a source.
///
/// # Errors
/// [`WrongEdit`]; the source is as it was.
pub fn apply(source: &mut DataSource, registry: &Registry, edit: &Edit) -> Result<(), WrongEdit> {
    let value = edit.value.trim();
    match edit.path.parts().count() {
        1 if source.path == edit.path => {
            let DataSource { name, description, details, .. } = source;
            let terms = (&mut details.terms.valid_from, &mut details.terms.valid_until);
            Node { name, description, properties: &mut details.properties, level: PropertyLevel::Source }.set(
                registry,
                &edit.field,
                value,
                |from, until| node_period(terms, from, until),
            )
        }
        2 => {
            let found = source.datasets.iter_mut().find(|dataset| dataset.path == edit.path);
            let dataset = found.ok_or(WrongEdit::Path)?;
            let terms = (&mut dataset.details.terms.valid_from, &mut dataset.details.terms.valid_until);
            Node {
                name: &mut dataset.name,
                description: &mut dataset.description,
                properties: &mut dataset.details.properties,
                level: PropertyLevel::Dataset,
            }
            .set(registry, &edit.field, value, |from, until| node_period(terms, from, until))
        }
        3 => {
            let all = source.datasets.iter_mut().flat_map(|dataset| &mut dataset.variables);
            let mut found = all.filter(|variable| variable.path == edit.path);
            let version = found.next().and_then(|variable| variable.versions.last_mut()).ok_or(WrongEdit::Path)?;
            let valid = &mut version.valid;
            Node {
                name: &mut version.name,
                description: &mut version.description,
                properties: &mut version.properties,
                level: PropertyLevel::Variable,
            }
            .set(registry, &edit.field, value, |from, until| {
                let from = from.unwrap_or(Some(valid.from)).ok_or(WrongEdit::Value("metadata-edit-day"))?;
                let until = until.unwrap_or(valid.until);
                in_order(Some(from), until)?;
                (valid.from, valid.until) = (from, until);
                Ok(())
            })
        }
        _ => Err(WrongEdit::Path),
    }
}

/// What all nodes have.
struct Node<'a> {
    name: &'a mut LocalisedText,
    description: &'a mut LocalisedText,
    properties: &'a mut Properties,
    level: PropertyLevel,
}

/// A day that is to be set; the outer `None` for "leave it", the inner for "open".
type NewDay = Option<Option<Date>>;

impl Node<'_> {
    fn set(
        self,
        registry: &Registry,
        field: &Field,
        value: &str,
        period: impl FnOnce(NewDay, NewDay) -> Result<(), WrongEdit>,
    ) -> Result<(), WrongEdit> {
        match field {
            Field::Name(Language::Nb) if value.is_empty() => return Err(WrongEdit::Value("metadata-edit-name")),
            Field::Name(language) => value.clone_into(text_in(self.name, *language)),
            Field::Description(language) => value.clone_into(text_in(self.description, *language)),
            Field::ValidFrom => period(Some(day(value)?), None)?,
            Field::ValidUntil => period(None, Some(day(value)?))?,
            Field::Property(key) => {
                let definition = registry.property(self.level, key).ok_or(WrongEdit::Field)?;
                if value.is_empty() {
                    self.properties.0.remove(key);
                    return Ok(());
                }
                let value = Value::String(value.to_owned());
                definition.read(&value).map_err(|wrong| WrongEdit::Value(wrong.0))?;
                self.properties.0.insert(key.clone(), value);
            }
        }
        Ok(())
    }
}

fn node_period(terms: (&mut Option<Date>, &mut Option<Date>), from: NewDay, until: NewDay) -> Result<(), WrongEdit> {
    let (from, until) = (from.unwrap_or(*terms.0), until.unwrap_or(*terms.1));
    in_order(from, until)?;
    (*terms.0, *terms.1) = (from, until);
    Ok(())
}

fn in_order(from: Option<Date>, until: Option<Date>) -> Result<(), WrongEdit> {
    let wrong = from.zip(until).is_some_and(|(from, until)| until < from);
    if wrong { Err(WrongEdit::Value("metadata-edit-order")) } else { Ok(()) }
}

fn text_in(text: &mut LocalisedText, language: Language) -> &mut String {
    match language {
        Language::Nb => &mut text.nb,
        Language::Nn => &mut text.nn,
        Language::En => &mut text.en,
    }
}

fn day(value: &str) -> Result<Option<Date>, WrongEdit> {
    if value.is_empty() {
        return Ok(None);
    }
    value.parse().map(Some).map_err(|_| WrongEdit::Value("metadata-edit-day"))
}
