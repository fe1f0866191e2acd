//! A script run in a room from its page.

use jiff::Timestamp;
use varde_core::PersonId;

/// What a script is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tool {
    /// SQL over the extract's files.
    Sql,
    /// Python.
    Python,
    /// R.
    R,
}

impl Tool {
    /// All tools in the order of the page.
    pub const ALL: [Self; 3] = [Self::Sql, Self::Python, Self::R];

    /// The name in forms, texts and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sql => "sql",
            Self::Python => "python",
            Self::R => "r",
        }
    }

    /// The tool of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }
}

/// Where a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunState {
    /// It runs.
    Running,
    /// It ended by itself without a fault.
    Succeeded,
    /// It ended with a fault.
    Failed,
    /// Its time was up.
    TimedOut,
    /// The machine ended it: most often it used more memory than the room has.
    Killed,
    /// It wrote more than the room may hold, or a larger file than it may.
    DiskFull,
    /// The service or the room was stopped while it ran.
    Interrupted,
}

impl RunState {
    /// All states.
    pub const ALL: [Self; 7] =
        [Self::Running, Self::Succeeded, Self::Failed, Self::TimedOut, Self::Killed, Self::DiskFull, Self::Interrupted];

    /// The name in texts and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Killed => "killed",
            Self::DiskFull => "disk_full",
            Self::Interrupted => "interrupted",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its id.
    pub id: uuid::Uuid,
    /// Who started it.
    pub person: PersonId,
    /// What it is written in.
    pub tool: Tool,
    /// The script.
    pub script: String,
    /// Where it is.
    pub state: RunState,
    /// What it printed, the beginning.
    pub output: String,
    /// What it complained about, the beginning.
    pub errors: String,
    /// Whether something of it was left out.
    pub cut: bool,
    /// When it was started.
    pub started_at: Timestamp,
    /// How long it ran, in milliseconds.
    pub milliseconds: Option<i64>,
}
