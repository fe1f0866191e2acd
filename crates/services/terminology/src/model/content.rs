//! The concepts of an edition with their hierarchy, checked and indexed.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    fmt,
};

use serde::Serialize;

use super::Concept;

/// How many faults are told at most: a file of the wrong kind has one on every line.
const TOLD: usize = 50;

/// The longest code, in bytes.
const LONGEST_CODE: usize = 200;

/// What keeps concepts from being the content of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// There is no concept at all.
    Empty,
    /// A code is missing, too long, or has control characters or white space around it.
    BadCode {
        /// The position among the concepts, from 1.
        position: usize,
    },
    /// A code has no text.
    NoDisplay {
        /// The code.
        code: String,
    },
    /// A code occurs twice.
    Twice {
        /// The code.
        code: String,
    },
    /// A code stands below one that is not there.
    NoParent {
        /// The code.
        code: String,
        /// What is above it.
        parent: String,
    },
    /// A code stands below itself.
    Circle {
        /// The code.
        code: String,
    },
    /// A period ends before it begins.
    Period {
        /// The code.
        code: String,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there are no codes"),
            Self::BadCode { position } => {
                write!(f, "concept {position}: the code is empty, longer than 200 bytes, or has odd white space")
            }
            Self::NoDisplay { code } => write!(f, "{code}: there is no text"),
            Self::Twice { code } => write!(f, "{code}: the code occurs more than once"),
            Self::NoParent { code, parent } => write!(f, "{code}: stands below {parent}, which is not there"),
            Self::Circle { code } => write!(f, "{code}: stands below itself"),
            Self::Period { code } => write!(f, "{code}: its period ends before it begins"),
        }
    }
}

/// How two concepts stand to each other (FHIR CodeSystem/$subsumes, concept-subsumption-outcome).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subsumption {
    /// They are the same.
    Equivalent,
    /// The first is above the second.
    Subsumes,
    /// The first is below the second.
    SubsumedBy,
    /// Neither is above the other.
    NotSubsumed,
}

impl Subsumption {
    /// FHIR's code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Equivalent => "equivalent",
            Self::Subsumes => "subsumes",
            Self::SubsumedBy => "subsumed-by",
            Self::NotSubsumed => "not-subsumed",
        }
    }
}

/// The concepts of an edition. Positions count from 0 in the owner's order.
#[derive(Debug, Clone)]
pub struct Content {
    concepts: Vec<Concept>,
    index: HashMap<String, usize>,
    parents: Vec<Vec<usize>>,
    children: Vec<Vec<usize>>,
    roots: Vec<usize>,
    case_sensitive: bool,
}

