//! Python with the packages that a file names by version and digest.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{assets, program};

/// The interpreter, in a folder of its own below the target folder; made once for each edition of the
/// file. Only wheels: nothing is built.
pub(crate) fn with(name: &str, lock: &Path) -> Result<PathBuf> {
    let wanted = fs::read(lock).with_context(|| format!("{} cannot be read", lock.display()))?;
    let folder = assets::target().join(name);
    let (python, stamp) = (folder.join("bin/python"), folder.join("installed.txt"));
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    eprintln!("Installing Python packages by {}", lock.display());
    program::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    install(&python, lock)?;
    // Last, so that an interrupted installation is done again.
    fs::write(stamp, wanted)?;
    Ok(python)
}

fn install(python: &Path, lock: &Path) -> Result<()> {
    let install = ["-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"];
    let mut pip = Command::new(python);
    program::run(pip.args(install).args(["--disable-pip-version-check", "-r"]).arg(lock))
        .context("the Python packages cannot be installed: is the package index reachable?")
}
