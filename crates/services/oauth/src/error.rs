//! What can go wrong with registrations. The protocol's own refusals are [`crate::fault::Fault`].

use crate::ports::PortError;
use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_policy::Refusal;
use varde_store::StoreError;

/// A registration that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// What is registered contradicts itself.
    #[error("the registration cannot be used as it is: look at {}", members(.0))]
    Invalid(Vec<FieldProblem>),
    /// The name of an API of another organisation.
    #[error("another organisation has an API of that name: choose another audience")]
    ApiTaken,
    /// The register of organisations did not answer.
    #[error(transparent)]
    Port(#[from] PortError),
    /// No such client of this organisation, or it has been ended.
    #[error("the organisation has no such client")]
    NoSuchClient,
    /// The client has no such key.
    #[error("the client has no such key")]
    NoSuchKey,
    /// Three are enough.
    #[error("the client has three keys already: remove one that is no longer used")]
    TooManyKeys,
    /// A key of that name was there already, or still is.
    #[error("the client has or had a key of that name (kid): give the new one another")]
    KeyNameTaken,
    /// Not a key that may be used.
    #[error("this cannot be used as a public key: {0}")]
    Key(varde_jose::Fault),
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn members(problems: &[FieldProblem]) -> String {
    let names: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
    names.join(", ")
}

impl From<sqlx::Error> for RegistrationError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for RegistrationError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Invalid(_) | Self::Key(_) => ProblemKind::Invalid,
            Self::NoSuchClient | Self::NoSuchKey => ProblemKind::NotFound,
            Self::ApiTaken | Self::TooManyKeys | Self::KeyNameTaken => ProblemKind::Conflict,
            Self::Port(_) => ProblemKind::Unavailable,
            Self::Refused(refusal) => refusal.kind(),
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "oauth.invalid",
            Self::Key(_) => "oauth.key_wrong",
            Self::ApiTaken => "oauth.api_taken",
            Self::Port(_) => "oauth.neighbour",
            Self::NoSuchClient => "oauth.no_such_client",
            Self::NoSuchKey => "oauth.no_such_key",
            Self::TooManyKeys => "oauth.too_many_keys",
            Self::KeyNameTaken => "oauth.key_name_taken",
            Self::Refused(refusal) => refusal.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            _ => Vec::new(),
        }
    }
}
