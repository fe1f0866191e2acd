//! An entry on its way into the log: what units of work and the log itself enter alike.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;
use varde_core::{Actor, EntryId};
use varde_ledger::Draft;

use crate::Store;

/// An entry as the database takes it.
pub(crate) struct Row {
    pub(crate) id: EntryId,
    pub(crate) at: Timestamp,
    pub(crate) kind: String,
    pub(crate) resource: String,
    pub(crate) persons: Vec<Uuid>,
    pub(crate) body: String,
    pub(crate) salt: Vec<u8>,
    pub(crate) commitment: Vec<u8>,
}

impl Row {
    /// The entry with a new salt and its commitment.
    pub(crate) fn new(store: &Store, draft: Draft, actor: &Actor) -> Self {
        let (clock, randomness) = (store.clock(), store.randomness());
        let id = EntryId::new(&**clock, randomness);
        let entry = draft.into_entry(id, clock.now(), actor);
        let salt: [u8; 32] = randomness.bytes();
        let canonical = entry.canonical();
        let commitment = varde_ledger::entry::commit(&salt, &canonical);
        Self {
            id,
            at: entry.at,
            persons: entry.persons.iter().map(|p| p.uuid()).collect(),
            kind: entry.kind,
            resource: entry.resource,
            body: String::from_utf8(canonical).unwrap_or_default(),
            salt: salt.to_vec(),
            commitment: commitment.bytes().to_vec(),
        }
    }

    /// Puts it through the log's one door, in the transaction of what it tells of.
    pub(crate) async fn enter(self, connection: &mut PgConnection) -> Result<EntryId, sqlx::Error> {
        sqlx::query("SELECT log.enter($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(self.id.uuid())
            .bind(self.at.to_sqlx())
            .bind(self.kind)
            .bind(self.resource)
            .bind(self.persons)
            .bind(self.body)
            .bind(self.salt)
            .bind(self.commitment)
            .execute(connection)
            .await?;
        Ok(self.id)
    }
}
