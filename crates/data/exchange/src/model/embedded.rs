//! What search engines find in a page: a source as schema.org's `Dataset`, in one language, the way they read
//! JSON-LD: nested, with plain texts. It is what negotiation gives, written otherwise; nothing is said here
//! that is not said there.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use varde_core::Language;
use varde_rdf::{
    NamedNode, NamedOrBlankNode, Statements, Term,
    vocabulary::{RDF, SCHEMA, XSD},
};

/// How deep what is referred to is written out: organisations and places within a dataset.
const DEPTH: usize = 2;

/// What is said of a node in schema.org's words, with texts in a language, or in bokmål where it has none.
pub(crate) fn embedded(said: &Statements, node: &NamedNode, language: Language) -> Value {
    let mut object = Embedding { said, language }.object(node, DEPTH);
    object.insert("@context".to_owned(), json!("https://schema.org"));
    Value::Object(object)
}

struct Embedding<'a> {
    said: &'a Statements,
    language: Language,
}

impl Embedding<'_> {
    fn object(&self, node: &NamedNode, depth: usize) -> Map<String, Value> {
        let mut said: BTreeMap<&str, Vec<&Term>> = BTreeMap::new();
        let about = NamedOrBlankNode::from(node.clone());
        for triple in self.said.iter().filter(|triple| triple.subject == about) {
            said.entry(triple.predicate.as_str()).or_default().push(&triple.object);
        }
        let mut object = Map::from_iter([("@id".to_owned(), json!(node.as_str()))]);
        for (predicate, values) in said {
            let name = if predicate == RDF.term("type").as_str() { "@type" } else { local(predicate) };
            let mut values: Vec<Value> = self.in_language(&values).map(|term| self.value(term, depth)).collect();
            let value = if values.len() == 1 { values.swap_remove(0) } else { Value::Array(values) };
            object.insert(name.to_owned(), value);
        }
        object
    }

    /// The values in the reader's language, if there are any, else in bokmål; what has no language stays.
    fn in_language<'t>(&self, values: &[&'t Term]) -> impl Iterator<Item = &'t Term> + use<'t> {
        let tag =
            |term: &Term| if let Term::Literal(literal) = term { literal.language().map(str::to_owned) } else { None };
        let own = self.language.tag();
        let wanted = if values.iter().any(|term| tag(term).as_deref() == Some(own)) { own } else { Language::Nb.tag() };
        let fits = |term: &&'t Term| tag(term).is_none_or(|tag| tag == wanted);
        values.iter().copied().filter(fits).collect::<Vec<_>>().into_iter()
    }

    fn value(&self, term: &Term, depth: usize) -> Value {
        match term {
            Term::NamedNode(node) if node.as_str().starts_with(SCHEMA.iri) => json!(local(node.as_str())),
            Term::NamedNode(node) if depth > 0 && self.said.knows(node) => Value::Object(self.object(node, depth - 1)),
            Term::NamedNode(node) => json!(node.as_str()),
            Term::Literal(literal) if literal.datatype() == XSD.term("boolean").as_ref() => {
                json!(literal.value() == "true")
            }
            Term::Literal(literal) => json!(literal.value()),
            // We say nothing of nodes without a name.
            Term::BlankNode(_) => Value::Null,
        }
    }
}

/// A term's name in schema.org; a term of another vocabulary in full.
fn local(iri: &str) -> &str {
    iri.strip_prefix(SCHEMA.iri).unwrap_or(iri)
}

#[cfg(test)]
mod tests {
    use super::*;
    use varde_core::LocalisedText;
    use varde_rdf::node_of;

    #[test]
    fn texts_are_in_the_readers_language_and_neighbours_are_nested() {
        let mut said = Statements::new();
        let (node, holder) = (node_of("https://varde.test/a", ""), node_of("https://varde.test/h", ""));
        said.is(&node, SCHEMA.term("Dataset"));
        said.text(&node, SCHEMA.term("name"), &LocalisedText::new("Kilde", "", "Source"));
        said.typed(&node, SCHEMA.term("isAccessibleForFree"), "false", "boolean");
        said.say(&node, SCHEMA.term("publisher"), holder.clone());
        said.is(&holder, SCHEMA.term("Organization"));
        said.text(&holder, SCHEMA.term("name"), &LocalisedText::bokmaal("Etaten"));
        let english = embedded(&said, &node, Language::En);
        assert_eq!(english["@context"], "https://schema.org");
        assert_eq!((&english["@type"], &english["name"]), (&json!("Dataset"), &json!("Source")));
        assert_eq!(english["isAccessibleForFree"], json!(false));
        assert_eq!(english["publisher"]["name"], "Etaten");
        assert_eq!(embedded(&said, &node, Language::Nn)["name"], "Kilde");
    }
}
