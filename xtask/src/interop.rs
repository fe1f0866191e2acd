//! Others' client libraries against a running server: `web/tests/interop.mjs`, with Node.js packages by
//! `web/package-lock.json` and Python packages by `web/tests/interop/requirements.txt`.

use anyhow::Result;

use crate::{assets, program, python};

/// Builds the program and lets the libraries use it.
pub(crate) fn run() -> Result<()> {
    let varde = program::build("dev")?;
    let python = python::with("interop", &assets::root().join("web/tests/interop/requirements.txt"))?;
    program::run(assets::node().arg("web/tests/interop.mjs").env("VARDE", varde).env("VARDE_PYTHON", python))
}
