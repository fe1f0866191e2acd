//! What changed between two editions of a code system.

use std::{collections::BTreeSet, fmt};

use serde::Serialize;

use super::{Concept, Content, UNDETERMINED};

/// The difference of two editions, by code.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Difference {
    /// Codes that are new.
    pub added: Vec<Line>,
    /// Codes that are gone, with what takes over from each where somebody has said so.
    pub removed: Vec<Gone>,
    /// Codes that are called something else.
    pub renamed: Vec<Renamed>,
    /// Codes that stand somewhere else in the hierarchy.
    pub moved: Vec<Moved>,
    /// Codes that are still there and may not be used any more.
    pub retired: Vec<Gone>,
    /// Codes that may be used again.
    pub revived: Vec<Line>,
}

/// A code and its text in bokmål, or the language it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The code.
    pub code: String,
    /// Its text.
    pub text: String,
}

/// A code that cannot be used any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gone {
    /// The code.
    pub code: String,
    /// Its text, as it was.
    pub text: String,
    /// The codes that take over.
    pub successors: Vec<String>,
}

/// A code with a new text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Renamed {
    /// The code.
    pub code: String,
    /// The text before.
    pub from: String,
    /// The text now.
    pub to: String,
    /// In which language.
    pub language: String,
}

/// A code in a new place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The code.
    pub code: String,
    /// Its text now.
    pub text: String,
    /// What was above it.
    pub from: Vec<String>,
    /// What is above it now.
    pub to: Vec<String>,
}

impl Difference {
    /// The difference of two editions of the same system, in the order of the codes.
    pub fn of(old: &Content, new: &Content) -> Self {
        let mut difference = Self::default();
        for concept in new.concepts() {
            match old.get(&concept.code) {
                None => difference.added.push(line(concept)),
                Some(before) => difference.compare(before, concept),
            }
        }
        let gone = old.concepts().iter().filter(|concept| new.get(&concept.code).is_none());
        difference.removed.extend(gone.map(gone_with_successors));
        difference.sort();
        difference
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// How many changes there are.
    pub fn count(&self) -> usize {
        self.added.len()
            + self.removed.len()
            + self.renamed.len()
            + self.moved.len()
            + self.retired.len()
            + self.revived.len()
    }

    /// The codes whose use is touched: gone, retired, renamed or moved. A new code touches nobody.
    pub fn touched(&self) -> BTreeSet<&str> {
        let gone = self.removed.iter().chain(&self.retired).map(|g| g.code.as_str());
        let renamed = self.renamed.iter().map(|r| r.code.as_str());
        gone.chain(renamed).chain(self.moved.iter().map(|m| m.code.as_str())).collect()
    }

    fn compare(&mut self, before: &Concept, now: &Concept) {
        for (language, from) in before.display.iter() {
            let same = now.display.iter().find(|(l, _)| *l == language).map(|(_, text)| text);
            // Where nobody has said in which language a text is, the one that is there stands for it.
            let other = || if language == UNDETERMINED { "nb" } else { UNDETERMINED };
            let to = same.or_else(|| now.display.exactly(other())).unwrap_or_default();
            if to != from {
                let (from, to) = (from.to_owned(), to.to_owned());
                self.renamed.push(Renamed { code: now.code.clone(), from, to, language: language.to_owned() });
            }
        }
        let places = |concept: &Concept| concept.parents.iter().cloned().collect::<BTreeSet<_>>();
        let (from, to) = (places(before), places(now));
        if from != to {
            let (from, to) = (from.into_iter().collect(), to.into_iter().collect());
            self.moved.push(Moved { from, to, code: now.code.clone(), text: line(now).text });
        }
        match (before.active, now.active) {
            (true, false) => self.retired.push(gone_with_successors(now)),
            (false, true) => self.revived.push(line(now)),
            _ => {}
        }
    }

    fn sort(&mut self) {
        self.added.sort_by(|a, b| a.code.cmp(&b.code));
        self.removed.sort_by(|a, b| a.code.cmp(&b.code));
        self.renamed.sort_by(|a, b| (&a.code, &a.language).cmp(&(&b.code, &b.language)));
        self.moved.sort_by(|a, b| a.code.cmp(&b.code));
        self.retired.sort_by(|a, b| a.code.cmp(&b.code));
        self.revived.sort_by(|a, b| a.code.cmp(&b.code));
    }
}

fn line(concept: &Concept) -> Line {
    Line { code: concept.code.clone(), text: concept.display.get("nb").to_owned() }
}

fn gone_with_successors(concept: &Concept) -> Gone {
    let Line { code, text } = line(concept);
    Gone { code, text, successors: concept.successors.clone() }
}

impl fmt::Display for Difference {
    /// The text of the command line: counts only; the page has the codes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} added, {} removed, {} renamed, {} moved, {} retired, {} revived",
            self.added.len(),
            self.removed.len(),
            self.renamed.len(),
            self.moved.len(),
            self.retired.len(),
            self.revived.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Wording;

    fn content(rows: &[(u8, bool, u8)]) -> Content {
        let mut concepts: Vec<Concept> = vec![Concept::new("top", Wording::nb("topp"))];
        for (code, active, text) in rows {
            let code = format!("c{code}");
            if concepts.iter().all(|c| c.code != code) {
                let parents = if text % 2 == 0 { vec!["top".to_owned()] } else { Vec::new() };
                let mut concept = Concept::new(code, Wording::nb(format!("tekst {text}")));
                concept.active = *active;
                concept.parents = parents;
                concepts.push(concept);
            }
        }
        Content::new(concepts, true).unwrap()
    }

    fn editions() -> impl Strategy<Value = Vec<(u8, bool, u8)>> {
        prop::collection::vec((0u8..30, any::<bool>(), 0u8..4), 0..40)
    }

    proptest! {
        /// Nothing differs from itself; what one way adds the other removes; sizes add up; and what is
        /// in neither list of change is the same in both.
        #[test]
        fn a_difference_adds_up(a in editions(), b in editions()) {
            let (old, new) = (content(&a), content(&b));
            prop_assert!(Difference::of(&old, &old).is_empty());
            let (there, back) = (Difference::of(&old, &new), Difference::of(&new, &old));
            let added: Vec<&str> = there.added.iter().map(|l| l.code.as_str()).collect();
            let removed_back: Vec<&str> = back.removed.iter().map(|g| g.code.as_str()).collect();
            prop_assert_eq!(added, removed_back);
            prop_assert_eq!(there.renamed.len(), back.renamed.len());
            prop_assert_eq!(there.moved.len(), back.moved.len());
            prop_assert_eq!(there.retired.len(), back.revived.len());
            prop_assert_eq!(old.len() + there.added.len() - there.removed.len(), new.len());
            let touched = there.touched();
            for concept in new.concepts() {
                if let Some(before) = old.get(&concept.code)
                    && !touched.contains(concept.code.as_str())
                {
                    prop_assert_eq!(&before.display, &concept.display);
                    prop_assert_eq!(&before.parents, &concept.parents);
                }
            }
        }
    }
}
