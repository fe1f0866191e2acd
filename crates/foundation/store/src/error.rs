//! What can go wrong with the store, in the tiers of `varde_core::problem`.

use varde_core::{Problem, ProblemKind};

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, or the connection broke: try again.
    #[error("the database does not answer: check that PostgreSQL runs and try again")]
    Unavailable(#[source] sqlx::Error),
    /// Somebody else changed the same thing, or it exists already.
    #[error("the change conflicts with another one: read again and retry")]
    Conflict(#[source] sqlx::Error),
    /// A statement failed for a reason that is ours to mend.
    #[error("a database statement failed")]
    Statement(#[source] sqlx::Error),
    /// A migration failed.
    #[error("a migration failed: the database is of another version or was changed by hand")]
    Migration(#[from] sqlx::migrate::MigrateError),
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
            sqlx::Error::Database(database) => match database.code().as_deref() {
                // Class 57: the server is stopping or starting; 53: out of disk, memory, connections.
                Some(code) if code.starts_with("57") || code.starts_with("53") => Self::Unavailable(error),
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
            Self::Unavailable(_) => ProblemKind::Unavailable,
            Self::Conflict(_) => ProblemKind::Conflict,
            Self::Statement(_) | Self::Migration(_) | Self::ForeignEntry => ProblemKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "store.unavailable",
            Self::Conflict(_) => "store.conflict",
            Self::Statement(_) => "store.statement",
            Self::Migration(_) => "store.migration",
            Self::ForeignEntry => "store.foreign_entry",
        }
    }
}
