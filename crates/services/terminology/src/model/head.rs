//! What every resource that has an address of its own says about itself: code systems, maps and value
//! sets alike (FHIR CanonicalResource).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use varde_core::OrganisationId;

use super::{Key, Wording};

/// The head of a code system, map or value set. Those have it as theirs and are read through it
/// (`Deref`), since everybody asks a code system for its title, not its head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Its short name.
    pub key: Key,
    /// Its canonical address, such as `http://helsedir.no/fhir/CodeSystem/no-kodeverk-7110`.
    pub url: String,
    /// What it is called.
    pub title: Wording,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Wording::is_empty")]
    pub description: Wording,
    /// The organisation that answers for it here; without one only the command line changes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<OrganisationId>,
    /// Who publishes it, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub publisher: String,
    /// Under what terms its texts may be used, and who is to be named.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub copyright: String,
    /// Members of the FHIR resource that are not known here, kept for the way out.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub other: Map<String, Value>,
}

impl Head {
    /// Of something of which nothing more is known.
    pub fn new(key: Key, url: impl Into<String>, title: Wording) -> Self {
        Self {
            key,
            url: url.into(),
            title,
            description: Wording::default(),
            owner: None,
            publisher: String::new(),
            copyright: String::new(),
            other: Map::new(),
        }
    }
}

/// Lets a type that has a head be read through it.
macro_rules! headed {
    ($name:ident) => {
        impl std::ops::Deref for $name {
            type Target = $crate::model::Head;
            fn deref(&self) -> &Self::Target {
                &self.head
            }
        }

        impl std::ops::DerefMut for $name {
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.head
            }
        }
    };
}

pub(crate) use headed;
