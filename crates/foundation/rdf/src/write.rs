//! Writing RDF. The same statements give the same bytes, so that a digest of them means something.

use std::io;

use oxjsonld::JsonLdSerializer;
use oxrdf::{GraphNameRef, Triple};
use oxrdfio::RdfSerializer;

use crate::{
    Format, Statements,
    vocabulary::{ALL, Namespace},
};

/// The statements as text, those of one subject together, with the prefixes that they use.
///
/// # Errors
///
/// A predicate that RDF/XML cannot name as an element, such as one that ends in a digit after a slash.
pub fn write(statements: &Statements, format: Format) -> io::Result<Vec<u8>> {
    let prefixes = used(statements);
    match format {
        // The library's common face writes JSON-LD without prefixes, which nobody can read.
        Format::JsonLd => json_ld(statements, &prefixes),
        _ => common(statements, format, &prefixes),
    }
}

fn common(statements: &Statements, format: Format, prefixes: &[Namespace]) -> io::Result<Vec<u8>> {
    let mut serializer = RdfSerializer::from_format(format.of_library());
    for prefix in prefixes {
        serializer = serializer.with_prefix(prefix.prefix, prefix.iri).map_err(io::Error::other)?;
    }
    let mut writer = serializer.for_writer(Vec::new());
    for triple in statements.by_subject() {
        writer.serialize_triple(triple)?;
    }
    writer.finish()
}

fn json_ld(statements: &Statements, prefixes: &[Namespace]) -> io::Result<Vec<u8>> {
    let mut serializer = JsonLdSerializer::new();
    for prefix in prefixes {
        serializer = serializer.with_prefix(prefix.prefix, prefix.iri).map_err(io::Error::other)?;
    }
    let mut writer = serializer.for_writer(Vec::new());
    for triple in statements.by_subject() {
        writer.serialize_quad(triple.as_ref().in_graph(GraphNameRef::DefaultGraph))?;
    }
    writer.finish()
}

/// The namespaces that the statements use.
fn used(statements: &Statements) -> Vec<Namespace> {
    let uses = |namespace: &Namespace, triple: &Triple| {
        let within = |iri: &str| iri.starts_with(namespace.iri);
        let object = match &triple.object {
            oxrdf::Term::NamedNode(node) => within(node.as_str()),
            oxrdf::Term::Literal(literal) => within(literal.datatype().as_str()),
            oxrdf::Term::BlankNode(_) => false,
        };
        object || within(triple.predicate.as_str())
    };
    ALL.iter().copied().filter(|n| statements.iter().any(|triple| uses(n, triple))).collect()
}
