//! What makes and ends the sandbox that a room's programs run in. [`RoomDriver`] is the face;
//! [`Bubblewrap`] is the driver for one Linux machine. A machine where the sandbox cannot be made
//! says so through [`Availability`] and opens no room.

mod arguments;
mod bubblewrap;
mod cgroup;
mod etc;
mod output;
mod seccomp;
mod spawner;

use std::{path::PathBuf, time::Duration};

use varde_core::{Problem, ProblemKind, RoomId};

pub use bubblewrap::{Bubblewrap, BubblewrapConfig};
pub use cgroup::Containment;
pub use output::{Captured, Ended};
pub use spawner::Sandboxed;

/// What a room may use. The limits hold for the room as a whole, not for each program in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Memory, temporary files included, in bytes.
    pub memory_bytes: u64,
    /// Processes and threads.
    pub processes: u32,
    /// Processor time in hundredths of one core: 150 is one and a half core.
    pub cpu_percent: u32,
    /// The largest single file a program may write, in bytes.
    pub file_bytes: u64,
    /// Temporary files (`/tmp`, the home folder, shared memory), in bytes each.
    pub scratch_bytes: u64,
    /// What lies in the room's own folders, all files together, in bytes. The service watches it and
    /// ends the programs of a room that outgrows it.
    pub disk_bytes: u64,
    /// Files and folders in the room's own folders.
    pub disk_files: u64,
}

impl Default for Limits {
    /// 4 GiB, 512 processes, two cores, files up to 8 GiB, 1 GiB of temporary files, 20 GB on the disk
    /// in at most 200,000 files.
    fn default() -> Self {
        const GIB: u64 = 1 << 30;
        Self {
            memory_bytes: 4 * GIB,
            processes: 512,
            cpu_percent: 200,
            file_bytes: 8 * GIB,
            scratch_bytes: GIB,
            disk_bytes: 20_000_000_000,
            disk_files: 200_000,
        }
    }
}

/// A room as the driver sees it.
#[derive(Debug, Clone)]
pub struct RoomPlan {
    /// Which room.
    pub room: RoomId,
    /// The room's folder on the machine; see [`RoomDriver::prepare`].
    pub folder: PathBuf,
    /// The room's number on this machine, from 0. Each room's programs run as a user of their own:
    /// the configured first user id plus this (when the service runs as root).
    pub slot: u32,
    /// What the room may use.
    pub limits: Limits,
    /// Folders with the tools, mounted read-only at the same path; their `bin` is on the `PATH`.
    pub tools: Vec<PathBuf>,
}

impl RoomPlan {
    /// The folders of a room: `work` and `outbox` are the room's to write, `data` holds the extract
    /// and `scripts` what was run (both read-only inside), `run` holds the socket to the gateway.
    pub const FOLDERS: [&'static str; 5] = ["work", "outbox", "data", "scripts", "run"];
    /// The folders that the room itself may write.
    pub const WRITABLE: [&'static str; 3] = ["work", "outbox", "run"];
}

/// A program to run in a room.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// The program and its arguments, by path inside the room.
    pub argv: Vec<String>,
    /// Further environment variables. Nothing of the service's own environment is passed on.
    pub environment: Vec<(String, String)>,
    /// How long it may run; `None` for as long as the room is open.
    pub time_limit: Option<Duration>,
}

impl Program {
    /// A program by its arguments.
    pub fn new<S: Into<String>>(argv: impl IntoIterator<Item = S>) -> Self {
        Self { argv: argv.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// With a time limit.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }
}

/// What the sandbox on this machine rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// What the sandbox program calls itself, such as `bubblewrap 0.8.0`.
    pub version: String,
    /// Whether each room has a system user of its own (the service runs as root). Otherwise rooms
    /// are apart by name spaces only and user name spaces are disabled inside.
    pub own_user: bool,
    /// How memory, processes and processor time are limited.
    pub containment: Containment,
}

/// Whether rooms can be opened on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    /// Yes.
    Ready(Capabilities),
    /// No.
    Unavailable {
        /// What was tried and what answered.
        reason: String,
        /// What the operator can do about it.
        way_on: String,
    },
}

impl Availability {
    /// The capabilities, or the error that says why there are none.
    pub fn ready(self) -> Result<Capabilities, DriverError> {
        match self {
            Self::Ready(capabilities) => Ok(capabilities),
            Self::Unavailable { reason, way_on } => Err(DriverError::Unavailable { reason, way_on }),
        }
    }
}

/// Starts and stops programs in sealed rooms.
#[async_trait::async_trait]
pub trait RoomDriver: Send + Sync + std::fmt::Debug {
    /// Tries whether a sandbox can be made here, by making one.
    async fn probe(&self) -> Availability;

    /// Makes the room's folders, owned so that the room can use them, and nothing else can.
    async fn prepare(&self, plan: &RoomPlan) -> Result<(), DriverError>;

    /// Starts a program in the room.
    async fn start(&self, plan: &RoomPlan, program: &Program) -> Result<Sandboxed, DriverError>;

    /// Ends every program in the room, at once, and gives back its control group.
    async fn stop(&self, room: RoomId) -> Result<(), DriverError>;

    /// Gives back what a killed service left behind: control groups of rooms whose programs died
    /// with it. Returns how many rooms that were.
    async fn repair(&self) -> Result<usize, DriverError>;
}

/// What can go wrong with a sandbox.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// No sandbox can be made here.
    #[error("no room can be opened on this machine: {reason}. {way_on}")]
    Unavailable {
        /// What was tried and what answered.
        reason: String,
        /// What to do.
        way_on: String,
    },
    /// A file or folder of the room could not be made, read or given away.
    #[error("{doing} failed: check the disk and the rights on the data folder")]
    File {
        /// What was being done.
        doing: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl DriverError {
    /// An error while doing something with files.
    pub(crate) fn file(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::File { doing, source }
    }
}

impl Problem for DriverError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Unavailable { .. } => ProblemKind::Unavailable,
            Self::File { .. } => ProblemKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "rooms.sandbox_unavailable",
            Self::File { .. } => "rooms.sandbox_files",
        }
    }
}
