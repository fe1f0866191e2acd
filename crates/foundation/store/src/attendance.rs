//! Several servers on one database: who is the first, and who of them cares for what must be done
//! once for all of them. Both are locks of a session, which the database frees when a process dies.

use std::{future::Future, time::Duration};

use sqlx::{Connection, PgConnection};
use tokio::time::sleep;

use crate::{Store, StoreError};

/// "servers" as a number: held shared by every server of the installation.
const SERVERS: i64 = 0x0073_6572_7665_7273;
/// "care" as a number: held by the one that cares.
const CARE: i64 = 0x6361_7265;
/// How often one that does not care looks whether nobody does, and one that cares whether it still may.
const LOOK: Duration = Duration::from_secs(5);

/// A server's presence on the database.
#[derive(Debug)]
pub struct Attendance {
    store: Store,
    connection: Option<PgConnection>,
    first: bool,
}

impl Attendance {
    /// Registers this server. Until [`Self::open`] a first server keeps others from being registered,
    /// so that it can put right what killed ones have left.
    pub async fn begin(store: &Store) -> Result<Self, StoreError> {
        let mut connection = store.pool().acquire().await?.detach();
        let first: bool =
            sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(SERVERS).fetch_one(&mut connection).await?;
        if !first {
            share(&mut connection).await?;
        }
        Ok(Self { store: store.clone(), connection: Some(connection), first })
    }

    /// Whether no other server was on the database when this one came.
    pub fn is_first(&self) -> bool {
        self.first
    }

    /// Lets others come: what had to be put right is.
    pub async fn open(&mut self) -> Result<(), StoreError> {
        if let Some(connection) = self.connection.as_mut().filter(|_| self.first) {
            share(connection).await?;
            sqlx::query("SELECT pg_advisory_unlock($1)").bind(SERVERS).execute(connection).await?;
        }
        Ok(())
    }

    /// Does `care`, which never ends by itself, whenever this server is the one that cares, until
    /// `until` completes. When the connection breaks `care` is dropped: another may have taken over.
    pub async fn run<F: Future<Output = ()>>(mut self, until: impl Future<Output = ()>, care: impl Fn() -> F) {
        tokio::select! {
            () = self.take_turns(care) => {}
            () = until => {}
        }
        if let Some(connection) = self.connection {
            // Closing in order frees the locks before the next server asks for them.
            drop(connection.close().await);
        }
    }

    async fn take_turns<F: Future<Output = ()>>(&mut self, care: impl Fn() -> F) {
        loop {
            if let Err(error) = self.turn(&care).await {
                tracing::warn!(%error, "the care of the installation waits: the database does not answer");
                self.connection = None;
            }
            sleep(LOOK).await;
        }
    }

    /// One turn: until the connection that holds the locks breaks. Without the lock, one attempt.
    async fn turn<F: Future<Output = ()>>(&mut self, care: &impl Fn() -> F) -> Result<(), StoreError> {
        if self.connection.is_none() {
            let mut connection = self.store.pool().acquire().await?.detach();
            share(&mut connection).await?;
            self.connection = Some(connection);
        }
        let Some(connection) = self.connection.as_mut() else { return Ok(()) };
        let mine: bool =
            sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(CARE).fetch_one(&mut *connection).await?;
        if !mine {
            return Ok(());
        }
        tokio::select! {
            () = care() => Ok(()),
            error = broken(connection) => Err(error.into()),
        }
    }

    /// Ends the presence in order.
    pub async fn end(self) {
        if let Some(connection) = self.connection {
            drop(connection.close().await);
        }
    }
}

async fn share(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_lock_shared($1)").bind(SERVERS).execute(connection).await.map(drop)
}

/// Ends when the connection is broken.
async fn broken(connection: &mut PgConnection) -> sqlx::Error {
    loop {
        sleep(LOOK).await;
        if let Err(error) = connection.ping().await {
            return error;
        }
    }
}
