//! The few files of `/etc` that programs want: a user's name for the room's user id, no resolver,
//! no hosts but itself. The machine's own files stay outside.

use std::{fs, io, path::Path};

/// Writes them under `folder`; the files are mounted read-only over the room's `/etc`.
pub(super) fn write(folder: &Path, uid: u32, gid: u32) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let files = [
        ("passwd", format!("rom:x:{uid}:{gid}:Prosjektrom:/home/rom:/bin/bash\n")),
        ("group", format!("rom:x:{gid}:\n")),
        ("hosts", "127.0.0.1 localhost rom\n::1 localhost\n".to_owned()),
        ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n".to_owned()),
        ("resolv.conf", String::new()),
    ];
    for (name, text) in files {
        let path = folder.join(name);
        if fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
            fs::write(&path, text)?;
        }
    }
    Ok(())
}

/// The names of the files that [`write()`] makes.
pub(super) const FILES: [&str; 5] = ["passwd", "group", "hosts", "nsswitch.conf", "resolv.conf"];
