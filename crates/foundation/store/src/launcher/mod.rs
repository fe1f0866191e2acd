//! Runs a private PostgreSQL cluster when no database is configured.
//!
//! The cluster lies below the data directory (`postgres/`), listens on a Unix socket only, and is
//! fully durable. PostgreSQL refuses to run as root, so when root runs Varde the server runs as the
//! user `varde` or `postgres`; when that user cannot enter the data directory (such as one below
//! `/root`), the cluster lies below `/var/lib/varde` and the file `postgres.path` in the data
//! directory says where. A server that a killed process left running is taken over.

mod account;
mod binaries;
mod error;
pub(crate) mod server;

use std::{
    fs,
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
};

use sqlx::{ConnectOptions, Connection, Executor, postgres::PgConnectOptions};
use varde_core::Randomness;

pub use account::Account;
pub use binaries::Binaries;
pub use error::LauncherError;
use server::{NAME, Running, Server};

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

/// A private cluster that runs until this value is dropped (or [`Self::stop`]ped).
#[derive(Debug)]
pub struct Cluster {
    server: Server,
    running: Running,
    // Held as long as the cluster is ours; the system frees it when the process dies.
    _lock: fs::File,
}

impl Cluster {
    /// Runs the cluster of a data directory; both are made if need be. The first time takes some
    /// three seconds, later ones 0.2 s.
    pub async fn launch(data: &Path) -> Result<Self, LauncherError> {
        let data = data.to_owned();
        let cluster = blocking(move || Self::run(&data)).await?;
        create_database(&cluster.running).await?;
        Ok(cluster)
    }

    /// How to connect to the cluster that another process runs on this data directory, for commands
    /// beside a running `varde serve`; `None` when none runs.
    pub async fn find(data: &Path) -> Result<Option<PgConnectOptions>, LauncherError> {
        let data = data.to_owned();
        blocking(move || {
            let (binaries, account) = (Binaries::find()?, Account::find()?);
            let Some(folder) = existing_folder(&data)? else { return Ok(None) };
            let server = Server { binaries, account, folder, settings: SETTINGS, durable: true };
            Ok(server.left_running()?.map(|running| running.options(NAME)))
        })
        .await
    }

    /// How to connect to its database.
    pub fn options(&self) -> PgConnectOptions {
        self.running.options(NAME)
    }

    /// Where the cluster lies, to be told to the operator.
    pub fn folder(&self) -> &Path {
        &self.server.folder
    }

    /// Stops the server and waits for it. Everything committed is kept.
    pub async fn stop(self) {
        // Dropping waits, which must not hold up the runtime.
        let _ended = tokio::task::spawn_blocking(move || drop(self)).await;
    }

    fn run(data: &Path) -> Result<Self, LauncherError> {
        fs::create_dir_all(data).map_err(LauncherError::file(data))?;
        let data = data.canonicalize().map_err(LauncherError::file(data))?;
        let lock = lock(&data)?;
        let (binaries, account) = (Binaries::find()?, Account::find()?);
        let folder = match existing_folder(&data)? {
            Some(folder) => folder,
            None => new_folder(&data, &account)?,
        };
        let server = Server { binaries, account, folder, settings: SETTINGS, durable: true };
        let running = server.run()?;
        Ok(Self { server, running, _lock: lock })
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.server.stop(&self.running);
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

/// One process at a time: two servers on the same files would destroy them, and PostgreSQL's own
/// guard cannot tell which of two programs is in charge.
fn lock(data: &Path) -> Result<fs::File, LauncherError> {
    let path = data.join("varde.lock");
    let open = fs::OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path);
    let mut file = open.map_err(LauncherError::file(&path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => {
            let mut text = String::new();
            let pid = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
            return Err(LauncherError::InUse { directory: data.to_owned(), pid });
        }
        Err(fs::TryLockError::Error(error)) => return Err(LauncherError::file(path)(error)),
    }
    let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
    written.map_err(LauncherError::file(path))?;
    Ok(file)
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
