//! What can go wrong with rooms, in the tiers of `varde_core::problem`: the caller's faults first,
//! then what is away, then ours.

use std::path::PathBuf;

use varde_core::{FieldProblem, Problem, ProblemKind};
use varde_policy::Refusal;
use varde_store::StoreError;

use crate::{
    driver::DriverError,
    model::{AirlockError, RoomState, Tool},
};

/// An error of this context.
#[derive(Debug, thiserror::Error)]
pub enum RoomsError {
    /// There is no such room, run, request or file, or the actor may not know that there is.
    #[error("there is no such room or request")]
    NotFound,
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The airlock's rules say no.
    #[error(transparent)]
    Airlock(#[from] AirlockError),
    /// The input is wrong.
    #[error("the input is not complete")]
    Invalid(Vec<FieldProblem>),
    /// The room is not open, or the permit does not let anybody in today.
    #[error("the room is {}: work in it is not possible now", .0.name())]
    NotUsable(RoomState),
    /// A file in the outbox cannot be taken into a request.
    #[error("{name} cannot be taken out of the outbox: {why}")]
    Outbox {
        /// The file's name.
        name: String,
        /// Why not.
        why: String,
    },
    /// A delivered file is not the one that the manifest describes.
    #[error("the delivered file {0} is missing or is not the one in the manifest: deliver the extract again")]
    Delivery(String),
    /// The room holds as much as it may.
    #[error("the room is full: delete files in /work or /outbox with a script before the notebook can start")]
    DiskFull,
    /// The airlock has deleted its copy of a file after the time that copies are kept.
    #[error("the copy of {0} was deleted when its time was up: put the file in the outbox and ask anew")]
    CopyRemoved(String),
    /// Another result has left since the file was compared with what had, and a small group follows from both.
    #[error("{0} gives a small group away with a result that has left meanwhile: return it to its author")]
    ToldSince(String),
    /// The language of a script is not installed for rooms.
    #[error("rooms have no {}: choose another language, or ask the operator to install it", .0.name())]
    NoTool(Tool),
    /// A neighbour (the register of roles) does not answer.
    #[error("it could not be found out who may enter the room: {message}")]
    Neighbour {
        /// Of which kind its error is.
        kind: ProblemKind,
        /// What it said.
        message: String,
    },
    /// The notebook did not start.
    #[error("the notebook did not start: {0}")]
    Notebook(String),
    /// The tools cannot be had.
    #[error("the tools for rooms could not be installed: {0}. Check the package registry and start again")]
    Tools(String),
    /// The sandbox cannot be made or used.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file of the service's own.
    #[error("{} cannot be read or written: check the disk and the rights on it", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// What the database holds is of another version.
    #[error("the database holds something this version does not know")]
    Unreadable,
}

impl RoomsError {
    /// An error with a file of the service's own.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// One wrong field.
    pub(crate) fn field(name: &str, message: &str) -> Self {
        Self::Invalid(vec![FieldProblem::new(name, message)])
    }
}

impl From<sqlx::Error> for RoomsError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for RoomsError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::NotFound => ProblemKind::NotFound,
            Self::Refused(refusal) => refusal.kind(),
            Self::Airlock(error) => error.kind(),
            Self::Invalid(_) | Self::Outbox { .. } | Self::NoTool(_) => ProblemKind::Invalid,
            Self::NotUsable(_) | Self::DiskFull | Self::CopyRemoved(_) | Self::ToldSince(_) => ProblemKind::Conflict,
            Self::Neighbour { kind, .. } => *kind,
            Self::Notebook(_) | Self::Tools(_) => ProblemKind::Unavailable,
            Self::Driver(error) => error.kind(),
            Self::Store(error) => error.kind(),
            Self::Delivery(_) | Self::File { .. } | Self::Unreadable => ProblemKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "rooms.not_found",
            Self::Refused(refusal) => refusal.code(),
            Self::Airlock(error) => error.code(),
            Self::Invalid(_) => "rooms.invalid",
            Self::NotUsable(_) => "rooms.not_usable",
            Self::Outbox { .. } => "rooms.outbox_file",
            Self::Delivery(_) => "rooms.delivery",
            Self::DiskFull => "rooms.disk_full",
            Self::CopyRemoved(_) => "rooms.copy_removed",
            Self::NoTool(_) => "rooms.no_tool",
            Self::ToldSince(_) => "rooms.told_since",
            Self::Neighbour { .. } => "rooms.neighbour",
            Self::Notebook(_) => "rooms.notebook",
            Self::Tools(_) => "rooms.tools",
            Self::Driver(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::File { .. } => "rooms.file",
            Self::Unreadable => "rooms.unreadable",
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Airlock(error) => error.fields(),
            Self::Invalid(fields) => fields.clone(),
            Self::NoTool(_) => vec![FieldProblem::new("tool", "rooms-error-no-tool")],
            Self::ToldSince(_) => vec![FieldProblem::new("verdict", "rooms-error-told-since")],
            Self::Outbox { .. } => vec![FieldProblem::new("files", "rooms-error-outbox-file")],
            _ => Vec::new(),
        }
    }
}
