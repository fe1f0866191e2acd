//! What is assessed: sources of the catalogue, and systems that are registered here.

use std::fmt;

use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, FieldProblem, OrganisationId, define_id};

use crate::model::text::{self, LINE, LONG};

define_id!(
    /// A system.
    SystemId
);

/// Something that is assessed. In addresses `kilde-npr` or `system-019a…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ThingId {
    /// A source of the catalogue, by its path.
    Source(CataloguePath),
    /// A system.
    System(SystemId),
}

/// The text names nothing that could be assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("name a source (kilde-…) or a system (system-…)")]
pub struct NotAThing;

impl TryFrom<String> for ThingId {
    type Error = NotAThing;
    fn try_from(text: String) -> Result<Self, NotAThing> {
        match text.split_once('-') {
            Some(("kilde", path)) => {
                let path = CataloguePath::try_from(path.to_owned()).map_err(|_| NotAThing)?;
                if path.parent().is_some() { Err(NotAThing) } else { Ok(Self::Source(path)) }
            }
            Some(("system", id)) => id.parse().map(Self::System).map_err(|_| NotAThing),
            _ => Err(NotAThing),
        }
    }
}

impl fmt::Display for ThingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(path) => write!(f, "kilde-{}", path.as_str()),
            Self::System(id) => write!(f, "system-{id}"),
        }
    }
}

impl From<ThingId> for String {
    fn from(id: ThingId) -> Self {
        id.to_string()
    }
}

/// A system, as it is registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// Its name.
    pub name: String,
    /// What it does.
    pub about: String,
    /// Who answers for it.
    pub owner: OrganisationId,
    /// Whether everybody may know of it. What would help somebody who wants to break in is not public.
    pub public: bool,
    /// Whether it has been taken out of use.
    pub ended: bool,
}

impl System {
    /// What is wrong with it.
    pub fn check(&self) -> Vec<FieldProblem> {
        [text::check("name", &self.name, LINE), text::check("about", &self.about, LONG)].into_iter().flatten().collect()
    }
}

/// Something that is assessed, with what is needed to show it and to say who may do what with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// Which.
    pub id: ThingId,
    /// Its name.
    pub name: varde_core::LocalisedText,
    /// Who answers for it; none when the organisation is not registered here.
    pub owner: Option<OrganisationId>,
    /// Whether everybody may read about it.
    pub public: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_read_as_they_are_written() {
        for text in ["kilde-npr", "system-0192f3a0-0000-7000-8000-000000000001"] {
            assert_eq!(ThingId::try_from(text.to_owned()).unwrap().to_string(), text);
        }
        for wrong in ["", "npr", "kilde-", "kilde-npr/kontakt", "kilde-NPR", "system-1", "annet-npr"] {
            assert_eq!(ThingId::try_from(wrong.to_owned()), Err(NotAThing), "{wrong}");
        }
    }
}
