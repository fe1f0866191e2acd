//! An assessment: whether something meets a requirement, why one says so, and what shows it.

use serde::{Deserialize, Serialize};
use varde_core::FieldProblem;

use crate::model::{
    content::RequirementId,
    text::{self, LINE, LONG},
    thing::ThingId,
};

/// The most pieces of evidence.
const MOST_EVIDENCE: usize = 10;

/// Whether a requirement is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is.
    Met,
    /// In part.
    Partly,
    /// It is not.
    NotMet,
    /// It does not concern this.
    NotRelevant,
}

impl Answer {
    /// All, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Met, Self::Partly, Self::NotMet, Self::NotRelevant];

    /// The name in forms, texts and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Partly => "partly",
            Self::NotMet => "not_met",
            Self::NotRelevant => "not_relevant",
        }
    }

    /// The answer of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.name() == name)
    }

    /// Whether something is missing.
    pub const fn lacks(self) -> bool {
        matches!(self, Self::Partly | Self::NotMet)
    }
}

/// An assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// What is assessed.
    pub thing: ThingId,
    /// Against what.
    pub requirement: RequirementId,
    /// The version of the requirement.
    pub requirement_version: u32,
    /// The answer.
    pub answer: Answer,
    /// Why.
    pub reason: String,
    /// What shows it: addresses, or what a document is called.
    pub evidence: Vec<String>,
}

impl Assessment {
    /// The name under which its versions are kept.
    pub fn key(thing: &ThingId, requirement: &RequirementId) -> String {
        format!("{thing}/{requirement}")
    }

    /// What is wrong with it: a reason always, and something that shows it where anything is said to be
    /// met.
    pub fn check(&self) -> Vec<FieldProblem> {
        let mut wrong: Vec<_> = text::check("reason", &self.reason, LONG).into_iter().collect();
        if matches!(self.answer, Answer::Met | Answer::Partly) && self.evidence.is_empty() {
            wrong.push(FieldProblem::new("evidence", "architecture-error-evidence"));
        }
        if self.evidence.len() > MOST_EVIDENCE {
            wrong.push(FieldProblem::new("evidence", "architecture-error-much-evidence"));
        }
        wrong.extend(self.evidence.iter().find_map(|line| text::check("evidence", line, LINE)));
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Assessment {
        Assessment {
            thing: "kilde-npr".to_owned().try_into().unwrap(),
            requirement: "4.1".to_owned().try_into().unwrap(),
            requirement_version: 1,
            answer: Answer::Met,
            reason: "Datasettet står i katalogen.".to_owned(),
            evidence: vec!["https://example.org/katalog".to_owned()],
        }
    }

    #[test]
    fn what_is_wrong_is_told_by_the_field() {
        assert_eq!(good().check(), []);
        let without = Assessment { evidence: Vec::new(), ..good() };
        assert_eq!(Assessment { answer: Answer::NotMet, ..without.clone() }.check(), [], "nothing shows what is not");
        for (wrong, field) in [
            (Assessment { reason: " ".to_owned(), ..good() }, "reason"),
            (Assessment { reason: "a".repeat(LONG + 1), ..good() }, "reason"),
            (without.clone(), "evidence"),
            (Assessment { answer: Answer::Partly, ..without }, "evidence"),
            (Assessment { evidence: vec!["a".to_owned(); 11], ..good() }, "evidence"),
            (Assessment { evidence: vec![String::new()], ..good() }, "evidence"),
        ] {
            let fields: Vec<_> = wrong.check().into_iter().map(|problem| problem.field).collect();
            assert_eq!(fields, [field]);
        }
        assert!(Answer::ALL.into_iter().all(|answer| Answer::from_name(answer.name()) == Some(answer)));
    }
}
