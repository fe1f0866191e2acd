//! The one socket between a room and the gateway. The room owns the folder it lies in and could
//! put a link to another program's socket there, so nothing is followed: the file itself is
//! opened, looked at, and connected to through its descriptor (which also lifts the limit of 108
//! bytes on socket paths).

use std::{fs::File, io, os::fd::AsRawFd as _, path::Path};

use nix::{
    fcntl::{OFlag, OpenHow, ResolveFlag, openat2},
    sys::stat::{Mode, SFlag, fstat},
};
use tokio::net::UnixStream;

/// Connects to the socket of that name in the room's `run` folder.
pub(crate) async fn connect(folder: &Path, name: &str) -> io::Result<UnixStream> {
    let folder = File::open(folder)?;
    let how = OpenHow::new()
        .flags(OFlag::O_PATH | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC)
        .mode(Mode::empty())
        .resolve(ResolveFlag::RESOLVE_BENEATH | ResolveFlag::RESOLVE_NO_SYMLINKS | ResolveFlag::RESOLVE_NO_XDEV);
    let socket = openat2(&folder, name, how)?;
    let kind = SFlag::from_bits_truncate(fstat(&socket)?.st_mode) & SFlag::S_IFMT;
    if kind != SFlag::S_IFSOCK {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the room has put something else in the socket's place",
        ));
    }
    UnixStream::connect(format!("/proc/self/fd/{}", socket.as_raw_fd())).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_link_to_another_programs_socket_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let room = folder.path().join("run");
        std::fs::create_dir(&room).unwrap();
        let _host = tokio::net::UnixListener::bind(folder.path().join("host.sock")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("host.sock"), room.join("jupyter.sock")).unwrap();
        assert!(connect(&room, "jupyter.sock").await.is_err());
        std::fs::remove_file(room.join("jupyter.sock")).unwrap();
        std::fs::write(room.join("jupyter.sock"), "").unwrap();
        assert!(connect(&room, "jupyter.sock").await.is_err());
        std::fs::remove_file(room.join("jupyter.sock")).unwrap();
        let _own = tokio::net::UnixListener::bind(room.join("jupyter.sock")).unwrap();
        assert!(connect(&room, "jupyter.sock").await.is_ok());
    }
}
