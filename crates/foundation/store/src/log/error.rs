//! What can go wrong with the log.

use varde_core::{EntryId, Problem, ProblemKind};
use varde_ledger::{checkpoint::CheckpointError, keyed::KeyedError, tree::TreeError};

use crate::StoreError;

/// An error of the log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such entry.
    #[error("there is no entry {0} on the log")]
    NotFound(EntryId),
    /// The entry is not in the tree yet.
    #[error("entry {0} is not in the tree yet: try again in a second, or check that the sequencer runs")]
    NotSequenced(EntryId),
    /// Nothing was entered yet.
    #[error("the log is empty: there is no checkpoint yet")]
    Empty,
    /// The entry was erased before.
    #[error("entry {0} was erased before")]
    AlreadyErased(EntryId),
    /// The log's own entries are what proofs rest on.
    #[error("entry {0} is one of the log's own and cannot be erased")]
    NotErasable(EntryId),
    /// The latest checkpoint was signed by another key.
    #[error(
        "the log was signed by another key: start with the key of {0:?} or restore it; never sign on with a new one"
    )]
    ForeignKey(String),
    /// The entry commits to no tree, or the tree is not kept.
    #[error("entry {0} commits to no membership tree that is kept here")]
    NoTree(EntryId),
    /// Something that is kept does not fit together: run `varde ledger verify`.
    #[error("the log is damaged in {0}: run `varde ledger verify`")]
    Damaged(&'static str),
    /// Tiles do not lead to the root.
    #[error("the log's tree is damaged: run `varde ledger verify`")]
    Tree(#[from] TreeError),
    /// A checkpoint cannot be read.
    #[error("a checkpoint of the log is damaged: run `varde ledger verify`")]
    Checkpoint(#[from] CheckpointError),
    /// A keyed tree is damaged or does not say what was claimed.
    #[error("a membership tree cannot prove this")]
    Keyed(#[from] KeyedError),
}

impl From<sqlx::Error> for LogError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for LogError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Store(error) => error.kind(),
            Self::NotFound(_) | Self::NoTree(_) => ProblemKind::NotFound,
            Self::NotSequenced(_) | Self::Empty => ProblemKind::Unavailable,
            Self::AlreadyErased(_) | Self::NotErasable(_) => ProblemKind::Conflict,
            Self::ForeignKey(_) | Self::Damaged(_) | Self::Tree(_) | Self::Checkpoint(_) | Self::Keyed(_) => {
                ProblemKind::Internal
            }
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::NotFound(_) => "log.not_found",
            Self::NoTree(_) => "log.no_tree",
            Self::NotSequenced(_) => "log.not_sequenced",
            Self::Empty => "log.empty",
            Self::AlreadyErased(_) => "log.already_erased",
            Self::NotErasable(_) => "log.not_erasable",
            Self::ForeignKey(_) => "log.foreign_key",
            Self::Damaged(_) | Self::Tree(_) | Self::Checkpoint(_) | Self::Keyed(_) => "log.damaged",
        }
    }
}
