//! The log's persistence: the sequencer that puts committed entries into the tree, what is read
//! and published from it, proofs, erasure, and the verification of all of it.
//!
//! Entries get here through [`crate::Work::enter`] and from nowhere else. The modules read in the
//! order of an entry's life: `sequencer`, `publish`, `read`, `heads`, `shards`, `trees`, `erase`,
//! `cosign`, `verify`. Who may read what is the callers' policy: nothing here asks.

mod cosign;
mod erase;
mod error;
mod heads;
mod key_file;
pub mod measure;
mod publish;
mod read;
mod sequencer;
mod shards;
mod trees;
mod verify;

#[cfg(test)]
mod tests;

use sqlx::{PgConnection, PgPool};
use varde_core::{Actor, Digest, EntryId};
use varde_ledger::Draft;

pub use cosign::WitnessRequest;
pub use error::LogError;
pub use key_file::{KeyFileError, open_key};
pub use publish::Published;
pub use read::StoredEntry;
pub use sequencer::{Sequencer, Step};
pub use verify::{Fault, Report};

use crate::{Store, row::Row};

/// The log as it is kept in the database.
#[derive(Debug, Clone)]
pub struct Log {
    store: Store,
}

impl Log {
    /// The log of a store.
    pub fn new(store: &Store) -> Self {
        Self { store: store.clone() }
    }

    fn pool(&self) -> &PgPool {
        self.store.pool()
    }

    /// Enters what the log itself does (publishing heads, erasing), in its own transaction.
    async fn enter(&self, connection: &mut PgConnection, draft: Draft, actor: &Actor) -> Result<EntryId, LogError> {
        Ok(Row::new(&self.store, draft, actor).enter(connection).await?)
    }
}

/// A digest read from a `bytea` whose length the table checks.
fn digest(bytes: &[u8], place: &'static str) -> Result<Digest, LogError> {
    bytes.try_into().map(Digest::from_bytes).map_err(|_| LogError::Damaged(place))
}

/// PostgreSQL's numbers are signed; the log's are not negative, which the tables check.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
