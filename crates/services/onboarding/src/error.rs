//! What can go wrong in this context.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_policy::Refusal;
use varde_store::StoreError;

use crate::{
    ServiceId,
    model::{listing::Flaw, order::NotNow, terms::NotPublishable},
    ports::PortError,
};

/// An error of taking services into use.
#[derive(Debug, thiserror::Error)]
pub enum OnboardingError {
    /// A service cannot be registered as it is.
    #[error("service {id}: {}", told(flaws))]
    Flawed {
        /// Which.
        id: ServiceId,
        /// What is wrong with it.
        flaws: Vec<Flaw>,
    },
    /// The API belongs to another service.
    #[error("the audience {audience} belongs to the service {service}: an API belongs to one service")]
    Taken {
        /// Which API.
        audience: String,
        /// Whose it is.
        service: ServiceId,
    },
    /// The register of organisations does not have the owner.
    #[error("the register of organisations has no main unit with the owner's number")]
    NoSuchOwner,
    /// The terms cannot be published.
    #[error(transparent)]
    NotPublishable(#[from] NotPublishable),
    /// There is no such service.
    #[error("there is no such service")]
    NoSuchService,
    /// There is no such version of the terms.
    #[error("the service has no such version of its terms")]
    NoSuchTerms,
    /// There is no such order, or the actor may not know that there is.
    #[error("there is no such order for you")]
    NotFound,
    /// The person may not order that service for that organisation.
    #[error("nobody can order this service for that organisation through you")]
    NoMandate,
    /// The service has no terms yet, so that nobody can order it.
    #[error("the service has no terms of use yet: it cannot be ordered")]
    NoTerms,
    /// The terms have come in a newer version since they were accepted.
    #[error("there is a newer version of the terms: accept that one first")]
    NewerTerms,
    /// The organisation has an order of the service already.
    #[error("the organisation has an order of this service already: go on with that one")]
    Already,
    /// The state does not allow it.
    #[error(transparent)]
    NotNow(#[from] NotNow),
    /// Somebody else changed it meanwhile.
    #[error("the order was changed meanwhile: read it again")]
    Changed,
    /// Fields of the input are wrong.
    #[error("the input is wrong in {} places", .0.len())]
    Invalid(Vec<FieldProblem>),
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Another context failed.
    #[error(transparent)]
    Neighbour(#[from] PortError),
    /// What is stored cannot be read: a fault of ours.
    #[error("a stored {0} cannot be read")]
    Stored(&'static str),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn told(flaws: &[Flaw]) -> String {
    flaws.iter().map(Flaw::to_string).collect::<Vec<_>>().join("; ")
}

impl From<sqlx::Error> for OnboardingError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for OnboardingError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Flawed { .. } | Self::NoSuchOwner | Self::NotPublishable(_) | Self::Invalid(_) => {
                ProblemKind::Invalid
            }
            Self::NoSuchService | Self::NoSuchTerms | Self::NotFound => ProblemKind::NotFound,
            Self::NoMandate => ProblemKind::Forbidden,
            Self::Taken { .. } | Self::NoTerms | Self::NewerTerms | Self::Already | Self::NotNow(_) | Self::Changed => {
                ProblemKind::Conflict
            }
            Self::Refused(refusal) => refusal.kind(),
            Self::Neighbour(error) => error.kind,
            Self::Stored(_) => ProblemKind::Internal,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Flawed { .. } => "onboarding.flawed",
            Self::Taken { .. } => "onboarding.taken",
            Self::NoSuchOwner => "onboarding.no_such_owner",
            Self::NotPublishable(_) => "onboarding.not_publishable",
            Self::NoSuchService => "onboarding.no_such_service",
            Self::NoSuchTerms => "onboarding.no_such_terms",
            Self::NotFound => "onboarding.not_found",
            Self::NoMandate => "onboarding.no_mandate",
            Self::NoTerms => "onboarding.no_terms",
            Self::NewerTerms => "onboarding.newer_terms",
            Self::Already => "onboarding.already",
            Self::NotNow(_) => "onboarding.not_now",
            Self::Changed => "onboarding.changed",
            Self::Invalid(_) => "onboarding.invalid",
            Self::Refused(refusal) => refusal.code(),
            Self::Neighbour(_) => "onboarding.neighbour",
            Self::Stored(_) => "onboarding.stored",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Flawed { flaws, .. } => flaws.iter().map(Flaw::field).collect(),
            Self::NoSuchOwner => vec![FieldProblem::new("owner", "onboarding-flaw-owner")],
            Self::Taken { .. } => vec![FieldProblem::new("audiences", "onboarding-flaw-taken")],
            Self::NotPublishable(reason) => vec![reason.field()],
            Self::Invalid(fields) => fields.clone(),
            _ => Vec::new(),
        }
    }
}
