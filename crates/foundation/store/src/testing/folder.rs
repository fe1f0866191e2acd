//! A folder of a test's own, which goes with the test, however that ends.

use std::{
    ffi::OsStr,
    fs, io,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use nix::{errno::Errno, sys::signal::kill, unistd::Pid};

use super::{cluster, unique};
use crate::launcher::{Account, LauncherError};

/// Ends what runs in a folder and removes it; see there.
const END: &str = include_str!("end.sh");

/// A folder of a test's own, for a data directory. The user that a private server runs as can enter it,
/// so the server lies in it too and not somewhere else. When this value is dropped, or the process that
/// holds it is killed, the server is stopped and the folder removed by a process that waits for just
/// that; should that have been killed as well, by the next test that makes a folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    watchdog: Child,
}

impl Folder {
    /// A new, empty folder. Panics with the reason when it cannot be made.
    pub fn make() -> Self {
        match Self::begin() {
            Ok(folder) => folder,
            Err(error) => panic!("no folder for the test: {}", super::chain(&error)),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn begin() -> Result<Self, LauncherError> {
        let account = Account::find()?;
        let homes = cluster::folder(account)?.join("homes");
        account.own_folder(&homes)?;
        remove_abandoned(&homes)?;
        let path = homes.join(unique("home"));
        account.own_folder(&path)?;
        let watchdog = end(&path, Stdio::piped()).map_err(LauncherError::file("/bin/sh"))?;
        Ok(Self { path, watchdog })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The end of its input is the sign it waits for.
        drop(self.watchdog.stdin.take());
        let _ended = self.watchdog.wait();
    }
}

/// Removes what processes that are no more have left: the process is part of the name.
fn remove_abandoned(homes: &Path) -> Result<(), LauncherError> {
    for entry in fs::read_dir(homes).map_err(LauncherError::file(homes))? {
        let entry = entry.map_err(LauncherError::file(homes))?;
        if !owner(&entry.file_name()).is_none_or(lives) {
            let mut ending = end(&entry.path(), Stdio::null()).map_err(LauncherError::file("/bin/sh"))?;
            ending.wait().map_err(LauncherError::file(entry.path()))?;
        }
    }
    Ok(())
}

/// Starts the process that ends a folder at the end of its input.
fn end(folder: &Path, input: Stdio) -> io::Result<Child> {
    let mut command = Command::new("sh");
    command.args(["-c", END, "sh"]).arg(folder).process_group(0);
    command.stdin(input).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}

/// The process in a name made by [`unique`].
pub(super) fn owner(name: &OsStr) -> Option<Pid> {
    let pid = name.to_str()?.split('_').nth(1)?.parse().ok()?;
    Some(Pid::from_raw(pid))
}

pub(super) fn lives(process: Pid) -> bool {
    !matches!(kill(process, None), Err(Errno::ESRCH))
}

#[cfg(test)]
mod tests {
    use super::{super::within_a_while, *};
    use crate::launcher::{Binaries, server::Server};

    /// A process that is no more.
    fn nobody() -> u32 {
        let mut child = Command::new("true").spawn().unwrap();
        let pid = child.id();
        child.wait().unwrap();
        pid
    }

    /// The process of a server started in the folder.
    fn started(folder: &Path) -> Pid {
        let (binaries, account) = (Binaries::find().unwrap(), Account::find().unwrap());
        let folder = folder.join("postgres");
        Server { binaries, account, folder, settings: &["fsync=off"], durable: false }.run().unwrap().pid
    }

    #[test]
    fn the_server_in_a_folder_ends_with_it() {
        let folder = Folder::make();
        let path = folder.path().to_owned();
        let server = started(&path);
        assert!(lives(server));
        drop(folder);
        assert!(!path.exists());
        assert!(within_a_while(|| !lives(server)));
    }

    #[test]
    fn a_folder_whose_test_was_killed_goes_by_itself() {
        let mut folder = std::mem::ManuallyDrop::new(Folder::make());
        let path = folder.path().to_owned();
        let server = started(&path);
        // What the system does with the pipe of a killed process; nobody waits for the watchdog.
        drop(folder.watchdog.stdin.take());
        assert!(within_a_while(|| !path.exists() && !lives(server)));
        folder.watchdog.wait().unwrap();
    }

    #[test]
    fn what_killed_runs_have_left_is_removed_by_the_next_and_nothing_else() {
        let own = Folder::make();
        let homes = own.path().join("homes");
        let abandoned = homes.join(format!("home_{}_0_ab", nobody()));
        let used = homes.join(format!("home_{}_0_ab", std::process::id()));
        let other = homes.join("notes");
        for folder in [&abandoned, &used, &other] {
            Account::find().unwrap().own_folder(folder).unwrap();
        }
        let server = started(&abandoned);
        remove_abandoned(&homes).unwrap();
        assert!(!abandoned.exists() && within_a_while(|| !lives(server)));
        assert!(used.exists() && other.exists());
    }
}
