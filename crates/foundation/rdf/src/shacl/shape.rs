//! Shapes as they are evaluated.

use oxrdf::{Literal, NamedNode, Term};
use regex::Regex;
use varde_core::LocalisedText;

use super::{Severity, path::Path, remark::Remark, remark::Remarks, report::Component};

/// The place of a shape among the shapes.
pub(super) type ShapeId = usize;

/// A shapes graph, read.
#[derive(Debug, Clone)]
pub struct Shapes {
    pub(super) shapes: Vec<Shape>,
    pub(super) remarks: Remarks,
}

impl Shapes {
    /// How many shapes there are, with those inside others.
    pub fn len(&self) -> usize {
        self.shapes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.shapes.is_empty()
    }

    /// What the shapes graph says that is not obeyed.
    pub fn remarks(&self) -> Vec<Remark> {
        self.remarks.list()
    }
}

/// A shape.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) node: Term,
    /// What people call the property (`sh:name`).
    pub(super) name: LocalisedText,
    /// With a path it is a property shape.
    pub(super) path: Option<Path>,
    pub(super) targets: Vec<Target>,
    pub(super) constraints: Vec<Constraint>,
    pub(super) severity: Severity,
    pub(super) messages: Vec<Literal>,
    pub(super) deactivated: bool,
}

/// How a shape finds its focus nodes (section 2.1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    Node(Term),
    Class(NamedNode),
    SubjectsOf(NamedNode),
    ObjectsOf(NamedNode),
}

/// A kind of node (section 4.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeKind {
    pub(super) iri: bool,
    pub(super) blank: bool,
    pub(super) literal: bool,
}

/// Which end of a range, and whether the end is within (section 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    MinExclusive,
    MinInclusive,
    MaxExclusive,
    MaxInclusive,
}

/// How the values of two properties stand to each other (section 4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    Equals,
    Disjoint,
    LessThan,
    LessThanOrEquals,
}

/// A constraint (section 4).
#[derive(Debug, Clone)]
pub(super) enum Constraint {
    Class(NamedNode),
    Datatype(NamedNode),
    NodeKind(NodeKind),
    MinCount(u64),
    MaxCount(u64),
    Range(Edge, Literal),
    MinLength(u64),
    MaxLength(u64),
    Pattern(Regex, String),
    LanguageIn(Vec<String>),
    UniqueLang,
    Pair(Pair, NamedNode),
    Not(ShapeId),
    And(Vec<ShapeId>),
    Or(Vec<ShapeId>),
    Xone(Vec<ShapeId>),
    Node(ShapeId),
    Property(ShapeId),
    QualifiedMin(Qualified, u64),
    QualifiedMax(Qualified, u64),
    Closed(Vec<NamedNode>),
    HasValue(Term),
    In(Vec<Term>),
}

/// What a value must conform to in order to count, and what it must not (section 4.7.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Qualified {
    pub(super) shape: ShapeId,
    pub(super) not: Vec<ShapeId>,
}

impl Constraint {
    /// Its component's name in results.
    pub(super) fn component(&self) -> Component {
        match self {
            Self::Class(_) => Component::Class,
            Self::Datatype(_) => Component::Datatype,
            Self::NodeKind(_) => Component::NodeKind,
            Self::MinCount(_) => Component::MinCount,
            Self::MaxCount(_) => Component::MaxCount,
            Self::Range(Edge::MinExclusive, _) => Component::MinExclusive,
            Self::Range(Edge::MinInclusive, _) => Component::MinInclusive,
            Self::Range(Edge::MaxExclusive, _) => Component::MaxExclusive,
            Self::Range(Edge::MaxInclusive, _) => Component::MaxInclusive,
            Self::MinLength(_) => Component::MinLength,
            Self::MaxLength(_) => Component::MaxLength,
            Self::Pattern(..) => Component::Pattern,
            Self::LanguageIn(_) => Component::LanguageIn,
            Self::UniqueLang => Component::UniqueLang,
            Self::Pair(Pair::Equals, _) => Component::Equals,
            Self::Pair(Pair::Disjoint, _) => Component::Disjoint,
            Self::Pair(Pair::LessThan, _) => Component::LessThan,
            Self::Pair(Pair::LessThanOrEquals, _) => Component::LessThanOrEquals,
            Self::Not(_) => Component::Not,
            Self::And(_) => Component::And,
            Self::Or(_) => Component::Or,
            Self::Xone(_) => Component::Xone,
            Self::Node(_) => Component::Node,
            Self::Property(_) => Component::Property,
            Self::QualifiedMin(..) => Component::QualifiedMinCount,
            Self::QualifiedMax(..) => Component::QualifiedMaxCount,
            Self::Closed(_) => Component::Closed,
            Self::HasValue(_) => Component::HasValue,
            Self::In(_) => Component::In,
        }
    }
}
