//! The way of a relation: proposed, decided, taken back or succeeded by another. No step changes what was said
//! before it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::OrganisationId;

use super::{Decision, Relation, RelationId};

/// Where a relation is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Somebody has proposed it.
    Proposed,
    /// It holds.
    Accepted,
    /// It was turned down.
    Rejected,
    /// It was taken back, before or after it held.
    Withdrawn,
    /// A later decision on the same two took its place.
    Superseded,
}

impl State {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Superseded => "superseded",
        }
    }

    /// Whether it ended here: then no step follows.
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Proposed | Self::Accepted)
    }
}

/// How a relation ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// For which organisation it was ended.
    pub organisation: Option<OrganisationId>,
    /// When.
    pub at: Timestamp,
    /// Why; empty when another took its place.
    pub reason: String,
    /// The relation that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<RelationId>,
}

/// The relation cannot take that step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// It has ended or was turned down.
    #[error("it has ended: propose it anew")]
    Over,
    /// Whoever proposed it cannot decide it.
    #[error("somebody else than who proposed it must decide")]
    Own,
    /// It holds, and nothing that it rests on has changed.
    #[error("it was decided, and nothing that it rests on has changed")]
    Settled,
}

impl Relation {
    /// The relation after a decision. Four eyes: the one who proposed it does not decide it. What holds
    /// already is decided anew only when something that it rests on has changed (`changed`).
    ///
    /// # Errors
    /// [`NotNow`].
    pub fn decided(&self, decision: Decision, changed: bool) -> Result<Self, NotNow> {
        if decision.by == self.proposer {
            return Err(NotNow::Own);
        }
        if self.state.is_over() {
            return Err(NotNow::Over);
        }
        if self.state == State::Accepted && !changed {
            return Err(NotNow::Settled);
        }
        let state = if decision.accepted { State::Accepted } else { State::Rejected };
        Ok(Self { state, decision: Some(decision), ..self.clone() })
    }

    /// The relation after it was taken back.
    ///
    /// # Errors
    /// [`NotNow::Over`].
    pub fn withdrawn(&self, ending: Ending) -> Result<Self, NotNow> {
        if self.state.is_over() { Err(NotNow::Over) } else { Ok(self.ended(State::Withdrawn, ending)) }
    }

    /// The relation after a later decision on the same two took its place.
    ///
    /// # Errors
    /// [`NotNow::Over`] when it did not hold.
    pub fn superseded(&self, ending: Ending) -> Result<Self, NotNow> {
        if self.state == State::Accepted { Ok(self.ended(State::Superseded, ending)) } else { Err(NotNow::Over) }
    }

    fn ended(&self, state: State, ending: Ending) -> Self {
        Self { state, ending: Some(ending), ..self.clone() }
    }
}
