//! What came of holding data up against shapes (SHACL section 3.6).

use std::fmt;

use oxrdf::{Literal, NamedNode, Term};
use varde_core::LocalisedText;

use super::{Path, Remark};
use crate::vocabulary::SH;

/// The outcome.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What is wrong, by focus node, path and component.
    pub findings: Vec<Finding>,
    /// What the shapes say that was not obeyed.
    pub remarks: Vec<Remark>,
}

impl Report {
    /// Whether nothing at all was found (`sh:conforms`).
    pub fn conforms(&self) -> bool {
        self.findings.is_empty()
    }

    /// The findings of a severity.
    pub fn of(&self, severity: &Severity) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |f| &f.severity == severity)
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The node that was looked at.
    pub focus: Term,
    /// The way from it to what is wrong; `None` when it is the node itself.
    pub path: Option<Path>,
    /// The kind of constraint.
    pub component: Component,
    /// The value that is wrong, where there is one.
    pub value: Option<Term>,
    /// How much it matters.
    pub severity: Severity,
    /// The shape that asks for it.
    pub shape: Term,
    /// What the shape itself has to say, with language tags.
    pub messages: Vec<Literal>,
    /// What is wrong, in plain words.
    pub reason: LocalisedText,
}

/// How much a finding matters (section 2.1.4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A breach.
    Violation,
    /// Worth a look.
    Warning,
    /// For information.
    Info,
    /// One of the shapes' own.
    Other(NamedNode),
}

impl Severity {
    pub(super) fn of(node: NamedNode) -> Self {
        match node.as_str().strip_prefix(SH.iri) {
            Some("Violation") => Self::Violation,
            Some("Warning") => Self::Warning,
            Some("Info") => Self::Info,
            _ => Self::Other(node),
        }
    }

    /// A short name: `violation`, `warning`, `info` or `other`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Violation => "violation",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Other(_) => "other",
        }
    }
}

macro_rules! components {
    ($($name:ident),+ $(,)?) => {
        /// The components of SHACL Core (section 4).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "named as in the recommendation")]
        pub enum Component { $($name),+ }

        impl Component {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name in the recommendation, without `ConstraintComponent`: `MinCount`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),+ }
            }
        }
    };
}

components! {
    Class, Datatype, NodeKind, MinCount, MaxCount, MinExclusive, MinInclusive, MaxExclusive, MaxInclusive,
    MinLength, MaxLength, Pattern, LanguageIn, UniqueLang, Equals, Disjoint, LessThan, LessThanOrEquals,
    Not, And, Or, Xone, Node, Property, QualifiedMinCount, QualifiedMaxCount, Closed, HasValue, In,
}

impl Component {
    /// The component's address.
    pub fn node(self) -> NamedNode {
        SH.term(&format!("{self}ConstraintComponent"))
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The data lead from shape to shape further than is followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the shape {shape} leads more than {limit} shapes deep at {focus}: the data are nested too deeply to be checked"
)]
pub struct TooDeep {
    /// The shape that it was broken off at.
    pub shape: String,
    /// The node that it was broken off at.
    pub focus: String,
    /// How deep is followed.
    pub limit: usize,
}
