//! What a request holds: the planned table, and what EHDS art. 69(2) asks to be told beside it.

use serde::{Deserialize, Serialize};
use varde_core::{Digest, FieldProblem, Purpose, canonical_json};

use crate::model::{Explorable, Measure, Question, catalogue};

/// The bases that counts may be rounded to.
pub const BASES: [u64; 2] = [5, 10];
/// The longest title, in characters.
const LONGEST_TITLE: usize = 150;
/// The longest of the other texts, in characters.
const LONGEST: usize = 4_000;

/// What is asked for, by whom and what for. Only [`Self::title`] and [`Self::plan`] are ever published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// What the table is called, when it is published too.
    pub title: String,
    /// The table: dataset, which rows and whose, what it is crossed by, what is told of each cell.
    pub plan: Question,
    /// What counts are rounded to; exact without it. What is withheld is withheld all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<u64>,
    /// For which of the purposes of EHDS art. 53(1); a draft may lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// What the answer is to be used for.
    pub use_of_it: String,
    /// Who the applicant is: functions and activities.
    pub applicant: String,
    /// For whom the answer is.
    pub recipient: String,
    /// How misuse is guarded against.
    pub safeguards: String,
}

impl Content {
    /// The digest of what the table is made by: the plan in its canonical form, and the rounding.
    pub fn digest(&self) -> Digest {
        Digest::of(&canonical_json(&(self.plan.clone().canonical(), self.rounding)))
    }

    /// What is wrong with a draft, field by field: no more than that it cannot be kept.
    pub fn flaws(&self) -> Vec<FieldProblem> {
        let mut wrong = Vec::new();
        if self.title.chars().count() > LONGEST_TITLE {
            wrong.push(FieldProblem::new("title", "statistics-error-title-long"));
        }
        for (field, text) in self.texts() {
            if text.chars().count() > LONGEST {
                wrong.push(FieldProblem::new(field, "statistics-error-text-long"));
            }
        }
        wrong
    }

    /// What keeps a request from being sent, field by field: all that art. 69(2) asks for must be there, and the
    /// table must be one that can be made. `open` are all datasets that are open for statistics.
    pub fn lacking(&self, open: &[Explorable]) -> Vec<FieldProblem> {
        let mut wrong = self.flaws();
        if self.title.trim().is_empty() {
            wrong.push(FieldProblem::new("title", "statistics-error-title"));
        }
        if self.purpose.is_none() {
            wrong.push(FieldProblem::new("purpose", "statistics-error-purpose"));
        }
        for (field, text) in self.texts() {
            if text.trim().is_empty() {
                wrong.push(FieldProblem::new(field, "statistics-error-text"));
            }
        }
        if self.rounding.is_some_and(|base| !BASES.contains(&base) || self.plan.measure != Measure::People) {
            wrong.push(FieldProblem::new("rounding", "statistics-error-rounding"));
        }
        // A median is told with noise only: the rules for exact tables know counts and sums.
        if matches!(self.plan.measure, Measure::Median(_)) {
            wrong.push(FieldProblem::new("measure", "statistics-error-median"));
        }
        wrong.extend(catalogue::check(&self.plan, open));
        wrong
    }

    fn texts(&self) -> [(&'static str, &str); 4] {
        [
            ("use_of_it", &self.use_of_it),
            ("applicant", &self.applicant),
            ("recipient", &self.recipient),
            ("safeguards", &self.safeguards),
        ]
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::Condition;

    /// All that the law asks for.
    pub(in crate::model::statistics) fn content() -> Content {
        let text = || "Til en rapport".to_owned();
        Content {
            title: "Kontakter".to_owned(),
            plan: Question {
                dataset: "npr/contact".parse().unwrap(),
                only: Condition::default(),
                by: Vec::new(),
                measure: Measure::People,
            },
            rounding: None,
            purpose: Some(Purpose::Research),
            use_of_it: text(),
            applicant: text(),
            recipient: text(),
            safeguards: text(),
        }
    }

    fn fields(content: &Content) -> Vec<String> {
        content.lacking(&[]).into_iter().map(|one| one.field).filter(|field| field != "dataset").collect()
    }

    #[test]
    fn everything_that_the_law_asks_for_must_be_there() {
        assert!(fields(&content()).is_empty());
        let empty = Content {
            title: " ".to_owned(),
            purpose: None,
            use_of_it: String::new(),
            applicant: String::new(),
            recipient: "\n".to_owned(),
            safeguards: String::new(),
            ..content()
        };
        assert_eq!(fields(&empty), ["title", "purpose", "use_of_it", "applicant", "recipient", "safeguards"]);
        assert!(empty.flaws().is_empty(), "a draft may lack anything");
        let long = Content { title: "æ".repeat(151), use_of_it: "x".repeat(4_001), ..content() };
        assert_eq!(long.flaws().len(), 2);
    }

    #[test]
    fn only_counts_are_rounded_and_only_to_known_bases() {
        let of = |rounding, measure| {
            let plan = Question { measure, ..content().plan };
            fields(&Content { rounding: Some(rounding), plan, ..content() })
        };
        assert!(of(5, Measure::People).is_empty() && of(10, Measure::People).is_empty());
        assert_eq!(of(7, Measure::People), ["rounding"]);
        assert_eq!(of(5, Measure::Events), ["rounding"]);
        assert_ne!(Content { rounding: Some(5), ..content() }.digest(), content().digest());
    }
}
