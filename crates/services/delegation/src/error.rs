//! What can go wrong in this context.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_policy::Refusal;
use varde_store::{StoreError, log::LogError};

use crate::{
    ResourceId,
    model::{resource::Flaw, rules::Fault},
    ports::PortError,
};

/// An error of delegation.
#[derive(Debug, thiserror::Error)]
pub enum DelegationError {
    /// The rules of giving and ending rights say no.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// A resource cannot be registered as it is; nothing was.
    #[error("resource {id}: {}", told(flaws))]
    Flawed {
        /// Which.
        id: ResourceId,
        /// What is wrong with it.
        flaws: Vec<Flaw>,
    },
    /// The same resource stands twice in what is registered; nothing was.
    #[error("resource {0} stands twice: leave one of them out")]
    Twice(ResourceId),
    /// There is no such resource.
    #[error("there is no such resource")]
    NoSuchResource,
    /// There is no such delegation, or the organisation is not a party to it.
    #[error("there is no such delegation")]
    NotFound,
    /// There is no such organisation.
    #[error("the register of organisations has no such main unit")]
    NoSuchOrganisation,
    /// Nobody said that what is given was looked over.
    #[error("confirm that you have looked it over")]
    NotConfirmed,
    /// The entry is not in the log's tree yet.
    #[error("the entry is not in the log's tree yet: try again in a moment")]
    NotYet,
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Another context failed.
    #[error(transparent)]
    Neighbour(#[from] PortError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log failed.
    #[error(transparent)]
    Log(LogError),
}

fn told(flaws: &[Flaw]) -> String {
    flaws.iter().map(Flaw::to_string).collect::<Vec<_>>().join("; ")
}

impl From<sqlx::Error> for DelegationError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<LogError> for DelegationError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::NotSequenced(_) | LogError::Empty => Self::NotYet,
            LogError::NotFound(_) => Self::NotFound,
            other => Self::Log(other),
        }
    }
}

impl Problem for DelegationError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Fault(Fault::AlreadyGiven | Fault::AlreadyEnded) => ProblemKind::Conflict,
            Self::Fault(_) | Self::Flawed { .. } | Self::Twice(_) | Self::NotConfirmed => ProblemKind::Invalid,
            Self::NoSuchResource | Self::NotFound | Self::NoSuchOrganisation => ProblemKind::NotFound,
            Self::NotYet => ProblemKind::Unavailable,
            Self::Refused(refusal) => refusal.kind(),
            Self::Neighbour(error) => error.kind,
            Self::Store(error) => error.kind(),
            Self::Log(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Fault(Fault::AlreadyGiven) => "delegation.already_given",
            Self::Fault(Fault::AlreadyEnded) => "delegation.already_ended",
            Self::Fault(_) => "delegation.invalid",
            Self::Flawed { .. } => "delegation.flawed",
            Self::Twice(_) => "delegation.twice",
            Self::NoSuchResource => "delegation.no_such_resource",
            Self::NotFound => "delegation.not_found",
            Self::NoSuchOrganisation => "delegation.no_such_organisation",
            Self::NotConfirmed => "delegation.not_confirmed",
            Self::NotYet => "delegation.not_yet",
            Self::Refused(refusal) => refusal.code(),
            Self::Neighbour(_) => "delegation.neighbour",
            Self::Store(error) => error.code(),
            Self::Log(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Fault(fault) => vec![fault.field()],
            Self::NotConfirmed => vec![FieldProblem::new("confirmed", "delegation-error-confirm")],
            Self::Flawed { flaws, .. } => flaws.iter().map(|flaw| flaw.field()).collect(),
            _ => Vec::new(),
        }
    }
}
