//! What can go wrong in this context, in the tiers of `varde_core::problem`.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_policy::Refusal;
use varde_store::StoreError;

/// An error of this context.
#[derive(Debug, thiserror::Error)]
pub enum PrivacyError {
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A choice cannot apply from a time that has not come.
    #[error("a choice cannot apply from a later time than now")]
    InTheFuture,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for PrivacyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for PrivacyError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Refused(refusal) => refusal.kind(),
            Self::InTheFuture => ProblemKind::Invalid,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::InTheFuture => "privacy.in_the_future",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::InTheFuture => vec![FieldProblem::new("applies_from", "problem-privacy-in_the_future")],
            _ => Vec::new(),
        }
    }
}
