//! Reading a shapes graph.

use std::collections::{BTreeMap, HashMap};

use oxrdf::{Graph, Literal, NamedNode, NamedOrBlankNode, Term};
use varde_core::LocalisedText;

use super::{
    Severity,
    path::{Path, as_subject},
    pattern,
    remark::{RemarkKind, Remarks, local},
    shape::{Constraint, Edge, NodeKind, Pair, Qualified, Shape, ShapeId, Shapes, Target},
};
use crate::vocabulary::{RDF, RDFS, SH};

/// Parameters whose subject is a shape (section 2.1), as far as they make one that nothing else names.
const MAKES_SHAPE: [&str; 6] = ["targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "property", "node"];
/// Parameters whose value is a shape.
const TAKES_SHAPE: [&str; 4] = ["property", "node", "not", "qualifiedValueShape"];
/// Parameters whose value is a list of shapes.
const TAKES_SHAPES: [&str; 3] = ["and", "or", "xone"];
/// How long a list and how deep a path may be.
const LIST_LIMIT: usize = 10_000;
const PATH_LIMIT: usize = 20;

/// A shapes graph that cannot be obeyed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the shape {shape}: {problem}")]
pub struct ShapesError {
    /// The shape, by its address or blank node.
    pub shape: String,
    /// What is wrong and what should stand there.
    pub problem: String,
}

impl Shapes {
    /// Reads a shapes graph. Terms that SHACL Core does not know are remarked and passed over.
    ///
    /// # Errors
    ///
    /// A known term with a value that cannot be obeyed: a count that is no number, a pattern that is
    /// none, a list that does not end.
    pub fn read(graph: &Graph) -> Result<Self, ShapesError> {
        let nodes = shape_nodes(graph)?;
        let places = nodes.iter().enumerate().map(|(place, node)| (node.clone(), place)).collect();
        let mut reader = Reader { graph, places, remarks: Remarks::of_terms(graph) };
        let shapes = nodes.iter().map(|node| reader.shape(node)).collect::<Result<_, _>>()?;
        Ok(Self { shapes, remarks: reader.remarks })
    }
}

/// The nodes that are shapes, in a settled order.
fn shape_nodes(graph: &Graph) -> Result<Vec<Term>, ShapesError> {
    let mut nodes = BTreeMap::new();
    let mut add = |node: Term| nodes.insert(node.to_string(), node);
    for kind in ["NodeShape", "PropertyShape"] {
        for subject in graph.subjects_for_predicate_object(&RDF.term("type"), &SH.term(kind)) {
            add(subject.into_owned().into());
        }
    }
    for name in MAKES_SHAPE {
        graph.triples_for_predicate(&SH.term(name)).for_each(|t| drop(add(t.subject.into_owned().into())));
    }
    for name in TAKES_SHAPE {
        graph.triples_for_predicate(&SH.term(name)).for_each(|t| drop(add(t.object.into_owned())));
    }
    for name in TAKES_SHAPES {
        for triple in graph.triples_for_predicate(&SH.term(name)) {
            let of = Term::from(triple.subject.into_owned());
            list(graph, &triple.object.into_owned(), &of)?.into_iter().for_each(|node| drop(add(node)));
        }
    }
    Ok(nodes.into_values().collect())
}

struct Reader<'a> {
    graph: &'a Graph,
    places: HashMap<Term, ShapeId>,
    remarks: Remarks,
}

