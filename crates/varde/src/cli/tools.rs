//! The rooms' tools: made once per machine, from the Python package index.

use anyhow::{Context as _, Result};
use varde_rooms::tools;

use super::Out;
use crate::{app, config::Config};

/// Python for the rooms, once per machine.
pub(crate) async fn prepare(config: &Config) -> Result<()> {
    let (Some(kit), root) = (app::kit(config), app::tools_folder(&config.data)) else { return Ok(()) };
    if tools::installed(&root, kit).is_some() {
        return Ok(());
    }
    Out::say("Preparing Python, DuckDB and JupyterLab for the rooms (once per machine, a minute or two)");
    let bar = Out::progress("Packages");
    let made = tools::ensure_tools(&root, kit, &|package, done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        bar.set_message(package.to_owned());
    })
    .await;
    bar.finish_and_clear();
    made.context("the rooms' tools could not be made; `varde demo --plain-rooms`, or rooms.python = false in the configuration, does without them")?;
    Ok(())
}
