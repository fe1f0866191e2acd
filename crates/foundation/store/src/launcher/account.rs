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

    /// Makes a folder (and what is missing above it) that only this user and root can enter.
    pub fn private_folder(&self, folder: &Path) -> Result<(), LauncherError> {
        let broken = || LauncherError::file(folder);
        fs::create_dir_all(folder).map_err(broken())?;
        let made = fs::symlink_metadata(folder).map_err(broken())?;
        if !made.is_dir() || (made.uid() != self.uid && !(self.lent && made.uid() == 0)) {
            return Err(broken()(std::io::Error::from(std::io::ErrorKind::PermissionDenied)));
        }
        if self.lent {
            chown(folder, Some(self.uid), Some(self.gid)).map_err(broken())?;
        }
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(broken())
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
