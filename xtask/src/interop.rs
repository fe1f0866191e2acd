//! Others' client libraries against a running server: `web/tests/interop.mjs`, with Node.js packages by
//! `web/package-lock.json` and Python packages by `web/tests/interop/requirements.txt`. And what microdata.no's
//! own tools package, taken in by the program: `web/tests/microdata/package.py`.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{assets, program, python};

/// Builds the program and lets the libraries use it.
pub(crate) fn run() -> Result<()> {
    let varde = program::build("dev")?;
    let python = python::with("interop", &assets::root().join("web/tests/interop/requirements.txt"))?;
    program::run(assets::node().arg("web/tests/interop.mjs").env("VARDE", &varde).env("VARDE_PYTHON", python))?;
    packages(&varde)
}

/// Lets microdata-tools package datasets of every temporality, and the program take them in.
fn packages(varde: &Path) -> Result<()> {
    let tests = assets::root().join("web/tests/microdata");
    let python = python::with("microdata", &tests.join("requirements.txt"))?;
    let folder = tempfile::Builder::new().prefix("varde-microdata-").tempdir().context("no temporary folder")?;
    // The user that the private database runs as passes through it.
    fs::set_permissions(folder.path(), Permissions::from_mode(0o711))
        .with_context(|| format!("{} cannot be opened", folder.path().display()))?;
    program::run(Command::new(python).arg(tests.join("package.py")).arg(varde).arg(folder.path()))
}
