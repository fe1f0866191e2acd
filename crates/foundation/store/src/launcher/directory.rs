//! The data directory among several processes of one machine: who uses it, who is alone in it, who
//! serves it. The system frees all of these locks the moment a process dies.
//!
//! - `varde.users` is held shared by everybody who uses the directory. Whoever lets go of it last
//!   stops the private server, so a command can neither stop it under a service nor the other way.
//! - `varde.serve` is held by the one process that serves the directory.
//! - `varde.lock` is held for the moments in which somebody comes, goes, or starts the server.

use std::{
    fs,
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
    thread::sleep,
    time::{Duration, Instant},
};

use super::LauncherError;

/// How long a process that comes or goes waits for another: starting a server after a crash may
/// replay its journal for a minute.
const PATIENCE: Duration = Duration::from_secs(90);

/// One process's use of a data directory; it ends with this value.
#[derive(Debug)]
pub struct DirectoryUse {
    data: PathBuf,
    users: fs::File,
}

impl DirectoryUse {
    /// Begins to use a directory, which is made if need be.
    ///
    /// # Errors
    /// [`LauncherError::InUse`] when another process comes or goes and does not get done.
    pub fn begin(data: &Path) -> Result<Self, LauncherError> {
        fs::create_dir_all(data).map_err(LauncherError::file(data))?;
        let turn = Turn::take(data)?;
        Self::begin_in(&turn, data)
    }

    /// The same for whoever has the turn already.
    pub(super) fn begin_in(_turn: &Turn, data: &Path) -> Result<Self, LauncherError> {
        let path = data.join("varde.users");
        let users = open(&path)?;
        users.lock_shared().map_err(LauncherError::file(path))?;
        Ok(Self { data: data.to_owned(), users })
    }

    /// Whether no other process uses the directory at this moment. What one that was killed left
    /// half done can then be thrown away: it is nobody's work.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn is_alone(&self) -> Result<bool, LauncherError> {
        let _turn = Turn::take(&self.data)?;
        let alone = self.last()?;
        // Trying lost our share; nobody can have come in between, since we have the turn.
        self.users.lock_shared().map_err(LauncherError::file(self.data.join("varde.users")))?;
        Ok(alone)
    }

    /// Ends the use; `last` is called when nobody else uses the directory, before anybody can again.
    pub(super) fn end(&self, last: impl FnOnce()) -> Result<(), LauncherError> {
        let _turn = Turn::take(&self.data)?;
        if self.last()? {
            last();
        }
        self.users.unlock().map_err(LauncherError::file(self.data.join("varde.users")))
    }

    fn last(&self) -> Result<bool, LauncherError> {
        match self.users.try_lock() {
            Ok(()) => Ok(true),
            Err(fs::TryLockError::WouldBlock) => Ok(false),
            Err(fs::TryLockError::Error(error)) => Err(LauncherError::file(self.data.join("varde.users"))(error)),
        }
    }
}

/// The right to serve a data directory. Rooms, half-made files and interrupted jobs are put right by
/// whoever serves, which to a second one's eyes would be the first one's work.
#[derive(Debug)]
pub struct Serving(#[expect(dead_code, reason = "held for its lock")] fs::File);

impl Serving {
    /// Takes the right.
    ///
    /// # Errors
    /// [`LauncherError::InUse`] with the process that has it.
    pub fn begin(data: &Path) -> Result<Self, LauncherError> {
        fs::create_dir_all(data).map_err(LauncherError::file(data))?;
        let path = data.join("varde.serve");
        match try_lock(&path)? {
            Some(file) => Ok(Self(file)),
            None => Err(LauncherError::InUse { directory: data.to_owned(), pid: process_in(&path) }),
        }
    }
}

/// The right to come, to go, or to start the server.
#[derive(Debug)]
pub(super) struct Turn(#[expect(dead_code, reason = "held for its lock")] fs::File);

impl Turn {
    pub(super) fn take(data: &Path) -> Result<Self, LauncherError> {
        let (path, deadline) = (data.join("varde.lock"), Instant::now() + PATIENCE);
        loop {
            if let Some(file) = try_lock(&path)? {
                return Ok(Self(file));
            }
            if Instant::now() > deadline {
                return Err(LauncherError::InUse { directory: data.to_owned(), pid: process_in(&path) });
            }
            sleep(Duration::from_millis(10));
        }
    }
}

fn open(path: &Path) -> Result<fs::File, LauncherError> {
    let open = fs::OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path);
    open.map_err(LauncherError::file(path))
}

/// The locked file with our process in it, `None` when another process has it.
fn try_lock(path: &Path) -> Result<Option<fs::File>, LauncherError> {
    let mut file = open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => return Ok(None),
        Err(fs::TryLockError::Error(error)) => return Err(LauncherError::file(path)(error)),
    }
    let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
    written.map_err(LauncherError::file(path))?;
    Ok(Some(file))
}

fn process_in(path: &Path) -> Option<u32> {
    let mut text = String::new();
    fs::File::open(path).ok()?.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_goes_last_is_told_so_and_nobody_else() {
        let data = tempfile::tempdir().unwrap();
        let first = DirectoryUse::begin(data.path()).unwrap();
        assert!(first.is_alone().unwrap());
        let second = DirectoryUse::begin(data.path()).unwrap();
        assert!(!first.is_alone().unwrap() && !second.is_alone().unwrap());
        let mut told = Vec::new();
        first.end(|| told.push("first")).unwrap();
        second.end(|| told.push("second")).unwrap();
        assert_eq!(told, ["second"]);
    }

    #[test]
    fn one_serves_and_the_second_is_told_who() {
        let data = tempfile::tempdir().unwrap();
        let serving = Serving::begin(data.path()).unwrap();
        let error = Serving::begin(data.path()).unwrap_err();
        assert!(matches!(error, LauncherError::InUse { pid: Some(pid), .. } if pid == std::process::id()), "{error}");
        drop(serving);
        Serving::begin(data.path()).unwrap();
    }
}
