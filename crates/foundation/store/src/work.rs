//! The unit of work. Committing takes the [`Entered`] token that only [`Work::enter`] gives, so a
//! change of state without an entry on the log does not compile.

use jiff_sqlx::ToSqlx;
use serde::Serialize;
use sqlx::{PgConnection, Postgres, Transaction};
use varde_core::{Actor, Disclosed, EntryId, personal::sealed::Sealed};
use varde_ledger::Draft;

use crate::{Store, StoreError};

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
        let (clock, randomness) = (self.store.clock().clone(), self.store.randomness().clone());
        let id = EntryId::new(&*clock, &randomness);
        let entry = draft.into_entry(id, clock.now(), &self.actor);
        let salt: [u8; 32] = randomness.bytes();
        let canonical = entry.canonical();
        let commitment = varde_ledger::entry::commit(&salt, &canonical);
        let persons: Vec<uuid::Uuid> = entry.persons.iter().map(|p| p.uuid()).collect();
        let body = String::from_utf8_lossy(&canonical).into_owned();
        sqlx::query("SELECT log.enter($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(id.uuid())
            .bind(entry.at.to_sqlx())
            .bind(&entry.kind)
            .bind(&entry.resource)
            .bind(persons)
            .bind(body)
            .bind(salt.as_slice())
            .bind(commitment.bytes().as_slice())
            .execute(&mut *self.transaction)
            .await?;
        self.entered.push(id);
        Ok(Entered(id))
    }

    /// Puts an event in the outbox: `varde::flows` reacts to it after the commit, at least once.
    /// `event` is dotted: context, thing, past participle (`permit.permit.issued`).
    pub async fn emit(&mut self, event: &str, payload: &impl Serialize) -> Result<(), StoreError> {
        let id = EntryId::new(&**self.store.clock(), self.store.randomness()).uuid();
        let payload = serde_json::to_value(payload).unwrap_or_default();
        sqlx::query("SELECT work.emit($1, $2, $3, $4, $5)")
            .bind(id)
            .bind(event)
            .bind(self.context)
            .bind(payload)
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
