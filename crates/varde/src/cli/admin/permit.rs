//! `varde admin permit`: permits from the command line of the machine.

use anyhow::{Context as _, Result};
use varde_core::{Actor, Component, PermitId};

use crate::{
    app::{Foundation, Services},
    cli::{Installation, Out},
};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Revoke a permit for good (EHDS art. 63(3)), when nobody at the access body can log in to do it:
    /// its room closes, no extract is made of it any more, and its holder reads the reason.
    Revoke {
        /// The permit.
        permit: PermitId,
        /// Why; the applicant reads it. Write nothing about individuals.
        #[arg(long, value_name = "WORDS")]
        reason: String,
        #[command(flatten)]
        installation: Installation,
    },
}

pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::Revoke { permit, reason, installation } = command;
    let foundation = installation.open().await?;
    let revoked = revoke(&foundation, permit, &reason).await;
    foundation.close().await;
    revoked
}

async fn revoke(foundation: &Foundation, permit: PermitId, reason: &str) -> Result<()> {
    let services = Services::build(foundation)?;
    let actor = Actor::system(Component::CommandLine);
    services.permits.revoke(&actor, permit, reason).await.with_context(|| format!("{permit} was not revoked"))?;
    // The room closes by the flows; what must not wait for a service to run is done here and now.
    let flows = Actor::system(Component::Flows);
    let stopped = services.platform.stop(&flows, permit).await?;
    services.rooms.close_for(&flows, permit, "permit_revoked").await?;
    let extract = if stopped { " Its extract is not made any more." } else { "" };
    Out::say(&format!("The permit {permit} is revoked and its room closed.{extract}"));
    Ok(())
}
