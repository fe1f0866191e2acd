//! What can go wrong in this context, in the tiers of `varde_core::problem`.

use varde_basedata::BasedataError;
use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_metadata::MetadataError;
use varde_permit::PermitError;
use varde_platform::PlatformError;
use varde_policy::Refusal;
use varde_privacy::PrivacyError;
use varde_store::log::LogError;

/// An error of this context.
#[derive(Debug, thiserror::Error)]
pub enum CitizenError {
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such thing that concerns whoever asks.
    #[error("there is no such thing that concerns you")]
    NotFound,
    /// The choice names a kind, a scope or a register that cannot be chosen about.
    #[error("this cannot be chosen: name a register in the catalogue, and consent only where it rests on consent")]
    NotAChoice,
    /// The entry is not in the tree yet.
    #[error("the entry is not in the log's tree yet: try again in a moment")]
    NotYet,
    /// Base data.
    #[error(transparent)]
    Basedata(#[from] BasedataError),
    /// The catalogue.
    #[error(transparent)]
    Catalogue(#[from] MetadataError),
    /// The register of permits.
    #[error(transparent)]
    Permit(#[from] PermitError),
    /// The platform.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// Preferences.
    #[error(transparent)]
    Privacy(#[from] PrivacyError),
    /// The log.
    #[error(transparent)]
    Log(LogError),
    /// Another service, such as the rooms, could not answer.
    #[error("{message}")]
    Neighbour {
        /// The kind of its error.
        kind: ProblemKind,
        /// What it said.
        message: String,
    },
}

impl CitizenError {
    /// What another service said.
    pub fn neighbour(problem: &(impl Problem + ?Sized)) -> Self {
        Self::Neighbour { kind: problem.kind(), message: problem.to_string() }
    }

    fn inner(&self) -> Option<&dyn Problem> {
        Some(match self {
            Self::Refused(error) => error,
            Self::Basedata(error) => error,
            Self::Catalogue(error) => error,
            Self::Permit(error) => error,
            Self::Platform(error) => error,
            Self::Privacy(error) => error,
            Self::Log(error) => error,
            _ => return None,
        })
    }
}

impl From<LogError> for CitizenError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::NotSequenced(_) | LogError::Empty => Self::NotYet,
            LogError::NotFound(_) => Self::NotFound,
            other => Self::Log(other),
        }
    }
}

impl Problem for CitizenError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::NotFound => ProblemKind::NotFound,
            Self::NotAChoice => ProblemKind::Invalid,
            Self::NotYet => ProblemKind::Unavailable,
            Self::Neighbour { kind, .. } => *kind,
            other => other.inner().map_or(ProblemKind::Internal, Problem::kind),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "citizen.not_found",
            Self::NotAChoice => "citizen.not_a_choice",
            Self::NotYet => "citizen.not_yet",
            Self::Neighbour { .. } => "citizen.neighbour",
            other => other.inner().map_or("citizen.neighbour", Problem::code),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        self.inner().map(Problem::fields).unwrap_or_default()
    }
}
