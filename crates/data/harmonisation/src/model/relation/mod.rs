//! Relations between variables: proposed, decided, looked at again, taken back.
//!
//! Here is what a relation says; `kind` and `target` are its parts, `steps` what can become of it, `decision` what
//! it was decided on.

mod decision;
mod kind;
mod steps;
mod target;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, FieldProblem, OrganisationId, define_id};

use super::{
    code::{CodeMatch, Coding},
    text::{self, LONG},
};

pub use decision::{Changed, Decision, Pin};
pub use kind::RelationKind;
pub use steps::{Ending, NotNow, State};
pub use target::{NotATarget, Target, variable};

define_id!(
    /// A relation.
    RelationId
);

/// Where a proposal came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Origin {
    /// Somebody filled in the form.
    Form,
    /// A row of a file of mappings.
    File {
        /// The row, from 2: the first holds the headers.
        row: u64,
        /// What the file says of how far it goes; never taken for how far it goes.
        claimed: String,
    },
}

/// A relation of a variable to a represented variable or to another variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// The variable that it starts from.
    pub from: CataloguePath,
    /// What it is related to.
    pub to: Target,
    /// How it stands to it.
    pub kind: RelationKind,
    /// What becomes of its codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<CodeMatch>,
    /// What must be done with its values: another unit, other codes; empty when nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub transformation: String,
    /// Why it is proposed.
    pub reason: String,
    /// Where it came from.
    pub origin: Origin,
    /// Who proposed it: `person:…`, `system:…`. Not told to everybody.
    pub proposer: String,
    /// For which organisation.
    pub proposed_for: Option<OrganisationId>,
    /// Where it is on its way.
    pub state: State,
    /// The last decision; those before it stand in the versions before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
}

impl Relation {
    /// What is wrong with it, given the codes of both.
    pub fn check(&self, from: &Coding, to: &Coding) -> Vec<FieldProblem> {
        let mut wrong: Vec<FieldProblem> = text::check("reason", &self.reason, LONG).into_iter().collect();
        wrong.extend(text::check_length("transformation", &self.transformation, LONG));
        if matches!(&self.to, Target::Variable(path) if *path == self.from) {
            wrong.push(FieldProblem::new("til", "harmonisation-error-itself"));
        }
        let known = |coding: &Coding, value: &str| coding.codes.iter().any(|(code, _)| code == value);
        let mut seen = BTreeSet::new();
        let good = |one: &CodeMatch| known(from, &one.code) && one.to.as_deref().is_none_or(|code| known(to, code));
        if !self.codes.iter().all(|one| good(one) && seen.insert(one.code.as_str())) {
            wrong.push(FieldProblem::new("codes", "harmonisation-error-code-match"));
        }
        wrong
    }

    /// Whether it is about the same two as another, whichever it starts from.
    pub fn same_two(&self, from: &CataloguePath, to: &Target) -> bool {
        let turned = matches!((&self.to, to), (Target::Variable(own), Target::Variable(other))
            if own == from && *other == self.from);
        turned || (self.from == *from && self.to == *to)
    }

    /// Whether it is about a variable.
    pub fn is_about(&self, path: &CataloguePath) -> bool {
        self.from == *path || matches!(&self.to, Target::Variable(other) if other == path)
    }
}