impl Reader<'_> {
    fn shape(&mut self, node: &Term) -> Result<Shape, ShapesError> {
        let paths = self.values(node, "path");
        if paths.len() > 1 {
            return Err(error(node, "has more than one sh:path; a property shape has one"));
        }
        let path = paths.first().map(|value| self.path(value, node, 0)).transpose()?;
        let severity = self.values(node, "severity").into_iter().find_map(named);
        let messages = self.values(node, "message").into_iter().filter_map(literal).collect();
        Ok(Shape {
            name: self.name(node),
            targets: self.targets(node),
            constraints: self.constraints(node, path.is_some())?,
            severity: severity.map_or(Severity::Violation, Severity::of),
            deactivated: self.is_true(node, "deactivated"),
            node: node.clone(),
            path,
            messages,
        })
    }

    fn values(&self, node: &Term, name: &str) -> Vec<Term> {
        objects(self.graph, node, &SH.term(name))
    }

    fn is_true(&self, node: &Term, name: &str) -> bool {
        let truth = |value: &Term| matches!(value, Term::Literal(l) if matches!(l.value(), "true" | "1"));
        self.values(node, name).iter().any(truth)
    }

    fn name(&self, node: &Term) -> LocalisedText {
        let names: Vec<Literal> = self.values(node, "name").into_iter().filter_map(literal).collect();
        let of = |tags: [&str; 2]| {
            let fits = |l: &&Literal| l.language().is_some_and(|tag| tags.contains(&tag));
            names.iter().find(fits).map(|l| l.value().to_owned()).unwrap_or_default()
        };
        let nb = of(["nb", "no"]);
        let any = names.first().map(|l| l.value().to_owned()).unwrap_or_default();
        LocalisedText { nb: if nb.is_empty() { any } else { nb }, nn: of(["nn", "nn"]), en: of(["en", "en"]) }
    }

    fn targets(&self, node: &Term) -> Vec<Target> {
        let mut targets: Vec<Target> = self.values(node, "targetNode").into_iter().map(Target::Node).collect();
        let named_values = |name| self.values(node, name).into_iter().filter_map(named);
        targets.extend(named_values("targetClass").map(Target::Class));
        targets.extend(named_values("targetSubjectsOf").map(Target::SubjectsOf));
        targets.extend(named_values("targetObjectsOf").map(Target::ObjectsOf));
        // A shape that is a class is meant for its instances (section 2.1.3.3).
        let classes = [RDFS.term("Class"), crate::vocabulary::OWL.term("Class")];
        let types = objects(self.graph, node, &RDF.term("type"));
        if let (Term::NamedNode(class), true) =
            (node, types.iter().any(|t| classes.iter().any(|c| matches!(t, Term::NamedNode(n) if n == c))))
        {
            targets.push(Target::Class(class.clone()));
        }
        targets
    }

    fn path(&self, value: &Term, shape: &Term, depth: usize) -> Result<Path, ShapesError> {
        if depth > PATH_LIMIT {
            return Err(error(shape, "has a sh:path that is nested too deeply"));
        }
        let blank = match value {
            Term::NamedNode(node) if node.as_str() != format!("{}nil", RDF.iri) => {
                return Ok(Path::Predicate(node.clone()));
            }
            Term::BlankNode(_) => value,
            _ => return Err(error(shape, "has a sh:path that is no property path")),
        };
        let inner = |name| self.values(blank, name).first().map(|v| self.path(v, shape, depth + 1).map(Box::new));
        let all = |head: &Term| -> Result<Vec<Path>, ShapesError> {
            let members = list(self.graph, head, shape)?;
            members.iter().map(|member| self.path(member, shape, depth + 1)).collect()
        };
        if let Some(path) = inner("inversePath") {
            return path.map(Path::Inverse);
        }
        if let Some(path) = inner("zeroOrMorePath") {
            return path.map(Path::ZeroOrMore);
        }
        if let Some(path) = inner("oneOrMorePath") {
            return path.map(Path::OneOrMore);
        }
        if let Some(path) = inner("zeroOrOnePath") {
            return path.map(Path::ZeroOrOne);
        }
        match self.values(blank, "alternativePath").first() {
            Some(head) => all(head).map(Path::Alternative),
            None => all(blank).map(Path::Sequence),
        }
    }

    fn constraints(&mut self, node: &Term, is_property: bool) -> Result<Vec<Constraint>, ShapesError> {
        let Some(subject) = as_subject(node) else { return Ok(Vec::new()) };
        let mut parameters: Vec<(String, String, Term)> = self
            .graph
            .triples_for_subject(subject)
            .filter_map(|t| {
                let object = t.object.into_owned();
                Some((local(&t.predicate.into_owned())?.to_owned(), object.to_string(), object))
            })
            .collect();
        parameters.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        let mut constraints = Vec::new();
        for (name, _, value) in &parameters {
            let Some(constraint) = self.constraint(node, name, value)? else { continue };
            if !is_property && needs_path(&constraint) {
                self.remarks.add(RemarkKind::Misplaced, name);
            } else {
                constraints.push(constraint);
            }
        }
        Ok(constraints)
    }

    /// The constraint that a parameter declares; `None` when it declares none by itself.
    fn constraint(&self, node: &Term, name: &str, value: &Term) -> Result<Option<Constraint>, ShapesError> {
        let wrong = |should: &str| error(node, &format!("sh:{name} must be {should}, not {value}"));
        let iri = || named(value.clone()).ok_or_else(|| wrong("an IRI"));
        let count = || whole_number(value).ok_or_else(|| wrong("a whole number from 0"));
        let range = |edge| match value {
            Term::Literal(literal) => Ok(Constraint::Range(edge, literal.clone())),
            _ => Err(wrong("a literal")),
        };
        let pair = |kind| iri().map(|property| Constraint::Pair(kind, property));
        Ok(Some(match name {
            "class" => Constraint::Class(iri()?),
            "datatype" => Constraint::Datatype(iri()?),
            "nodeKind" => Constraint::NodeKind(node_kind(&iri()?).ok_or_else(|| wrong("a kind of node"))?),
            "minCount" => Constraint::MinCount(count()?),
            "maxCount" => Constraint::MaxCount(count()?),
            "minLength" => Constraint::MinLength(count()?),
            "maxLength" => Constraint::MaxLength(count()?),
            "minExclusive" => range(Edge::MinExclusive)?,
            "minInclusive" => range(Edge::MinInclusive)?,
            "maxExclusive" => range(Edge::MaxExclusive)?,
            "maxInclusive" => range(Edge::MaxInclusive)?,
            "pattern" => self.pattern(node, value)?,
            "languageIn" => self.languages(node, value)?,
            "uniqueLang" if self.is_true(node, name) => Constraint::UniqueLang,
            "equals" => pair(Pair::Equals)?,
            "disjoint" => pair(Pair::Disjoint)?,
            "lessThan" => pair(Pair::LessThan)?,
            "lessThanOrEquals" => pair(Pair::LessThanOrEquals)?,
            "not" => Constraint::Not(self.place(value, node)?),
            "node" => Constraint::Node(self.place(value, node)?),
            "property" => Constraint::Property(self.place(value, node)?),
            "and" => Constraint::And(self.places(value, node)?),
            "or" => Constraint::Or(self.places(value, node)?),
            "xone" => Constraint::Xone(self.places(value, node)?),
            "qualifiedMinCount" => return self.qualified(node, count()?, Constraint::QualifiedMin),
            "qualifiedMaxCount" => return self.qualified(node, count()?, Constraint::QualifiedMax),
            "closed" if self.is_true(node, name) => Constraint::Closed(self.allowed(node)?),
            "hasValue" => Constraint::HasValue(value.clone()),
            "in" => Constraint::In(list(self.graph, value, node)?),
            _ => return Ok(None),
        }))
    }

    fn place(&self, value: &Term, of: &Term) -> Result<ShapeId, ShapesError> {
        self.places.get(value).copied().ok_or_else(|| error(of, &format!("refers to {value}, which is no shape")))
    }

    fn places(&self, head: &Term, of: &Term) -> Result<Vec<ShapeId>, ShapesError> {
        list(self.graph, head, of)?.iter().map(|member| self.place(member, of)).collect()
    }

    fn pattern(&self, node: &Term, value: &Term) -> Result<Constraint, ShapesError> {
        let Term::Literal(text) = value else { return Err(error(node, "sh:pattern must be a text")) };
        let flags = self.values(node, "flags").into_iter().find_map(literal);
        let flags = flags.map(|l| l.value().to_owned()).unwrap_or_default();
        let regex = pattern::compile(text.value(), &flags)
            .map_err(|problem| error(node, &format!("the pattern {:?} cannot be used: {problem}", text.value())))?;
        Ok(Constraint::Pattern(regex, text.value().to_owned()))
    }

    fn languages(&self, node: &Term, head: &Term) -> Result<Constraint, ShapesError> {
        let tags = list(self.graph, head, node)?.into_iter().filter_map(literal).map(|l| l.value().to_owned());
        Ok(Constraint::LanguageIn(tags.collect()))
    }

    /// A count of values that conform. The sibling shapes are those that stand beside it in the same
    /// parent (section 4.7.3).
    fn qualified(
        &self,
        node: &Term,
        count: u64,
        make: fn(Qualified, u64) -> Constraint,
    ) -> Result<Option<Constraint>, ShapesError> {
        let Some(value) = self.values(node, "qualifiedValueShape").into_iter().next() else { return Ok(None) };
        let shape = self.place(&value, node)?;
        let mut not = Vec::new();
        if self.is_true(node, "qualifiedValueShapesDisjoint") {
            for parent in self.graph.subjects_for_predicate_object(&SH.term("property"), node) {
                for sibling in self.values(&Term::from(NamedOrBlankNode::from(parent)), "property") {
                    for other in self.values(&sibling, "qualifiedValueShape") {
                        not.push(self.place(&other, node)?);
                    }
                }
            }
        }
        not.retain(|other| *other != shape);
        not.sort_unstable();
        not.dedup();
        Ok(Some(make(Qualified { shape, not }, count)))
    }

    /// What a closed shape lets stand: the predicates of its properties and those it ignores.
    fn allowed(&self, node: &Term) -> Result<Vec<NamedNode>, ShapesError> {
        let mut allowed = Vec::new();
        for property in self.values(node, "property") {
            allowed.extend(self.values(&property, "path").into_iter().filter_map(named));
        }
        for ignored in self.values(node, "ignoredProperties") {
            allowed.extend(list(self.graph, &ignored, node)?.into_iter().filter_map(named));
        }
        Ok(allowed)
    }
}

