//! What can go wrong in this context.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_policy::Refusal;
use varde_store::StoreError;

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

fn told(flaws: &[Flaw]) -> String {
    flaws.iter().map(Flaw::to_string).collect::<Vec<_>>().join("; ")
}

impl From<sqlx::Error> for DelegationError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for DelegationError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Fault(Fault::AlreadyGiven | Fault::AlreadyEnded) => ProblemKind::Conflict,
            Self::Fault(_) | Self::Flawed { .. } | Self::Twice(_) => ProblemKind::Invalid,
            Self::NoSuchResource | Self::NotFound | Self::NoSuchOrganisation => ProblemKind::NotFound,
            Self::Refused(refusal) => refusal.kind(),
            Self::Neighbour(error) => error.kind,
            Self::Store(error) => error.kind(),
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
            Self::Refused(refusal) => refusal.code(),
            Self::Neighbour(_) => "delegation.neighbour",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Fault(fault) => vec![fault.field()],
            Self::Flawed { flaws, .. } => flaws.iter().map(|flaw| flaw.field()).collect(),
            _ => Vec::new(),
        }
    }
}
