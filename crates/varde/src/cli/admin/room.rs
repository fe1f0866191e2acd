//! `varde admin room`: project rooms from the command line of the machine.

use anyhow::{Context as _, Result};
use varde_core::{Actor, Component, Problem as _, RoomId};

use crate::{
    app::{Foundation, Services},
    cli::{Installation, Out},
};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Close a room for good: its programs end at once, the extract and the members' files are
    /// deleted. What was sent to review can still be reviewed and fetched.
    Close {
        /// The room.
        room: RoomId,
        /// Why, in ten characters or more; the members see it and it stays in the log. Write nothing
        /// about individuals.
        #[arg(long, value_name = "WORDS")]
        reason: String,
        #[command(flatten)]
        installation: Installation,
    },
}

pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::Close { room, reason, installation } = command;
    let foundation = installation.open().await?;
    let closed = close(&foundation, room, &reason).await;
    foundation.close().await;
    closed
}

async fn close(foundation: &Foundation, room: RoomId, reason: &str) -> Result<()> {
    let services = Services::build(foundation)?;
    let closed = services.rooms.close_by(&Actor::system(Component::CommandLine), room, reason).await;
    closed
        .map_err(|error| match error.code() {
            "rooms.invalid" => anyhow::anyhow!("--reason must say why, in 10 to 1000 characters"),
            _ => error.into(),
        })
        .with_context(|| format!("the room {room} was not closed"))?;
    Out::say(&format!("The room {room} is closed and its files are deleted."));
    Ok(())
}
