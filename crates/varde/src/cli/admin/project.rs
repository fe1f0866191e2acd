//! `varde admin project`: what ends with a project.

use anyhow::{Context as _, Result};
use varde_core::{Actor, Component, PermitId};

use crate::{
    app::{Foundation, Services},
    cli::{Installation, Out},
};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Destroy the pseudonym key of a project whose permit was revoked or has run out, for good: its
    /// pseudonyms lead to nobody any more, and its extract cannot be made again. The citizens' proofs
    /// still hold. Backups hold the sealed key until they expire.
    DestroyKey {
        /// The project's permit.
        permit: PermitId,
        #[command(flatten)]
        installation: Installation,
    },
}

pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::DestroyKey { permit, installation } = command;
    let foundation = installation.open().await?;
    let destroyed = destroy(&foundation, permit).await;
    foundation.close().await;
    destroyed
}

async fn destroy(foundation: &Foundation, permit: PermitId) -> Result<()> {
    let services = Services::build(foundation)?;
    let actor = Actor::system(Component::CommandLine);
    let done = services.platform.destroy_key(&actor, permit).await;
    Out::say(match done.with_context(|| format!("the key of {permit} was not destroyed"))? {
        true => "The project's key is destroyed. Its extract can be checked, and not made again.",
        false => "The project has no key: it was destroyed before, or there was never an extract.",
    });
    Ok(())
}
