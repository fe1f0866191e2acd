//! What can go wrong in this context.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_policy::Refusal;
use varde_store::StoreError;

use crate::{
    model::{deviation::NotNow, standard::Immovable},
    ports::PortError,
};

/// An error of architecture governance.
#[derive(Debug, thiserror::Error)]
pub enum ArchitectureError {
    /// There is no such thing, requirement, deviation, standard, framework; or one may not know of it.
    #[error("there is no such thing here for you")]
    NotFound,
    /// Somebody else has changed it meanwhile.
    #[error("it was changed meanwhile: read it again")]
    Changed,
    /// A deviation is from a requirement that is not met.
    #[error("a deviation is asked for where a requirement was assessed as met in part or not at all: assess it first")]
    NothingLacks,
    /// There is one already.
    #[error("there is a deviation already that waits or holds: go on with that one")]
    Already,
    /// The deviation cannot take that step.
    #[error(transparent)]
    NotNow(#[from] NotNow),
    /// The standard cannot be moved so.
    #[error(transparent)]
    Immovable(#[from] Immovable),
    /// Fields of the input are wrong.
    #[error("the input is wrong in {} places", .0.len())]
    Invalid(Vec<FieldProblem>),
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Another context failed.
    #[error(transparent)]
    Neighbour(#[from] PortError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ArchitectureError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for ArchitectureError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::NotFound => ProblemKind::NotFound,
            Self::Changed | Self::NothingLacks | Self::Already | Self::NotNow(_) | Self::Immovable(_) => {
                ProblemKind::Conflict
            }
            Self::Invalid(_) => ProblemKind::Invalid,
            Self::Refused(refusal) => refusal.kind(),
            Self::Neighbour(error) => error.kind,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "architecture.not_found",
            Self::Changed => "architecture.changed",
            Self::NothingLacks => "architecture.nothing_lacks",
            Self::Already => "architecture.already",
            Self::NotNow(_) => "architecture.not_now",
            Self::Immovable(_) => "architecture.immovable",
            Self::Invalid(_) => "architecture.invalid",
            Self::Refused(refusal) => refusal.code(),
            Self::Neighbour(_) => "architecture.neighbour",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::Immovable(Immovable::NoLastDay) => {
                vec![FieldProblem::new("last_day", "architecture-error-last-day")]
            }
            _ => Vec::new(),
        }
    }
}
