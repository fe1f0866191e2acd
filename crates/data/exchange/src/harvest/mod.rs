//! Sources out of others' catalogues: each `dcat:Dataset` of a graph becomes a source that somebody can look
//! at and publish. What was issued and modified when is kept as its owner says; nothing is made up.

mod over;
mod paths;

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};
use varde_core::{LocalisedText, clock::norway};
use varde_metadata::{DataSource, Dataset, Details, External, LinkKind, Properties, SourceKind, Terms};
use varde_rdf::{
    Graph, Literal, NamedNode, NamedOrBlankNode, Term,
    vocabulary::{DCAT, DCT, FOAF, Namespace, RDF, RDFS, VCARD},
};

pub use over::{laid_over, says_the_same, withdrawn};
pub use paths::Paths;

/// The vocabulary that Norwegian catalogues used before DCAT-AP-NO 2.
const DCATNO: Namespace = Namespace { prefix: "dcatno", iri: "http://difi.no/dcatno#" };
/// The properties that DCAT tells of: a catalogue that tells of one no more has taken it back.
const TOLD: &[&str] = &[
    "EmneordFlerspraklig",
    "FormaalFlerspraklig",
    "landingPage",
    "otherIdentifiers",
    "accessRights",
    "Epost",
    "Hjemmeside",
    "Innsamlingsmetode",
];

/// A dataset of another catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Harvested {
    /// Its address there.
    pub address: String,
    /// The source that it becomes.
    pub source: DataSource,
    /// What it lacks, as the names of DCAT's terms.
    pub lacking: Vec<&'static str>,
}

/// All datasets of a graph that have an address, by it, each with its path. Those without one cannot be
/// recognised the next time; their number is the second value.
pub fn harvest(graph: &Graph, paths: &mut Paths) -> (Vec<Harvested>, usize) {
    let (mut nodes, mut nameless) = (Vec::new(), 0);
    for subject in graph.subjects_for_predicate_object(&RDF.term("type"), &DCAT.term("Dataset")) {
        match subject.into_owned() {
            NamedOrBlankNode::NamedNode(node) => nodes.push(node),
            NamedOrBlankNode::BlankNode(_) => nameless += 1,
        }
    }
    // In one order, so that the same file gives the same paths.
    nodes.sort_unstable();
    nodes.dedup();
    (nodes.iter().filter_map(|node| one(graph, node, paths)).collect(), nameless)
}

fn one(graph: &Graph, node: &NamedNode, paths: &mut Paths) -> Option<Harvested> {
    let about = About { graph, node: node.clone().into() };
    let (name, description) = (about.text(&DCT.term("title")), about.text(&DCT.term("description")));
    let lacking =
        ["title", "description", "publisher"].into_iter().filter(|term| about.all(&DCT.term(term)).is_empty());
    let lacking = lacking.collect();
    // A source without a name would have none anywhere: its address is what people can look up.
    let name = if name == LocalisedText::default() { LocalisedText::bokmaal(node.as_str()) } else { name };
    let path = paths.give(node.as_str(), &name)?;
    let data = Dataset {
        path: path.join("data").ok()?,
        name: name.clone(),
        description: LocalisedText::default(),
        sub_source: None,
        groups: Vec::new(),
        details: Details { frequency: about.frequency(), ..Details::default() },
        variables: Vec::new(),
    };
    let source = DataSource {
        path,
        name,
        description,
        kind: SourceKind::Other,
        holder: None,
        legal_basis: None,
        ehds_category: None,
        link_kind: LinkKind::Local,
        sub_sources: Vec::new(),
        details: about.details(node),
        datasets: vec![data],
    };
    Some(Harvested { address: node.as_str().to_owned(), source, lacking })
}

/// What a graph says of a node.
struct About<'a> {
    graph: &'a Graph,
    node: NamedOrBlankNode,
}

