//! The store as a whole and as one context sees it.

use std::sync::Arc;

use sqlx::{PgPool, migrate::Migrator};
use varde_core::{Actor, Clock, Randomness, Subject};

use crate::{Read, StoreError, Work, dynamic};

/// A bounded context: its name is its schema's name and, behind `varde_`, its database role.
#[derive(Debug)]
pub struct Context {
    /// Lower-case letters and underscores: `access`.
    pub name: &'static str,
    /// The tables it owns. Every statement runs with the context's schema as the search path.
    pub migrations: Migrator,
}

/// The store of the whole installation.
#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
    clock: Arc<dyn Clock>,
    randomness: Randomness,
}

impl Store {
    /// A store on a pool whose login may become every context's role.
    pub fn new(pool: PgPool, clock: Arc<dyn Clock>, randomness: Randomness) -> Self {
        Self { pool, clock, randomness }
    }

    /// The pool, for the store's own modules.
    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The randomness.
    pub fn randomness(&self) -> &Randomness {
        &self.randomness
    }

    /// The store as one context sees it.
    pub fn context(&self, context: &'static Context) -> ContextStore {
        ContextStore { store: self.clone(), context }
    }
}

/// The store as one context sees it: its own schema, nothing else.
#[derive(Debug, Clone)]
pub struct ContextStore {
    store: Store,
    context: &'static Context,
}

impl ContextStore {
    /// Begins a unit of work by `actor`: one database transaction under the context's role, with
    /// the actor's organisation set for row-level security. Dropped without commit, nothing happened.
    pub async fn begin(&self, actor: &Actor) -> Result<Work, StoreError> {
        let transaction = self.transaction("BEGIN", actor).await?;
        Ok(Work::new(transaction, actor.clone(), self.store.clone(), self.context.name))
    }

    /// Begins a read: a read-only transaction, repeatable, under the same role and row rules.
    pub async fn read(&self, actor: &Actor) -> Result<Read, StoreError> {
        let begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
        Ok(Read::new(self.transaction(begin, actor).await?))
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        self.store.clock()
    }

    /// The randomness.
    pub fn randomness(&self) -> &Randomness {
        self.store.randomness()
    }

    /// The store, for the store's own modules.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The context's name.
    pub fn name(&self) -> &'static str {
        self.context.name
    }

    async fn transaction(
        &self,
        begin: &'static str,
        actor: &Actor,
    ) -> Result<sqlx::Transaction<'static, sqlx::Postgres>, StoreError> {
        // Row rules let Varde's own components through by this; nobody outside can be one.
        let subject = match actor.subject {
            Subject::Anonymous => "anonymous",
            Subject::Person { .. } => "person",
            Subject::Client { .. } => "client",
            Subject::System { .. } => "system",
        };
        let settings = dynamic::Settings {
            context: self.context.name,
            organisation: actor.organisation.map(|o| o.uuid()),
            person: actor.person().map(|p| p.uuid()),
            subject,
        };
        Ok(self.store.pool().begin_with(dynamic::begin(begin, &settings)).await?)
    }
}
