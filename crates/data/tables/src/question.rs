//! What can be asked, and the one form in which the same question always looks the same.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, Digest, canonical_json};
use varde_permit::Granularity;

/// A question: a table of a dataset. As JSON it is what the API takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The dataset: `source/dataset`.
    #[schema(value_type = String, example = "npr/contact")]
    pub dataset: CataloguePath,
    /// Which rows count, and whose.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({ "code": { "variable": "main_condition", "begins": ["I50"] } }))]
    pub only: Condition,
    /// What the table is crossed by: at most three.
    #[serde(default)]
    pub by: Vec<Dimension>,
    /// What is told of each cell.
    #[serde(default)]
    pub measure: Measure,
}

/// A condition on rows and on the people they are about. A row without a value satisfies no condition on it.
///
/// Ends of intervals are coarse on purpose: whole months and steps of five years. Intervals that can be moved a
/// day or a year at a time cut out single people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// All of them; everybody when there are none.
    All(Vec<Condition>),
    /// At least one of them.
    Any(Vec<Condition>),
    /// Not that.
    Not(Box<Condition>),
    /// Rows with a code that begins with one of these.
    Code {
        /// The variable of the dataset: the last part of its path.
        variable: String,
        /// What it begins with.
        begins: Vec<String>,
    },
    /// Rows in whole months.
    Period {
        /// The first day of a month.
        from: Date,
        /// The last day of a month.
        until: Date,
    },
    /// Full years of age at the row's date.
    Age {
        /// The youngest: a multiple of five.
        from: u16,
        /// The oldest: one less than a multiple of five.
        until: u16,
    },
    /// Rows of people of a registered sex: `female` or `male`.
    Sex(String),
    /// Rows of people who live in one of these counties: two digits.
    County(Vec<String>),
    /// Rows of people who have a row with such a code somewhere, in any dataset that is open.
    Has {
        /// The variable: its whole path.
        variable: CataloguePath,
        /// What the code begins with.
        begins: Vec<String>,
    },
}

impl Default for Condition {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// What a table is crossed by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Dimension {
    /// A variable of the dataset.
    Variable {
        /// The last part of its path.
        name: String,
        /// How finely: `"as_is"`, `"year"`, `"month"`, `{"prefix": 3}`, `{"band": 10}`.
        #[schema(value_type = Object)]
        level: Granularity,
    },
    /// Full years of age at the row's date, in bands.
    Age {
        /// How wide: 5, 10 or 20.
        width: u32,
    },
    /// The registered sex.
    Sex,
    /// The county of residence.
    County,
}

/// What is told of each cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Measure {
    /// Different people.
    #[default]
    People,
    /// Rows, and the people they are about.
    Events,
    /// The sum of a number over all rows, its highest and lowest hundredth pulled in.
    Sum(String),
    /// That sum for each person.
    Mean(String),
    /// What the person in the middle has of it, and the persons a quarter from either end.
    Median(String),
}

impl Measure {
    /// The number it is about.
    pub fn number(&self) -> Option<&str> {
        match self {
            Self::People | Self::Events => None,
            Self::Sum(name) | Self::Mean(name) | Self::Median(name) => Some(name),
        }
    }

    /// The stable name: after `exploration-measure-` in the locale files.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Events => "events",
            Self::Sum(_) => "sum",
            Self::Mean(_) => "mean",
            Self::Median(_) => "median",
        }
    }
}

impl Question {
    /// The question in the form that all equal ones share: dimensions in their own order.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        self.only = self.only.canonical();
        self.by.sort();
        self
    }

    /// The digest of the question in its canonical form.
    pub fn digest(&self) -> Digest {
        let Self { dataset, only, by, measure } = self.clone().canonical();
        Digest::of(&canonical_json(&(dataset, only, by, measure)))
    }

    /// The digest of whom it is about.
    pub fn population(&self) -> Digest {
        Digest::of(&canonical_json(&(&self.dataset, self.only.clone().canonical())))
    }

    /// The variables that it names, by their whole paths, each once, in order.
    pub fn variables(&self) -> Vec<CataloguePath> {
        let own = |name: &str| self.dataset.join(name).ok();
        let by = self.by.iter().filter_map(|by| match by {
            Dimension::Variable { name, .. } => own(name),
            _ => None,
        });
        let only = self.only.leaves().into_iter().filter_map(|leaf| match leaf {
            Condition::Code { variable, .. } => own(variable),
            Condition::Has { variable, .. } => Some(variable.clone()),
            _ => None,
        });
        let mut all: Vec<CataloguePath> = by.chain(only).chain(self.measure.number().and_then(own)).collect();
        all.sort();
        all.dedup();
        all
    }

    /// The parts that must all hold, in canonical form: what a sequence of questions is compared by.
    pub fn parts(&self) -> Vec<Condition> {
        match self.only.clone().canonical() {
            Condition::All(parts) => parts,
            one => vec![one],
        }
    }
}

