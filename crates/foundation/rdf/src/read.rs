//! Reading RDF that others wrote.

use std::collections::BTreeMap;

use oxrdf::{Graph, Triple};
use oxrdfio::{RdfParseError, RdfParser};

use crate::{Format, nesting};

/// How large a text may be. What a catalogue of a whole country holds is well within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of text.
    pub bytes: usize,
    /// Statements.
    pub statements: usize,
    /// Levels of nesting.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 * 1024 * 1024, statements: 2_000_000, depth: 100 }
    }
}

/// What a text says.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its statements.
    pub graph: Graph,
    /// The prefixes that it declares, by name.
    pub prefixes: BTreeMap<String, String>,
}

/// Why a text cannot be taken. Lines and columns count from one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is larger than allowed.
    #[error("the text is {size} bytes; at most {limit} are taken: divide it")]
    TooLarge {
        /// Its bytes.
        size: usize,
        /// What is allowed.
        limit: usize,
    },
    /// It says more than allowed.
    #[error("the text has more than {limit} statements: divide it")]
    TooMany {
        /// What is allowed.
        limit: usize,
    },
    /// It nests deeper than allowed.
    #[error("the text nests {depth} levels deep; at most {limit} are taken: give the inner nodes names")]
    TooDeep {
        /// Its levels.
        depth: usize,
        /// What is allowed.
        limit: usize,
    },
    /// It declares an entity that grows when it is read.
    #[error("the XML declares an entity that is long or refers to others: write out what it stands for")]
    Entity,
    /// The address that relative names are to be read from is none.
    #[error("{0:?} is not an address that relative names can be read from: give an absolute one")]
    Base(String),
    /// It is not written as the format says.
    #[error("line {line}, column {column}: {problem}")]
    Syntax {
        /// The line.
        line: u64,
        /// The column, in characters.
        column: u64,
        /// What the parser says.
        problem: String,
    },
    /// It is not written as the format says, somewhere.
    #[error("the text cannot be read: {0}")]
    Unplaced(String),
}

/// Reads a text. `base` is where it came from, so that relative names become whole. Blank nodes keep the
/// names they have in the text. Named graphs are refused: a catalogue is one graph.
pub fn read(text: &[u8], format: Format, base: Option<&str>, limits: Limits) -> Result<Document, ReadError> {
    check(text, format, limits)?;
    let mut parser = RdfParser::from_format(format.of_library()).without_named_graphs();
    if let Some(base) = base {
        parser = parser.with_base_iri(base).map_err(|_| ReadError::Base(base.to_owned()))?;
    }
    let mut quads = parser.for_slice(text);
    let mut graph = Graph::new();
    for quad in quads.by_ref() {
        let quad = quad.map_err(|error| placed(error.into()))?;
        graph.insert(&Triple::new(quad.subject, quad.predicate, quad.object));
        if graph.len() > limits.statements {
            return Err(ReadError::TooMany { limit: limits.statements });
        }
    }
    let prefixes = quads.prefixes().map(|(name, iri)| (name.to_owned(), iri.to_owned())).collect();
    Ok(Document { graph, prefixes })
}

fn check(text: &[u8], format: Format, limits: Limits) -> Result<(), ReadError> {
    if text.len() > limits.bytes {
        return Err(ReadError::TooLarge { size: text.len(), limit: limits.bytes });
    }
    let depth = nesting::depth(text, format);
    if depth > limits.depth {
        return Err(ReadError::TooDeep { depth, limit: limits.depth });
    }
    if format == Format::RdfXml && nesting::has_growing_entity(text) {
        return Err(ReadError::Entity);
    }
    Ok(())
}

fn placed(error: RdfParseError) -> ReadError {
    let problem = error.to_string();
    match &error {
        RdfParseError::Syntax(syntax) => match syntax.location() {
            Some(place) => ReadError::Syntax { line: place.start.line + 1, column: place.start.column + 1, problem },
            None => ReadError::Unplaced(problem),
        },
        RdfParseError::Io(_) => ReadError::Unplaced(problem),
    }
}
