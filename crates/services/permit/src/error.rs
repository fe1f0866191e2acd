//! What can go wrong with permits.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_policy::Refusal;
use varde_store::StoreError;

use crate::SealError;

/// An error of the register of permits.
#[derive(Debug, thiserror::Error)]
pub enum PermitError {
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such permit, or the actor may not know that there is.
    #[error("there is no such permit")]
    NotFound,
    /// The permit contradicts itself or the law.
    #[error("the permit cannot be issued: {0}")]
    Flawed(&'static str),
    /// The permit was revoked already.
    #[error("the permit was revoked already")]
    Revoked,
    /// A revocation without a reason: its holder must be told why (EHDS art. 63(5)).
    #[error("a permit is revoked for a reason that its holder is told: write one")]
    NoReason,
    /// A permit is revoked after its holder was heard (EHDS art. 63(2)), or at once where waiting does
    /// harm; whoever revokes says that they have seen to it.
    #[error("confirm that the holder was heard, or that it cannot wait")]
    NotConfirmed,
    /// Sealing or opening failed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for PermitError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for PermitError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Refused(refusal) => refusal.kind(),
            Self::NotFound => ProblemKind::NotFound,
            Self::Flawed(_) | Self::NoReason | Self::NotConfirmed => ProblemKind::Invalid,
            Self::Revoked => ProblemKind::Conflict,
            Self::Seal(error) => error.kind(),
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::NotFound => "permit.not_found",
            Self::Flawed(_) => "permit.flawed",
            Self::Revoked => "permit.revoked",
            Self::NoReason => "permit.no_reason",
            Self::NotConfirmed => "permit.not_confirmed",
            Self::Seal(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::NoReason => vec![FieldProblem::new("reason", "permit-error-reason")],
            Self::NotConfirmed => vec![FieldProblem::new("confirmed", "permit-error-confirmed")],
            _ => Vec::new(),
        }
    }
}
