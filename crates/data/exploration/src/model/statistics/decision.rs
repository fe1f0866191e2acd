//! The decision on a request: a pure function.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{DecisionId, LegalBasis, PersonId};

use super::{Request, State};

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The table is to be made.
    Approved,
    /// It is not.
    Refused,
}

impl Outcome {
    /// Both, in the order of the form.
    pub const ALL: [Self; 2] = [Self::Approved, Self::Refused];

    /// The name in forms, entries and after `statistics-decided-` in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Refused => "refused",
        }
    }

    /// The outcome of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// What the handler proposes to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Yes or no.
    pub outcome: Outcome,
    /// How the risks that EHDS art. 68(2) names were assessed, as art. 69(3) asks.
    pub risks: String,
    /// The reasons, as the applicant will read them.
    pub reasons: String,
}

/// The decision as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// Yes or no.
    pub outcome: Outcome,
    /// How the risks were assessed.
    pub risks: String,
    /// The reasons.
    pub reasons: String,
    /// The law it rests on.
    pub legal_basis: LegalBasis,
    /// Who decided.
    pub decided_by: PersonId,
    /// When, UTC.
    pub decided_at: Timestamp,
}

/// Why a decision cannot be made like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecisionRefused {
    /// It was not sent, is decided, or was taken back.
    #[error("the request waits for no decision")]
    NotWaiting,
    /// Whoever asks cannot decide (forvaltningsloven § 6).
    #[error("you have asked for this yourself and cannot decide on it")]
    Partial,
    /// The risks were not assessed (EHDS art. 69(3)).
    #[error("the decision needs an assessment of the risks")]
    NoRisks,
    /// No reasons were given (forvaltningsloven § 24).
    #[error("the decision needs reasons")]
    NoReasons,
}

impl DecisionRefused {
    /// The form field it is about, and the key of the message beside it.
    pub const fn field(self) -> (&'static str, &'static str) {
        match self {
            Self::NotWaiting => ("outcome", "statistics-error-not-waiting"),
            Self::Partial => ("outcome", "statistics-error-partial"),
            Self::NoRisks => ("risks", "statistics-error-risks"),
            Self::NoReasons => ("reasons", "statistics-error-reasons"),
        }
    }
}

/// Decides on a request (EHDS art. 69). The order of the checks is the order in which a handler mends them.
pub fn decide(
    request: &Request,
    proposal: &Proposal,
    decider: PersonId,
    id: DecisionId,
    at: Timestamp,
) -> Result<Decision, DecisionRefused> {
    if request.state != State::Sent {
        return Err(DecisionRefused::NotWaiting);
    }
    if request.applicant == decider {
        return Err(DecisionRefused::Partial);
    }
    if proposal.risks.trim().is_empty() {
        return Err(DecisionRefused::NoRisks);
    }
    if proposal.reasons.trim().is_empty() {
        return Err(DecisionRefused::NoReasons);
    }
    Ok(Decision {
        id,
        outcome: proposal.outcome,
        risks: proposal.risks.trim().to_owned(),
        reasons: proposal.reasons.trim().to_owned(),
        legal_basis: LegalBasis::new("EHDS", "art. 69"),
        decided_by: decider,
        decided_at: at,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::model::statistics::tests::request;

    proptest! {
        #[test]
        fn only_what_waits_is_decided_with_reasons_and_by_somebody_else(
            state in 0_usize..State::ALL.len(),
            decider in 1_u128..4,
            approve in any::<bool>(),
            risks in "[ a-z]{0,3}",
            reasons in "[ a-z]{0,3}",
        ) {
            let request = Request { state: State::ALL[state], ..request() };
            let outcome = if approve { Outcome::Approved } else { Outcome::Refused };
            let proposal = Proposal { outcome, risks: risks.clone(), reasons: reasons.clone() };
            let decider = PersonId::from_uuid(Uuid::from_u128(decider));
            let id = DecisionId::from_uuid(Uuid::from_u128(9));
            let decided = decide(&request, &proposal, decider, id, Timestamp::UNIX_EPOCH);
            let may = request.state == State::Sent
                && request.applicant != decider
                && !risks.trim().is_empty()
                && !reasons.trim().is_empty();
            prop_assert_eq!(decided.is_ok(), may);
            if let Ok(decision) = decided {
                prop_assert_eq!(decision.outcome, outcome);
                prop_assert_eq!(decision.reasons, reasons.trim());
                prop_assert_eq!(decision.legal_basis.to_string(), "EHDS art. 69");
            }
        }
    }
}
