//! `varde import explorer`: answers of the national variable explorer as one proposal.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use varde_core::{Actor, Component, OrganisationId};
use varde_metadata::{Proposed, explorer::Payloads};

use crate::{
    app::Services,
    cli::{Installation, Out},
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Files of the explorer's JSON, or folders of them.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Put before the paths of new sources, where a source of that name is here already.
    #[arg(long, default_value = "", value_name = "WORD")]
    prefix: String,
    /// The organisation that answers for the new sources.
    #[arg(long, value_name = "ID")]
    holder: Option<OrganisationId>,
    /// Publish at once, where the sources' settings allow it.
    #[arg(long, requires = "reason")]
    publish: bool,
    /// Why it is published without a review.
    #[arg(long, requires = "publish")]
    reason: Option<String>,
    /// The outcome as JSON on standard output.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    installation: Installation,
}

pub(super) async fn run(arguments: Arguments) -> Result<ExitCode> {
    // Files that cannot be read stop it before anything is opened.
    let payloads = read(&arguments.files)?;
    let foundation = arguments.installation.open().await?;
    let outcome = match Services::build(&foundation) {
        Ok(services) => take_in(&arguments, &payloads, &services).await,
        Err(error) => Err(error),
    };
    foundation.close().await;
    let (made, published) = outcome?;
    if arguments.json {
        Out::json(&json!({ "proposed": made, "published": published }))?;
    } else {
        tell(&made, published)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn read(files: &[PathBuf]) -> Result<Payloads> {
    let mut payloads = Payloads::default();
    for file in files {
        let found = if file.is_dir() { folder(file)? } else { vec![file.clone()] };
        for file in found {
            let bytes = fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
            payloads.add(&file.display().to_string(), &bytes)?;
        }
    }
    Ok(payloads)
}

/// The JSON files of a folder, by name.
fn folder(path: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    if files.is_empty() {
        bail!("{} has no .json files", path.display());
    }
    Ok(files)
}

async fn take_in(arguments: &Arguments, payloads: &Payloads, services: &Services) -> Result<(Proposed, bool)> {
    let actor = Actor::system(Component::CommandLine);
    let catalogue = &services.catalogue;
    let made = catalogue.import_explorer(&actor, payloads, arguments.holder, &arguments.prefix).await?;
    let Some(proposal) = made.proposal.filter(|_| arguments.publish) else { return Ok((made, false)) };
    catalogue.approve(&actor, proposal, arguments.reason.as_deref().unwrap_or_default()).await?;
    Ok((made, true))
}

fn tell(made: &Proposed, published: bool) -> Result<()> {
    for (path, imported) in &made.sources {
        Out::result(&format!("{path}: {}", imported.to_string().trim_end()))?;
    }
    match made.proposal {
        None if made.registry => Out::say("No source is new; the registry of properties and code systems is."),
        None => Out::say("The same as before: nothing changed."),
        Some(_) if published => Out::say("Published."),
        Some(id) => Out::say(&format!("Proposed: review it at /katalog/forvaltning/forslag/{id}")),
    }
    Ok(())
}
