//! Who the server runs as. PostgreSQL refuses to run as root, so root lends it an ordinary user.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::Command,
};

use nix::unistd::{Uid, User};

use super::LauncherError;

/// The user that the server runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    uid: u32,
    gid: u32,
    /// Whether we are root and lend it this user.
    lent: bool,
}

impl Account {
    /// Ourselves, or when we are root the user `varde` or `postgres`.
    pub fn find() -> Result<Self, LauncherError> {
        let me = Uid::effective();
        if !me.is_root() {
            return Ok(Self { uid: me.as_raw(), gid: nix::unistd::Gid::effective().as_raw(), lent: false });
        }
        let user = ["varde", "postgres"].into_iter().find_map(|name| User::from_name(name).ok().flatten());
        let user = user.filter(|user| !user.uid.is_root()).ok_or(LauncherError::NoOrdinaryUser)?;
        Ok(Self { uid: user.uid.as_raw(), gid: user.gid.as_raw(), lent: true })
    }

    /// A command that runs as this user, in a process group of its own so that a Ctrl-C at the
    /// terminal reaches us and not the server, which we stop in order.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir("/").process_group(0);
        if self.lent {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Makes a folder of our own (and what is missing above it). When the server runs as another
    /// user, that user may pass through it but not change it: root must never work in a folder where
    /// an ordinary user can plant links.
    pub(crate) fn own_folder(&self, folder: &Path) -> Result<(), LauncherError> {
        fs::create_dir_all(folder).map_err(LauncherError::file(folder))?;
        let mode = if self.lent { 0o711 } else { 0o700 };
        secure(folder, Uid::effective().as_raw(), None, mode)
    }

    /// Makes a folder that belongs to this user and that nobody else, save root, can enter.
    pub(crate) fn servers_folder(&self, folder: &Path) -> Result<(), LauncherError> {
        match fs::create_dir(folder) {
            Ok(()) if self.lent => secure(folder, Uid::effective().as_raw(), Some((self.uid, self.gid)), 0o700),
            Ok(()) => secure(folder, self.uid, None, 0o700),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => secure(folder, self.uid, None, 0o700),
            Err(error) => Err(LauncherError::file(folder)(error)),
        }
    }

    /// Whether this user can reach `folder`, which exists: enter it and everything above it.
    pub fn can_enter(&self, folder: &Path) -> bool {
        folder.ancestors().all(|ancestor| {
            fs::metadata(ancestor).is_ok_and(|meta| {
                let bit = if meta.uid() == self.uid {
                    0o100
                } else if meta.gid() == self.gid {
                    0o010
                } else {
                    0o001
                };
                meta.mode() & bit != 0
            })
        })
    }
}

/// Gives the folder, which must be one and belong to `owner`, away and sets its mode.
fn secure(folder: &Path, owner: u32, give_to: Option<(u32, u32)>, mode: u32) -> Result<(), LauncherError> {
    let made = fs::symlink_metadata(folder).map_err(LauncherError::file(folder))?;
    if !made.is_dir() || made.uid() != owner {
        let error = std::io::Error::new(std::io::ErrorKind::PermissionDenied, "it belongs to another user");
        return Err(LauncherError::file(folder)(error));
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(mode)).map_err(LauncherError::file(folder))?;
    match give_to {
        Some((uid, gid)) => chown(folder, Some(uid), Some(gid)).map_err(LauncherError::file(folder)),
        None => Ok(()),
    }
}
