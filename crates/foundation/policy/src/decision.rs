//! What the policy answers.

use varde_core::{ApiScope, LegalBasis, LocalisedText, Problem, ProblemKind};
use varde_store::StoreError;

/// A yes, with the rule that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    pub(crate) action: String,
    pub(crate) rule: String,
    pub(crate) legal_basis: LegalBasis,
    pub(crate) because: LocalisedText,
}

impl Permission {
    /// The action that is allowed.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The id of the rule that allows it.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// The legal basis, for `Draft::because`.
    pub fn legal_basis(&self) -> LegalBasis {
        self.legal_basis.clone()
    }

    /// Why it is allowed, in plain words.
    pub fn because(&self) -> &LocalisedText {
        &self.because
    }
}

/// What kind of no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// No rule allows it: the default.
    NoRule,
    /// A rule forbids it.
    Forbidden {
        /// The rule's id.
        rule: String,
    },
    /// No schema declares the action. A fault of ours.
    UnknownAction,
    /// The resource is not what the schema says the action is done to. A fault of ours.
    Mismatch {
        /// What does not fit.
        reason: String,
    },
}

impl Cause {
    /// The name in entries.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoRule => "no_rule",
            Self::Forbidden { .. } => "forbidden",
            Self::UnknownAction => "unknown_action",
            Self::Mismatch { .. } => "mismatch",
        }
    }
}

/// What would turn the no into a yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Log in.
    LogIn,
    /// Log in at level high: with the present level it is not allowed, with high it is.
    LogInAtLevelHigh,
    /// Get a token that has this scope too.
    Scope(ApiScope),
}

impl Remedy {
    /// What to do, in plain words.
    pub fn text(self) -> LocalisedText {
        match self {
            Self::LogIn => LocalisedText::new("Logg inn.", "Logg inn.", "Log in."),
            Self::LogInAtLevelHigh => LocalisedText::new(
                "Logg inn på nytt med sikkerhetsnivå høyt (BankID, Buypass eller Commfides).",
                "Logg inn på nytt med tryggingsnivå høgt (BankID, Buypass eller Commfides).",
                "Log in again at level high (BankID, Buypass or Commfides).",
            ),
            Self::Scope(scope) => LocalisedText::new(
                format!("Hent et token med scopet {}.", scope.name()),
                format!("Hent eit token med scopet {}.", scope.name()),
                format!("Get a token with the scope {}.", scope.name()),
            ),
        }
    }
}

/// A no: what was asked, why not, and what would help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{action} on {resource} is refused ({})", cause.name())]
pub struct Denied {
    /// The action.
    pub action: String,
    /// The resource as `Type:id`.
    pub resource: String,
    /// Whether the actor was not logged in.
    pub anonymous: bool,
    /// What kind of no.
    pub cause: Cause,
    /// Why, in plain words.
    pub why: LocalisedText,
    /// What would help, if something would.
    pub remedy: Option<Remedy>,
    /// The law behind a rule that forbids.
    pub legal_basis: Option<LegalBasis>,
}

/// A no from the [`crate::Guard`]: it is on the log already.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The policy says no.
    #[error("access denied")]
    Denied(#[source] Box<Denied>),
    /// The policy says no and the log could not be written; nothing was done.
    #[error("access denied, and the denial could not be entered on the log")]
    NotEntered(#[source] StoreError),
}

impl Refusal {
    /// The details of the no, if the log could be written.
    pub fn denied(&self) -> Option<&Denied> {
        match self {
            Self::Denied(denied) => Some(denied),
            Self::NotEntered(_) => None,
        }
    }

    /// The details of a no that lies anywhere in the chain of causes of an error, so that whoever
    /// shows the error can show the why.
    pub fn within<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e Denied> {
        let mut link = Some(error);
        while let Some(error) = link {
            let boxed = || error.downcast_ref::<Box<Denied>>().map(|denied| &**denied);
            if let Some(denied) = error.downcast_ref::<Denied>().or_else(boxed) {
                return Some(denied);
            }
            link = error.source();
        }
        None
    }
}

impl From<Box<Denied>> for Refusal {
    fn from(denied: Box<Denied>) -> Self {
        Self::Denied(denied)
    }
}

impl Problem for Refusal {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Denied(denied) if denied.anonymous => ProblemKind::Unauthenticated,
            Self::Denied(_) => ProblemKind::Forbidden,
            Self::NotEntered(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(_) => "policy.refused",
            Self::NotEntered(error) => error.code(),
        }
    }
}