impl Content {
    /// Concepts that hold together: every code once, parents there, no circle.
    ///
    /// # Errors
    /// Everything that is wrong, the first fifty faults.
    pub fn new(concepts: Vec<Concept>, case_sensitive: bool) -> Result<Self, Vec<Fault>> {
        let mut faults = own_faults(&concepts);
        let mut index = HashMap::with_capacity(concepts.len());
        for (position, concept) in concepts.iter().enumerate() {
            if index.insert(folded(&concept.code, case_sensitive), position).is_some() {
                faults.push(Fault::Twice { code: concept.code.clone() });
            }
        }
        let mut parents: Vec<Vec<usize>> = vec![Vec::new(); concepts.len()];
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); concepts.len()];
        for (position, concept) in concepts.iter().enumerate() {
            for parent in &concept.parents {
                match index.get(&folded(parent, case_sensitive)) {
                    Some(&above) if parents[position].contains(&above) => {}
                    Some(&above) => {
                        parents[position].push(above);
                        children[above].push(position);
                    }
                    None => faults.push(Fault::NoParent { code: concept.code.clone(), parent: parent.clone() }),
                }
            }
        }
        let in_circle = circular(&parents, &children);
        faults.extend(in_circle.into_iter().map(|at| Fault::Circle { code: concepts[at].code.clone() }));
        if !faults.is_empty() {
            faults.truncate(TOLD);
            return Err(faults);
        }
        let roots = (0..concepts.len()).filter(|at| parents[*at].is_empty()).collect();
        Ok(Self { concepts, index, parents, children, roots, case_sensitive })
    }

    /// All concepts in the owner's order.
    pub fn concepts(&self) -> &[Concept] {
        &self.concepts
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.concepts.len()
    }

    /// Whether there is none; a content that was made has some.
    pub fn is_empty(&self) -> bool {
        self.concepts.is_empty()
    }

    /// The concept of that code.
    pub fn get(&self, code: &str) -> Option<&Concept> {
        self.position(code).map(|at| &self.concepts[at])
    }

    /// Where the code stands.
    pub fn position(&self, code: &str) -> Option<usize> {
        if self.case_sensitive {
            return self.index.get(code).copied();
        }
        self.index.get(&folded(code, false)).copied()
    }

    /// The concept at a position.
    pub fn at(&self, position: usize) -> &Concept {
        &self.concepts[position]
    }

    /// The concepts that stand at the top.
    pub fn roots(&self) -> &[usize] {
        &self.roots
    }

    /// Those right below.
    pub fn children(&self, position: usize) -> &[usize] {
        &self.children[position]
    }

    /// Those right above.
    pub fn parents(&self, position: usize) -> &[usize] {
        &self.parents[position]
    }

    /// Whether anything stands below anything.
    pub fn has_hierarchy(&self) -> bool {
        self.roots.len() < self.concepts.len()
    }

    /// Everything below, nearest first.
    pub fn descendants(&self, position: usize) -> Vec<usize> {
        reached(&self.children, position)
    }

    /// Everything above, nearest first.
    pub fn ancestors(&self, position: usize) -> Vec<usize> {
        reached(&self.parents, position)
    }

    /// How `a` stands to `b`.
    pub fn subsumption(&self, a: usize, b: usize) -> Subsumption {
        match () {
            () if a == b => Subsumption::Equivalent,
            () if self.ancestors(b).contains(&a) => Subsumption::Subsumes,
            () if self.ancestors(a).contains(&b) => Subsumption::SubsumedBy,
            () => Subsumption::NotSubsumed,
        }
    }
}

/// A code as the index has it.
fn folded(code: &str, case_sensitive: bool) -> String {
    if case_sensitive { code.to_owned() } else { code.to_lowercase() }
}

/// What is wrong with single concepts.
fn own_faults(concepts: &[Concept]) -> Vec<Fault> {
    let mut faults = Vec::new();
    if concepts.is_empty() {
        faults.push(Fault::Empty);
    }
    for (position, concept) in (1..).zip(concepts) {
        let code = &concept.code;
        if code.is_empty()
            || code.len() > LONGEST_CODE
            || code.trim() != code
            || code.contains("  ")
            || code.chars().any(char::is_control)
        {
            faults.push(Fault::BadCode { position });
        } else if concept.display.is_empty() {
            faults.push(Fault::NoDisplay { code: code.clone() });
        }
        if concept.from.zip(concept.until).is_some_and(|(from, until)| until < from) {
            faults.push(Fault::Period { code: code.clone() });
        }
    }
    faults
}

/// The positions that cannot be laid in order from the top (Kahn): those in circles and below them.
fn circular(parents: &[Vec<usize>], children: &[Vec<usize>]) -> Vec<usize> {
    let mut above: Vec<usize> = parents.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = (0..above.len()).filter(|at| above[*at] == 0).collect();
    while let Some(at) = ready.pop() {
        for &child in &children[at] {
            above[child] -= 1;
            if above[child] == 0 {
                ready.push(child);
            }
        }
    }
    (0..above.len()).filter(|at| above[*at] > 0).collect()
}

