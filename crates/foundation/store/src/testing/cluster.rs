//! The shared cluster of the tests.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
};

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

/// Ends the server and deletes its folder when no test has asked for it for ten minutes. It holds the
/// lock `watched`, with its process in it, for as long as it lives: so there is one, and a test sees when
/// there is none.
/// Arguments: the folder of everything, the process of the server.
const WATCHDOG: &str = r#"
exec 9>> "$1/watched"
flock -n 9 || exit 0
echo $$ > "$1/watched"
while sleep 30 9>&-; do
  kill -0 "$2" || exit 0
  flock "$1/lock" sh -c '
    [ -z "$(find "$1/used" -mmin -10)" ] || exit 1
    kill -INT "$2"
    while kill -0 "$2"; do sleep 0.1; done
    rm -rf "$1/server"' sh "$1" "$2" 9>&- && exit 0
done
"#;

/// The folder of everything that tests of this user of the machine leave on the disk for a while.
pub(super) fn folder(account: Account) -> Result<PathBuf, LauncherError> {
    let folder = env::temp_dir().join(format!("varde-tests-{}", nix::unistd::Uid::effective()));
    account.own_folder(&folder)?;
    Ok(folder)
}

/// The running cluster; started if need be. Holds the lock only meanwhile.
pub(super) fn running() -> Result<Running, LauncherError> {
    let account = Account::find()?;
    running_in(&folder(account)?, account)
}

fn running_in(folder: &Path, account: Account) -> Result<Running, LauncherError> {
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
    let running = match server.left_running()? {
        Some(running) => running,
        None => start(&server)?,
    };
    watch(folder, &running)?;
    Ok(running)
}

/// A cluster that does not run holds nothing worth keeping: what tests killed half way left in it
/// goes with it.
fn start(server: &Server) -> Result<Running, LauncherError> {
    if server.folder.exists() {
        fs::remove_dir_all(&server.folder).map_err(LauncherError::file(&server.folder))?;
    }
    server.run()
}

/// Starts a watchdog unless one lives: whoever kills all processes of a test run kills it too.
fn watch(folder: &Path, running: &Running) -> Result<(), LauncherError> {
    let path = folder.join("watched");
    let file = fs::OpenOptions::new().create(true).append(true).open(&path).map_err(LauncherError::file(&path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => return Ok(()),
        Err(fs::TryLockError::Error(error)) => return Err(LauncherError::file(&path)(error)),
    }
    drop(file);
    let mut watchdog = std::process::Command::new("sh");
    watchdog.args(["-c", WATCHDOG, "sh"]).arg(folder).arg(running.pid.to_string());
    watchdog.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    std::os::unix::process::CommandExt::process_group(&mut watchdog, 0);
    let mut started = watchdog.spawn().map_err(LauncherError::file("/bin/sh"))?;
    std::thread::spawn(move || started.wait());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{super::within_a_while, *};

    fn is_watched(folder: &Path) -> bool {
        let file = fs::File::open(folder.join("watched"));
        file.is_ok_and(|file| matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)))
    }

    #[test]
    fn a_watchdog_that_was_killed_has_a_successor() {
        let own = super::super::Folder::make();
        let account = Account::find().unwrap();
        let first = running_in(own.path(), account).unwrap();
        let named = || fs::read_to_string(own.path().join("watched")).is_ok_and(|pid| !pid.is_empty());
        assert!(within_a_while(|| is_watched(own.path()) && named()));
        let pid = fs::read_to_string(own.path().join("watched")).unwrap().trim().parse().unwrap();
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL).unwrap();
        assert!(within_a_while(|| !is_watched(own.path())));
        assert_eq!(running_in(own.path(), account).unwrap(), first, "the server was left alone");
        assert!(within_a_while(|| is_watched(own.path())));
    }
}
