//! Relations for other programs: a table in SSSOM and statements in SKOS. Pure.
//!
//! Variables are named as the catalogue's own RDF names them (`…/api/dcat/sources/npr#column/contact/sex`),
//! so that who has read that finds them again. Only relations that hold are told, each with how far its
//! codes are mapped in words.

use jiff::{civil::Date, tz::TimeZone};
use varde_core::{CataloguePath, LocalisedText};
use varde_rdf::{
    NamedNode, Statements, node_of,
    vocabulary::{DCT, OWL, RDF, SKOS},
};

use crate::{
    HarmonisationError, RelationView, Side, Workbench,
    code::Coverage,
    concept::{ConceptId, RepresentedId},
    relation::Target,
};

/// The columns of the table: slots of SSSOM 1.0.
const COLUMNS: [&str; 11] = [
    "record_id",
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "mapping_date",
    "subject_source",
    "other",
    "comment",
];

/// The relations as a set of mappings in SSSOM/TSV (Simple Standard for Sharing Ontological Mappings 1.0):
/// what the set is, as YAML in comments, and then a row for each relation.
///
/// # Errors
/// [`HarmonisationError::Writing`]: a fault of ours.
pub fn sssom(relations: &[RelationView], address: &str, day: Date) -> Result<String, HarmonisationError> {
    let mut out = format!(
        "#sssom_version: \"1.0\"\n#mapping_set_id: \"{address}/api/harmonisation/relations.sssom.tsv\"\n\
         #mapping_set_version: \"{day}\"\n#license: \"https://w3id.org/sssom/license/unspecified\"\n#curie_map:\n\
         #  relation: \"{address}/harmonisering/relasjoner/\"\n#  represented: \"{address}/harmonisering/variabler/\"\n\
         #  semapv: \"https://w3id.org/semapv/vocab/\"\n#  skos: \"{}\"\n#  source: \"{address}/api/dcat/sources/\"\n",
        SKOS.iri
    );
    let writing = |error: &dyn std::fmt::Display| HarmonisationError::Writing(error.to_string());
    let mut rows = csv::WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
    rows.write_record(COLUMNS).map_err(|error| writing(&error))?;
    for relation in relations {
        rows.write_record(row(relation)).map_err(|error| writing(&error))?;
    }
    let rows = rows.into_inner().map_err(|error| writing(&error))?;
    out.push_str(&String::from_utf8(rows).map_err(|error| writing(&error))?);
    Ok(out)
}

fn row(relation: &RelationView) -> [String; 11] {
    let day = relation.decision.as_ref().map(|decision| decision.at.to_zoned(TimeZone::UTC).date().to_string());
    let source = match &relation.from.target {
        Target::Variable(path) => format!("source:{}", path.parts().next().unwrap_or_default()),
        Target::Represented(_) => String::new(),
    };
    [
        format!("relation:{}", relation.id),
        short(&relation.from.target),
        label(&relation.from).to_owned(),
        format!("skos:{}", relation.skos),
        short(&relation.to.target),
        label(&relation.to).to_owned(),
        "semapv:ManualMappingCuration".to_owned(),
        day.unwrap_or_default(),
        source,
        format!("coverage={}", relation.coverage.name()),
        comment(relation),
    ]
}