impl About<'_> {
    fn all(&self, predicate: &NamedNode) -> Vec<Term> {
        let mut all: Vec<Term> =
            self.graph.objects_for_subject_predicate(&self.node, predicate).map(|o| o.into_owned()).collect();
        // The graph has no order of its own, and the same file must become the same source.
        all.sort_by_cached_key(ToString::to_string);
        all
    }

    fn literals(&self, predicate: &NamedNode) -> Vec<Literal> {
        let literal = |term| if let Term::Literal(literal) = term { Some(literal) } else { None };
        self.all(predicate).into_iter().filter_map(literal).collect()
    }

    fn addresses(&self, predicate: &NamedNode) -> Vec<String> {
        let address = |term| if let Term::NamedNode(node) = term { Some(node.as_str().to_owned()) } else { None };
        self.all(predicate).into_iter().filter_map(address).collect()
    }

    /// The nodes that a property refers to.
    fn nodes(&self, predicate: &NamedNode) -> Vec<Self> {
        let about = |node| Self { graph: self.graph, node };
        let node = |term| match term {
            Term::NamedNode(node) => Some(about(node.into())),
            Term::BlankNode(node) => Some(about(node.into())),
            Term::Literal(_) => None,
        };
        self.all(predicate).into_iter().filter_map(node).collect()
    }

    /// A text by language; one without a language, or in another than ours, is taken when there is none in
    /// bokmål.
    fn text(&self, predicate: &NamedNode) -> LocalisedText {
        let literals = self.literals(predicate);
        let of = |tags: &[&str]| {
            let fits = |l: &&Literal| l.language().is_some_and(|tag| tags.contains(&tag));
            literals.iter().find(fits).map(|l| l.value().trim().to_owned()).unwrap_or_default()
        };
        let (nb, nn, en) = (of(&["nb", "no"]), of(&["nn"]), of(&["en"]));
        let any = || literals.first().map(|l| l.value().trim().to_owned()).unwrap_or_default();
        LocalisedText { nb: if nb.is_empty() { any() } else { nb }, nn, en }
    }

    fn details(&self, node: &NamedNode) -> Details {
        Details {
            terms: self.terms(),
            properties: Properties(self.properties()),
            created: self.time("issued"),
            updated: self.time("modified"),
            external: Some(External {
                catalogue: "dcat".to_owned(),
                id: node.as_str().to_owned(),
                ..External::default()
            }),
            ..Details::default()
        }
    }

    fn terms(&self) -> Terms {
        let publisher = self.nodes(&DCT.term("publisher")).into_iter().next();
        let name = publisher.map(|p| p.text(&FOAF.term("name")).nb).filter(|name| !name.is_empty());
        let period = self.nodes(&DCT.term("temporal")).into_iter().next();
        let day = |names: [NamedNode; 2]| {
            let period = period.as_ref()?;
            let literal = names.iter().flat_map(|name| period.literals(name)).next()?;
            literal.value().get(..10)?.parse::<Date>().ok()
        };
        let schema = |name: &str| varde_rdf::vocabulary::SCHEMA.term(name);
        Terms {
            controller: name,
            valid_from: day([DCAT.term("startDate"), schema("startDate")]),
            valid_until: day([DCAT.term("endDate"), schema("endDate")]),
            ..Terms::default()
        }
    }

    fn properties(&self) -> std::collections::BTreeMap<String, Value> {
        let mut properties = std::collections::BTreeMap::new();
        let mut put =
            |key: &str, value: Option<Value>| drop(value.map(|value| properties.insert(key.to_owned(), value)));
        put("EmneordFlerspraklig", tagged(&self.literals(&DCAT.term("keyword"))));
        put("FormaalFlerspraklig", tagged(&self.literals(&DCATNO.term("objective"))));
        put("landingPage", joined(self.addresses(&DCAT.term("landingPage"))));
        put(
            "otherIdentifiers",
            joined(self.literals(&DCT.term("identifier")).iter().map(|l| l.value().to_owned()).collect()),
        );
        let access = self.addresses(&DCT.term("accessRights"));
        let code = access
            .first()
            .and_then(|a| a.rsplit('/').next())
            .filter(|c| ["PUBLIC", "RESTRICTED", "NON_PUBLIC"].contains(c));
        put("accessRights", code.map(|code| json!(format!("eu-access:{code}"))));
        let contacts = self.nodes(&DCAT.term("contactPoint"));
        let mail = contacts.iter().flat_map(|c| c.addresses(&VCARD.term("hasEmail"))).next();
        put("Epost", mail.map(|mail| json!(mail.trim_start_matches("mailto:"))));
        let page = contacts.iter().flat_map(|c| c.addresses(&VCARD.term("hasURL"))).next();
        put("Hjemmeside", page.map(|page| json!(page)));
        let made = self.nodes(&DCT.term("provenance")).into_iter().map(|p| p.text(&RDFS.term("label")).nb);
        put("Innsamlingsmetode", joined(made.filter(|text| !text.is_empty()).collect()));
        properties
    }

    /// A time, or the beginning of a day in Norway.
    fn time(&self, name: &str) -> Option<Timestamp> {
        self.literals(&DCT.term(name)).iter().find_map(|literal| {
            let text = literal.value().trim();
            let day = || text.get(..10)?.parse::<Date>().ok()?.to_zoned(norway()).ok().map(|zoned| zoned.timestamp());
            text.parse().ok().or_else(day)
        })
    }

    /// A frequency by the catalogue's names.
    fn frequency(&self) -> Option<String> {
        let address = self.addresses(&DCT.term("accrualPeriodicity")).into_iter().next()?;
        let code = address.rsplit('/').next()?;
        let name = ["daily", "weekly", "monthly", "quarterly", "yearly", "continuous"];
        let known = name.into_iter().find(|name| crate::model::frequency_code(name) == Some(code));
        Some(known.unwrap_or("other").to_owned())
    }
}

/// Texts with their languages, as the explorer writes them; `None` when there is none.
fn tagged(literals: &[Literal]) -> Option<Value> {
    let one = |l: &Literal| json!({ "value": l.value(), "language": l.language() });
    (!literals.is_empty()).then(|| Value::String(Value::Array(literals.iter().map(one).collect()).to_string()))
}

fn joined(values: Vec<String>) -> Option<Value> {
    (!values.is_empty()).then(|| json!(values.join(";")))
}