/// Constraints that are about a property's values together.
fn needs_path(constraint: &Constraint) -> bool {
    use Constraint::{MaxCount, MinCount, QualifiedMax, QualifiedMin, UniqueLang};
    let order = matches!(constraint, Constraint::Pair(Pair::LessThan | Pair::LessThanOrEquals, _));
    order || matches!(constraint, MinCount(_) | MaxCount(_) | UniqueLang | QualifiedMin(..) | QualifiedMax(..))
}

fn node_kind(node: &NamedNode) -> Option<NodeKind> {
    let (iri, blank, literal) = match local(node)? {
        "IRI" => (true, false, false),
        "BlankNode" => (false, true, false),
        "Literal" => (false, false, true),
        "BlankNodeOrIRI" => (true, true, false),
        "BlankNodeOrLiteral" => (false, true, true),
        "IRIOrLiteral" => (true, false, true),
        _ => return None,
    };
    Some(NodeKind { iri, blank, literal })
}

fn whole_number(value: &Term) -> Option<u64> {
    match value {
        Term::Literal(literal) => literal.value().parse().ok(),
        _ => None,
    }
}

fn named(term: Term) -> Option<NamedNode> {
    match term {
        Term::NamedNode(node) => Some(node),
        _ => None,
    }
}

fn literal(term: Term) -> Option<Literal> {
    match term {
        Term::Literal(literal) => Some(literal),
        _ => None,
    }
}

