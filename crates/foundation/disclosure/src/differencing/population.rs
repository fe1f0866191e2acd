//! Whom a number is about.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

/// What one attribute must be. Texts and numbers are the data's own, not their labels.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// One of these values. A missing value is the empty text.
    Among(BTreeSet<String>),
    /// A whole number (or a day number) from the first to the last, both included.
    Between(i64, i64),
}

impl Condition {
    /// One value.
    pub fn is(value: &str) -> Self {
        Self::Among(BTreeSet::from([value.to_owned()]))
    }

    /// One of several values.
    pub fn among<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Among(values.into_iter().map(str::to_owned).collect())
    }

    /// Whether nothing can satisfy it.
    pub fn is_impossible(&self) -> bool {
        match self {
            Self::Among(values) => values.is_empty(),
            Self::Between(from, to) => from > to,
        }
    }

    /// Whether a value satisfies it.
    pub fn admits(&self, value: &str) -> bool {
        match self {
            Self::Among(values) => values.contains(value),
            Self::Between(from, to) => value.parse::<i64>().is_ok_and(|n| (*from..=*to).contains(&n)),
        }
    }

    /// What satisfies both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Between(a, b), Self::Between(c, d)) => Self::Between(*a.max(c), *b.min(d)),
            (Self::Among(values), rule) | (rule, Self::Among(values)) => {
                Self::Among(values.iter().filter(|value| rule.admits(value)).cloned().collect())
            }
        }
    }

    /// Whether all that satisfies this satisfies the other, by what they say alone.
    pub fn within(&self, other: &Self) -> bool {
        self.is_impossible() || (self.and(other) == *self)
    }
}

/// Whom a number is about: everybody of a universe, or those who satisfy each of some conditions. Two of them
/// are equal when they say the same; conditions on one attribute are always one condition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// Whose people: a dataset's path, a project's extract. Numbers of different universes are compared only
    /// where the sets of people are at hand.
    pub universe: String,
    /// By attribute.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    conditions: BTreeMap<String, Condition>,
}

impl Population {
    /// Everybody of a universe.
    pub fn everybody(universe: &str) -> Self {
        Self { universe: universe.to_owned(), conditions: BTreeMap::new() }
    }

    /// Those of them who also satisfy this.
    #[must_use]
    pub fn and(mut self, attribute: &str, condition: &Condition) -> Self {
        let both = self.conditions.get(attribute).map_or_else(|| condition.clone(), |known| known.and(condition));
        self.conditions.insert(attribute.to_owned(), both);
        self
    }

    /// The conditions, by attribute.
    pub fn conditions(&self) -> impl Iterator<Item = (&str, &Condition)> {
        self.conditions.iter().map(|(attribute, condition)| (attribute.as_str(), condition))
    }

    /// Whether everybody in this is in the other, by what they say alone.
    pub fn within(&self, other: &Self) -> bool {
        let inside = |attribute: &String, condition: &Condition| {
            self.conditions.get(attribute).is_some_and(|mine| mine.within(condition))
        };
        self.universe == other.universe && other.conditions.iter().all(|(a, c)| inside(a, c))
    }

    /// Whether nobody can be in both, by what they say alone. Only of attributes that a person has one value of.
    pub fn apart(&self, other: &Self) -> bool {
        self.universe == other.universe
            && self
                .conditions
                .iter()
                .any(|(a, mine)| other.conditions.get(a).is_some_and(|c| mine.and(c).is_impossible()))
    }
}

impl fmt::Display for Population {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.universe)?;
        for (attribute, condition) in &self.conditions {
            match condition {
                Condition::Among(values) => {
                    let values: Vec<&str> = values.iter().map(String::as_str).collect();
                    write!(f, "; {attribute} = {}", values.join("/"))?;
                }
                Condition::Between(from, to) => write!(f, "; {attribute} = {from}–{to}")?,
            }
        }
        Ok(())
    }
}
