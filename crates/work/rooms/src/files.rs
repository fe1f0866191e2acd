//! The room's files as the service reads them. What a room wrote is hostile: names and links may
//! point anywhere, so nothing is followed and only plain files are read.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    os::fd::AsFd as _,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use nix::{
    fcntl::{OFlag, OpenHow, ResolveFlag, openat2},
    sys::stat::Mode,
};
use varde_core::Digest;

use crate::{RoomsError, model::DiskUse};

/// A file in one of the room's folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// Its name, with the folders below the room's folder.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// The most files a listing shows, and the deepest folder.
const LISTED: usize = 500;
const DEPTH: usize = 4;
/// The largest file that may be asked out, in bytes.
pub(crate) const LARGEST_RESULT: u64 = 16 << 20;

/// The plain files below `folder`, by name. Links and hidden files are left out.
pub(crate) fn list(folder: &Path) -> io::Result<Vec<ListedFile>> {
    let mut found = Vec::new();
    descend(&File::open(folder)?, "", 0, &mut found)?;
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Goes down by open folders, never by paths: the room may swap a folder for a link meanwhile.
fn descend(folder: &File, prefix: &str, depth: usize, found: &mut Vec<ListedFile>) -> io::Result<()> {
    use std::os::fd::AsRawFd as _;
    for entry in fs::read_dir(format!("/proc/self/fd/{}", folder.as_raw_fd()))? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') || found.len() >= LISTED {
            continue;
        }
        // `file_type` and `metadata` of a directory entry do not follow links.
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < DEPTH {
            if let Ok(below) = open_beneath(folder, &name, OFlag::O_DIRECTORY) {
                descend(&below, &format!("{prefix}{name}/"), depth + 1, found)?;
            }
        } else if kind.is_file() {
            found.push(ListedFile { name: format!("{prefix}{name}"), bytes: entry.metadata()?.len() });
        }
    }
    Ok(())
}

/// Folders below each other that are gone into when a room is measured. Nobody works deeper; whoever
/// hides files there has used up what the room may hold.
const DEEPEST: usize = 64;

