//! What can go wrong when the catalogue is told, in the tiers of `varde_core::problem`.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_metadata::MetadataError;
use varde_rdf::shacl::TooDeep;

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
}

impl Problem for ExchangeError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Catalogue(error) => error.kind(),
            Self::NotFound(_) => ProblemKind::NotFound,
            Self::Profile(_) | Self::Format | Self::Since => ProblemKind::Invalid,
            Self::Writing(_) | Self::Shapes(_) | Self::Depth(_) => ProblemKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Catalogue(error) => error.code(),
            Self::NotFound(_) => "exchange.not_found",
            Self::Profile(_) => "exchange.unknown_profile",
            Self::Format => "exchange.unknown_format",
            Self::Since => "exchange.wrong_since",
            Self::Writing(_) => "exchange.writing",
            Self::Shapes(_) => "exchange.shapes",
            Self::Depth(_) => "exchange.depth",
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Catalogue(error) => error.fields(),
            Self::Profile(_) => vec![FieldProblem::new("profile", "exchange-error-profile")],
            Self::Format => vec![FieldProblem::new("format", "exchange-error-format")],
            Self::Since => vec![FieldProblem::new("since", "exchange-error-since")],
            _ => Vec::new(),
        }
    }
}
