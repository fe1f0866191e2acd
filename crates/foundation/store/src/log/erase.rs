//! Erasing what an entry says (GDPR art. 17) without breaking the tree: salt and text are
//! destroyed, the commitment stays. Without its salt it says nothing about the text.

use sqlx::Row;
use uuid::Uuid;
use varde_core::{Actor, EntryId, LegalBasis, PersonId};
use varde_ledger::Draft;

use super::{Log, LogError};

/// The kind of the entry that tells of an erasure.
pub(super) const ERASED_KIND: &str = "ledger.entry.erased";

impl Log {
    /// Destroys the payload of an entry and enters that it was done, by whom and on which basis,
    /// in one transaction. The new entry concerns the same persons, so their chains show it.
    ///
    /// The reason goes into the new entry, so it must say nothing of the person. Copies of the
    /// database made before still hold the payload until they expire.
    ///
    /// # Errors
    /// When there is no such entry, it was erased before, or it is one of the log's own.
    pub async fn erase(
        &self,
        id: EntryId,
        actor: &Actor,
        basis: LegalBasis,
        reason: &str,
    ) -> Result<EntryId, LogError> {
        let mut transaction = self.pool().begin().await?;
        let row = sqlx::query("SELECT kind, persons, body IS NULL AS erased FROM log.entry WHERE id = $1 FOR UPDATE")
            .bind(id.uuid())
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(LogError::NotFound(id))?;
        if row.try_get("erased")? {
            return Err(LogError::AlreadyErased(id));
        }
        if row.try_get::<&str, _>("kind")?.starts_with("ledger.") {
            return Err(LogError::NotErasable(id));
        }
        let mut draft = Draft::new(ERASED_KIND, "entry", id).because(basis).with("reason", reason);
        for person in row.try_get::<Vec<Uuid>, _>("persons")? {
            draft = draft.concerning(PersonId::from_uuid(person));
        }
        let by = self.enter(&mut transaction, draft, actor).await?;
        sqlx::query(
            "UPDATE log.entry SET body = NULL, salt = NULL, resource = '', persons = '{}', erased_by = $2 WHERE id = $1",
        )
        .bind(id.uuid())
        .bind(by.uuid())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(by)
    }
}
