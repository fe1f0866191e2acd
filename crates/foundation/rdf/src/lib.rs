//! RDF in and out, and SHACL.
//!
//! - [`read()`] takes Turtle, JSON-LD, RDF/XML and N-Triples, within [`Limits`], and says on which line
//!   and in which column a text goes wrong;
//! - [`Statements`] gathers what is to be said, in the order it was said, and [`write()`] makes a text of
//!   it: the same statements give the same bytes;
//! - [`Format`] knows media types and file names, and [`negotiate`] reads an `Accept` header;
//! - [`shacl`] holds data up against shapes and says in Norwegian and English what is wrong.
//!
//! Everything here is pure: no network, no files, no clock. A JSON-LD context that lies at an address
//! is refused, not fetched.

mod format;
mod nesting;
mod read;
pub mod shacl;
mod statements;
pub mod vocabulary;
mod write;

pub use format::{Format, Offer, UnknownFormat, negotiate};
pub use oxrdf::{BlankNode, Graph, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Term, TermRef, Triple};
pub use read::{Document, Limits, ReadError, read};
pub use statements::{Statements, node_of};
pub use write::write;
