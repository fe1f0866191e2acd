//! Property paths (SHACL section 2.3.1): how to get from a focus node to its value nodes.

use std::{collections::HashSet, fmt};

use oxrdf::{Graph, NamedNode, NamedOrBlankNodeRef, Term, TermRef};

use crate::vocabulary::short;

/// A property path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Path {
    /// To the objects of a predicate.
    Predicate(NamedNode),
    /// The other way.
    Inverse(Box<Path>),
    /// One after the other.
    Sequence(Vec<Path>),
    /// Any of them.
    Alternative(Vec<Path>),
    /// Any number of times, also none.
    ZeroOrMore(Box<Path>),
    /// At least once.
    OneOrMore(Box<Path>),
    /// Once or not at all.
    ZeroOrOne(Box<Path>),
}

/// In SPARQL's notation, with whole addresses: `<…#a>/^<…#b>`. Two paths are the same when this is.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.notation(&|node| node.to_string()))
    }
}

impl Path {
    /// As people read it: `dct:title`.
    pub fn short(&self) -> String {
        self.notation(&|node| short(node.as_str()))
    }

    fn notation(&self, name: &dyn Fn(&NamedNode) -> String) -> String {
        let joined = |parts: &[Self], with: &str| {
            let parts: Vec<String> = parts.iter().map(|part| part.notation(name)).collect();
            format!("({})", parts.join(with))
        };
        match self {
            Self::Predicate(node) => name(node),
            Self::Inverse(path) => format!("^{}", path.notation(name)),
            Self::Sequence(parts) => joined(parts, "/"),
            Self::Alternative(parts) => joined(parts, "|"),
            Self::ZeroOrMore(path) => format!("{}*", path.notation(name)),
            Self::OneOrMore(path) => format!("{}+", path.notation(name)),
            Self::ZeroOrOne(path) => format!("{}?", path.notation(name)),
        }
    }

    /// The value nodes of a focus node, each once.
    pub(crate) fn values(&self, data: &Graph, focus: &Term) -> Vec<Term> {
        let mut found = Found::default();
        self.follow(data, focus, false, &mut found);
        found.nodes
    }

    fn follow(&self, data: &Graph, from: &Term, backwards: bool, found: &mut Found) {
        match self {
            Self::Predicate(predicate) => step(data, from, predicate, backwards, found),
            Self::Inverse(path) => path.follow(data, from, !backwards, found),
            Self::Alternative(paths) => paths.iter().for_each(|path| path.follow(data, from, backwards, found)),
            Self::Sequence(paths) => follow_all(paths, data, from, backwards, found),
            Self::ZeroOrMore(path) => {
                found.add(from.clone());
                path.repeat(data, from, backwards, found);
            }
            Self::OneOrMore(path) => path.repeat(data, from, backwards, found),
            Self::ZeroOrOne(path) => {
                found.add(from.clone());
                path.follow(data, from, backwards, found);
            }
        }
    }

    /// All that is reached in one step or more. Each node is gone on from once, so that circles end.
    fn repeat(&self, data: &Graph, from: &Term, backwards: bool, found: &mut Found) {
        let mut reached = Found::default();
        self.follow(data, from, backwards, &mut reached);
        let mut next = 0;
        while let Some(node) = reached.nodes.get(next).cloned() {
            self.follow(data, &node, backwards, &mut reached);
            next += 1;
        }
        reached.nodes.into_iter().for_each(|node| found.add(node));
    }
}

fn follow_all(paths: &[Path], data: &Graph, from: &Term, backwards: bool, found: &mut Found) {
    let mut here = vec![from.clone()];
    let mut go = |path: &Path| {
        let mut next = Found::default();
        here.iter().for_each(|node| path.follow(data, node, backwards, &mut next));
        here = next.nodes;
    };
    if backwards {
        paths.iter().rev().for_each(&mut go);
    } else {
        paths.iter().for_each(&mut go);
    }
    here.into_iter().for_each(|node| found.add(node));
}

fn step(data: &Graph, from: &Term, predicate: &NamedNode, backwards: bool, found: &mut Found) {
    if backwards {
        for subject in data.subjects_for_predicate_object(predicate, from) {
            found.add(TermRef::from(subject).into_owned());
        }
    } else if let Some(subject) = as_subject(from) {
        for object in data.objects_for_subject_predicate(subject, predicate) {
            found.add(object.into_owned());
        }
    }
}

/// The term as a subject; literals are none.
pub(crate) fn as_subject(term: &Term) -> Option<NamedOrBlankNodeRef<'_>> {
    match term {
        Term::NamedNode(node) => Some(node.as_ref().into()),
        Term::BlankNode(node) => Some(node.as_ref().into()),
        Term::Literal(_) => None,
    }
}

/// Nodes in the order they were found, each once.
#[derive(Default)]
struct Found {
    nodes: Vec<Term>,
    seen: HashSet<Term>,
}

impl Found {
    fn add(&mut self, node: Term) {
        if self.seen.insert(node.clone()) {
            self.nodes.push(node);
        }
    }
}
