//! When an edition loses so many codes that somebody must be asked.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Content;

/// How many of the lost codes are shown.
const EXAMPLES: usize = 10;

/// The rules of one code system, map or value set, set by its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// How many different persons a publication takes: 1, or 2 so that whoever imports does not
    /// publish.
    pub eyes: u8,
    /// How many per cent of its predecessor's codes an edition may lose without a reason, 0–100.
    pub loss_percent: u8,
}

impl Default for Rules {
    fn default() -> Self {
        Self { eyes: 2, loss_percent: 10 }
    }
}

/// What an edition would lose against its predecessor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// The predecessor's version.
    pub predecessor: String,
    /// How many of its codes are not there any more.
    pub lost: usize,
    /// How many it has.
    pub of: usize,
    /// How many the new one has.
    pub now: usize,
    /// How many per cent may be lost.
    pub limit: u8,
    /// Some of the codes that would be lost, spread over all of them, with their texts.
    pub examples: Vec<(String, String)>,
}

impl Loss {
    /// What is lost, when it is more than the rules let pass.
    pub fn beyond(rules: Rules, version: &str, old: &Content, new: &Content) -> Option<Self> {
        let gone: Vec<_> = old.concepts().iter().filter(|concept| new.get(&concept.code).is_none()).collect();
        if gone.len() * 100 <= old.len() * usize::from(rules.loss_percent) {
            return None;
        }
        let step = gone.len().div_ceil(EXAMPLES).max(1);
        let shown = gone.iter().step_by(step).map(|c| (c.code.clone(), c.display.get("nb").to_owned()));
        Some(Self {
            predecessor: version.to_owned(),
            lost: gone.len(),
            of: old.len(),
            now: new.len(),
            limit: rules.loss_percent,
            examples: shown.collect(),
        })
    }

    /// How many per cent are lost, rounded down.
    pub fn percent(&self) -> usize {
        (self.lost * 100).checked_div(self.of).unwrap_or(0)
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of the {} codes of edition {} are not in the new one, which has {} ({} %; the limit is {} %). Is the file whole? \
             Lost are among others:",
            self.lost,
            self.of,
            self.predecessor,
            self.now,
            self.percent(),
            self.limit
        )?;
        self.examples.iter().try_for_each(|(code, text)| write!(f, "\n  {code}  {text}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Concept, Wording};

    fn codes(count: usize) -> Content {
        let concepts = (0..count).map(|n| Concept::new(format!("{n:03}"), Wording::nb("tekst")));
        Content::new(concepts.collect(), true).unwrap()
    }

    #[test]
    fn more_than_the_share_is_a_question_and_the_share_itself_is_not() {
        let rules = Rules::default();
        assert_eq!(Loss::beyond(rules, "1", &codes(100), &codes(90)), None);
        let loss = Loss::beyond(rules, "1", &codes(100), &codes(89)).unwrap();
        assert_eq!((loss.lost, loss.of, loss.now, loss.percent(), loss.examples.len()), (11, 100, 89, 11, 6));
        assert_eq!(Loss::beyond(Rules { loss_percent: 100, ..rules }, "1", &codes(100), &codes(1)), None);
        assert!(Loss::beyond(Rules { loss_percent: 0, ..rules }, "1", &codes(100), &codes(99)).is_some());
    }
}
