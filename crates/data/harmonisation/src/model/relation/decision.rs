//! What a decision rests on, and what has changed since.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{Digest, OrganisationId};

use super::{Relation, State};

/// What a decision rests on: the variables as they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pin {
    /// A variable, by the digest of everything the catalogue says of it.
    Variable(Digest),
    /// A represented variable, by the number of its version.
    Represented(u32),
}

/// What was decided, by whom, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Whether it holds.
    pub accepted: bool,
    /// Who decided, as [`Relation::proposer`].
    pub by: String,
    /// For which organisation.
    pub organisation: Option<OrganisationId>,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// The variable that it starts from, as it was.
    pub from: Pin,
    /// The other, as it was.
    pub to: Pin,
}

/// What has changed since a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// The variable that it starts from is described otherwise.
    From,
    /// The catalogue has that variable no more.
    FromGone,
    /// The other is described otherwise.
    To,
    /// The other is no more.
    ToGone,
}

impl Changed {
    /// Its name in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::FromGone => "from_gone",
            Self::To => "to",
            Self::ToGone => "to_gone",
        }
    }
}

impl Relation {
    /// What has changed since it was decided, given both as they are now; nothing for what does not hold.
    pub fn changed(&self, from: Option<&Pin>, to: Option<&Pin>) -> Vec<Changed> {
        let Some(decision) = self.decision.as_ref().filter(|_| self.state == State::Accepted) else {
            return Vec::new();
        };
        let one = |then: &Pin, now: Option<&Pin>, changed, gone| match now {
            None => Some(gone),
            Some(now) if now != then => Some(changed),
            Some(_) => None,
        };
        let from = one(&decision.from, from, Changed::From, Changed::FromGone);
        let to = one(&decision.to, to, Changed::To, Changed::ToGone);
        from.into_iter().chain(to).collect()
    }
}
