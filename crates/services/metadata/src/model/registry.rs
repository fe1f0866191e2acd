//! What is common to all sources: definitions of properties, instruments, names of code systems,
//! saved filters. The registry is kept in whole editions, as sources are.

use serde::{Deserialize, Serialize};
use varde_core::Digest;

use super::{
    link::CodeLinkKind,
    property::{PropertyDefinition, PropertyLevel},
};

/// The registry of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Registry {
    /// Properties, in the order they came; shown by [`PropertyDefinition::order`].
    pub properties: Vec<PropertyDefinition>,
    /// Instruments: forms and scales that several variables belong to.
    pub instruments: Vec<Instrument>,
    /// Names of code systems that variables refer to.
    pub code_systems: Vec<CodeSystemName>,
    /// Filters that the catalogue's editors saved for everybody.
    pub filters: Vec<SavedFilter>,
}

/// An instrument, such as a questionnaire on quality of life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Its id in the catalogue it came from.
    pub id: String,
    /// Its code: `RAND-36`.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// The name of a code system that variables refer to by [`super::CodeLink`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeSystemName {
    /// Which kind of link refers to it.
    pub kind: CodeLinkKind,
    /// The reference: an OID, or a short name.
    pub reference: String,
    /// Its name.
    pub name: String,
}

/// A saved filter; filters form a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedFilter {
    /// Its id in the catalogue it came from.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The filter above it, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

impl Registry {
    /// The properties of a level in the order they are shown.
    pub fn properties_of(&self, level: PropertyLevel) -> Vec<&PropertyDefinition> {
        let mut found: Vec<&PropertyDefinition> = self.properties.iter().filter(|p| p.level == level).collect();
        found.sort_by_key(|p| p.order);
        found
    }

    /// The definition of a key at a level.
    pub fn property(&self, level: PropertyLevel, key: &str) -> Option<&PropertyDefinition> {
        self.properties.iter().find(|p| p.level == level && p.key == key)
    }

    /// The name of a code system.
    pub fn code_system(&self, kind: CodeLinkKind, reference: &str) -> Option<&str> {
        let found = self.code_systems.iter().find(|c| c.kind == kind && c.reference == reference);
        found.map(|c| c.name.as_str())
    }

    /// Takes over what another registry says, its word before ours where both speak of the same.
    pub fn learn(&mut self, other: Registry) {
        merge(&mut self.properties, other.properties, |a, b| a.level == b.level && a.key == b.key);
        merge(&mut self.instruments, other.instruments, |a, b| a.id == b.id);
        merge(&mut self.code_systems, other.code_systems, |a, b| a.kind == b.kind && a.reference == b.reference);
        merge(&mut self.filters, other.filters, |a, b| a.id == b.id);
    }

    /// The digest of the registry: SHA-256 of its JSON.
    pub fn digest(&self) -> Digest {
        Digest::of(&serde_json::to_vec(self).unwrap_or_default())
    }
}

fn merge<T>(into: &mut Vec<T>, from: Vec<T>, same: impl Fn(&T, &T) -> bool) {
    for new in from {
        match into.iter().position(|old| same(old, &new)) {
            Some(at) => into[at] = new,
            None => into.push(new),
        }
    }
}
