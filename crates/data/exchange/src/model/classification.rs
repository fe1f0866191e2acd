//! An edition of a code system as SKOS with XKOS, the words of statistical classifications: which edition it
//! follows, what each code is called and means, what it is a kind or a part of, and what takes over from it.

use varde_rdf::{
    Literal, NamedNode, Statements, node_of,
    vocabulary::{DCAT, DCT, OWL, SKOS, XKOS},
};
use varde_terminology::{Concept, Content, Edition, HierarchyMeaning, UNDETERMINED, Wording};

use super::{Addresses, dataset::moment};

/// An edition of a code system with its codes, and the version of the one before it.
#[derive(Debug, Clone)]
pub struct Classified<'a> {
    /// The edition.
    pub edition: &'a Edition,
    /// Its codes.
    pub content: &'a Content,
    /// The version that it follows, where one is here.
    pub follows: Option<&'a str>,
}

/// The edition as a concept scheme. Its address is that of the version, and each code's is within it.
pub fn classification(told: &Classified<'_>, at: &Addresses) -> Statements {
    let mut out = Statements::new();
    let (edition, content) = (told.edition, told.content);
    let key = edition.subject.key().as_str();
    let scheme = at.code_system(key, &edition.version);
    out.is(&scheme, SKOS.term("ConceptScheme"));
    out.typed(&scheme, DCT.term("identifier"), scheme.as_str(), "anyURI");
    wording(&mut out, &scheme, &DCT.term("title"), edition.subject.title());
    wording(&mut out, &scheme, &DCT.term("description"), &edition.subject.head().description);
    out.string(&scheme, OWL.term("versionInfo"), &edition.version);
    if let Some(url) = super::said::web_address(edition.subject.url()) {
        out.say(&scheme, DCT.term("isVersionOf"), url);
    }
    if let Some(published) = edition.published_at {
        out.typed(&scheme, DCT.term("issued"), &moment(published), "dateTime");
    }
    let rights = &edition.subject.head().copyright;
    if !rights.is_empty() {
        out.string(&scheme, DCT.term("rights"), rights);
    }
    out.typed(&scheme, DCAT.term("startDate"), &edition.valid.from.to_string(), "date");
    if let Some(until) = edition.valid.until {
        out.typed(&scheme, DCAT.term("endDate"), &until.to_string(), "date");
    }
    if let Some(before) = told.follows {
        out.say(&scheme, XKOS.term("follows"), at.code_system(key, before));
    }
    let levels = (0..content.len()).map(|position| content.ancestors(position).len() + 1).max().unwrap_or(0);
    out.typed(&scheme, XKOS.term("numberOfLevels"), &levels.to_string(), "positiveInteger");
    for root in content.roots() {
        out.say(&scheme, SKOS.term("hasTopConcept"), code_of(&scheme, &content.at(*root).code));
    }
    let meaning = edition.system().map(|system| system.hierarchy);
    for concept in content.concepts() {
        code(&mut out, &scheme, concept, content, meaning);
    }
    out
}

fn code_of(scheme: &NamedNode, code: &str) -> NamedNode {
    node_of(scheme.as_str(), code)
}

fn code(
    out: &mut Statements,
    scheme: &NamedNode,
    concept: &Concept,
    content: &Content,
    meaning: Option<HierarchyMeaning>,
) {
    let node = code_of(scheme, &concept.code);
    out.is(&node, SKOS.term("Concept"));
    out.say(&node, SKOS.term("inScheme"), scheme.clone());
    out.string(&node, SKOS.term("notation"), &concept.code);
    wording(out, &node, &SKOS.term("prefLabel"), &concept.display);
    wording(out, &node, &SKOS.term("definition"), &concept.definition);
    for other in concept.designations.iter().filter(|other| other.purpose.is_none()) {
        let label = tagged(other.language.as_deref().unwrap_or(UNDETERMINED), &other.value);
        out.say(&node, SKOS.term("altLabel"), label);
    }
    if concept.parents.is_empty() {
        out.say(&node, SKOS.term("topConceptOf"), scheme.clone());
    }
    for parent in &concept.parents {
        let above = code_of(scheme, parent);
        out.say(&node, SKOS.term("broader"), above.clone());
        match meaning {
            Some(HierarchyMeaning::IsA) => out.say(&node, XKOS.term("specializes"), above),
            Some(HierarchyMeaning::PartOf) => out.say(&node, XKOS.term("isPartOf"), above),
            // Put together or classified there: broader says no more, and neither do we.
            Some(HierarchyMeaning::ClassifiedWith | HierarchyMeaning::GroupedBy) | None => {}
        }
    }
    for successor in concept.successors.iter().filter(|code| content.get(code).is_some()) {
        out.say(&node, DCT.term("isReplacedBy"), code_of(scheme, successor));
    }
    if !concept.active {
        out.typed(&node, OWL.term("deprecated"), "true", "boolean");
    }
    for (name, day) in [("startDate", concept.from), ("endDate", concept.until)] {
        if let Some(day) = day {
            out.typed(&node, DCAT.term(name), &day.to_string(), "date");
        }
    }
}

/// A text in each language that it has.
fn wording(out: &mut Statements, node: &NamedNode, predicate: &NamedNode, text: &Wording) {
    for (language, words) in text.iter() {
        out.say(node, predicate.clone(), tagged(language, words));
    }
}

/// A text with its language; one of which nobody has said it, or has said what is none, stays without.
fn tagged(language: &str, text: &str) -> Literal {
    if language == UNDETERMINED {
        return Literal::new_simple_literal(text);
    }
    Literal::new_language_tagged_literal(text, language).unwrap_or_else(|_| Literal::new_simple_literal(text))
}
