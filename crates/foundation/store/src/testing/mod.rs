//! For tests: a migrated private database per test, in some 50 ms.
//!
//! One PostgreSQL cluster per user of the machine, without durability, is shared by all test
//! processes. It lies in the folder for temporary files (`varde-tests-<user>`), is started by the
//! first test that needs it, and ends itself, deleting its folder, when no test has asked for a
//! database for ten minutes. Every set of migrations becomes a template database once, named by
//! the digest of its migrations; every test gets a copy of it and drops it at its end. What a killed
//! test left is dropped by the next one. Tests that need a data directory make a [`Folder`].
//!
//! ```text
//! let database = varde_store::testing::database(&[&varde_access::CONTEXT]).await;
//! let store = database.simulated();
//! ```

mod cluster;
mod folder;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, postgres::PgPoolOptions};
use varde_core::{Clock, Digest, Randomness, SimulatedClock};

use crate::{Context, Store, StoreError, connect::tested, dynamic::statement, launcher::server::Running, migrate};

pub use folder::Folder;

/// Where simulated clocks start: 2026-11-22T12:00:00Z.
pub const START: Timestamp = Timestamp::constant(1_795_348_800, 0);

/// "test" as a number: the key of the lock under which a template is made.
const TEMPLATE_LOCK: i64 = 0x7465_7374;

/// A migrated database of a test's own. It is dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    server: Running,
    name: String,
    clock: SimulatedClock,
}

