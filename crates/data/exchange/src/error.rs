//! What can go wrong when the catalogue is told, in the tiers of `varde_core::problem`.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_metadata::MetadataError;
use varde_policy::Refusal;
use varde_rdf::shacl::TooDeep;
use varde_store::StoreError;
use varde_terminology::TerminologyError;

use crate::{UnknownProfile, WrongShapes};

/// An error of the exchange.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The catalogue could not answer.
    #[error(transparent)]
    Catalogue(#[from] MetadataError),
    /// There is no such source, or no such page of the catalogue.
    #[error("the catalogue has no such source or page: {0}")]
    NotFound(String),
    /// There is no such profile.
    #[error(transparent)]
    Profile(#[from] UnknownProfile),
    /// There is no such format.
    #[error("unknown format: use ttl, jsonld, rdf or nt, or an Accept header")]
    Format,
    /// The time that changes are asked from is none.
    #[error("since must be a time, such as 2026-11-01T00:00:00Z, or a day, such as 2026-11-01")]
    Since,
    /// A graph cannot be written in the format. A fault of ours.
    #[error("the graph cannot be written: {0}")]
    Writing(String),
    /// Our own shapes cannot be read. A fault of ours.
    #[error(transparent)]
    Shapes(#[from] WrongShapes),
    /// A record leads too deep to be checked. A fault of ours.
    #[error(transparent)]
    Depth(#[from] TooDeep),
    /// So much is gone from another catalogue that somebody must say whether it is meant.
    #[error("{0} datasets are gone from the catalogue: it may be half a file")]
    LostMany(usize),
    /// The address is read already.
    #[error("a catalogue at that address is read already")]
    AlreadyHarvested,
    /// Fields of the input are wrong.
    #[error("the input is wrong in {} places", .0.len())]
    Invalid(Vec<FieldProblem>),
    /// There can be no HTTP client. A fault of ours.
    #[error("there is no HTTP client: {0}")]
    Client(String),
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A code system could not be told.
    #[error(transparent)]
    CodeSystem(#[from] TerminologyError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ExchangeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for ExchangeError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Catalogue(error) => error.kind(),
            Self::Refused(error) => error.kind(),
            Self::CodeSystem(error) => error.kind(),
            Self::Store(error) => error.kind(),
            Self::NotFound(_) => ProblemKind::NotFound,
            Self::Profile(_) | Self::Format | Self::Since | Self::Invalid(_) => ProblemKind::Invalid,
            Self::LostMany(_) | Self::AlreadyHarvested => ProblemKind::Conflict,
            Self::Writing(_) | Self::Shapes(_) | Self::Depth(_) | Self::Client(_) => ProblemKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Catalogue(error) => error.code(),
            Self::Refused(error) => error.code(),
            Self::CodeSystem(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::NotFound(_) => "exchange.not_found",
            Self::Profile(_) => "exchange.unknown_profile",
            Self::Format => "exchange.unknown_format",
            Self::Since => "exchange.wrong_since",
            Self::Writing(_) => "exchange.writing",
            Self::Shapes(_) => "exchange.shapes",
            Self::Depth(_) => "exchange.depth",
            Self::LostMany(_) => "exchange.lost_many",
            Self::AlreadyHarvested => "exchange.already_harvested",
            Self::Invalid(_) => "exchange.invalid",
            Self::Client(_) => "exchange.client",
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Catalogue(error) => error.fields(),
            Self::Invalid(fields) => fields.clone(),
            Self::AlreadyHarvested => vec![FieldProblem::new("address", "exchange-error-already")],
            Self::Profile(_) => vec![FieldProblem::new("profile", "exchange-error-profile")],
            Self::Format => vec![FieldProblem::new("format", "exchange-error-format")],
            Self::Since => vec![FieldProblem::new("since", "exchange-error-since")],
            _ => Vec::new(),
        }
    }
}