fn objects(graph: &Graph, node: &Term, predicate: &NamedNode) -> Vec<Term> {
    let Some(subject) = as_subject(node) else { return Vec::new() };
    let mut found: Vec<Term> =
        graph.objects_for_subject_predicate(subject, predicate).map(|o| o.into_owned()).collect();
    // The graph has no order of its own, and what is first is sometimes all that is used.
    found.sort_by_cached_key(ToString::to_string);
    found
}

/// The members of an RDF list.
fn list(graph: &Graph, head: &Term, of: &Term) -> Result<Vec<Term>, ShapesError> {
    let (first, rest, nil) = (RDF.term("first"), RDF.term("rest"), Term::from(RDF.term("nil")));
    let (mut members, mut here) = (Vec::new(), head.clone());
    while here != nil {
        let (Some(member), Some(next)) = (objects(graph, &here, &first).pop(), objects(graph, &here, &rest).pop())
        else {
            return Err(error(of, "has a list that is not well formed"));
        };
        if members.len() == LIST_LIMIT {
            return Err(error(of, "has a list that does not end"));
        }
        members.push(member);
        here = next;
    }
    Ok(members)
}

fn error(shape: &Term, problem: &str) -> ShapesError {
    ShapesError { shape: shape.to_string(), problem: problem.to_owned() }
}
