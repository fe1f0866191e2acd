//! What can go wrong in self-service.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_policy::Refusal;
use varde_store::StoreError;

use crate::ports::{PortError, RegistryError};

/// An error of self-service.
#[derive(Debug, thiserror::Error)]
pub enum SelfServiceError {
    /// What was sent contradicts itself or what is registered.
    #[error("what was sent cannot be used as it is: look at {}", members(.0))]
    Invalid(Vec<FieldProblem>),
    /// There is no such product.
    #[error("there is no such client system")]
    NoSuchSystem,
    /// There is no such configuration.
    #[error("there is no such client")]
    NoSuchClient,
    /// There is no such organisation.
    #[error("the register of organisations has no such main unit")]
    NoSuchOrganisation,
    /// The product has been ended.
    #[error("the client system has been ended: it gets no new clients")]
    SystemEnded,
    /// The configuration has been ended or refused, or is not confirmed yet.
    #[error("the client is not active: a draft must be confirmed first, and what has ended stays ended")]
    NotActive,
    /// Nothing waits for an answer.
    #[error("there is nothing to confirm: it was answered before, or withdrawn")]
    NothingToConfirm,
    /// A draft that nobody answered in time.
    #[error("the draft is older than 30 days: let the product make a new one")]
    DraftTooOld,
    /// The header `api-key` is missing, unknown or withdrawn.
    #[error("the api-key is missing, unknown or withdrawn")]
    ApiKey,
    /// Drafts are for products with one configuration for each organisation.
    #[error("a multi-tenant client system makes no drafts: its one client is the vendor's own")]
    NoDraftsForMany,
    /// Too many at once.
    #[error("too many requests: wait a while")]
    TooMany,
    /// A private key came: whoever sent it must count it as lost.
    #[error("this is a PRIVATE key: count it as lost, make a new pair, and send the public half only")]
    PrivateKey,
    /// Not a key that may be used.
    #[error("this cannot be used as a public key: {0}")]
    Key(varde_jose::Fault),
    /// Three keys are enough.
    #[error("the client has three keys already: remove one that is no longer used")]
    TooManyKeys,
    /// A key of that name was there already, or still is.
    #[error("the client has or had a key of that name (kid): give the new one another")]
    KeyNameTaken,
    /// The client has no such key.
    #[error("the client has no such key")]
    NoSuchKey,
    /// Keys are read from an address.
    #[error("the client's keys are read from its address: change them there, or stop reading them first")]
    KeysAreFetched,
    /// The address of keys cannot be used.
    #[error("this cannot be used as an address of keys")]
    Address(FieldProblem),
    /// The client whose token this is was not made here.
    #[error("the token's client was not made in self-service")]
    NotAClientOfOurs,
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

fn members(problems: &[FieldProblem]) -> String {
    let names: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
    names.join(", ")
}

impl From<sqlx::Error> for SelfServiceError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<RegistryError> for SelfServiceError {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::Invalid(fields) => Self::Invalid(fields),
            RegistryError::TooManyKeys => Self::TooManyKeys,
            RegistryError::KeyNameTaken => Self::KeyNameTaken,
            RegistryError::NoSuchKey => Self::NoSuchKey,
            RegistryError::Failed(error) => Self::Neighbour(error),
        }
    }
}

impl From<varde_jose::Fault> for SelfServiceError {
    fn from(fault: varde_jose::Fault) -> Self {
        match fault {
            varde_jose::Fault::PrivateKey => Self::PrivateKey,
            other => Self::Key(other),
        }
    }
}

impl Problem for SelfServiceError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Invalid(_) | Self::PrivateKey | Self::Key(_) | Self::Address(_) => ProblemKind::Invalid,
            Self::NoSuchSystem
            | Self::NoSuchClient
            | Self::NoSuchOrganisation
            | Self::NoSuchKey
            | Self::NotAClientOfOurs => ProblemKind::NotFound,
            Self::SystemEnded
            | Self::NotActive
            | Self::NothingToConfirm
            | Self::DraftTooOld
            | Self::NoDraftsForMany
            | Self::TooManyKeys
            | Self::KeyNameTaken
            | Self::KeysAreFetched => ProblemKind::Conflict,
            Self::ApiKey => ProblemKind::Unauthenticated,
            Self::TooMany => ProblemKind::TooMany,
            Self::Refused(refusal) => refusal.kind(),
            Self::Neighbour(error) => error.kind,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "self_service.invalid",
            Self::NoSuchSystem => "self_service.no_such_system",
            Self::NoSuchClient => "self_service.no_such_client",
            Self::NoSuchOrganisation => "self_service.no_such_organisation",
            Self::SystemEnded => "self_service.system_ended",
            Self::NotActive => "self_service.not_active",
            Self::NothingToConfirm => "self_service.nothing_to_confirm",
            Self::DraftTooOld => "self_service.draft_too_old",
            Self::ApiKey => "self_service.api_key",
            Self::NoDraftsForMany => "self_service.no_drafts_for_many",
            Self::TooMany => "self_service.too_many",
            Self::PrivateKey => "self_service.private_key",
            Self::Key(_) => "self_service.key_wrong",
            Self::TooManyKeys => "self_service.too_many_keys",
            Self::KeyNameTaken => "self_service.key_name_taken",
            Self::NoSuchKey => "self_service.no_such_key",
            Self::KeysAreFetched => "self_service.keys_are_fetched",
            Self::Address(_) => "self_service.address",
            Self::NotAClientOfOurs => "self_service.not_a_client_of_ours",
            Self::Refused(refusal) => refusal.code(),
            Self::Neighbour(_) => "self_service.neighbour",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Invalid(fields) => fields.clone(),
            Self::Address(field) => vec![field.clone()],
            _ => Vec::new(),
        }
    }
}
