//! What a person says of an indicator, how long it holds, and what it can change.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};
use varde_core::{FieldProblem, identifier::holds_national_number};

use super::{Finding, Outcome};

/// The longest reason, in characters.
const LONG: usize = 2000;
/// The longest piece of evidence.
const LINE: usize = 300;
/// The most pieces of evidence.
const MOST: usize = 10;

/// What a person says of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// Whether it is met.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
    /// What shows it: addresses, laws with section, or what a document is called.
    pub evidence: Vec<String>,
    /// The day it was said.
    pub day: Date,
}

/// A judgement as it stands in a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// What was said.
    pub judgement: Judgement,
    /// Whether it is so old that it must be confirmed; it does not count until it is.
    pub must_confirm: bool,
}

/// The last day that a judgement holds: a year after it was made, as descriptions are confirmed each year
/// (EHDS art. 60(3)).
pub fn holds_until(made: Date) -> Date {
    made.saturating_add(1.year())
}

/// What a person may say where that was computed. What can be computed is not a matter of opinion; but that
/// the law restricts it, or that it does not concern the source, a computation may not know.
pub(crate) fn may_state(computed: Outcome) -> &'static [Outcome] {
    match computed {
        Outcome::NotJudged => {
            &[Outcome::Met, Outcome::Partly, Outcome::NotMet, Outcome::RightlyRestricted, Outcome::NotRelevant]
        }
        Outcome::Partly | Outcome::NotMet => &[Outcome::RightlyRestricted, Outcome::NotRelevant],
        Outcome::Met | Outcome::RightlyRestricted | Outcome::NotRelevant => &[],
    }
}

impl Judgement {
    /// What is wrong with it: a reason always; something that shows it wherever it helps the score.
    pub fn check(&self) -> Vec<FieldProblem> {
        let mut wrong: Vec<FieldProblem> = text("reason", &self.reason, LONG).into_iter().collect();
        let helps = matches!(self.outcome, Outcome::Met | Outcome::Partly | Outcome::RightlyRestricted);
        if helps && self.evidence.is_empty() {
            wrong.push(FieldProblem::new("evidence", "fair-error-evidence"));
        }
        if self.evidence.len() > MOST {
            wrong.push(FieldProblem::new("evidence", "fair-error-much-evidence"));
        }
        wrong.extend(self.evidence.iter().find_map(|line| text("evidence", line, LINE)));
        wrong
    }
}

fn text(field: &str, text: &str, longest: usize) -> Option<FieldProblem> {
    let wrong = if text.trim().is_empty() {
        "fair-error-empty"
    } else if text.chars().count() > longest {
        "fair-error-long"
    } else if holds_national_number(text) {
        "fair-error-national-number"
    } else {
        return None;
    };
    Some(FieldProblem::new(field, wrong))
}

/// Findings with what people have said of them, by indicator, as it stands on a day.
pub(crate) fn with_judgements(
    mut findings: Vec<Finding>,
    said: &BTreeMap<String, Judgement>,
    today: Date,
) -> Vec<Finding> {
    for finding in &mut findings {
        let Some(judgement) = said.get(&finding.indicator) else { continue };
        // What has come to be computed since needs nobody's word any more.
        if !may_state(finding.outcome).contains(&judgement.outcome) {
            continue;
        }
        let must_confirm = today > holds_until(judgement.day);
        finding.statement = Some(Statement { judgement: judgement.clone(), must_confirm });
        if !must_confirm {
            finding.computed = Some(finding.outcome);
            finding.outcome = judgement.outcome;
            if !finding.outcome.lacks() {
                finding.improve = None;
            }
        }
    }
    findings
}
