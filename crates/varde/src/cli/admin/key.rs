//! `varde admin key`: taking a new key into use.

use anyhow::Result;
use varde_core::{Actor, Component};
use varde_policy::{Guard, Policy};

use crate::{
    app::{Foundation, rotate_seal},
    cli::{Installation, Out},
};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Take a new key into use. What the old one sealed is verified with it as before.
    #[command(after_help = "Stop the service first: it has the old key in its memory.\n\nExample:\n\n  \
                            varde admin key rotate seal --config varde.toml\n\n\
                            All public keys, each with when it sealed, are at /api/permits/keys and on the page /log/nokkel.")]
    Rotate {
        /// Which key.
        key: Key,
        #[command(flatten)]
        installation: Installation,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Key {
    /// Seals permits and manifests.
    Seal,
}

pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::Rotate { key: Key::Seal, installation } = command;
    let foundation = installation.open().await?;
    let outcome = rotate(&foundation).await;
    foundation.close().await;
    outcome
}

async fn rotate(foundation: &Foundation) -> Result<()> {
    let guard = Guard::new(Policy::load()?, foundation.store.clone());
    let id = rotate_seal(foundation, &guard, &Actor::system(Component::CommandLine)).await?;
    Out::result(&id)?;
    Out::say("This key seals from now on. The one before is kept in the ring beside it and verifies what it sealed.");
    Ok(())
}
