//! What can go wrong with base data, in the tiers of `varde_core::problem`.

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_policy::Refusal;
use varde_store::StoreError;

use crate::{Fault, file::FileError};

/// An error of the base data service.
#[derive(Debug, thiserror::Error)]
pub enum BasedataError {
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such person, or the actor may not know that there is.
    #[error("there is no such person")]
    NoSuchPerson,
    /// There is no such organisation.
    #[error("there is no such organisation")]
    NoSuchOrganisation,
    /// Nobody has that number, or the person is not in the register of health personnel.
    #[error("there is no such person in the register of health personnel")]
    NoSuchHealthPersonnel,
    /// A record of a batch cannot be taken in; nothing of the batch was.
    #[error("record {position} of the batch (counted from 0) cannot be taken in: {fault}; nothing of the batch was")]
    Record {
        /// Its place in the batch, from 0.
        position: usize,
        /// What is wrong.
        fault: Fault,
    },
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file was changed while it was taken in.
    #[error("the file was changed while it was taken in: leave it alone and start again; what is in stays")]
    FileChanged,
    /// The database holds something this version cannot read.
    #[error("the register holds a {0} that this version cannot read: was the database changed by hand?")]
    Unreadable(&'static str),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for BasedataError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for BasedataError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Refused(refusal) => refusal.kind(),
            Self::NoSuchPerson | Self::NoSuchOrganisation | Self::NoSuchHealthPersonnel => ProblemKind::NotFound,
            Self::Record { fault: Fault::TwoPersons | Fault::OtherIdentity, .. } => ProblemKind::Conflict,
            Self::Record { .. } => ProblemKind::Invalid,
            Self::File(_) => ProblemKind::Invalid,
            Self::FileChanged => ProblemKind::Conflict,
            Self::Unreadable(_) => ProblemKind::Internal,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::NoSuchPerson => "basedata.no_such_person",
            Self::NoSuchOrganisation => "basedata.no_such_organisation",
            Self::NoSuchHealthPersonnel => "basedata.no_such_health_personnel",
            Self::Record { .. } => "basedata.record",
            Self::File(_) => "basedata.file",
            Self::FileChanged => "basedata.file_changed",
            Self::Unreadable(_) => "basedata.unreadable",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Record { position, fault } => {
                vec![FieldProblem::new(format!("{position}.{}", fault.field()), fault.message())]
            }
            _ => Vec::new(),
        }
    }
}
