//! `varde admin entry`: erasing what an entry on the log says.

use anyhow::Result;
use varde_core::{Actor, Component, EntryId};
use varde_policy::{Guard, Policy};

use crate::{
    app::{Foundation, erase_entry},
    cli::{Installation, Out},
};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Erase what an entry says (GDPR art. 17). The tree, and every proof, stays whole.
    #[command(
        after_help = "Text and salt of the entry are destroyed for good; an entry about the erasure takes their \
                            place in the person's list. Backups hold the text until they expire.\n\nExample:\n\n  \
                            varde admin entry erase 0190f2c4-7d3a-7cc1-8f6e-3a1b2c4d5e6f \\\n      \
                            --reason \"case 2026/118: entered about the wrong person\" --config varde.toml\n  \
                            varde ledger verify --config varde.toml"
    )]
    Erase {
        /// The entry's id, as it stands on the person's page and in proofs.
        id: EntryId,
        /// Why, for everybody to read who sees the entry about it: name the case, not the person.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        installation: Installation,
    },
}

pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::Erase { id, reason, installation } = command;
    let foundation = installation.open().await?;
    let outcome = erase(&foundation, id, &reason).await;
    foundation.close().await;
    outcome
}

async fn erase(foundation: &Foundation, id: EntryId, reason: &str) -> Result<()> {
    let guard = Guard::new(Policy::load()?, foundation.store.clone());
    let by = erase_entry(foundation, &guard, &Actor::system(Component::CommandLine), id, reason).await?;
    Out::result(&by.to_string())?;
    Out::say("Erased. Backups hold the text until they expire; `varde ledger verify` counts it as erased.");
    Ok(())
}