fn reached(edges: &[Vec<usize>], from: usize) -> Vec<usize> {
    let mut seen: HashSet<usize> = HashSet::from([from]);
    let mut queue = VecDeque::from([from]);
    let mut found = Vec::new();
    while let Some(at) = queue.pop_front() {
        for &next in &edges[at] {
            if seen.insert(next) {
                found.push(next);
                queue.push_back(next);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Wording;

    fn concept(code: &str, parents: &[&str]) -> Concept {
        let parents = parents.iter().map(|p| (*p).to_owned()).collect();
        Concept { parents, ..Concept::new(code, Wording::nb(code)) }
    }

    #[test]
    fn everything_that_is_wrong_is_told() {
        let concepts = vec![
            concept("a", &[]),
            concept("A", &["b"]),
            concept(" ", &[]),
            Concept::new("d", Wording::default()),
            concept("e", &["f"]),
            concept("f", &["e"]),
        ];
        let faults = Content::new(concepts, false).unwrap_err();
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "concept 3: the code is empty, longer than 200 bytes, or has odd white space",
                "d: there is no text",
                "A: the code occurs more than once",
                "A: stands below b, which is not there",
                "e: stands below itself",
                "f: stands below itself",
            ]
        );
        assert_eq!(Content::new(Vec::new(), true).unwrap_err(), [Fault::Empty]);
    }

    #[test]
    fn case_matters_only_where_the_system_says_so() {
        let two = || vec![concept("a", &[]), concept("A", &[])];
        assert!(Content::new(two(), true).is_ok());
        assert!(Content::new(two(), false).is_err());
        let one = Content::new(vec![concept("A00", &[])], false).unwrap();
        assert_eq!(one.get("a00").unwrap().code, "A00");
    }

    /// A hierarchy without circles: whoever comes later may stand below some who came before.
    fn hierarchies() -> impl Strategy<Value = Vec<Vec<usize>>> {
        prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..3), 1..24).prop_map(|rows| {
            let above = |(at, picks): (usize, Vec<prop::sample::Index>)| {
                let mut parents: Vec<usize> =
                    if at == 0 { Vec::new() } else { picks.iter().map(|p| p.index(at)).collect() };
                parents.sort_unstable();
                parents.dedup();
                parents
            };
            rows.into_iter().enumerate().map(above).collect()
        })
    }

    proptest! {
        /// The closure computed by walking equals the one by multiplying the relation with itself.
        #[test]
        fn subsumption_is_the_transitive_closure(hierarchy in hierarchies()) {
            let size = hierarchy.len();
            let names: Vec<String> = (0..size).map(|n| format!("c{n}")).collect();
            let concepts = hierarchy.iter().enumerate().map(|(at, above)| {
                concept(&names[at], &above.iter().map(|a| names[*a].as_str()).collect::<Vec<_>>())
            });
            let content = Content::new(concepts.collect(), true).unwrap();
            let mut below = vec![vec![false; size]; size];
            for (at, above) in hierarchy.iter().enumerate() {
                for a in above { below[*a][at] = true; }
            }
            for middle in 0..size {
                for a in 0..size {
                    for b in 0..size {
                        below[a][b] |= below[a][middle] && below[middle][b];
                    }
                }
            }
            for (a, row) in below.iter().enumerate() {
                let mut descendants = content.descendants(a);
                descendants.sort_unstable();
                let expected: Vec<usize> = (0..size).filter(|b| row[*b]).collect();
                prop_assert_eq!(descendants, expected);
                for (b, other) in below.iter().enumerate() {
                    let expected = match () {
                        () if a == b => Subsumption::Equivalent,
                        () if row[b] => Subsumption::Subsumes,
                        () if other[a] => Subsumption::SubsumedBy,
                        () => Subsumption::NotSubsumed,
                    };
                    prop_assert_eq!(content.subsumption(a, b), expected);
                }
            }
        }
    }
}
