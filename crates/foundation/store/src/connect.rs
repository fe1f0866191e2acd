//! Connecting, and knowing whether the database is there.

use std::{str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    Connection as _,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::{Instant, sleep, timeout};
use varde_core::{Clock, Randomness};

use crate::{Store, StoreError, launcher::OLDEST};

/// How many connections one process holds at most.
const CONNECTIONS: u32 = 20;
/// How long a request waits for a connection before it is told that the database is unavailable.
const ACQUIRE: Duration = Duration::from_secs(5);
/// How long an idle connection is taken to be alive without asking.
const FRESH: Duration = Duration::from_millis(200);
/// How long the start waits for a database that is starting itself.
const START: Duration = Duration::from_secs(30);
/// How long a healthy database may take to answer.
const HEALTHY: Duration = Duration::from_secs(2);

/// A connection that was used a moment ago is there: only one that has lain idle is asked first,
/// which spares a round trip for each unit of work under load.
pub(crate) fn tested(options: PgPoolOptions) -> PgPoolOptions {
    options.test_before_acquire(false).before_acquire(|connection, about| {
        Box::pin(async move {
            if about.idle_for > FRESH {
                connection.ping().await?;
            }
            Ok(true)
        })
    })
}

impl Store {
    /// Connects to the database of a URL (`postgres://user:password@host/database`), waiting up to
    /// 30 s for one that is just starting.
    ///
    /// # Errors
    /// [`StoreError::Address`] for a URL that is none, [`StoreError::Login`] when the database
    /// refuses us, [`StoreError::OldServer`], [`StoreError::Unavailable`].
    pub async fn connect(url: &str, clock: Arc<dyn Clock>, randomness: Randomness) -> Result<Self, StoreError> {
        Self::connect_with(PgConnectOptions::from_str(url)?, clock, randomness).await
    }

    /// The same with options, such as a private cluster's ([`crate::launcher::Cluster::options`]).
    pub async fn connect_with(
        options: PgConnectOptions,
        clock: Arc<dyn Clock>,
        randomness: Randomness,
    ) -> Result<Self, StoreError> {
        let pool = tested(PgPoolOptions::new()).max_connections(CONNECTIONS).acquire_timeout(ACQUIRE);
        let pool = pool.connect_lazy_with(options.application_name("varde"));
        let store = Self::new(pool, clock, randomness);
        let deadline = Instant::now() + START;
        loop {
            match store.version().await {
                Ok(version) if version < OLDEST => return Err(StoreError::OldServer { version }),
                Ok(_) => return Ok(store),
                Err(StoreError::Unavailable(_)) if Instant::now() < deadline => {
                    tracing::warn!("the database does not answer yet");
                    sleep(Duration::from_millis(200)).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether the database answers, within two seconds. For the readiness route.
    pub async fn health(&self) -> Result<(), StoreError> {
        match timeout(HEALTHY, self.version()).await {
            Ok(answer) => answer.map(drop),
            Err(_) => Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut)),
        }
    }

    /// Closes all connections and waits for them.
    pub async fn close(&self) {
        self.pool().close().await;
    }

    /// The server's major version.
    async fn version(&self) -> Result<u32, StoreError> {
        let number: i32 =
            sqlx::query_scalar("SELECT current_setting('server_version_num')::integer").fetch_one(self.pool()).await?;
        Ok(u32::try_from(number / 10_000).unwrap_or_default())
    }
}
