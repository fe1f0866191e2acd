//! `varde admin client`: programs that get tokens from the authorisation server.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::de::DeserializeOwned;
use varde_core::{Actor, Component, Problem as _, identifier::OrganisationNumber};
use varde_oauth::{AuthorisationServer, ClientId, NewClient, RegistrationError};
use varde_web::Texts;

use crate::{
    app::{Services, all_texts, open_authorisation},
    cli::{Installation, Out},
};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Register a client from a JSON file, and print its client id.
    #[command(after_help = "The file, with an organisation number of your own:\n\n  \
                            {\"name\": \"Our record system\", \"owner\": \"999888777\", \"tenancy\": \"single-tenant\",\n   \
                            \"scopes\": [\"helse:prover/les\"]}\n\nSee docs/oauth.md for every member.")]
    Register {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        installation: Installation,
    },
    /// Show the clients of an organisation and their keys.
    List {
        /// The organisation's number of nine digits.
        organisation: OrganisationNumber,
        #[command(flatten)]
        installation: Installation,
    },
    /// End a client: it gets no token after that.
    End {
        /// The client id.
        client: ClientId,
        #[command(flatten)]
        installation: Installation,
    },
    /// Add a public key (a JSON Web Key) to a client, and print the key's name.
    AddKey {
        /// The client id.
        client: ClientId,
        /// A file with the public key.
        key: PathBuf,
        #[command(flatten)]
        installation: Installation,
    },
    /// Remove a key: nothing signed with it is taken after some seconds.
    RemoveKey {
        /// The client id.
        client: ClientId,
        /// The key's name (kid), as `list` shows it.
        kid: String,
        #[command(flatten)]
        installation: Installation,
    },
}

pub(crate) async fn run(command: Command) -> Result<()> {
    let actor = Actor::system(Component::CommandLine);
    match command {
        Command::Register { file, installation } => {
            let new: NewClient = read(&file)?;
            with_server(&installation, async |server| {
                let client = registered(server.register_client(&actor, new).await)?;
                Out::result(&client.id.to_string())?;
                Out::say("Registered. This is its client id. Add its public key with `varde admin client add-key`.");
                Ok(())
            })
            .await
        }
        Command::List { organisation, installation } => {
            with_server(&installation, async |server| list(server, &actor, organisation).await).await
        }
        Command::End { client, installation } => {
            with_server(&installation, async |server| {
                registered(server.end_client(&actor, client).await)?;
                Out::say("The client is ended.");
                Ok(())
            })
            .await
        }
        Command::AddKey { client, key, installation } => {
            let jwk = std::fs::read(&key).with_context(|| format!("{} cannot be read", key.display()))?;
            with_server(&installation, async |server| {
                let key = registered(server.add_key(&actor, client, &jwk).await)?;
                Out::result(&key.id)?;
                Out::say(&format!("Added. The key is good until {}.", key.valid_until));
                Ok(())
            })
            .await
        }
        Command::RemoveKey { client, kid, installation } => {
            with_server(&installation, async |server| {
                registered(server.remove_key(&actor, client, &kid).await)?;
                Out::say("The key is removed.");
                Ok(())
            })
            .await
        }
    }
}

async fn list(server: &AuthorisationServer, actor: &Actor, organisation: OrganisationNumber) -> Result<()> {
    let clients = registered(server.clients(actor, organisation).await)?;
    for (client, keys) in &clients {
        let ended = if client.ended_at.is_some() { ", ended" } else { "" };
        Out::result(&format!("{}  {}  {}{ended}", client.id, client.tenancy.name(), client.name))?;
        for key in keys {
            Out::result(&format!("  key {}, good until {}", key.id, key.valid_until))?;
        }
    }
    Out::say(&format!("{} clients.", clients.len()));
    Ok(())
}

/// Opens the installation and its authorisation server, does something with it, and closes.
pub(super) async fn with_server(
    installation: &Installation,
    act: impl AsyncFnOnce(&AuthorisationServer) -> Result<()>,
) -> Result<()> {
    let foundation = installation.open().await?;
    let outcome = async {
        let services = Services::build(&foundation)?;
        act(&*open_authorisation(&foundation, &services).await?).await
    };
    let outcome = outcome.await;
    foundation.close().await;
    outcome
}

/// What a JSON file describes; what is wrong is told with its line.
pub(super) fn read<T: DeserializeOwned>(file: &Path) -> Result<T> {
    let bytes = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("{} does not describe it", file.display()))
}

/// A registration's outcome; a refusal names the members and says what is wrong with each.
pub(super) fn registered<T>(outcome: Result<T, RegistrationError>) -> Result<T> {
    let error = match outcome {
        Ok(done) => return Ok(done),
        Err(error) => error,
    };
    let texts: Texts = all_texts();
    let english = |key: &str| texts.get(varde_core::text::Language::En, key);
    let fields: Vec<_> = error.fields().iter().map(|f| format!("{}: {}", f.field, english(&f.message))).collect();
    if fields.is_empty() { Err(error.into()) } else { bail!("{}", fields.join("\n")) }
}
