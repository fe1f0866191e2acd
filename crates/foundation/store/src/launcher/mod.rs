//! Runs a private PostgreSQL cluster when no database is configured.
//!
//! The cluster lies below the data directory (`postgres/`), listens on a Unix socket only, and is
//! fully durable. PostgreSQL refuses to run as root, so when root runs Varde the server runs as the
//! user `varde` or `postgres`; when that user cannot enter the data directory (such as one below
//! `/root`), the cluster lies below `/var/lib/varde` and the file `postgres.path` in the data
//! directory says where. A server that a killed process left running is taken over, one that dies under a
//! service is started again, and the last process that uses it stops it.

mod account;
mod binaries;
mod directory;
mod error;
pub(crate) mod server;
mod supervisor;

use std::{
    fs,
    path::{Path, PathBuf},
};

use sqlx::{ConnectOptions, Connection, Executor, postgres::PgConnectOptions};
use varde_core::Randomness;

pub use account::Account;
pub use binaries::Binaries;
use directory::Turn;
pub use directory::{DirectoryUse, Serving};
pub use error::LauncherError;
use server::{NAME, Running, Server};
pub use supervisor::Supervisor;

/// The oldest major version of PostgreSQL that Varde runs on.
pub const OLDEST: u32 = 15;

/// Where clusters lie that cannot lie in their data directory.
const ELSEWHERE: &str = "/var/lib/varde";

/// Durable, and small: a machine with one core and one gigabyte runs it.
const SETTINGS: &[&str] = &[
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "max_connections=60",
    "shared_buffers=64MB",
    "max_wal_size=1GB",
    "random_page_cost=1.1",
    "jit=off",
    "log_checkpoints=off",
    "timezone=UTC",
    "log_timezone=UTC",
];

/// A private cluster that this process uses until this value is dropped (or [`Self::stop`]ped). The
/// server runs as long as any process of the machine uses it.
#[derive(Debug)]
pub struct Cluster {
    supervisor: Supervisor,
    socket: PathBuf,
    directory: DirectoryUse,
}

impl Cluster {
    /// Uses the cluster of a data directory; both are made, and the server is started, if need be.
    /// The first time takes some three seconds, later ones 0.2 s. A server that is running, because
    /// another process uses it or a killed one left it, is used as it is.
    pub async fn launch(data: &Path) -> Result<Self, LauncherError> {
        let data = data.to_owned();
        let (cluster, running) = blocking(move || Self::run(&data)).await?;
        create_database(&running).await?;
        Ok(cluster)
    }

    /// How to connect to its database.
    pub fn options(&self) -> PgConnectOptions {
        server::options(&self.socket, NAME)
    }

    /// Where the cluster lies, to be told to the operator.
    pub fn folder(&self) -> &Path {
        &self.supervisor.server.folder
    }

    /// The server's process, while it runs.
    pub fn process(&self) -> Option<u32> {
        self.supervisor.server.process()
    }

    /// This process's use of the data directory.
    pub fn directory(&self) -> &DirectoryUse {
        &self.directory
    }

    /// Starts the server again when it dies.
    pub fn supervisor(&self) -> Supervisor {
        self.supervisor.clone()
    }

    /// Stops using the server; stops it, and waits for it, when nobody else uses it. Everything
    /// committed is kept.
    pub async fn stop(self) {
        // Dropping waits, which must not hold up the runtime.
        let _ended = tokio::task::spawn_blocking(move || drop(self)).await;
    }

    fn run(data: &Path) -> Result<(Self, Running), LauncherError> {
        fs::create_dir_all(data).map_err(LauncherError::file(data))?;
        let data = data.canonicalize().map_err(LauncherError::file(data))?;
        let turn = Turn::take(&data)?;
        let directory = DirectoryUse::begin_in(&turn, &data)?;
        let (binaries, account) = (Binaries::find()?, Account::find()?);
        let folder = match existing_folder(&data)? {
            Some(folder) => folder,
            None => new_folder(&data, &account)?,
        };
        let server = Server { binaries, account, folder, settings: SETTINGS, durable: true };
        let running = server.run()?;
        let supervisor = Supervisor { server, data };
        Ok((Self { supervisor, socket: running.socket.clone(), directory }, running))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let server = &self.supervisor.server;
        if let Err(error) = self.directory.end(|| server.stop_running()) {
            tracing::warn!(%error, "the database was left running");
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LauncherError> + Send + 'static,
) -> Result<T, LauncherError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(LauncherError::Failed { program: "varde", said: error.to_string() }),
    }
}

/// The folder of the cluster if the data directory has one: what its pointer says, or its own.
fn existing_folder(data: &Path) -> Result<Option<PathBuf>, LauncherError> {
    let (pointer, own) = (data.join("postgres.path"), data.join("postgres"));
    match fs::read_to_string(&pointer) {
        Ok(text) => {
            let folder = PathBuf::from(text.trim());
            if folder.is_dir() { Ok(Some(folder)) } else { Err(LauncherError::Gone { pointer, folder }) }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(own.is_dir().then_some(own)),
        Err(error) => Err(LauncherError::file(pointer)(error)),
    }
}

/// A new folder for the cluster. The name elsewhere is random: a data directory that was deleted and
/// made again must not find the old one's database.
fn new_folder(data: &Path, account: &Account) -> Result<PathBuf, LauncherError> {
    if account.can_enter(data) {
        return Ok(data.join("postgres"));
    }
    let name = hex::encode(Randomness::from_system().bytes::<8>());
    let folder = Path::new(ELSEWHERE).join(name);
    account.own_folder(Path::new(ELSEWHERE))?;
    account.own_folder(&folder)?;
    // The pointer comes last and whole: a process killed before it leaves an empty folder only.
    let (pointer, half) = (data.join("postgres.path"), data.join("postgres.path.new"));
    fs::write(&half, format!("{}\n", folder.display())).map_err(LauncherError::file(&half))?;
    fs::rename(&half, &pointer).map_err(LauncherError::file(&pointer))?;
    tracing::info!(folder = %folder.display(), "the database lies outside the data directory, which its user cannot enter");
    Ok(folder)
}

async fn create_database(running: &Running) -> Result<(), LauncherError> {
    let failed = |error: sqlx::Error| LauncherError::failed("postgres", &running.socket, &error.to_string());
    let mut connection = running.options("postgres").connect().await.map_err(failed)?;
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(NAME)
        .fetch_one(&mut connection)
        .await
        .map_err(failed)?;
    if !exists {
        connection.execute("CREATE DATABASE varde").await.map_err(failed)?;
    }
    connection.close().await.map_err(failed)
}
