//! Finding PostgreSQL on the machine.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{LauncherError, OLDEST};

/// The programs of one PostgreSQL version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    folder: PathBuf,
    /// The major version, such as 15.
    pub version: u32,
}

impl Binaries {
    /// The newest version in PATH or the distributions' version folders.
    pub fn find() -> Result<Self, LauncherError> {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = env::split_paths(&path)
            .chain(version_folders("/usr/lib/postgresql", ""))
            .chain(version_folders("/usr", "pgsql-"));
        Self::newest(folders)
    }

    fn newest(folders: impl Iterator<Item = PathBuf>) -> Result<Self, LauncherError> {
        let newest = folders.filter_map(Self::in_folder).max_by_key(|found| found.version);
        match newest {
            None => Err(LauncherError::NotInstalled),
            Some(found) if found.version < OLDEST => {
                Err(LauncherError::TooOld { found: found.version, folder: found.folder })
            }
            Some(found) => Ok(found),
        }
    }

    fn in_folder(folder: PathBuf) -> Option<Self> {
        let postgres = folder.join("postgres");
        if !postgres.is_file() || !folder.join("initdb").is_file() {
            return None;
        }
        let said = Command::new(postgres).arg("--version").output().ok()?;
        let version = major(&String::from_utf8_lossy(&said.stdout))?;
        Some(Self { folder, version })
    }

    /// One of the programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// The `bin` folders below `parent` whose version folder begins with `prefix`.
fn version_folders(parent: &str, prefix: &'static str) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(Path::new(parent)).into_iter().flatten().flatten();
    entries
        .filter(move |e| e.file_name().to_string_lossy().starts_with(prefix))
        .map(|e| e.path().join("bin"))
        .filter(move |bin| !prefix.is_empty() || bin.is_dir())
}

/// 15 from `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major(said: &str) -> Option<u32> {
    let version = said.split_whitespace().nth(2)?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major("something else"), None);
    }

    #[test]
    fn says_when_nothing_is_installed() {
        let empty = tempfile::tempdir().unwrap();
        let error = Binaries::newest([empty.path().to_owned()].into_iter()).unwrap_err();
        assert!(error.to_string().contains("Debian package `postgresql`"), "{error}");
    }

    #[test]
    fn says_when_only_an_old_version_is_installed() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        for name in ["postgres", "initdb"] {
            let program = folder.path().join(name);
            fs::write(&program, "#!/bin/sh\necho 'postgres (PostgreSQL) 13.4'\n").unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let error = Binaries::newest([folder.path().to_owned()].into_iter()).unwrap_err();
        assert!(matches!(error, LauncherError::TooOld { found: 13, .. }), "{error}");
    }
}
