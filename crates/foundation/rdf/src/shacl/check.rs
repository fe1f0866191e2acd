//! Holding data up against shapes (SHACL section 3.4).

use std::collections::{HashMap, HashSet};

use oxrdf::{Graph, NamedNode, Term};

use super::{
    Finding, Path, Report, TooDeep,
    path::as_subject,
    reason,
    remark::{RemarkKind, Remarks},
    shape::{Constraint, Shape, ShapeId, Shapes, Target},
};
use crate::vocabulary::{RDF, RDFS, short};

/// How many shapes may be open at once: what data that nest further say cannot be checked on a thread's
/// stack.
const DEPTH_LIMIT: usize = 60;

impl Shapes {
    /// Holds a data graph up against all shapes that find their own focus nodes.
    ///
    /// # Errors
    ///
    /// The data lead from shape to shape too deeply to be followed.
    pub fn validate(&self, data: &Graph) -> Result<Report, TooDeep> {
        let mut run = Run::new(self, data);
        let mut findings = Vec::new();
        for (id, shape) in self.shapes.iter().enumerate() {
            for focus in run.focus_nodes(shape) {
                findings.append(&mut run.shape(id, &focus)?);
            }
        }
        findings.sort_by_cached_key(order);
        let mut remarks = self.remarks.list();
        remarks.extend(run.circles.list());
        Ok(Report { findings, remarks })
    }
}

fn order(finding: &Finding) -> (String, String, super::Component, String, String) {
    let path = finding.path.as_ref().map(Path::to_string).unwrap_or_default();
    let value = finding.value.as_ref().map(Term::to_string).unwrap_or_default();
    (finding.focus.to_string(), path, finding.component, value, finding.reason.nb.clone())
}

/// One validation.
pub(super) struct Run<'a> {
    pub(super) shapes: &'a Shapes,
    pub(super) data: &'a Graph,
    /// The classes below a class, itself among them.
    classes: HashMap<NamedNode, HashSet<Term>>,
    /// What is being held up against what.
    open: Vec<(ShapeId, Term)>,
    circles: Remarks,
}

impl<'a> Run<'a> {
    fn new(shapes: &'a Shapes, data: &'a Graph) -> Self {
        Self { shapes, data, classes: HashMap::new(), open: Vec::new(), circles: Remarks::default() }
    }

    fn focus_nodes(&mut self, shape: &Shape) -> Vec<Term> {
        let mut nodes = Vec::new();
        for target in &shape.targets {
            match target {
                Target::Node(node) => nodes.push(node.clone()),
                Target::SubjectsOf(predicate) => {
                    nodes
                        .extend(self.data.triples_for_predicate(predicate).map(|t| Term::from(t.subject.into_owned())));
                }
                Target::ObjectsOf(predicate) => {
                    nodes.extend(self.data.triples_for_predicate(predicate).map(|t| t.object.into_owned()));
                }
                Target::Class(class) => {
                    let data = self.data;
                    for class in self.below(class) {
                        let instances = data.subjects_for_predicate_object(&RDF.term("type"), class);
                        nodes.extend(instances.map(|s| Term::from(s.into_owned())));
                    }
                }
            }
        }
        let mut seen = HashSet::new();
        nodes.retain(|node| seen.insert(node.clone()));
        nodes
    }

    /// The class and all below it (`rdfs:subClassOf` in the data).
    fn below(&mut self, class: &NamedNode) -> &HashSet<Term> {
        let data = self.data;
        self.classes.entry(class.clone()).or_insert_with(|| {
            let up = Path::Inverse(Box::new(Path::Predicate(RDFS.term("subClassOf"))));
            Path::ZeroOrMore(Box::new(up)).values(data, &class.clone().into()).into_iter().collect()
        })
    }

    /// Whether a value is a SHACL instance of the class (section 1.1).
    pub(super) fn is_a(&mut self, value: &Term, class: &NamedNode) -> bool {
        let Some(subject) = as_subject(value) else { return false };
        let data = self.data;
        let classes = self.below(class);
        data.objects_for_subject_predicate(subject, &RDF.term("type")).any(|kind| classes.contains(&kind.into_owned()))
    }

    /// What is wrong with the focus node by the shape.
    pub(super) fn shape(&mut self, id: ShapeId, focus: &Term) -> Result<Vec<Finding>, TooDeep> {
        let shapes = self.shapes;
        let Some(shape) = shapes.shapes.get(id).filter(|shape| !shape.deactivated) else { return Ok(Vec::new()) };
        let here = (id, focus.clone());
        if self.open.contains(&here) {
            self.circles.add(RemarkKind::Circle, &name_of(&shape.node));
            return Ok(Vec::new());
        }
        if self.open.len() == DEPTH_LIMIT {
            return Err(TooDeep { shape: name_of(&shape.node), focus: focus.to_string(), limit: DEPTH_LIMIT });
        }
        self.open.push(here);
        let found = self.constraints(shape, focus);
        self.open.pop();
        found
    }

    fn constraints(&mut self, shape: &'a Shape, focus: &Term) -> Result<Vec<Finding>, TooDeep> {
        let values = match &shape.path {
            Some(path) => path.values(self.data, focus),
            None => vec![focus.clone()],
        };
        let mut findings = Vec::new();
        for constraint in &shape.constraints {
            if let Constraint::Property(property) = constraint {
                for value in &values {
                    findings.append(&mut self.shape(*property, value)?);
                }
                continue;
            }
            for breach in self.breaches(constraint, focus, &values)? {
                findings.push(finding(shape, constraint, focus, breach));
            }
        }
        Ok(findings)
    }

    /// Whether the node conforms to the shape.
    pub(super) fn conforms(&mut self, id: ShapeId, node: &Term) -> Result<bool, TooDeep> {
        Ok(self.shape(id, node)?.is_empty())
    }
}

/// A breach of one constraint.
#[derive(Debug, Default)]
pub(super) struct Breach {
    pub(super) value: Option<Term>,
    /// The path, when it is not the shape's own (a closed shape's).
    pub(super) path: Option<Path>,
    /// How many there were, where that is what is wrong.
    pub(super) count: usize,
    /// What is wrong further in.
    pub(super) inner: Vec<Finding>,
    /// The language that stands twice.
    pub(super) language: String,
}

impl Breach {
    pub(super) fn value(value: &Term) -> Self {
        Self { value: Some(value.clone()), ..Self::default() }
    }

    pub(super) fn count(count: usize) -> Self {
        Self { count, ..Self::default() }
    }
}

fn finding(shape: &Shape, constraint: &Constraint, focus: &Term, breach: Breach) -> Finding {
    let path = breach.path.clone().or_else(|| shape.path.clone());
    Finding {
        reason: reason::of(shape, constraint, path.as_ref(), &breach),
        focus: focus.clone(),
        component: constraint.component(),
        severity: shape.severity.clone(),
        shape: shape.node.clone(),
        messages: shape.messages.clone(),
        value: breach.value,
        path,
    }
}

fn name_of(node: &Term) -> String {
    match node {
        Term::NamedNode(node) => short(node.as_str()),
        other => other.to_string(),
    }
}
