//! The file that holds a signing key: the log's, or a witness's. Whoever has it can sign, so only
//! its owner may read it; whoever loses it ends the log, so it is never overwritten.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use varde_core::Randomness;
use varde_ledger::{
    SecretKey,
    key::{KeyError, KeyKind},
};

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read or made.
    #[error("the key file {path:?} cannot be read or made")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Others may read it.
    #[error("the key file {0:?} can be read by others: make it `chmod 600` and consider the key known")]
    Open(PathBuf),
    /// It holds no key.
    #[error("the key file {path:?} holds no key: restore it from a copy, do not delete it")]
    Key {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// It holds the key of something else.
    #[error("the key in {path:?} is of {found:?}, not of {expected:?}: the name of a log cannot be changed")]
    Name {
        /// Which.
        path: PathBuf,
        /// The name in it.
        found: String,
        /// The name in the configuration.
        expected: String,
    },
}

/// Reads the key of that name and kind, or makes it when there is no file.
pub fn open_key(path: &Path, name: &str, kind: KeyKind, randomness: &Randomness) -> Result<SecretKey, KeyFileError> {
    match read(path) {
        Err(KeyFileError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            make(path, name, kind, randomness)
        }
        Ok(key) if key.public().name() != name || key.public().kind() != kind => Err(KeyFileError::Name {
            path: path.to_owned(),
            found: key.public().name().to_owned(),
            expected: name.to_owned(),
        }),
        outcome => outcome,
    }
}

fn read(path: &Path) -> Result<SecretKey, KeyFileError> {
    let failed = |source| KeyFileError::File { path: path.to_owned(), source };
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Open(path.to_owned()));
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    SecretKey::parse(&text).map_err(|source| KeyFileError::Key { path: path.to_owned(), source })
}

/// Writes beside and links into place, which fails if another process was first; then reads, so
/// that both processes go on with the same key.
fn make(path: &Path, name: &str, kind: KeyKind, randomness: &Randomness) -> Result<SecretKey, KeyFileError> {
    let key = SecretKey::generate(name, kind, randomness)
        .map_err(|source| KeyFileError::Key { path: path.to_owned(), source })?;
    write_new(path, &format!("{}\n", key.secret_text()))
        .map_err(|source| KeyFileError::File { path: path.to_owned(), source })?;
    read(path)
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = match fs::hard_link(&beside, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        outcome => outcome,
    };
    fs::remove_file(&beside)?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()?;
    linked
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "varde.example/log";

    #[test]
    fn is_made_once_and_read_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let (path, randomness) = (folder.path().join("log.key"), Randomness::seeded(3));
        let made = open_key(&path, NAME, KeyKind::Log, &randomness).unwrap();
        let read = open_key(&path, NAME, KeyKind::Log, &randomness).unwrap();
        assert_eq!(made.public(), read.public());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let renamed = open_key(&path, "other.example/log", KeyKind::Log, &randomness);
        assert!(matches!(renamed, Err(KeyFileError::Name { .. })));
        assert!(matches!(open_key(&path, NAME, KeyKind::Witness, &randomness), Err(KeyFileError::Name { .. })));
    }

    #[test]
    fn one_that_others_can_read_or_that_is_damaged_is_refused_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (path, randomness) = (folder.path().join("log.key"), Randomness::seeded(3));
        open_key(&path, NAME, KeyKind::Log, &randomness).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("KEY+", "KEY-")).unwrap();
        assert!(matches!(open_key(&path, NAME, KeyKind::Log, &randomness), Err(KeyFileError::Key { .. })));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(open_key(&path, NAME, KeyKind::Log, &randomness), Err(KeyFileError::Open(_))));
        assert!(fs::read_to_string(&path).unwrap().contains("KEY-"));
    }
}
