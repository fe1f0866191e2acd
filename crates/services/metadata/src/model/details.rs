//! What sources, sub-sources and datasets say of themselves beyond name and description: terms that
//! are handed down the tree, properties, where they came from.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Deserializer, Serialize};
use varde_core::CataloguePath;

use super::property::Properties;

/// What a node says beyond its name. Everything is optional; an edition from before this existed
/// reads as empty and keeps its digest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Details {
    /// The code the publisher knows it by: `K_ALS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// An abbreviation people use: `ALS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_name: Option<String>,
    /// What it says itself of law, responsibility and validity; the rest it inherits.
    #[serde(skip_serializing_if = "Terms::is_empty")]
    pub terms: Terms,
    /// Values of the properties that the registry defines.
    #[serde(skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
    /// Its place among its siblings, when the publisher gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<i64>,
    /// When the publisher's catalogue got it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When the publisher's catalogue changed it last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// Whether the publisher says that it is no longer active.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub inactive: bool,
    /// How figures of a dataset are made: `yearly`, `accumulated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistics: Option<String>,
    /// What a dataset counts: persons, contacts, operations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counting_unit: Option<String>,
    /// How often a dataset is brought up to date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency: Option<String>,
    /// The datasets that a dataset is made of, when it is a data product.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub derived_from: Vec<CataloguePath>,
    /// Where it came from, when another catalogue handed it over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<External>,
}

impl Details {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The data categories it says itself, as the publisher writes them: `ehds-cat:biobanks`.
    pub fn categories(&self) -> Vec<String> {
        self.properties.list("healthCategory")
    }
}

/// What is handed down from a source to its sub-sources and datasets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Terms {
    /// The legal basis in the publisher's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    /// Who answers for it (dataansvarlig), by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
    /// Who processes it on the controller's behalf (databehandler), by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processor: Option<String>,
    /// How its people can be told: `directlyIdentifiable`, `indirectlyIdentifiable`, `deIdentified`,
    /// `anonymous`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identification: Option<String>,
    /// The first day it covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// The last day it covers; `None` while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
}

impl Terms {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A value with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effective<T> {
    /// The value that holds.
    pub value: Option<T>,
    /// Whether the node says so itself.
    pub own: bool,
    /// Which of the chain says so, from 0 for the node itself; `None` when nobody does.
    #[serde(skip)]
    pub at: Option<usize>,
}

/// The terms that hold for a node: its own where it has them, else those above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EffectiveTerms {
    /// The legal basis in the publisher's words.
    pub legal_basis: Effective<String>,
    /// Who answers for it.
    pub controller: Effective<String>,
    /// Who processes it.
    pub processor: Effective<String>,
    /// How its people can be told.
    pub identification: Effective<String>,
    /// The first day.
    pub valid_from: Effective<Date>,
    /// The last day.
    pub valid_until: Effective<Date>,
}

impl EffectiveTerms {
    /// What holds for the first of the chain; the ones after it are above it, nearest first.
    pub fn of(chain: &[&Terms]) -> Self {
        Self {
            legal_basis: effective(chain, |t| t.legal_basis.clone()),
            controller: effective(chain, |t| t.controller.clone()),
            processor: effective(chain, |t| t.processor.clone()),
            identification: effective(chain, |t| t.identification.clone()),
            valid_from: effective(chain, |t| t.valid_from),
            valid_until: effective(chain, |t| t.valid_until),
        }
    }
}

fn effective<T>(chain: &[&Terms], of: impl Fn(&Terms) -> Option<T>) -> Effective<T> {
    let found = chain.iter().enumerate().find_map(|(at, terms)| Some((at, of(terms)?)));
    match found {
        Some((at, value)) => Effective { value: Some(value), own: at == 0, at: Some(at) },
        None => Effective { value: None, own: false, at: None },
    }
}

/// The identity of a node in another catalogue, and what that catalogue said which we would have
/// said otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct External {
    /// The catalogue: `explorer`.
    pub catalogue: String,
    /// Its id there; kept for good, so that links into that catalogue go on working.
    pub id: String,
    /// Where a payload differs from what this model makes of it, by the payload's name. So nothing of a
    /// payload is lost, and nothing of it hides a later change of ours.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kept: BTreeMap<String, Vec<Kept>>,
}

/// One place where a payload says something else than the model would: counts of variables that
/// were not handed over, texts escaped in another way, fields we do not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Where in the payload: a JSON Pointer (RFC 6901).
    pub at: String,
    /// What the model made of it then; `None` when it had no such member.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub ours: Option<serde_json::Value>,
    /// What the payload said; `None` when it had no such member.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub theirs: Option<serde_json::Value>,
}

/// A member that is there is `Some`, also when it is `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<serde_json::Value>, D::Error> {
    serde_json::Value::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_value_holds_and_says_whose_it_is() {
        let source = Terms {
            controller: Some("Sykehuset".into()),
            valid_from: Some(jiff::civil::date(2010, 1, 1)),
            ..Terms::default()
        };
        let part = Terms { controller: Some("Klinikken".into()), ..Terms::default() };
        let own = EffectiveTerms::of(&[&part, &source]);
        assert_eq!(own.controller, Effective { value: Some("Klinikken".into()), own: true, at: Some(0) });
        assert_eq!(own.valid_from, Effective { value: Some(jiff::civil::date(2010, 1, 1)), own: false, at: Some(1) });
        assert_eq!(own.processor, Effective { value: None, own: false, at: None });
    }

    #[test]
    fn null_and_nothing_are_kept_apart() {
        let kept = Kept { at: "/a".into(), ours: None, theirs: Some(serde_json::Value::Null) };
        let text = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<Kept>(&text).unwrap(), kept);
    }
}
