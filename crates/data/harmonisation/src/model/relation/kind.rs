//! How a variable stands to another.

use serde::{Deserialize, Serialize};

/// How a variable stands to another: always said of the one the relation starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// It means the same.
    Equivalent,
    /// It means less: whatever it covers, the other covers too, and more.
    Narrower,
    /// It means more.
    Broader,
    /// It has to do with it, and is neither.
    Related,
}

impl RelationKind {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 4] = [Self::Equivalent, Self::Narrower, Self::Broader, Self::Related];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equivalent => "equivalent",
            Self::Narrower => "narrower",
            Self::Broader => "broader",
            Self::Related => "related",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The mapping property of SKOS (reference of 18 August 2009, section 10). `A broadMatch B` says that B
    /// is the broader one, so that a variable that is narrower than the other has a broad match in it.
    pub const fn skos(self) -> &'static str {
        match self {
            Self::Equivalent => "exactMatch",
            Self::Narrower => "broadMatch",
            Self::Broader => "narrowMatch",
            Self::Related => "relatedMatch",
        }
    }
}
