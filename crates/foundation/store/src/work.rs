//! The unit of work. Committing takes the [`Entered`] token that only [`Work::enter`] gives, so a
//! change of state without an entry on the log does not compile.

use jiff_sqlx::ToSqlx;
use serde::Serialize;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;
use varde_core::{Actor, Disclosed, EntryId, personal::sealed::Sealed};
use varde_ledger::Draft;

use crate::{Store, StoreError, row::Row};

/// A read-only transaction. It ends when it is dropped.
#[derive(Debug)]
pub struct Read {
    transaction: Transaction<'static, Postgres>,
}

impl Read {
    pub(crate) fn new(transaction: Transaction<'static, Postgres>) -> Self {
        Self { transaction }
    }

    /// The connection, for `sqlx::query(...).fetch_all(read.connection())`.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }
}

/// A unit of work: state, entries, outbox events and jobs commit together or not at all.
///
/// Without an entry there is no [`Entered`], and without that no commit:
///
/// ```compile_fail,E0061
/// async fn forgetful(mut work: varde_store::Work) {
///     sqlx::query("DELETE FROM application").execute(work.connection()).await;
///     work.commit().await;
/// }
/// ```
///
/// and nobody else can make one:
///
/// ```compile_fail,E0423
/// async fn forger(work: varde_store::Work, id: varde_core::EntryId) {
///     work.commit(varde_store::Entered(id)).await;
/// }
/// ```
#[derive(Debug)]
pub struct Work {
    transaction: Transaction<'static, Postgres>,
    actor: Actor,
    store: Store,
    context: &'static str,
    entered: Vec<EntryId>,
}

/// Proof that an entry was made in a unit of work that has not committed yet.
#[derive(Debug)]
#[must_use = "hand it to Work::commit"]
pub struct Entered(EntryId);

impl Entered {
    /// The entry's id.
    pub fn entry(&self) -> EntryId {
        self.0
    }
}

/// Proof that an entry is durable: what opens [`varde_core::Personal`] data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt(EntryId);

impl Receipt {
    /// The entry's id.
    pub fn entry(&self) -> EntryId {
        self.0
    }
}

impl Sealed for Receipt {}
impl Disclosed for Receipt {}

impl Work {
    pub(crate) fn new(
        transaction: Transaction<'static, Postgres>,
        actor: Actor,
        store: Store,
        context: &'static str,
    ) -> Self {
        Self { transaction, actor, store, context, entered: Vec::new() }
    }

    /// The connection, for `sqlx::query(...).execute(work.connection())`.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The store, for the store's own modules.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The name of the context whose work it is.
    pub(crate) fn context(&self) -> &'static str {
        self.context
    }

    /// Enters on the log what this work does. It is sequenced after the commit, within a second.
    pub async fn enter(&mut self, draft: Draft) -> Result<Entered, StoreError> {
        let row = Row::new(&self.store, draft, &self.actor);
        let id = row.enter(&mut self.transaction).await?;
        self.entered.push(id);
        Ok(Entered(id))
    }

    /// Enters what several actors did, each in their own name, in that order and in one statement: for
    /// a part of Varde that does in one unit of work what many ask for at the same time.
    pub async fn enter_each(&mut self, acts: Vec<(Actor, Draft)>) -> Result<Vec<Entered>, StoreError> {
        let rows: Vec<_> = acts.into_iter().map(|(actor, draft)| Row::new(&self.store, draft, &actor)).collect();
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        // PostgreSQL has no lists of lists of different lengths: the persons of each travel as text.
        let persons =
            |row: &Row| format!("{{{}}}", row.persons.iter().map(Uuid::to_string).collect::<Vec<_>>().join(","));
        sqlx::query(
            "SELECT log.enter(id, at, kind, resource, persons::uuid[], body, salt, commitment) \
             FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[], \
               $8::bytea[]) AS entry (id, at, kind, resource, persons, body, salt, commitment)",
        )
        .bind(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.at.to_sqlx()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.resource.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(persons).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.body.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.salt.as_slice()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.commitment.as_slice()).collect::<Vec<_>>())
        .execute(&mut *self.transaction)
        .await?;
        self.entered.extend(&ids);
        Ok(ids.into_iter().map(Entered).collect())
    }

    /// Puts an event in the outbox: `varde::flows` reacts to it after the commit, at least once.
    /// `event` is dotted: context, thing, past participle (`permit.permit.issued`).
    pub async fn emit(&mut self, event: &str, payload: &impl Serialize) -> Result<(), StoreError> {
        self.emit_each(event, std::slice::from_ref(payload)).await
    }

    /// Puts the same event in the outbox once for each payload, in that order and in one statement.
    pub async fn emit_each(&mut self, event: &str, payloads: &[impl Serialize]) -> Result<(), StoreError> {
        let new_id = |_: &_| EntryId::new(&**self.store.clock(), self.store.randomness()).uuid();
        let ids: Vec<_> = payloads.iter().map(new_id).collect();
        let payloads: Vec<_> = payloads.iter().map(|p| serde_json::to_value(p).unwrap_or_default()).collect();
        sqlx::query(
            "SELECT work.emit(id, $2, $3, payload, $5) FROM unnest($1::uuid[], $4::jsonb[]) AS e (id, payload)",
        )
        .bind(ids)
        .bind(event)
        .bind(self.context)
        .bind(payloads)
        .bind(self.store.clock().now().to_sqlx())
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// Commits. When this returns, the entry is durable.
    pub async fn commit(self, entered: Entered) -> Result<Receipt, StoreError> {
        if !self.entered.contains(&entered.0) {
            return Err(StoreError::ForeignEntry);
        }
        self.transaction.commit().await?;
        Ok(Receipt(entered.0))
    }
}