/// How far the codes are mapped, and what must be done with the values, on one line.
fn comment(relation: &RelationView) -> String {
    let mut said = vec![extent(&relation.coverage)];
    if relation.must_be_looked_at() {
        said.push("A variable has changed since the decision: it must be looked at again.".to_owned());
    }
    if !relation.transformation.is_empty() {
        said.push(format!("Transformation: {}", relation.transformation));
    }
    said.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How far the codes are mapped, for people who read the export.
fn extent(coverage: &Coverage) -> String {
    match coverage {
        Coverage::NotCoded => "Neither variable has codes.".to_owned(),
        Coverage::SameSystem { system } => format!("Both use the code system {system}."),
        Coverage::NotComparable => "The codes of the two cannot be compared here.".to_owned(),
        Coverage::Partly { mapped, of } => format!("{mapped} of {of} codes are mapped; partly harmonised."),
        Coverage::Whole { of } => format!("All {of} codes are mapped."),
    }
}

fn label(side: &Side) -> &str {
    &side.name.nb
}

/// The name of a variable or a represented variable with a prefix of the set.
fn short(target: &Target) -> String {
    match target {
        Target::Variable(path) => format!("source:{}", column(path)),
        Target::Represented(id) => format!("represented:{id}"),
    }
}

/// `npr#column/contact/sex`.
fn column(path: &CataloguePath) -> String {
    path.as_str().split_once('/').map_or_else(String::new, |(source, rest)| format!("{source}#column/{rest}"))
}

/// The relations with the concepts and represented variables, as statements in SKOS. A represented variable
/// is a concept below the concept that it represents.
pub fn skos(bench: &Workbench, relations: &[RelationView], address: &str) -> Statements {
    let mut out = Statements::new();
    let scheme = node_of(&format!("{address}/harmonisering"), "");
    out.is(&scheme, SKOS.term("ConceptScheme"));
    out.text(&scheme, DCT.term("title"), &LocalisedText::new("Harmonisering", "Harmonisering", "Harmonisation"));
    for (concept, represented) in &bench.concepts {
        let node = concept_node(address, concept.id);
        describe(&mut out, &node, &scheme, &concept.content.name, &concept.content.definition);
        if !concept.content.same_as.is_empty() {
            out.say(&node, SKOS.term("exactMatch"), node_of(&concept.content.same_as, ""));
        }
        for (one, _) in represented {
            let narrower = represented_node(address, one.id);
            describe(&mut out, &narrower, &scheme, &one.content.name, &one.content.definition);
            out.say(&narrower, SKOS.term("broader"), node.clone());
            for code in &one.content.codes {
                let node = node_of(narrower.as_str(), &format!("code/{}", code.value));
                out.is(&node, SKOS.term("Concept"));
                out.string(&node, SKOS.term("notation"), &code.value);
                out.text(&node, SKOS.term("prefLabel"), &code.text);
            }
        }
    }
    for relation in relations {
        tell(&mut out, relation, address);
    }
    out
}

fn describe(
    out: &mut Statements,
    node: &NamedNode,
    scheme: &NamedNode,
    name: &LocalisedText,
    definition: &LocalisedText,
) {
    out.is(node, SKOS.term("Concept"));
    out.say(node, SKOS.term("inScheme"), scheme.clone());
    out.text(node, SKOS.term("prefLabel"), name);
    out.text(node, SKOS.term("definition"), definition);
}

/// The mapping itself, and as an axiom what else is to be known of it: a mapping property alone has no
/// place for how far it goes (OWL 2 mapping to RDF, section 2.2: annotated axioms).
fn tell(out: &mut Statements, relation: &RelationView, address: &str) {
    let (from, to) = (node(address, &relation.from.target), node(address, &relation.to.target));
    for (subject, side) in [(&from, &relation.from), (&to, &relation.to)] {
        out.is(subject, SKOS.term("Concept"));
        out.text(subject, SKOS.term("prefLabel"), &side.name);
    }
    let property = SKOS.term(relation.skos);
    out.say(&from, property.clone(), to.clone());
    let axiom = node_of(&format!("{address}/harmonisering/relasjoner/{}", relation.id), "");
    out.is(&axiom, OWL.term("Axiom"));
    out.say(&axiom, OWL.term("annotatedSource"), from);
    out.say(&axiom, OWL.term("annotatedProperty"), property);
    out.say(&axiom, OWL.term("annotatedTarget"), to);
    if let Some(decision) = &relation.decision {
        out.typed(&axiom, DCT.term("issued"), &decision.at.to_string(), "dateTime");
    }
    out.text(&axiom, SKOS.term("note"), &LocalisedText::new("", "", comment(relation)));
    for line in relation.codes.iter().filter(|line| line.to.is_some()) {
        let own = node_of(&full(address, &relation.from.target), &code_name(&relation.from.target, &line.code));
        let other = line.to.as_deref().unwrap_or_default();
        let other = node_of(&full(address, &relation.to.target), &code_name(&relation.to.target, other));
        out.say(&own, RDF.term("type"), SKOS.term("Concept"));
        out.string(&own, SKOS.term("notation"), &line.code);
        out.text(&own, SKOS.term("prefLabel"), &line.text);
        out.say(&own, SKOS.term("closeMatch"), other);
    }
}

fn concept_node(address: &str, id: ConceptId) -> NamedNode {
    node_of(&format!("{address}/harmonisering/begreper/{id}"), "")
}

fn represented_node(address: &str, id: RepresentedId) -> NamedNode {
    node_of(&format!("{address}/harmonisering/variabler/{id}"), "")
}

fn node(address: &str, target: &Target) -> NamedNode {
    match target {
        Target::Represented(id) => represented_node(address, *id),
        Target::Variable(path) => {
            let name = column(path);
            let name = name.split_once('#').map_or("", |(_, name)| name);
            node_of(&full(address, target), name)
        }
    }
}

/// The address that a name is within.
fn full(address: &str, target: &Target) -> String {
    match target {
        Target::Represented(id) => format!("{address}/harmonisering/variabler/{id}"),
        Target::Variable(path) => {
            format!("{address}/api/dcat/sources/{}", path.parts().next().unwrap_or_default())
        }
    }
}

/// The name of a code within that address.
fn code_name(target: &Target, code: &str) -> String {
    match target {
        Target::Represented(_) => format!("code/{code}"),
        Target::Variable(path) => {
            let name = column(path);
            format!("{}/code/{code}", name.split_once('#').map_or("", |(_, name)| name))
        }
    }
}
