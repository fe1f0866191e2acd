//! Facts from what is known: the source as the catalogue has it, and what is told of it elsewhere.

use std::collections::{BTreeMap, HashMap};

use varde_metadata::{CodeLinkKind, DataSource, LinkKind, Variable};
use varde_rdf::{NamedOrBlankNode, Term, vocabulary};

use super::{Access, Facts, Field, Place, Share};
use crate::ports::{Release, Told};

/// The most values of a field that are kept as evidence.
const MOST: usize = 3;
/// The longest value that is kept, in characters.
const LONGEST: usize = 160;

/// The facts of a source in an edition. `published` counts its editions, `site` is where the installation is
/// reached. What other catalogues are told, and releases, may be lacking.
pub fn gather(
    source: &DataSource,
    (edition, published): (i32, usize),
    site: &str,
    told: Option<&Told>,
    releases: &[Release],
) -> Facts {
    let mut gathered = Gathered::default();
    if let Some(told) = told {
        gathered.elsewhere(told);
    }
    gathered.described(source);
    gathered.releases(releases);
    if published > 0 {
        gathered.say(Field::Editions, &published.to_string());
    }
    let access = gathered.0.get(&Field::AccessRights).and_then(|all| all.first()).map_or("", String::as_str);
    Facts {
        source: source.path.clone(),
        edition,
        site: site.trim_end_matches('/').to_owned(),
        access: Access::of(access),
        dictionary: dictionary(source),
        shared_codes: shared_codes(source),
        national: told.map(|told| told.national),
        health: told.map(|told| told.health),
        told: gathered.0,
    }
}

#[derive(Default)]
struct Gathered(BTreeMap<Field, Vec<String>>);

impl Gathered {
    fn say(&mut self, field: Field, value: &str) {
        let value: String = value.trim().chars().take(LONGEST).collect();
        let values = self.0.entry(field).or_default();
        if !value.is_empty() && values.len() < MOST && !values.contains(&value) {
            values.push(value);
        }
        if values.is_empty() {
            self.0.remove(&field);
        }
    }

    /// What other catalogues read of the source, and of how one gets at it.
    fn elsewhere(&mut self, told: &Told) {
        let said = Spoken::of(told);
        let mut distributions = Vec::new();
        for (predicate, object) in said.about(told.node.as_str()) {
            let Some(field) = at(Place::Dataset, predicate) else { continue };
            if let (Field::Distribution, Term::NamedNode(node)) = (field, object) {
                distributions.push(node.as_str());
            }
            self.say(field, &said.text(object));
        }
        for (predicate, object) in distributions.into_iter().flat_map(|node| said.about(node)) {
            if let Some(field) = at(Place::Distribution, predicate) {
                self.say(field, &said.text(object));
            }
        }
    }

    /// What the description says that other catalogues have no place for.
    fn described(&mut self, source: &DataSource) {
        for field in Field::ALL.iter().filter(|field| field.place() == Place::Described) {
            if let Some(value) = source.details.properties.text(field.term()) {
                // A list that is empty says nothing.
                if !["[]", "{}"].contains(&value.trim()) {
                    self.say(*field, &value);
                }
            }
        }
        let terms = &source.details.terms;
        let law = source.legal_basis.as_ref().map(ToString::to_string).or_else(|| terms.legal_basis.clone());
        self.say(Field::Law, &law.unwrap_or_default());
        if source.link_kind == LinkKind::National {
            self.say(Field::Linkage, source.link_kind.name());
        }
    }

    /// What the data platform knows: ids, figures, days.
    fn releases(&mut self, releases: &[Release]) {
        for release in releases {
            self.say(Field::Release, &format!("{} {}", release.dataset, release.id));
            self.say(Field::Rows, &format!("{}: {}/{}", release.dataset, release.used, release.rows));
            self.say(Field::Empty, &format!("{}: {}/{}", release.dataset, release.empty, release.cells));
        }
        if let Some(newest) = releases.iter().map(|release| release.day).max() {
            self.say(Field::Released, &newest.to_string());
        }
    }
}

/// What is said, by subject, in the order it is said: the same statements give the same facts.
struct Spoken<'a>(HashMap<&'a str, Vec<(&'a str, &'a Term)>>);

impl<'a> Spoken<'a> {
    fn of(told: &'a Told) -> Self {
        let mut all: HashMap<&str, Vec<(&str, &Term)>> = HashMap::new();
        for triple in told.said.iter() {
            if let NamedOrBlankNode::NamedNode(subject) = &triple.subject {
                all.entry(subject.as_str()).or_default().push((triple.predicate.as_str(), &triple.object));
            }
        }
        Self(all)
    }

    fn about(&self, node: &str) -> &[(&'a str, &'a Term)] {
        self.0.get(node).map_or(&[], Vec::as_slice)
    }

    /// An object as text: an address, a literal, or, for a node within the record, the first words said of
    /// it.
    fn text(&self, object: &Term) -> String {
        match object {
            Term::Literal(literal) => literal.value().to_owned(),
            Term::NamedNode(node) if node.as_str().contains('#') => {
                let words = self.about(node.as_str()).iter().find_map(|(_, object)| literal(object));
                words.unwrap_or(node.as_str()).to_owned()
            }
            Term::NamedNode(node) => node.as_str().to_owned(),
            other => other.to_string(),
        }
    }
}

fn literal(term: &Term) -> Option<&str> {
    if let Term::Literal(literal) = term { Some(literal.value()) } else { None }
}

/// The field that a predicate tells there.
fn at(place: Place, predicate: &str) -> Option<Field> {
    let term = vocabulary::short(predicate);
    Field::ALL.iter().copied().find(|field| field.place() == place && field.term() == term)
}

fn share(variables: impl Iterator<Item = bool>) -> Share {
    let mut share = Share::default();
    for has in variables {
        share.all = share.all.saturating_add(1);
        share.some = share.some.saturating_add(u32::from(has));
    }
    share
}

/// Variables that say what they mean, in words or by a list of codes.
fn dictionary(source: &DataSource) -> Share {
    let says = |variable: &Variable| {
        let said = variable.newest().is_some_and(|v| !v.description.nb.trim().is_empty() || !v.codes.is_empty());
        said || is_shared(variable)
    };
    share(source.variables().map(says))
}

/// Coded variables whose codes somebody else can look up.
fn shared_codes(source: &DataSource) -> Share {
    let coded = |variable: &&Variable| {
        let own = variable.newest().is_some_and(|version| !version.codes.is_empty());
        own || !variable.details.code_links.is_empty() || is_shared(variable)
    };
    share(source.variables().filter(coded).map(is_shared))
}

fn is_shared(variable: &Variable) -> bool {
    let linked = variable.details.code_links.iter().any(|link| link.kind != CodeLinkKind::Local);
    linked || variable.newest().is_some_and(|version| version.code_system.is_some())
}
