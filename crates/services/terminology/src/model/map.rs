//! Maps from the codes of one system to those of another, or of one edition to the next.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Head, Key, Wording, head::headed, system::named};

named!(
    /// How a target stands to the source (FHIR concept-map-relationship).
    Relation {
        /// They mean the same.
        Equivalent => "equivalent",
        /// The source is narrower: it says more than the target.
        Narrower => "source-is-narrower-than-target",
        /// The source is broader: it says less than the target.
        Broader => "source-is-broader-than-target",
        /// They have to do with each other; how is not said.
        Related => "related-to",
        /// They have nothing to do with each other.
        NotRelated => "not-related-to",
    }
);

impl Relation {
    /// R4's code (concept-map-equivalence), which says how the *target* stands to the source: a
    /// source that is narrower has a wider target.
    pub const fn r4(self) -> &'static str {
        match self {
            Self::Equivalent => "equivalent",
            Self::Narrower => "wider",
            Self::Broader => "narrower",
            Self::Related => "relatedto",
            Self::NotRelated => "disjoint",
        }
    }

    /// The relation that a code of R4's list or of R5's names. Codes that R5 gave up fall to the
    /// nearest one that is left.
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "equivalent" | "equal" => Self::Equivalent,
            "source-is-narrower-than-target" | "wider" | "subsumes" => Self::Narrower,
            "source-is-broader-than-target" | "narrower" | "specializes" => Self::Broader,
            "related-to" | "relatedto" | "inexact" => Self::Related,
            "not-related-to" | "disjoint" => Self::NotRelated,
            _ => return None,
        })
    }

    /// The same seen from the target.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Narrower => Self::Broader,
            Self::Broader => Self::Narrower,
            other => other,
        }
    }

    /// The short name for the locale files.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Equivalent => "equivalent",
            Self::Narrower => "narrower",
            Self::Broader => "broader",
            Self::Related => "related",
            Self::NotRelated => "not-related",
        }
    }

    /// Whether following it finds something: what is said to have nothing to do with it is no match.
    pub const fn is_match(self) -> bool {
        !matches!(self, Self::NotRelated)
    }
}

/// Who decided about a mapping, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// Who, as a role or organisation.
    pub by: String,
    /// When, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// A map, without its mappings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConceptMap {
    /// What it says about itself.
    #[serde(flatten)]
    pub head: Head,
    /// The value set whose codes it maps, if the owner has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_scope: Option<String>,
    /// The value set it maps to, if the owner has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_scope: Option<String>,
    /// Who decided about its mappings, where a mapping does not say so itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
}

headed!(ConceptMap);

impl ConceptMap {
    /// A map of which nothing more is known.
    pub fn new(key: Key, url: impl Into<String>, title: Wording) -> Self {
        Self::from(Head::new(key, url, title))
    }
}

impl From<Head> for ConceptMap {
    fn from(head: Head) -> Self {
        Self { head, source_scope: None, target_scope: None, decided: None }
    }
}

/// A system, and its version where the map is about one only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// The canonical address.
    pub url: String,
    /// The version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl System {
    /// A system in any version.
    pub fn any(url: impl Into<String>) -> Self {
        Self { url: url.into(), version: None }
    }

    /// A canonical reference taken apart: `url` or `url|version`.
    pub fn parse(canonical: &str) -> Self {
        match canonical.split_once('|') {
            Some((url, version)) if !version.is_empty() => {
                Self { url: url.to_owned(), version: Some(version.to_owned()) }
            }
            Some((url, _)) => Self::any(url),
            None => Self::any(canonical),
        }
    }
}

/// Where one code of the source leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The system of the source.
    pub source: System,
    /// The source's code.
    pub code: String,
    /// The source's text, as the map has it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub display: String,
    /// Where it leads; none when somebody has decided that it leads nowhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Target>,
}

/// One target of a mapping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The system of the target.
    pub system: System,
    /// The target's code.
    pub code: String,
    /// The target's text, as the map has it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub display: String,
    /// How the source stands to it.
    pub relation: Relation,
    /// What is to be thought of.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Who decided, where it is not the map's own decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
    /// Members that are not known here, such as `dependsOn`, kept for the way out.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub other: Map<String, Value>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations_survive_both_versions_of_fhir() {
        for relation in Relation::ALL {
            assert_eq!(Relation::from_code(relation.name()), Some(*relation));
            assert_eq!(Relation::from_code(relation.r4()), Some(*relation));
            assert_eq!(relation.reversed().reversed(), *relation);
        }
        assert_eq!(Relation::from_code("unmatched"), None);
    }

    #[test]
    fn a_canonical_may_carry_a_version() {
        assert_eq!(System::parse("urn:a"), System::any("urn:a"));
        assert_eq!(System::parse("urn:a|"), System::any("urn:a"));
        assert_eq!(System::parse("urn:a|2|3").version.as_deref(), Some("2|3"));
    }
}
