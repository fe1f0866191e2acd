//! What a shapes graph says that is not obeyed.

use std::{collections::BTreeMap, fmt};

use oxrdf::{Graph, NamedNode};

use crate::vocabulary::SH;

/// Predicates with a meaning in SHACL Core, in the order of the recommendation.
const KNOWN: &[&str] = &[
    "targetClass",
    "targetNode",
    "targetSubjectsOf",
    "targetObjectsOf",
    "severity",
    "message",
    "deactivated",
    "property",
    "path",
    "inversePath",
    "alternativePath",
    "zeroOrMorePath",
    "oneOrMorePath",
    "zeroOrOnePath",
    "name",
    "description",
    "order",
    "group",
    "defaultValue",
    "class",
    "datatype",
    "nodeKind",
    "minCount",
    "maxCount",
    "minExclusive",
    "minInclusive",
    "maxExclusive",
    "maxInclusive",
    "minLength",
    "maxLength",
    "pattern",
    "flags",
    "languageIn",
    "uniqueLang",
    "equals",
    "disjoint",
    "lessThan",
    "lessThanOrEquals",
    "not",
    "and",
    "or",
    "xone",
    "node",
    "qualifiedValueShape",
    "qualifiedMinCount",
    "qualifiedMaxCount",
    "qualifiedValueShapesDisjoint",
    "closed",
    "ignoredProperties",
    "hasValue",
    "in",
    "shapesGraph",
    "suggestedShapesGraph",
    "entailment",
    "declare",
    "prefix",
    "namespace",
];

/// Predicates of SHACL's extensions that constrain, and that are not evaluated.
const EXTENSIONS: &[&str] = &[
    "sparql",
    "select",
    "ask",
    "construct",
    "prefixes",
    "target",
    "rule",
    "expression",
    "js",
    "validator",
    "nodeValidator",
    "propertyValidator",
    "parameter",
];

/// A term that is not obeyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What is wrong with it.
    pub kind: RemarkKind,
    /// The term, or the shape.
    pub term: String,
    /// How often it stands there.
    pub times: usize,
}

/// Why a term is not obeyed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RemarkKind {
    /// SHACL has no such term; with the one that was probably meant.
    Unknown(Option<&'static str>),
    /// It belongs to an extension that is not evaluated.
    NotEvaluated,
    /// It stands on a node shape and means something only on a property shape.
    Misplaced,
    /// Shapes refer to each other in a circle, and the data follow it.
    Circle,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, term, times } = self;
        match kind {
            RemarkKind::Unknown(Some(meant)) => write!(f, "sh:{term} is unknown (sh:{meant}?)")?,
            RemarkKind::Unknown(None) => write!(f, "sh:{term} is unknown")?,
            RemarkKind::NotEvaluated => write!(f, "sh:{term} is not evaluated")?,
            RemarkKind::Misplaced => write!(f, "sh:{term} means nothing on a node shape")?,
            RemarkKind::Circle => write!(f, "the shape {term} refers to itself by way of the data")?,
        }
        if *times > 1 { write!(f, ", {times} times") } else { Ok(()) }
    }
}

/// Counts remarks.
#[derive(Debug, Clone, Default)]
pub(super) struct Remarks(BTreeMap<(RemarkKind, String), usize>);

impl Remarks {
    pub(super) fn add(&mut self, kind: RemarkKind, term: &str) {
        *self.0.entry((kind, term.to_owned())).or_default() += 1;
    }

    pub(super) fn list(&self) -> Vec<Remark> {
        let remark = |((kind, term), times): (&(RemarkKind, String), &usize)| Remark {
            kind: kind.clone(),
            term: term.clone(),
            times: *times,
        };
        self.0.iter().map(remark).collect()
    }

    /// Notes the predicates of the shapes graph that SHACL Core does not know.
    pub(super) fn of_terms(graph: &Graph) -> Self {
        let mut remarks = Self::default();
        for triple in graph {
            let Some(name) = triple.predicate.as_str().strip_prefix(SH.iri) else { continue };
            if EXTENSIONS.contains(&name) {
                remarks.add(RemarkKind::NotEvaluated, name);
            } else if !KNOWN.contains(&name) {
                remarks.add(RemarkKind::Unknown(meant(name)), name);
            }
        }
        remarks
    }
}

/// The local name of a SHACL term.
pub(super) fn local(node: &NamedNode) -> Option<&str> {
    node.as_str().strip_prefix(SH.iri)
}

/// The known term nearest to a misspelt one, when it is near.
fn meant(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let near = KNOWN.iter().map(|known| (distance(&lower, &known.to_lowercase()), *known));
    near.filter(|(distance, _)| *distance <= 1).min().map(|(_, known)| known)
}

/// How many letters differ (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn the_misspelt_terms_of_official_files_are_recognised() {
        let cases = [
            ("MinCount", Some("minCount")),
            ("targetSUbjectOf", Some("targetSubjectsOf")),
            ("patern", Some("pattern")),
            ("extends", None),
        ];
        for (written, expected) in cases {
            assert_eq!(meant(written), expected, "{written}");
        }
    }
}