impl Condition {
    /// The same condition in the form that all equal ones share: nested *all* and *any* are one, no *not* of a
    /// *not*, codes sorted without those that a shorter one includes, parts sorted and each once.
    #[must_use]
    pub fn canonical(self) -> Self {
        match self {
            Self::All(parts) => joined(parts, true),
            Self::Any(parts) => joined(parts, false),
            Self::Not(part) => match part.canonical() {
                Self::Not(inner) => *inner,
                other => Self::Not(Box::new(other)),
            },
            Self::Code { variable, begins } => Self::Code { variable, begins: shortest(begins) },
            Self::Has { variable, begins } => Self::Has { variable, begins: shortest(begins) },
            Self::County(counties) => Self::County(shortest(counties)),
            other => other,
        }
    }

    /// How many conditions it is made of.
    pub fn size(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => 1 + parts.iter().map(Self::size).sum::<usize>(),
            Self::Not(part) => 1 + part.size(),
            _ => 1,
        }
    }

    /// How deep it is.
    pub fn depth(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => 1 + parts.iter().map(Self::depth).max().unwrap_or(0),
            Self::Not(part) => 1 + part.depth(),
            _ => 1,
        }
    }

    /// Every condition in it that is not made of others.
    pub fn leaves(&self) -> Vec<&Self> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::leaves).collect(),
            Self::Not(part) => part.leaves(),
            leaf => vec![leaf],
        }
    }
}

fn joined(parts: Vec<Condition>, all: bool) -> Condition {
    let mut flat = Vec::new();
    for part in parts {
        match (part.canonical(), all) {
            (Condition::All(inner), true) | (Condition::Any(inner), false) => flat.extend(inner),
            (other, _) => flat.push(other),
        }
    }
    flat.sort();
    flat.dedup();
    match (flat.len(), all) {
        (1, _) => flat.swap_remove(0),
        (_, true) => Condition::All(flat),
        (_, false) => Condition::Any(flat),
    }
}

/// Sorted, without those that begin with another.
fn shortest(mut begins: Vec<String>) -> Vec<String> {
    begins.sort();
    begins.dedup();
    let mut kept: Vec<String> = Vec::new();
    for code in begins {
        if !kept.last().is_some_and(|before| code.starts_with(before.as_str())) {
            kept.push(code);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn leaf() -> impl Strategy<Value = Condition> {
        let begins = prop::collection::vec(prop::sample::select(vec!["I", "I5", "I50", "J"]), 1..4);
        let begins = begins.prop_map(|all| all.into_iter().map(str::to_owned).collect::<Vec<_>>());
        prop_oneof![
            begins.prop_map(|begins| Condition::Code { variable: "code".to_owned(), begins }),
            Just(Condition::Sex("female".to_owned())),
            (0_u16..4).prop_map(|step| Condition::Age { from: step * 5, until: step * 5 + 9 }),
        ]
    }

    fn condition() -> impl Strategy<Value = Condition> {
        leaf().prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::All),
                prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::Any),
                inner.prop_map(|one| Condition::Not(Box::new(one))),
            ]
        })
    }

    /// Whether somebody of a code, age and sex satisfies it.
    fn holds(condition: &Condition, code: &str, age: u16, sex: &str) -> bool {
        let each = |part: &Condition| holds(part, code, age, sex);
        match condition {
            Condition::All(parts) => parts.iter().all(each),
            Condition::Any(parts) => parts.iter().any(each),
            Condition::Not(part) => !each(part),
            Condition::Code { begins, .. } => begins.iter().any(|begin| code.starts_with(begin.as_str())),
            Condition::Age { from, until } => (*from..=*until).contains(&age),
            Condition::Sex(wanted) => wanted == sex,
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn the_canonical_form_means_the_same_and_is_its_own(
            condition in condition(), code in prop::sample::select(vec!["I501", "I10", "J45", "C34"]), age in 0_u16..40,
        ) {
            let canonical = condition.clone().canonical();
            prop_assert_eq!(canonical.clone().canonical(), canonical.clone());
            prop_assert_eq!(holds(&condition, code, age, "female"), holds(&canonical, code, age, "female"));
        }

        #[test]
        fn order_and_repetition_do_not_make_another_question(mut parts in prop::collection::vec(condition(), 0..4)) {
            let question = |only| Question {
                dataset: "npr/contact".parse().unwrap(), only, by: Vec::new(), measure: Measure::People,
            };
            let one = question(Condition::All(parts.clone())).digest();
            parts.reverse();
            parts.extend(parts.first().cloned());
            prop_assert_eq!(question(Condition::All(vec![Condition::All(parts)])).digest(), one);
        }
    }

    #[test]
    fn a_question_reads_as_the_api_says() {
        let text = r#"{"dataset":"npr/contact","only":{"all":[{"code":{"variable":"main_condition","begins":["I50"]}},
            {"age":{"from":40,"until":69}},{"not":{"sex":"male"}},{"county":["03"]}]},
            "by":[{"variable":{"name":"in_date","level":"year"}},{"age":{"width":10}},"sex","county"],
            "measure":{"mean":"ddd"}}"#;
        let question: Question = serde_json::from_str(text).unwrap();
        assert_eq!((question.by.len(), question.measure.number(), question.only.leaves().len()), (4, Some("ddd"), 4));
        assert_eq!(
            serde_json::from_str::<Question>(r#"{"dataset":"npr/contact"}"#).unwrap().only,
            Condition::default()
        );
        assert!(serde_json::from_str::<Question>(r#"{"dataset":"npr/contact","where":[]}"#).is_err());
    }
}
