//! The constraint components (SHACL section 4), each by its textual definition.

use std::{cmp::Ordering, collections::BTreeMap};

use oxrdf::{Literal, NamedNode, Term};

use super::{
    Path, TooDeep,
    check::{Breach, Run},
    path::as_subject,
    shape::{Constraint, Edge, NodeKind, Pair, Qualified, ShapeId},
    value::{compare, is_well_formed, language_matches},
};
use crate::vocabulary::RDFS;

impl Run<'_> {
    /// How the value nodes of a focus node breach a constraint.
    pub(super) fn breaches(
        &mut self,
        constraint: &Constraint,
        focus: &Term,
        values: &[Term],
    ) -> Result<Vec<Breach>, TooDeep> {
        let each = |wrong: &mut dyn FnMut(&Term) -> bool| -> Vec<Breach> {
            values.iter().filter(|value| wrong(value)).map(Breach::value).collect()
        };
        let count = values.len();
        Ok(match constraint {
            Constraint::Class(class) => each(&mut |v| !self.is_a(v, class)),
            Constraint::Datatype(kind) => each(&mut |v| !has_type(v, kind)),
            Constraint::NodeKind(kind) => each(&mut |v| !is_kind(v, *kind)),
            Constraint::MinCount(least) => breach_if((count as u64) < *least, count),
            Constraint::MaxCount(most) => breach_if(count as u64 > *most, count),
            Constraint::Range(edge, end) => each(&mut |v| !within(v, *edge, end)),
            Constraint::MinLength(least) => each(&mut |v| length(v).is_none_or(|l| (l as u64) < *least)),
            Constraint::MaxLength(most) => each(&mut |v| length(v).is_none_or(|l| l as u64 > *most)),
            Constraint::Pattern(regex, _) => each(&mut |v| text(v).is_none_or(|t| !regex.is_match(t))),
            Constraint::LanguageIn(ranges) => each(&mut |v| !in_languages(v, ranges)),
            Constraint::UniqueLang => doubled_languages(values),
            Constraint::Pair(pair, property) => self.pair(*pair, property, focus, values),
            Constraint::Closed(allowed) => values.iter().flat_map(|v| self.closed(v, allowed)).collect(),
            Constraint::HasValue(wanted) => breach_if(!values.contains(wanted), count),
            Constraint::In(list) => each(&mut |v| !list.contains(v)),
            Constraint::Property(_) => Vec::new(),
            Constraint::Not(_) | Constraint::Node(_) | Constraint::And(_) | Constraint::Or(_) | Constraint::Xone(_) => {
                self.logical(constraint, values)?
            }
            Constraint::QualifiedMin(qualified, least) => {
                let fitting = self.fitting(qualified, values)?;
                breach_if((fitting as u64) < *least, fitting)
            }
            Constraint::QualifiedMax(qualified, most) => {
                let fitting = self.fitting(qualified, values)?;
                breach_if(fitting as u64 > *most, fitting)
            }
        })
    }

    /// Section 4.6 and 4.7.1: what other shapes say of each value.
    fn logical(&mut self, constraint: &Constraint, values: &[Term]) -> Result<Vec<Breach>, TooDeep> {
        let mut breaches = Vec::new();
        for value in values {
            let (wrong, count, inner) = match constraint {
                Constraint::Not(shape) => (self.conforms(*shape, value)?, 0, Vec::new()),
                Constraint::Node(shape) => {
                    let inner = self.shape(*shape, value)?;
                    (!inner.is_empty(), 0, inner)
                }
                Constraint::And(shapes) => {
                    let mut inner = Vec::new();
                    for shape in shapes {
                        inner.append(&mut self.shape(*shape, value)?);
                    }
                    (!inner.is_empty(), 0, inner)
                }
                Constraint::Or(shapes) => (self.holding(shapes, value)? == 0, shapes.len(), Vec::new()),
                Constraint::Xone(shapes) => {
                    let holding = self.holding(shapes, value)?;
                    (holding != 1, holding, Vec::new())
                }
                _ => continue,
            };
            if wrong {
                breaches.push(Breach { count, inner, ..Breach::value(value) });
            }
        }
        Ok(breaches)
    }

    /// How many of the shapes the value conforms to.
    fn holding(&mut self, shapes: &[ShapeId], value: &Term) -> Result<usize, TooDeep> {
        let mut holding = 0;
        for shape in shapes {
            holding += usize::from(self.conforms(*shape, value)?);
        }
        Ok(holding)
    }

    /// How many values conform to the qualified shape and to none of its siblings.
    fn fitting(&mut self, qualified: &Qualified, values: &[Term]) -> Result<usize, TooDeep> {
        let mut fitting = 0;
        for value in values {
            if self.conforms(qualified.shape, value)? && self.holding(&qualified.not, value)? == 0 {
                fitting += 1;
            }
        }
        Ok(fitting)
    }

    /// Section 4.5: the values beside those of another property of the focus node.
    fn pair(&self, pair: Pair, property: &NamedNode, focus: &Term, values: &[Term]) -> Vec<Breach> {
        let others = Path::Predicate(property.clone()).values(self.data, focus);
        match pair {
            Pair::Equals => {
                let missing_there = values.iter().filter(|v| !others.contains(v));
                let missing_here = others.iter().filter(|o| !values.contains(o));
                missing_there.chain(missing_here).map(Breach::value).collect()
            }
            Pair::Disjoint => values.iter().filter(|v| others.contains(v)).map(Breach::value).collect(),
            Pair::LessThan => out_of_order(values, &others, &[Ordering::Less]),
            Pair::LessThanOrEquals => out_of_order(values, &others, &[Ordering::Less, Ordering::Equal]),
        }
    }

    /// Section 4.8.1: what stands at a node that a closed shape does not let stand there.
    fn closed(&self, node: &Term, allowed: &[NamedNode]) -> Vec<Breach> {
        let Some(subject) = as_subject(node) else { return Vec::new() };
        let strangers =
            self.data.triples_for_subject(subject).filter(|t| !allowed.iter().any(|p| t.predicate == p.as_ref()));
        let breach = |t: oxrdf::TripleRef<'_>| Breach {
            path: Some(Path::Predicate(t.predicate.into_owned())),
            ..Breach::value(&t.object.into_owned())
        };
        strangers.map(breach).collect()
    }
}

