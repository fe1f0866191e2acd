//! The shared cluster of the tests.

use std::{env, fs, path::PathBuf, process::Stdio};

use crate::launcher::{
    Account, Binaries, LauncherError,
    server::{Running, Server},
};

/// Nothing of a test needs to survive a power cut; many test processes connect at once.
const SETTINGS: &[&str] = &[
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=200",
    "shared_buffers=128MB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=4GB",
    "autovacuum=off",
    "jit=off",
];

/// Ends the server and deletes its folder when no test has asked for it for ten minutes.
/// Arguments: the folder of everything, the process of the server.
const WATCHDOG: &str = r#"
while sleep 30; do
  kill -0 "$2" || exit 0
  flock "$1/lock" sh -c '
    [ -z "$(find "$1/used" -mmin -10)" ] || exit 1
    kill -INT "$2"
    while kill -0 "$2"; do sleep 0.1; done
    rm -rf "$1/server"' sh "$1" "$2" && exit 0
done
"#;

/// The running cluster; started if need be. Holds the lock only meanwhile.
pub(super) fn running() -> Result<Running, LauncherError> {
    let folder = env::temp_dir().join(format!("varde-tests-{}", nix::unistd::Uid::effective()));
    let account = Account::find()?;
    account.own_folder(&folder)?;
    let lock = folder.join("lock");
    let file = fs::OpenOptions::new().create(true).append(true).open(&lock).map_err(LauncherError::file(&lock))?;
    file.lock().map_err(LauncherError::file(&lock))?;
    let used = folder.join("used");
    fs::write(&used, "").map_err(LauncherError::file(&used))?;
    let server = Server {
        binaries: Binaries::find()?,
        account,
        folder: folder.join("server"),
        settings: SETTINGS,
        durable: false,
    };
    if let Some(running) = server.left_running()? {
        return Ok(running);
    }
    start(&server, &folder)
}

/// A cluster that does not run holds nothing worth keeping: what tests killed half way left in it
/// goes with it.
fn start(server: &Server, folder: &PathBuf) -> Result<Running, LauncherError> {
    if server.folder.exists() {
        fs::remove_dir_all(&server.folder).map_err(LauncherError::file(&server.folder))?;
    }
    let running = server.run()?;
    let mut watchdog = std::process::Command::new("sh");
    watchdog.args(["-c", WATCHDOG, "sh"]).arg(folder).arg(running.pid.to_string());
    watchdog.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    std::os::unix::process::CommandExt::process_group(&mut watchdog, 0);
    watchdog.spawn().map_err(LauncherError::file("/bin/sh"))?;
    Ok(running)
}
