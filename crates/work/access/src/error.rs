//! What can go wrong in this context, in the tiers of `varde_core::problem`.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_policy::Refusal;
use varde_store::StoreError;

use crate::model::{DecisionRefused, MissingPart, State};

/// An error of this context.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// There is no such application, or the actor may not know that there is.
    #[error("there is no such application for you")]
    NotFound,
    /// Nobody is logged in.
    #[error("nobody is logged in: log in")]
    NotLoggedIn,
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The state does not allow it.
    #[error("the application is {}: this cannot be done now", .0.name())]
    WrongState(State),
    /// Another tab or another person saved it meanwhile.
    #[error("the application was changed meanwhile: read it again, your text is kept in the form")]
    Changed,
    /// It cannot be sent yet.
    #[error("the application is not complete: {} parts are missing", .0.len())]
    Incomplete(Vec<MissingPart>),
    /// A decision cannot be made like this.
    #[error(transparent)]
    CannotDecide(#[from] DecisionRefused),
    /// A field of the input is wrong.
    #[error("the input is wrong in {} places", .0.len())]
    Invalid(Vec<FieldProblem>),
    /// A neighbour (the catalogue, the platform) said no or does not answer.
    #[error("{message}")]
    Neighbour {
        /// Of which kind its error is.
        kind: ProblemKind,
        /// What it said.
        message: String,
    },
    /// The letter could not be set.
    #[error(transparent)]
    Letter(#[from] varde_documents::NotSet),
    /// What is stored cannot be read: a fault of ours.
    #[error("a stored document cannot be read")]
    Stored(#[from] serde_json::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for AccessError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for AccessError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::NotFound => ProblemKind::NotFound,
            Self::NotLoggedIn => ProblemKind::Unauthenticated,
            Self::Refused(refusal) => refusal.kind(),
            Self::WrongState(_) | Self::Changed => ProblemKind::Conflict,
            Self::Incomplete(_) | Self::CannotDecide(_) | Self::Invalid(_) => ProblemKind::Invalid,
            Self::Neighbour { kind, .. } => *kind,
            Self::Letter(_) | Self::Stored(_) => ProblemKind::Internal,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "access.not_found",
            Self::NotLoggedIn => "access.not_logged_in",
            Self::Refused(refusal) => refusal.code(),
            Self::WrongState(_) => "access.wrong_state",
            Self::Changed => "access.changed",
            Self::Incomplete(_) => "access.incomplete",
            Self::CannotDecide(_) => "access.cannot_decide",
            Self::Invalid(_) => "access.invalid",
            Self::Neighbour { .. } => "access.neighbour",
            Self::Letter(_) => "access.letter",
            Self::Stored(_) => "access.stored",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Incomplete(missing) => missing.iter().map(|m| FieldProblem::new(&m.field, m.message)).collect(),
            Self::CannotDecide(refused) => vec![FieldProblem::new(refused.field(), refused.message())],
            Self::Invalid(fields) => fields.clone(),
            _ => Vec::new(),
        }
    }
}
