//! Value sets: which codes, by rules. The rules have FHIR's own form (ValueSet.compose), so that
//! nothing is lost between it and ours.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Head, Key, Wording, head::headed, system::named};

/// A value set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValueSet {
    /// What it says about itself.
    #[serde(flatten)]
    pub head: Head,
    /// What is in it.
    #[serde(default)]
    pub include: Vec<Include>,
    /// What of that is not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<Include>,
    /// Whether codes that are out of use are in it, where the owner says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inactive: Option<bool>,
}

headed!(ValueSet);

impl ValueSet {
    /// A value set without rules.
    pub fn new(key: Key, url: impl Into<String>, title: Wording) -> Self {
        Self::from(Head::new(key, url, title))
    }

    /// The set of all codes of a system (FHIR: the implicit value set), in the version it is fixed
    /// to, or the newest.
    pub fn of_system(key: Key, url: &str, system: &str, version: Option<&str>) -> Self {
        let include =
            Include { system: Some(system.to_owned()), version: version.map(str::to_owned), ..Include::default() };
        Self { include: vec![include], ..Self::new(key, url, Wording::default()) }
    }
}

impl From<Head> for ValueSet {
    fn from(head: Head) -> Self {
        Self { head, include: Vec::new(), exclude: Vec::new(), inactive: None }
    }
}

/// One rule (FHIR ValueSet.compose.include): codes of a system, all or those listed or filtered,
/// that are in every one of the value sets named.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Include {
    /// The system's canonical address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The version it is fixed to; the newest without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The codes, where they are listed.
    #[serde(default, rename = "concept", skip_serializing_if = "Vec::is_empty")]
    pub concepts: Vec<Chosen>,
    /// What the codes must be like, all of it.
    #[serde(default, rename = "filter", skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// Value sets, as canonical references.
    #[serde(default, rename = "valueSet", skip_serializing_if = "Vec::is_empty")]
    pub value_sets: Vec<String>,
    /// Members that are not known here, kept for the way out.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A code that is listed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Chosen {
    /// The code.
    pub code: String,
    /// What it is called in this value set, where that is not the system's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// Members that are not known here, such as `designation`, kept for the way out.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What codes must be like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Which property; `concept` or `code` for the code itself.
    #[serde(default)]
    pub property: String,
    /// How it is compared.
    #[serde(default)]
    pub op: String,
    /// With what.
    #[serde(default)]
    pub value: String,
    /// Members that are not known here, kept for the way out.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

named!(
    /// How a filter compares (FHIR filter-operator).
    FilterKind {
        /// The property has that value.
        Equals => "=",
        /// The code is that one or below it.
        IsA => "is-a",
        /// The code is below that one.
        DescendentOf => "descendent-of",
        /// The code is neither that one nor below it.
        IsNotA => "is-not-a",
        /// The whole value matches the regular expression.
        Regex => "regex",
        /// The value is one of those, which commas divide.
        In => "in",
        /// The value is none of those.
        NotIn => "not-in",
        /// The code is that one or above it.
        Generalizes => "generalizes",
        /// The code is right below that one.
        ChildOf => "child-of",
        /// The code is below that one and has nothing below itself.
        DescendentLeaf => "descendent-leaf",
        /// The property is there (`true`) or is not (`false`).
        Exists => "exists",
    }
);
