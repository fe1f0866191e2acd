//! Why a private cluster could not be run.

use std::path::PathBuf;

use varde_core::{Problem, ProblemKind};

/// An error of the launcher: what happened, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum LauncherError {
    /// No PostgreSQL on this machine.
    #[error(
        "PostgreSQL {} or newer is not installed (looked in PATH, /usr/lib/postgresql, /usr/pgsql-*): \
         install the Debian package `postgresql`, or give the URL of a database",
        super::OLDEST
    )]
    NotInstalled,
    /// Only an older PostgreSQL on this machine.
    #[error("PostgreSQL {found} in {folder} is too old: install the Debian package `postgresql` (15 or newer)")]
    TooOld {
        /// The newest major version found.
        found: u32,
        /// Where.
        folder: PathBuf,
    },
    /// Run by root, and no ordinary user to run the server as.
    #[error(
        "PostgreSQL refuses to run as root and there is no user `postgres` or `varde` to run it as: \
         install the Debian package `postgresql`, or start varde as an ordinary user"
    )]
    NoOrdinaryUser,
    /// Another process serves the data directory, or comes or goes in it and does not get done.
    #[error("another varde{} serves the data directory {directory}: stop it, or choose another directory", by(*pid))]
    InUse {
        /// The data directory.
        directory: PathBuf,
        /// The other process, if it could be read.
        pid: Option<u32>,
    },
    /// The cluster was made by another major version of PostgreSQL.
    #[error(
        "the database in {folder} was made by PostgreSQL {made}, and {installed} is installed: \
         install version {made} again, or move the data with pg_upgrade"
    )]
    OtherVersion {
        /// The cluster.
        folder: PathBuf,
        /// Its major version.
        made: String,
        /// Ours.
        installed: u32,
    },
    /// The data directory says where its cluster is, and it is not there.
    #[error("{pointer} says that the database is in {folder}, and it is not there: restore it from a backup")]
    Gone {
        /// The file that says so.
        pointer: PathBuf,
        /// Where it should be.
        folder: PathBuf,
    },
    /// No space on the disk.
    #[error("the disk that holds {folder} is full: free some space and start again")]
    DiskFull {
        /// Where.
        folder: PathBuf,
    },
    /// A folder cannot be used.
    #[error("cannot use {path}: check that it exists and who owns it")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A program of PostgreSQL failed.
    #[error("{program} failed: {said}")]
    Failed {
        /// `initdb` or `postgres`.
        program: &'static str,
        /// The end of what it said.
        said: String,
    },
    /// The server does not become ready.
    #[error("PostgreSQL did not become ready within {seconds} s: see {log}")]
    NotReady {
        /// How long it was waited for.
        seconds: u64,
        /// The server's log.
        log: PathBuf,
    },
}

fn by(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
}

impl LauncherError {
    /// What a file operation's failure means.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull { folder: path },
            _ => Self::File { path, source },
        }
    }

    /// What a program's failure means, from what it said.
    pub(crate) fn failed(program: &'static str, folder: impl Into<PathBuf>, said: &str) -> Self {
        if said.contains("No space left on device") {
            return Self::DiskFull { folder: folder.into() };
        }
        let last: Vec<&str> = said.lines().rev().filter(|line| !line.trim().is_empty()).take(6).collect();
        Self::Failed { program, said: last.into_iter().rev().collect::<Vec<_>>().join(" / ") }
    }
}

impl Problem for LauncherError {
    fn kind(&self) -> ProblemKind {
        ProblemKind::Unavailable
    }

    fn code(&self) -> &'static str {
        "store.launcher"
    }
}
