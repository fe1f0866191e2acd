//! What must hold between the variables of a row: a closed model, read from the codebook's own short form.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// How two values stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `<>`
    Not,
    /// `>`
    More,
    /// `<`
    Less,
    /// `=`
    Equal,
}

impl Relation {
    /// All of them, those of two signs first: so that a text is read by the longest sign it begins with.
    pub const ALL: [Self; 6] = [Self::AtLeast, Self::AtMost, Self::Not, Self::More, Self::Less, Self::Equal];

    /// The sign in the codebook.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Not => "<>",
            Self::More => ">",
            Self::Less => "<",
            Self::Equal => "=",
        }
    }

    /// The name; after `metadata-rule-` in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AtLeast => "at_least",
            Self::AtMost => "at_most",
            Self::Not => "not",
            Self::More => "more",
            Self::Less => "less",
            Self::Equal => "equal",
        }
    }
}

/// What must hold of a variable's value beside the others of its row. Others are named by their column in the
/// holder's files, or by the last part of their path.
///
/// In a codebook: `>= INNDATO`, `= A + B`, `kreves hvis UTFALL = 2 | 3`, `tom hvis KJONN = 1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum RowRule {
    /// It stands so to another variable, where both have a value.
    Compared {
        /// How.
        relation: Relation,
        /// To which.
        other: String,
    },
    /// It is the sum of others, where all have a value.
    Sum {
        /// Of which: at least two.
        of: Vec<String>,
    },
    /// It has a value when another variable has one of some.
    RequiredWhen {
        /// The other.
        other: String,
        /// Its values, as they are written in the holder's files.
        values: Vec<String>,
    },
    /// It has no value when another variable has one of some.
    EmptyWhen {
        /// The other.
        other: String,
        /// Its values, as they are written in the holder's files.
        values: Vec<String>,
    },
}

const REQUIRED: &str = "kreves hvis ";
const EMPTY: &str = "tom hvis ";

impl RowRule {
    /// The variables that it names besides its own.
    pub fn others(&self) -> Vec<&str> {
        match self {
            Self::Sum { of } => of.iter().map(String::as_str).collect(),
            Self::Compared { other, .. } | Self::RequiredWhen { other, .. } | Self::EmptyWhen { other, .. } => {
                vec![other]
            }
        }
    }

    /// The values that the other variable must have for it to say anything.
    pub fn values(&self) -> &[String] {
        match self {
            Self::RequiredWhen { values, .. } | Self::EmptyWhen { values, .. } => values,
            Self::Compared { .. } | Self::Sum { .. } => &[],
        }
    }

    /// The name; after `metadata-rule-` in the locale files.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Compared { relation, .. } => relation.name(),
            Self::Sum { .. } => "sum",
            Self::RequiredWhen { .. } => "required_when",
            Self::EmptyWhen { .. } => "empty_when",
        }
    }

    /// The rules of a cell, parted by semicolons.
    ///
    /// # Errors
    /// The first part that is no rule.
    pub fn list(cell: &str) -> Result<Vec<Self>, String> {
        let parts = cell.split(';').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| part.parse().map_err(|NoRule| part.to_owned())).collect()
    }
}

/// The text is no rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRule;

impl FromStr for RowRule {
    type Err = NoRule;

    fn from_str(text: &str) -> Result<Self, NoRule> {
        let text = text.trim();
        let small = text.to_lowercase();
        if small.starts_with(REQUIRED) {
            let (other, values) = condition(text.get(REQUIRED.len()..).ok_or(NoRule)?)?;
            return Ok(Self::RequiredWhen { other, values });
        }
        if small.starts_with(EMPTY) {
            let (other, values) = condition(text.get(EMPTY.len()..).ok_or(NoRule)?)?;
            return Ok(Self::EmptyWhen { other, values });
        }
        let relation = Relation::ALL.into_iter().find(|relation| text.starts_with(relation.sign())).ok_or(NoRule)?;
        let others: Vec<String> = text[relation.sign().len()..].split('+').map(name).collect::<Result<_, _>>()?;
        match (relation, others.as_slice()) {
            (_, [other]) => Ok(Self::Compared { relation, other: other.clone() }),
            (Relation::Equal, _) => Ok(Self::Sum { of: others }),
            _ => Err(NoRule),
        }
    }
}

/// `VARIABLE = value | value`.
fn condition(text: &str) -> Result<(String, Vec<String>), NoRule> {
    let (other, values) = text.split_once('=').ok_or(NoRule)?;
    let values: Vec<String> = values.split('|').map(|value| value.trim().to_owned()).collect();
    if values.iter().any(|value| value.is_empty() || value.contains(';')) {
        return Err(NoRule);
    }
    Ok((name(other)?, values))
}

/// A name of a variable, which has no sign of a rule in it.
fn name(text: &str) -> Result<String, NoRule> {
    let text = text.trim();
    let odd = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '=' | '+' | '|' | ';');
    if text.is_empty() || text.contains(odd) { Err(NoRule) } else { Ok(text.to_owned()) }
}

/// As a codebook writes it: what was read from it reads back.
impl fmt::Display for RowRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compared { relation, other } => write!(f, "{} {other}", relation.sign()),
            Self::Sum { of } => write!(f, "= {}", of.join(" + ")),
            Self::RequiredWhen { other, values } => write!(f, "{REQUIRED}{other} = {}", values.join(" | ")),
            Self::EmptyWhen { other, values } => write!(f, "{EMPTY}{other} = {}", values.join(" | ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_and_written_the_same() {
        let cell = ">= INNDATO; = A + B+C ; Kreves hvis UTFALL = 2| 3; tom hvis KJONN = Mann, voksen; <> X; < Y";
        let rules = RowRule::list(cell).unwrap();
        let names: Vec<&str> = rules.iter().map(RowRule::name).collect();
        assert_eq!(names, ["at_least", "sum", "required_when", "empty_when", "not", "less"]);
        assert_eq!(rules[1].others(), ["A", "B", "C"]);
        assert_eq!(rules[3].values(), ["Mann, voksen"]);
        let written = rules.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        assert_eq!(RowRule::list(&written).unwrap(), rules);
        assert!(RowRule::list(" ").unwrap().is_empty());
    }

    #[test]
    fn what_is_no_rule_is_named() {
        for wrong in
            ["INNDATO", ">=", ">= A + B", ">= A B", "kreves hvis UTFALL", "tom hvis = 2", "tom hvis A = |", "= A +"]
        {
            assert_eq!(RowRule::list(&format!(">= OK; {wrong}")), Err(wrong.to_owned()), "{wrong}");
        }
    }
}
