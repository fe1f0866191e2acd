//! What can go wrong in this context.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_policy::Refusal;
use varde_store::StoreError;
use varde_web::SessionError;

use crate::{DirectoryError, oidc::LoginError};

/// An error of identity.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The input is wrong.
    #[error("the role cannot be given as asked")]
    Invalid(Vec<FieldProblem>),
    /// The person holds that role there already.
    #[error("the person holds that role in that organisation already: end it first to change its period")]
    AlreadyHeld,
    /// The same is proposed already and waits.
    #[error("that role is proposed for the person already: accept or reject that proposal")]
    AlreadyProposed,
    /// There is no such proposal, or it has been settled.
    #[error("there is no such proposal waiting")]
    NoSuchProposal,
    /// Nobody has that number.
    #[error("the register knows nobody with that national number")]
    NoSuchPerson,
    /// There is no such assignment, or it has been ended.
    #[error("there is no such role to end")]
    NoSuchAssignment,
    /// One cannot act for an organisation where one holds no role today.
    #[error("the person holds no role in that organisation today")]
    NoRoleThere,
    /// Only somebody who is logged in has a session.
    #[error("nobody is logged in")]
    NotLoggedIn,
    /// The login did not come about.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The register of persons failed.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The sessions failed.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for IdentityError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for IdentityError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Invalid(_) => ProblemKind::Invalid,
            Self::AlreadyHeld | Self::AlreadyProposed => ProblemKind::Conflict,
            Self::NoSuchAssignment | Self::NoSuchProposal | Self::NoSuchPerson => ProblemKind::NotFound,
            Self::NoRoleThere => ProblemKind::Forbidden,
            Self::NotLoggedIn => ProblemKind::Unauthenticated,
            Self::Login(error) => error.kind(),
            Self::Refused(refusal) => refusal.kind(),
            Self::Directory(error) => error.kind(),
            Self::Session(error) => error.kind(),
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "identity.invalid",
            Self::AlreadyHeld => "identity.already_held",
            Self::AlreadyProposed => "identity.already_proposed",
            Self::NoSuchProposal => "identity.no_such_proposal",
            Self::NoSuchPerson => "identity.no_such_person",
            Self::NoSuchAssignment => "identity.no_such_assignment",
            Self::NoRoleThere => "identity.no_role_there",
            Self::NotLoggedIn => "identity.not_logged_in",
            Self::Login(error) => error.code(),
            Self::Refused(refusal) => refusal.code(),
            Self::Directory(error) => error.code(),
            Self::Session(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Invalid(problems) => problems.clone(),
            _ => Vec::new(),
        }
    }
}