fn breach_if(wrong: bool, count: usize) -> Vec<Breach> {
    if wrong { vec![Breach::count(count)] } else { Vec::new() }
}

fn has_type(value: &Term, kind: &NamedNode) -> bool {
    match value {
        Term::Literal(literal) if kind.as_str() == RDFS.term("Literal").as_str() => is_well_formed(literal),
        Term::Literal(literal) => literal.datatype() == kind.as_ref() && is_well_formed(literal),
        _ => false,
    }
}

fn is_kind(value: &Term, kind: NodeKind) -> bool {
    match value {
        Term::NamedNode(_) => kind.iri,
        Term::BlankNode(_) => kind.blank,
        Term::Literal(_) => kind.literal,
    }
}

fn within(value: &Term, edge: Edge, end: &Literal) -> bool {
    let Some(order) = compare(value, &Term::from(end.clone())) else { return false };
    match edge {
        Edge::MinExclusive => order == Ordering::Greater,
        Edge::MinInclusive => order != Ordering::Less,
        Edge::MaxExclusive => order == Ordering::Less,
        Edge::MaxInclusive => order != Ordering::Greater,
    }
}

/// The text of a value as SPARQL's `str`; blank nodes have none.
fn text(value: &Term) -> Option<&str> {
    match value {
        Term::NamedNode(node) => Some(node.as_str()),
        Term::Literal(literal) => Some(literal.value()),
        Term::BlankNode(_) => None,
    }
}

fn length(value: &Term) -> Option<usize> {
    text(value).map(|text| text.chars().count())
}

fn in_languages(value: &Term, ranges: &[String]) -> bool {
    match value {
        Term::Literal(literal) => {
            literal.language().is_some_and(|tag| ranges.iter().any(|range| language_matches(tag, range)))
        }
        _ => false,
    }
}

/// One breach for each language that more than one value is in.
fn doubled_languages(values: &[Term]) -> Vec<Breach> {
    let mut languages: BTreeMap<String, usize> = BTreeMap::new();
    for value in values {
        if let Term::Literal(literal) = value
            && let Some(tag) = literal.language()
        {
            *languages.entry(tag.to_ascii_lowercase()).or_default() += 1;
        }
    }
    let doubled = languages.into_iter().filter(|(_, count)| *count > 1);
    doubled.map(|(language, count)| Breach { count, language, ..Breach::default() }).collect()
}

/// One breach for each pair that is not in one of the orders, or cannot be compared.
fn out_of_order(values: &[Term], others: &[Term], orders: &[Ordering]) -> Vec<Breach> {
    let wrong = |value: &Term, other: &Term| compare(value, other).is_none_or(|order| !orders.contains(&order));
    let pairs = values.iter().flat_map(|value| others.iter().map(move |other| (value, other)));
    pairs.filter(|(value, other)| wrong(value, other)).map(|(value, _)| Breach::value(value)).collect()
}