/// A migrated, empty database with these contexts. Panics with the reason when there is none to be
/// had: without a database no test can say anything.
pub async fn database(contexts: &[&'static Context]) -> TestDatabase {
    match make(contexts).await {
        Ok(database) => database,
        Err(error) => panic!("no test database: {}", chain(&*error)),
    }
}

impl TestDatabase {
    /// A store on it.
    pub fn store(&self, clock: Arc<dyn Clock>, randomness: Randomness) -> Store {
        let options = tested(PgPoolOptions::new()).max_connections(8).acquire_timeout(Duration::from_secs(20));
        Store::new(options.connect_lazy_with(self.server.options(&self.name)), clock, randomness)
    }

    /// A store on it with a clock that stands still at [`START`] (see [`Self::clock`]) and seeded
    /// randomness. Every call begins the same random stream again, so call it once a test.
    pub fn simulated(&self) -> Store {
        self.store(Arc::new(self.clock.clone()), Randomness::seeded(1))
    }

    /// The clock of [`Self::simulated`], to be moved by the test.
    pub fn clock(&self) -> &SimulatedClock {
        &self.clock
    }

    /// The database's URL, for a process that the test starts.
    pub fn url(&self) -> String {
        self.server.options(&self.name).to_url_lossy().to_string()
    }

    /// A connection as the owner of everything, to look at what no context may.
    pub async fn owner(&self) -> PgConnection {
        match self.server.options(&self.name).connect().await {
            Ok(connection) => connection,
            Err(error) => panic!("the test database does not answer: {}", chain(&error)),
        }
    }

    /// What the entries of a kind on the log say, oldest first.
    pub async fn entries(&self, kind: &str) -> Vec<serde_json::Value> {
        let sql = "SELECT body FROM log.entry WHERE kind = $1 ORDER BY at, id";
        let bodies = sqlx::query_scalar::<_, String>(sql).bind(kind).fetch_all(&mut self.owner().await).await;
        let bodies = bodies.expect("the log can be read");
        bodies.iter().map(|body| serde_json::from_str(body).expect("a body on the log is JSON")).collect()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (options, name) = (self.server.options("postgres"), std::mem::take(&mut self.name));
        // The test's runtime may be ending: drop the database on another. What fails here is
        // cleaned up when the cluster starts again.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                let mut connection = options.connect().await.ok()?;
                connection.execute(statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", &[&name])).await.ok()
            })
        });
        let _ended = dropped.join();
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn make(contexts: &[&'static Context]) -> Result<TestDatabase, Failure> {
    let server = tokio::task::spawn_blocking(cluster::running).await??;
    let mut connection = server.options("postgres").connect().await?;
    drop_abandoned(&mut connection).await?;
    let template = template(&server, &mut connection, contexts).await?;
    let name = unique("test");
    copy(&mut connection, &name, &template).await?;
    connection.close().await?;
    Ok(TestDatabase { server, name, clock: SimulatedClock::new(START) })
}

/// Drops the databases of tests that were killed. Several processes may do so at once: what one finds
/// gone, or going, another has dropped.
async fn drop_abandoned(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let sql = r"SELECT datname::text FROM pg_database WHERE datname LIKE 'test\_%' OR datname LIKE 'half\_%'";
    let names: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *connection).await?;
    for name in names {
        if !folder::owner(name.as_ref()).is_none_or(folder::lives) {
            let _dropped = connection.execute(statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", &[&name])).await;
        }
    }
    Ok(())
}

async fn copy(connection: &mut PgConnection, name: &str, template: &str) -> Result<(), sqlx::Error> {
    let copy = statement("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", &[name, template]);
    connection.execute(copy).await.map(drop)
}

/// The template with these migrations, made by whichever process comes first.
async fn template(
    server: &Running,
    connection: &mut PgConnection,
    contexts: &[&'static Context],
) -> Result<String, Failure> {
    let name = format!("template_{}", digest(contexts));
    if exists(connection, &name).await? {
        return Ok(name);
    }
    sqlx::query("SELECT pg_advisory_lock($1)").bind(TEMPLATE_LOCK).execute(&mut *connection).await?;
    if !exists(connection, &name).await? {
        let half = unique("half");
        connection.execute(statement("CREATE DATABASE {}", &[&half])).await?;
        migrate_template(server, &half, contexts).await?;
        connection.execute(statement("ALTER DATABASE {} RENAME TO {}", &[&half, &name])).await?;
    }
    sqlx::query("SELECT pg_advisory_unlock($1)").bind(TEMPLATE_LOCK).execute(&mut *connection).await?;
    Ok(name)
}

async fn migrate_template(server: &Running, name: &str, contexts: &[&'static Context]) -> Result<(), StoreError> {
    let pool = PgPoolOptions::new().max_connections(1).connect_with(server.options(name)).await?;
    let store = Store::new(pool.clone(), Arc::new(SimulatedClock::new(START)), Randomness::seeded(0));
    store.migrate(contexts).await?;
    pool.close().await;
    Ok(())
}

async fn exists(connection: &mut PgConnection, name: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(name)
        .fetch_one(connection)
        .await
}

/// What the template depends on: names and checksums of the migrations, and the code that grants.
fn digest(contexts: &[&'static Context]) -> String {
    let mut bytes = include_bytes!("../migrate.rs").to_vec();
    for (schema, migrations) in migrate::schemas(contexts) {
        bytes.extend_from_slice(schema.as_bytes());
        for migration in migrations.iter() {
            bytes.extend_from_slice(&migration.version.to_be_bytes());
            bytes.extend_from_slice(&migration.checksum);
        }
    }
    Digest::of(&bytes).to_string().chars().take(24).collect()
}

/// A name that no other test process uses.
fn unique(prefix: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let random: [u8; 8] = Randomness::from_system().bytes();
    format!("{prefix}_{}_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed), hex::encode(random))
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

/// Whether something comes to be within 20 seconds: for what other processes do, which no clock of ours
/// moves.
#[cfg(test)]
fn within_a_while(what: impl Fn() -> bool) -> bool {
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while !what() && std::time::Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    what()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_database_of_a_killed_test_is_dropped_by_the_next() {
        let database = database(&[]).await;
        let mut connection = database.server.options("postgres").connect().await.unwrap();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        let left = format!("test_{}_0_{}", child.id(), unique("of"));
        connection.execute(statement("CREATE DATABASE {}", &[&left])).await.unwrap();
        drop_abandoned(&mut connection).await.unwrap();
        assert!(!exists(&mut connection, &left).await.unwrap());
        assert!(exists(&mut connection, &database.name).await.unwrap());
    }
}
