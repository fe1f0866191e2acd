//! What can go wrong in this context.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_metadata::MetadataError;
use varde_policy::Refusal;
use varde_store::StoreError;

use crate::ports::PortError;

/// An error of computing and judging quality.
#[derive(Debug, thiserror::Error)]
pub enum FairError {
    /// There is no such source, model or indicator.
    #[error("there is no such source, model or indicator")]
    NotFound,
    /// Nothing has been computed of the source yet.
    #[error("nothing has been computed of the source yet: it is within ten minutes of its publication")]
    NotComputed,
    /// Somebody else has judged it meanwhile.
    #[error("it was judged meanwhile: read it again")]
    Changed,
    /// That outcome cannot be stated where that was computed.
    #[error("it is computed: only that the law restricts it, or that it does not concern the source, can be stated")]
    Computed,
    /// Fields of the input are wrong.
    #[error("the input is wrong in {} places", .0.len())]
    Invalid(Vec<FieldProblem>),
    /// The format that was asked for is not known.
    #[error("unknown format: use ttl, jsonld, rdf or nt")]
    Format,
    /// The answer could not be written.
    #[error("the answer could not be written: {0}")]
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

impl From<sqlx::Error> for FairError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for FairError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::NotFound | Self::NotComputed => ProblemKind::NotFound,
            Self::Changed | Self::Computed => ProblemKind::Conflict,
            Self::Invalid(_) | Self::Format => ProblemKind::Invalid,
            Self::Writing(_) => ProblemKind::Internal,
            Self::Refused(refusal) => refusal.kind(),
            Self::Catalogue(error) => error.kind(),
            Self::Neighbour(error) => error.kind,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "fair.not_found",
            Self::NotComputed => "fair.not_computed",
            Self::Changed => "fair.changed",
            Self::Computed => "fair.computed",
            Self::Invalid(_) => "fair.invalid",
            Self::Format => "fair.format",
            Self::Writing(_) => "fair.writing",
            Self::Refused(refusal) => refusal.code(),
            Self::Catalogue(error) => error.code(),
            Self::Neighbour(_) => "fair.neighbour",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        if let Self::Invalid(fields) = self { fields.clone() } else { Vec::new() }
    }
}
