//! `varde admin resource`: what organisations can give suppliers the right to.

use std::path::PathBuf;

use anyhow::{Result, bail};
use varde_core::{Actor, Component, Language, Problem as _};
use varde_delegation::{DelegableResource, DelegationError, Delegations, Outcome, Registered, ResourceId};

use super::client::read;
use crate::{
    app::{Services, all_texts},
    cli::{Installation, Out},
};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Register what can be delegated, from a JSON file with one resource or a list; all or none.
    #[command(after_help = "The file, with an organisation number of your own:\n\n  \
        {\"id\": \"helse-prover\",\n   \
        \"title\": {\"nb\": \"Hente prøvesvar\", \"nn\": \"Hente prøvesvar\", \"en\": \"Fetch test results\"},\n   \
        \"description\": {\"nb\": \"…\", \"nn\": \"…\", \"en\": \"…\"},\n   \
        \"right\": {\"nb\": \"…\", \"nn\": \"…\", \"en\": \"…\"},\n   \
        \"competent_authority\": {\"number\": \"999888777\", \"name\": \"Norsk helsenett SF\"},\n   \
        \"least_level\": \"high\", \"scopes\": [\"helse:prover/les\"], \"delegable\": true, \"visible\": true}\n\n\
        See docs/delegation.md for every member.")]
    Register {
        /// The file.
        file: PathBuf,
        /// The outcome as JSON on standard output.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        installation: Installation,
    },
    /// Show the resources, also those that cannot be given any more.
    List {
        /// The resources as JSON on standard output.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        installation: Installation,
    },
    /// End a resource: nobody finds or gives it any more. What was given stays until it is removed.
    End {
        /// Its name.
        resource: ResourceId,
        #[command(flatten)]
        installation: Installation,
    },
}

/// One resource or several.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Several {
    List(Vec<serde_json::Value>),
    One(serde_json::Value),
}

impl Several {
    /// Read one by one, so that what is wrong is told of the one it is wrong with.
    fn resources(self) -> Result<Vec<DelegableResource>> {
        let all = match self {
            Self::List(all) => all,
            Self::One(one) => vec![one],
        };
        let read = |(at, one)| {
            serde_json::from_value(one).map_err(|error| anyhow::anyhow!("resource {} of the file: {error}", at + 1))
        };
        all.into_iter().enumerate().map(read).collect()
    }
}

pub(crate) async fn run(command: Command) -> Result<()> {
    let actor = Actor::system(Component::CommandLine);
    match command {
        Command::Register { file, json, installation } => {
            let resources = read::<Several>(&file)?.resources()?;
            with_register(&installation, async |register| {
                registered(&told(register.register(&actor, &resources).await)?, json)
            })
            .await
        }
        Command::List { json, installation } => {
            with_register(&installation, async |register| list(&told(register.resources().await)?, json)).await
        }
        Command::End { resource, installation } => {
            with_register(&installation, async |register| {
                let outcome = told(register.end_resource(&actor, &resource).await)?;
                Out::say(&if outcome.changed {
                    format!(
                        "{} has ended: nobody can give it now. What was given stays until it is removed.",
                        outcome.id
                    )
                } else {
                    format!("{} had ended before. Nothing was changed.", outcome.id)
                });
                Ok(())
            })
            .await
        }
    }
}

fn registered(outcomes: &[Outcome], json: bool) -> Result<()> {
    if json {
        return Out::json(&outcomes);
    }
    for outcome in outcomes {
        let what = if outcome.changed { "registered" } else { "unchanged" };
        Out::result(&format!("{}  version {}, {what}", outcome.id, outcome.version))?;
    }
    Ok(())
}

fn list(all: &[Registered], json: bool) -> Result<()> {
    if json {
        return Out::json(&all);
    }
    for one in all {
        let (resource, ended) = (&one.resource, if one.resource.delegable { "" } else { ", cannot be given" });
        let title = resource.title.get(Language::En);
        let authority = &resource.competent_authority.name;
        Out::result(&format!("{}  version {}  {title} ({authority}){ended}", resource.id, one.version))?;
    }
    Out::say(&format!("{} resources.", all.len()));
    Ok(())
}

/// Opens the installation, does something with its register of delegations, and closes.
async fn with_register(installation: &Installation, act: impl AsyncFnOnce(&Delegations) -> Result<()>) -> Result<()> {
    let foundation = installation.open().await?;
    let outcome = match Services::build(&foundation) {
        Ok(services) => act(&services.delegations).await,
        Err(error) => Err(error),
    };
    foundation.close().await;
    outcome
}

/// An outcome; what is wrong with a resource is told member by member.
fn told<T>(outcome: Result<T, DelegationError>) -> Result<T> {
    let error = match outcome {
        Ok(done) => return Ok(done),
        Err(error) => error,
    };
    let texts = all_texts();
    let field = |f: &varde_core::FieldProblem| format!("{}: {}", f.field, texts.get(Language::En, &f.message));
    let fields: Vec<_> = error.fields().iter().map(field).collect();
    if fields.is_empty() { Err(error.into()) } else { bail!("{error}\n{}", fields.join("\n")) }
}
