//! What can go wrong in this context.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_metadata::MetadataError;
use varde_policy::Refusal;
use varde_rdf::UnknownFormat;
use varde_store::StoreError;

use crate::{ports::PortError, relation::NotNow};

/// An error of harmonisation.
#[derive(Debug, thiserror::Error)]
pub enum HarmonisationError {
    /// There is no such concept, represented variable, relation or variable; or one may not know of it.
    #[error("there is no such thing here for you")]
    NotFound,
    /// Somebody else has changed it, or the catalogue what it is about, meanwhile.
    #[error("it was changed meanwhile: read it again")]
    Changed,
    /// The two are related already.
    #[error("there is a relation between the two that waits or says the same: go on with that one")]
    Already,
    /// The relation cannot take that step.
    #[error(transparent)]
    NotNow(#[from] NotNow),
    /// Fields of the input are wrong.
    #[error("the input is wrong in {} places", .0.len())]
    Invalid(Vec<FieldProblem>),
    /// A file is too large.
    #[error("the file is larger than 20 MB: divide it")]
    TooLarge,
    /// There is no such format.
    #[error("unknown format: use ttl, jsonld, rdf or nt, or an Accept header")]
    Format(#[from] UnknownFormat),
    /// What is told cannot be written. A fault of ours.
    #[error("the relations cannot be written: {0}")]
    Writing(String),
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The catalogue failed.
    #[error(transparent)]
    Catalogue(#[from] MetadataError),
    /// Another context failed.
    #[error(transparent)]
    Neighbour(#[from] PortError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for HarmonisationError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for HarmonisationError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::NotFound => ProblemKind::NotFound,
            Self::Changed | Self::Already | Self::NotNow(_) => ProblemKind::Conflict,
            Self::Invalid(_) | Self::Format(_) => ProblemKind::Invalid,
            Self::TooLarge => ProblemKind::TooLarge,
            Self::Writing(_) => ProblemKind::Internal,
            Self::Refused(refusal) => refusal.kind(),
            Self::Catalogue(error) => error.kind(),
            Self::Neighbour(error) => error.kind,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "harmonisation.not_found",
            Self::Changed => "harmonisation.changed",
            Self::Already => "harmonisation.already",
            Self::NotNow(NotNow::Own) => "harmonisation.own",
            Self::NotNow(NotNow::Over) => "harmonisation.over",
            Self::NotNow(NotNow::Settled) => "harmonisation.settled",
            Self::Invalid(_) => "harmonisation.invalid",
            Self::TooLarge => "harmonisation.too_large",
            Self::Format(_) => "harmonisation.format",
            Self::Writing(_) => "harmonisation.writing",
            Self::Refused(refusal) => refusal.code(),
            Self::Catalogue(error) => error.code(),
            Self::Neighbour(_) => "harmonisation.neighbour",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::Catalogue(error) => error.fields(),
            Self::Format(_) => vec![FieldProblem::new("format", "harmonisation-error-format")],
            _ => Vec::new(),
        }
    }
}
