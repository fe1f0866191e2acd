//! What can go wrong in this context.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_policy::Refusal;
use varde_store::StoreError;

use crate::{Key, Loss, Status, import::ImportFault, ports::PortError};

/// An error of the code systems.
#[derive(Debug, thiserror::Error)]
pub enum TerminologyError {
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The file cannot be taken.
    #[error(transparent)]
    Import(#[from] ImportFault),
    /// The edition loses so many codes that somebody must say that this is right.
    #[error("{0}\nIf this is right, import the file again and say why.")]
    Loss(Box<Loss>),
    /// The address belongs to something else.
    #[error("the address belongs to {0}: an address is one code system, map or value set")]
    UrlTaken(Key),
    /// The key belongs to something with another address.
    #[error("{0} has another address: choose another key, or give the address it has")]
    KeyTaken(Key),
    /// There is no such code system, edition or code, or the actor may not know that there is.
    #[error("there is no such thing among the code systems: {0}")]
    NotFound(String),
    /// The two editions are not of the same code system.
    #[error("the two editions are not of the same code system")]
    NotComparable,
    /// Only a draft can be published or closed.
    #[error("the edition is not a draft any more: it is {}", .0.name())]
    NotADraft(Status),
    /// The rules are outside what they can be.
    #[error("publication takes 1 or 2 persons, and the share of lost codes is 0 to 100 per cent")]
    BadRules,
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

impl From<sqlx::Error> for TerminologyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for TerminologyError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Refused(refusal) => refusal.kind(),
            Self::Import(ImportFault::TooLarge) => ProblemKind::TooLarge,
            Self::Import(_) | Self::BadRules | Self::NotComparable => ProblemKind::Invalid,
            Self::Loss(_) | Self::UrlTaken(_) | Self::KeyTaken(_) | Self::NotADraft(_) => ProblemKind::Conflict,
            Self::NotFound(_) => ProblemKind::NotFound,
            Self::Neighbour(error) => error.kind,
            Self::Stored(_) => ProblemKind::Internal,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Import(_) => "terminology.import",
            Self::Loss(_) => "terminology.loss",
            Self::UrlTaken(_) => "terminology.url_taken",
            Self::KeyTaken(_) => "terminology.key_taken",
            Self::NotFound(_) => "terminology.not_found",
            Self::NotComparable => "terminology.not_comparable",
            Self::NotADraft(_) => "terminology.not_a_draft",
            Self::BadRules => "terminology.bad_rules",
            Self::Neighbour(_) => "terminology.neighbour",
            Self::Stored(_) => "terminology.stored",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Import(fault) => {
                let key = if fault.field() == "file" { "terminology-error-file" } else { "terminology-error-field" };
                vec![FieldProblem::new(fault.field(), key)]
            }
            Self::UrlTaken(_) => vec![FieldProblem::new("url", "terminology-error-url-taken")],
            Self::KeyTaken(_) => vec![FieldProblem::new("key", "terminology-error-key-taken")],
            _ => Vec::new(),
        }
    }
}
