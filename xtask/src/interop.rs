//! Others' client libraries against a running server: `web/tests/interop.mjs`, with Node.js packages by
//! `web/package-lock.json` and Python packages by `web/tests/interop/requirements.txt`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{assets, program};

/// Builds the program and lets the libraries use it.
pub(crate) fn run() -> Result<()> {
    let varde = program::build("dev")?;
    let python = python()?;
    program::run(assets::node().arg("web/tests/interop.mjs").env("VARDE", varde).env("VARDE_PYTHON", python))
}

/// Python with the packages that the requirements name by version and digest, made once for each edition
/// of that file. Only wheels: nothing is built.
fn python() -> Result<PathBuf> {
    let lock = assets::root().join("web/tests/interop/requirements.txt");
    let wanted = fs::read(&lock).context("web/tests/interop/requirements.txt cannot be read")?;
    let folder = assets::target().join("interop");
    let (python, stamp) = (folder.join("bin/python"), folder.join("installed.txt"));
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    eprintln!("Installing Python packages by web/tests/interop/requirements.txt");
    program::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    install(&python, &lock)?;
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