/// What these folders hold, in files and in bytes on the disk. Stops counting when there are more
/// files than `most`.
pub(crate) fn measure(folders: &[PathBuf], most: u64) -> io::Result<DiskUse> {
    let mut held = DiskUse::default();
    for folder in folders {
        match File::open(folder) {
            Ok(open) => add_up(&open, 0, most, &mut held)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(held)
}

fn add_up(folder: &File, depth: usize, most: u64, held: &mut DiskUse) -> io::Result<()> {
    use std::os::{fd::AsRawFd as _, unix::fs::MetadataExt as _};
    for entry in fs::read_dir(format!("/proc/self/fd/{}", folder.as_raw_fd()))? {
        if held.files > most {
            return Ok(());
        }
        // The room goes on working meanwhile: what has gone by now holds nothing.
        let Ok(entry) = entry else { continue };
        let Ok(facts) = entry.metadata() else { continue };
        held.files += 1;
        held.bytes = held.bytes.saturating_add(facts.blocks().saturating_mul(512));
        if !facts.is_dir() {
            continue;
        }
        if depth == DEEPEST {
            held.files = u64::MAX;
            return Ok(());
        }
        if let Ok(below) = open_beneath(folder, entry.file_name().as_os_str(), OFlag::O_DIRECTORY) {
            add_up(&below, depth + 1, most, held)?;
        }
    }
    Ok(())
}

/// Opens what lies directly in the folder, following nothing and waiting for nobody.
fn open_beneath(folder: &File, name: &(impl AsRef<Path> + ?Sized), flags: OFlag) -> nix::Result<File> {
    let how = OpenHow::new()
        .flags(flags | OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC)
        .mode(Mode::empty())
        .resolve(ResolveFlag::RESOLVE_BENEATH | ResolveFlag::RESOLVE_NO_SYMLINKS | ResolveFlag::RESOLVE_NO_XDEV);
    openat2(folder.as_fd(), name.as_ref(), how).map(File::from)
}

/// The bytes of a plain file directly in the outbox, as they are now.
pub(crate) fn take(outbox: &Path, name: &str) -> Result<Vec<u8>, RoomsError> {
    let refuse = |why: &str| RoomsError::Outbox { name: name.to_owned(), why: why.to_owned() };
    if name.is_empty() || name.contains(['/', '\0', '\\']) || name.starts_with('.') {
        return Err(refuse("it must lie directly in the outbox and not be hidden"));
    }
    let folder = File::open(outbox).map_err(RoomsError::file(outbox))?;
    let opened = open_beneath(&folder, name, OFlag::empty());
    let file = opened.map_err(|_| refuse("it is not there or is a link"))?;
    let facts = file.metadata().map_err(RoomsError::file(name))?;
    if !facts.is_file() {
        return Err(refuse("it is not a plain file"));
    }
    let mut bytes = Vec::new();
    // The room may go on writing while we read, so the limit is on what is read.
    io::Read::take(&file, LARGEST_RESULT + 1).read_to_end(&mut bytes).map_err(RoomsError::file(name))?;
    if bytes.len() as u64 > LARGEST_RESULT {
        return Err(refuse("it is larger than 16 MiB"));
    }
    Ok(bytes)
}

/// Where the copies of files in release requests lie, by digest; no room sees it.
#[derive(Debug, Clone)]
pub(crate) struct Vault(PathBuf);

impl Vault {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Keeps the bytes, durably, and returns their digest.
    pub(crate) fn keep(&self, bytes: &[u8]) -> Result<Digest, RoomsError> {
        let digest = Digest::of(bytes);
        let path = self.0.join(digest.to_string());
        fs::create_dir_all(&self.0).map_err(RoomsError::file(&self.0))?;
        let mut file = tempfile::NamedTempFile::new_in(&self.0).map_err(RoomsError::file(&self.0))?;
        file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(RoomsError::file(&path))?;
        file.persist(&path).map_err(|error| RoomsError::file(&path)(error.error))?;
        File::open(&self.0).and_then(|folder| folder.sync_all()).map_err(RoomsError::file(&self.0))?;
        Ok(digest)
    }

    /// The bytes of that digest, checked again.
    pub(crate) fn read(&self, digest: &Digest) -> Result<Vec<u8>, RoomsError> {
        let path = self.0.join(digest.to_string());
        let bytes = fs::read(&path).map_err(RoomsError::file(&path))?;
        if Digest::of(&bytes) == *digest {
            Ok(bytes)
        } else {
            Err(RoomsError::file(path)(io::Error::new(io::ErrorKind::InvalidData, "the bytes were changed")))
        }
    }

    /// Deletes every copy that is not among those `needed` and was put here before `since`; returns
    /// how many. A younger one may belong to a request that is being written at this moment.
    pub(crate) fn sweep(&self, needed: &BTreeSet<Digest>, since: Timestamp) -> Result<usize, RoomsError> {
        let mut removed = 0;
        let found = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            found => found.map_err(RoomsError::file(&self.0))?,
        };
        for entry in found {
            let entry = entry.map_err(RoomsError::file(&self.0))?;
            let digest = entry.file_name().to_str().and_then(|name| name.parse::<Digest>().ok());
            let put = entry.metadata().and_then(|facts| facts.modified()).map_err(RoomsError::file(entry.path()))?;
            let is_needed = digest.is_some_and(|digest| needed.contains(&digest));
            if is_needed || Timestamp::try_from(put).is_ok_and(|put| put >= since) {
                continue;
            }
            fs::remove_file(entry.path()).map_err(RoomsError::file(entry.path()))?;
            removed += 1;
        }
        Ok(removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_pipes_and_paths_are_not_taken_out() {
        let outbox = tempfile::tempdir().unwrap();
        fs::write(outbox.path().join("ok.csv"), "a\n").unwrap();
        fs::create_dir(outbox.path().join("folder")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", outbox.path().join("link.csv")).unwrap();
        nix::unistd::mkfifo(&outbox.path().join("pipe.csv"), Mode::S_IRWXU).unwrap();
        assert_eq!(take(outbox.path(), "ok.csv").unwrap(), b"a\n");
        for name in ["link.csv", "pipe.csv", "folder", "../ok.csv", "/etc/passwd", "", ".hidden", "absent.csv"] {
            assert!(matches!(take(outbox.path(), name), Err(RoomsError::Outbox { .. })), "{name}");
        }
        let names: Vec<_> = list(outbox.path()).unwrap().into_iter().map(|file| file.name).collect();
        assert_eq!(names, ["ok.csv"]);
    }

    #[test]
    fn a_room_is_measured_with_everything_in_it_and_nothing_outside() {
        let room = tempfile::tempdir().unwrap();
        let work = room.path().join("work");
        fs::create_dir_all(work.join("a/b")).unwrap();
        fs::write(work.join("a/b/.hidden"), vec![1; 100_000]).unwrap();
        fs::write(room.path().join("outside"), vec![1; 1_000_000]).unwrap();
        std::os::unix::fs::symlink(room.path(), work.join("up")).unwrap();
        let measured = measure(&[work.clone(), room.path().join("absent")], 100).unwrap();
        assert_eq!(measured.files, 4, "two folders, a file and a link that is not followed");
        assert!((100_000..200_000).contains(&measured.bytes), "{measured:?}");
        assert!(measure(std::slice::from_ref(&work), 2).unwrap().files > 2, "more than enough is enough");
        let deep = (0..80).fold(work.clone(), |path, _| path.join("d"));
        fs::create_dir_all(&deep).unwrap();
        assert_eq!(measure(&[work], 1_000).unwrap().files, u64::MAX, "too deep to be honest work");
    }

    #[test]
    fn the_vault_gives_up_what_nobody_needs_but_not_what_was_put_there_now() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::new(folder.path().join("vault"));
        let now = || Timestamp::try_from(fs::metadata(folder.path()).unwrap().modified().unwrap()).unwrap();
        let later = now() + jiff::SignedDuration::from_hours(1);
        assert_eq!(vault.sweep(&BTreeSet::new(), later).unwrap(), 0, "no vault yet");
        let (needed, not) = (vault.keep(b"needed").unwrap(), vault.keep(b"not needed").unwrap());
        fs::write(folder.path().join("vault/.tmpAbc"), "half a copy of a killed process").unwrap();
        let earlier = later - jiff::SignedDuration::from_hours(2);
        assert_eq!(vault.sweep(&BTreeSet::from([needed]), earlier).unwrap(), 0);
        assert_eq!(vault.sweep(&BTreeSet::from([needed]), later).unwrap(), 2);
        assert!(vault.read(&needed).is_ok() && vault.read(&not).is_err());
    }

    #[test]
    fn the_vault_notices_a_changed_byte() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::new(folder.path().join("vault"));
        let digest = vault.keep(b"table").unwrap();
        assert_eq!(vault.read(&digest).unwrap(), b"table");
        fs::write(folder.path().join("vault").join(digest.to_string()), "tabel").unwrap();
        assert!(vault.read(&digest).is_err());
    }
}
