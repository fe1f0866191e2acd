//! What is to be said, in the order it is said.

use std::collections::{HashMap, HashSet};

use oxrdf::{Graph, Literal, NamedNode, NamedOrBlankNode, Term, Triple};
use varde_core::{Language, LocalisedText};

use crate::vocabulary::{RDF, XSD};

/// Statements in order, each once. A graph forgets the order, and people read what we write.
#[derive(Debug, Clone, Default)]
pub struct Statements {
    triples: Vec<Triple>,
    seen: HashSet<Triple>,
}

impl Statements {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says something, unless it has been said.
    pub fn say(&mut self, subject: &NamedNode, predicate: NamedNode, object: impl Into<Term>) {
        let triple = Triple::new(subject.clone(), predicate, object);
        if self.seen.insert(triple.clone()) {
            self.triples.push(triple);
        }
    }

    /// Says what kind of thing the subject is.
    pub fn is(&mut self, subject: &NamedNode, class: NamedNode) {
        self.say(subject, RDF.term("type"), class);
    }

    /// Says a text in each language it is written in. Nothing is said in a language that has no text
    /// of its own: who reads it must not take bokmål for English.
    pub fn text(&mut self, subject: &NamedNode, predicate: NamedNode, text: &LocalisedText) {
        for (language, words) in [(Language::Nb, &text.nb), (Language::Nn, &text.nn), (Language::En, &text.en)] {
            if !words.trim().is_empty() {
                // The tags are ours and well formed.
                let literal = Literal::new_language_tagged_literal_unchecked(words.as_str(), language.tag());
                self.say(subject, predicate.clone(), literal);
            }
        }
    }

    /// Says a value of an XML Schema type: `typed(s, p, "2026-01-01", "date")`.
    pub fn typed(&mut self, subject: &NamedNode, predicate: NamedNode, value: &str, kind: &str) {
        self.say(subject, predicate, Literal::new_typed_literal(value, XSD.term(kind)));
    }

    /// Says a plain string.
    pub fn string(&mut self, subject: &NamedNode, predicate: NamedNode, value: &str) {
        self.say(subject, predicate, Literal::new_simple_literal(value));
    }

    /// Adds what somebody else says, after what is here.
    pub fn append(&mut self, other: Self) {
        for triple in other.triples {
            if self.seen.insert(triple.clone()) {
                self.triples.push(triple);
            }
        }
    }

    /// The statements, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Triple> {
        self.triples.iter()
    }

    /// The statements with those of one subject together, in the order the subjects were first named.
    pub fn by_subject(&self) -> Vec<&Triple> {
        let mut places = HashMap::new();
        for triple in &self.triples {
            let next = places.len();
            places.entry(&triple.subject).or_insert(next);
        }
        let mut together: Vec<&Triple> = self.triples.iter().collect();
        together.sort_by_key(|triple| places.get(&triple.subject).copied());
        together
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.triples.len()
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.triples.is_empty()
    }

    /// Whether anything is said of the subject.
    pub fn knows(&self, subject: &NamedNode) -> bool {
        self.triples.iter().any(|t| matches!(&t.subject, NamedOrBlankNode::NamedNode(node) if node == subject))
    }

    /// The statements as a graph, to look things up in.
    pub fn graph(&self) -> Graph {
        self.triples.iter().collect()
    }
}

/// The node at an address made of an address and a name within it: `…/sources/npr#publisher`. Characters
/// that an address may not hold are written by their bytes (RFC 3986 section 2.1).
pub fn node_of(address: &str, name: &str) -> NamedNode {
    let mut iri = String::from(address);
    if !name.is_empty() {
        iri.push('#');
        for byte in name.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => iri.push(byte as char),
                _ => iri.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    NamedNode::new_unchecked(iri)
}
