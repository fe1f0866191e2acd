//! A code system: what is the same for all its concepts.

use serde::{Deserialize, Serialize};

use super::{Head, Key, Wording, head::headed};

/// Makes an enum with stable names for the database, the wire and the locale files.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// All of them, in the order they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name: in the database, on the wire, in the locale files.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The one of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.name() == name)
            }
        }
    };
}

pub(crate) use named;

named!(
    /// Whose list it is, as the national catalogue tells code systems apart.
    SystemKind {
        /// Of clinical terms, kept nationally or by the world: ICD-10, NCSP, ICPC-2, ATC.
        Clinical => "clinical",
        /// Of administration, kept nationally: sexes, municipalities, kinds of contact.
        Administrative => "administrative",
        /// Of one source.
        Local => "local",
    }
);

named!(
    /// How much of the code system an edition holds (FHIR codesystem-content-mode).
    ContentKind {
        /// Every code.
        Complete => "complete",
        /// Some codes, so that a code that is not here may still be right.
        Fragment => "fragment",
        /// A few, to show what it is like.
        Example => "example",
        /// None: only what is said about the system is here.
        NotPresent => "not-present",
    }
);

named!(
    /// What it means to stand below something (FHIR codesystem-hierarchy-meaning).
    HierarchyMeaning {
        /// A kind of it.
        IsA => "is-a",
        /// A part of it.
        PartOf => "part-of",
        /// Classified there: each thing in one place.
        ClassifiedWith => "classified-with",
        /// Just put together.
        GroupedBy => "grouped-by",
    }
);

/// A property that concepts of the system may have (FHIR CodeSystem.property).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropertyDefinition {
    /// The system's own code for it.
    pub code: String,
    /// What it means, as an address, such as one of FHIR's common properties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// FHIR's name of the values' type: `code`, `Coding`, `string`, `integer`, `boolean`,
    /// `dateTime`, `decimal`.
    pub kind: String,
}

/// A code system, without the concepts of any edition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodeSystem {
    /// What it says about itself.
    #[serde(flatten)]
    pub head: Head,
    /// Its object identifier without `urn:oid:`, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oid: Option<String>,
    /// Whose list it is.
    pub kind: SystemKind,
    /// The language of displays that name none, as a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Whether `a00` and `A00` are different codes.
    #[serde(default)]
    pub case_sensitive: bool,
    /// How much of it an edition holds.
    #[serde(default = "complete")]
    pub content: ContentKind,
    /// What the hierarchy means.
    #[serde(default = "is_a")]
    pub hierarchy: HierarchyMeaning,
    /// What concepts may have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<PropertyDefinition>,
}

headed!(CodeSystem);

fn complete() -> ContentKind {
    ContentKind::Complete
}

fn is_a() -> HierarchyMeaning {
    HierarchyMeaning::IsA
}

impl CodeSystem {
    /// A clinical system of which nothing more is known.
    pub fn new(key: Key, url: impl Into<String>, title: Wording) -> Self {
        Self::from(Head::new(key, url, title))
    }
}

impl From<Head> for CodeSystem {
    fn from(head: Head) -> Self {
        Self {
            head,
            oid: None,
            kind: SystemKind::Clinical,
            language: None,
            case_sensitive: false,
            content: ContentKind::Complete,
            hierarchy: HierarchyMeaning::IsA,
            properties: Vec::new(),
        }
    }
}

impl CodeSystem {
    /// Whether a codebook means this system by that name: its key, address or object identifier.
    pub fn is_named(&self, name: &str) -> bool {
        let name = name.trim();
        self.key.as_str().eq_ignore_ascii_case(name) || self.oid.as_deref() == Some(name) || self.is_called(name)
    }

    /// Whether the address is this system's: its canonical one, or its object identifier.
    pub fn is_called(&self, url: &str) -> bool {
        self.url == url || self.oid.as_deref().is_some_and(|oid| url.strip_prefix("urn:oid:") == Some(oid))
    }
}
