//! What can go wrong with the store, in the tiers of `varde_core::problem`.

use varde_core::{Problem, ProblemKind};

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, or the connection broke: try again.
    #[error("the database does not answer: check that PostgreSQL runs and try again")]
    Unavailable(#[source] sqlx::Error),
    /// The database's disk is full. Nothing half done is kept; it goes on when there is room.
    #[error("the database's disk is full: free some space and try again")]
    Full(#[source] sqlx::Error),
    /// The URL of the database is none.
    #[error("the URL of the database cannot be read: write postgres://user:password@host/database")]
    Address(#[source] sqlx::Error),
    /// The database refuses the login, or there is none of that name.
    #[error("the database refuses the login or does not exist: check user, password and name in its URL")]
    Login(#[source] sqlx::Error),
    /// The server is too old.
    #[error("PostgreSQL {version} is too old: version {} or newer is needed", crate::launcher::OLDEST)]
    OldServer {
        /// Its major version.
        version: u32,
    },
    /// Somebody else changed the same thing, or it exists already.
    #[error("the change conflicts with another one: read again and retry")]
    Conflict(#[source] sqlx::Error),
    /// A statement failed for a reason that is ours to mend.
    #[error("a database statement failed")]
    Statement(#[source] sqlx::Error),
    /// A migration failed.
    #[error("a migration of schema {schema} failed and was rolled back: the database may have been changed by hand")]
    Migration {
        /// Whose.
        schema: &'static str,
        /// Why.
        source: sqlx::migrate::MigrateError,
    },
    /// The database was migrated by a newer program.
    #[error(
        "the database is newer than this program (schema {schema} has migration {version}): \
         run the version of varde that made it, or restore a backup"
    )]
    NewerDatabase {
        /// Whose.
        schema: &'static str,
        /// The first migration that the program does not know.
        version: i64,
    },
    /// A migration that was applied has another text in this program.
    #[error("migration {version} of schema {schema} was changed after it was applied: migrations are append-only")]
    ChangedMigration {
        /// Whose.
        schema: &'static str,
        /// Which.
        version: i64,
    },
    /// The job or the delivery is no longer this worker's: another one has it or it has ended.
    #[error("the job or event is no longer this worker's: its lease ended and another one took it over")]
    LeaseLost,
    /// The entry that was shown at commit was entered in another unit of work.
    #[error("the entry belongs to another unit of work")]
    ForeignEntry,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) => {
                Self::Unavailable(error)
            }
            sqlx::Error::WorkerCrashed | sqlx::Error::Protocol(_) => Self::Unavailable(error),
            sqlx::Error::Configuration(_) => Self::Address(error),
            sqlx::Error::Database(database) => match database.code().as_deref() {
                Some("53100") => Self::Full(error),
                // Class 08: the connection broke; 57: the server is stopping or starting; 53: out of
                // memory, connections.
                Some(code) if ["08", "53", "57"].iter().any(|class| code.starts_with(class)) => {
                    Self::Unavailable(error)
                }
                // Class 28: the login is refused; 3D000: there is no such database.
                Some(code) if code.starts_with("28") || code == "3D000" => Self::Login(error),
                // 23505 unique, 23P01 exclusion, 40001 serialisation, 40P01 deadlock.
                Some("23505" | "23P01" | "40001" | "40P01") => Self::Conflict(error),
                _ => Self::Statement(error),
            },
            _ => Self::Statement(error),
        }
    }
}

impl Problem for StoreError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Unavailable(_) | Self::Full(_) => ProblemKind::Unavailable,
            Self::Conflict(_) | Self::LeaseLost => ProblemKind::Conflict,
            Self::Address(_)
            | Self::Login(_)
            | Self::OldServer { .. }
            | Self::Statement(_)
            | Self::Migration { .. }
            | Self::NewerDatabase { .. }
            | Self::ChangedMigration { .. }
            | Self::ForeignEntry => ProblemKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "store.unavailable",
            Self::Conflict(_) => "store.conflict",
            Self::Full(_) => "store.full",
            Self::Address(_) => "store.address",
            Self::Login(_) => "store.login",
            Self::OldServer { .. } => "store.old_server",
            Self::Statement(_) => "store.statement",
            Self::Migration { .. } => "store.migration",
            Self::NewerDatabase { .. } => "store.newer_database",
            Self::ChangedMigration { .. } => "store.changed_migration",
            Self::LeaseLost => "store.lease_lost",
            Self::ForeignEntry => "store.foreign_entry",
        }
    }
}
