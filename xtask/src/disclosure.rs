//! Tables that we made safe, judged by τ-ARGUS and beside ACRO: `web/tests/disclosure/compare.py`, with
//! Python packages by `web/tests/disclosure/requirements.txt`.

use std::{
    fs,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::{assets, program, python};

/// How many generated tables.
const TABLES: &str = "1000";

/// Makes tables safe, and lets both look at them.
pub(crate) fn run() -> Result<()> {
    let python = python::with("disclosure", &assets::root().join("web/tests/disclosure/requirements.txt"))?;
    let scratch = assets::target().join("disclosure/scratch");
    fs::create_dir_all(&scratch).with_context(|| format!("{} cannot be made", scratch.display()))?;
    let mut ours = Command::new(program::example("tables")?);
    let mut ours = ours.arg(TABLES).stdout(Stdio::piped()).spawn().context("cannot start the example tables")?;
    let lines = ours.stdout.take().context("the example has no output")?;
    let compare = assets::root().join("web/tests/disclosure/compare.py");
    let theirs =
        Command::new(python).arg(compare).arg(&scratch).stdin(lines).status().context("cannot start Python")?;
    let made = ours.wait()?.success();
    fs::remove_dir_all(&scratch).with_context(|| format!("{} cannot be removed", scratch.display()))?;
    if !made || !theirs.success() {
        bail!("τ-ARGUS or ACRO found cells that are not as safe as they should be, or one of them failed");
    }
    Ok(())
}
