//! `varde admin api`: what tokens are for.

use std::path::PathBuf;

use anyhow::Result;
use varde_core::{Actor, Component};
use varde_oauth::Api;

use super::client::{read, registered, with_server};
use crate::cli::{Installation, Out};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Register an API with its scopes, or replace what is registered, from a JSON file.
    #[command(after_help = "The file, with an organisation number of your own:\n\n  \
                            {\"audience\": \"helse:prover\", \"owner\": \"999888777\", \"name\": \"Test results\",\n   \
                            \"scopes\": {\"helse:prover/les\": {}}, \"claims\": [\"orgnr_parent\"]}\n\n\
                            See docs/oauth.md for every member.")]
    Register {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        installation: Installation,
    },
}

pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::Register { file, installation } = command;
    let api: Api = read(&file)?;
    with_server(&installation, async |server| {
        registered(server.register_api(&Actor::system(Component::CommandLine), &api).await)?;
        Out::say(&format!("Registered: {}, with {} scopes.", api.audience, api.scopes.len()));
        Ok(())
    })
    .await
}
