//! `varde import dcat`: another catalogue's datasets as drafts that somebody can look at and publish.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use varde_core::{Actor, Component, OrganisationId};
use varde_exchange::{Harvested, harvest};
use varde_rdf::{Format, Limits, read};

use crate::{
    app::{Foundation, Services},
    cli::{Installation, Out},
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The configuration file.
    #[arg(long, env = "VARDE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data directory; wins over the configuration.
    #[arg(long, env = "VARDE_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// A PostgreSQL of your own; wins over the configuration.
    #[arg(long, env = "VARDE_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    /// The catalogue: Turtle, JSON-LD, RDF/XML or N-Triples, told by the file's name.
    file: PathBuf,
    /// The address that the file came from, for names in it that are relative.
    #[arg(long, value_name = "URL")]
    base: Option<String>,
    /// The organisation that answers for the sources here.
    #[arg(long, value_name = "ID")]
    holder: Option<OrganisationId>,
    /// Look the file through and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// The report as JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let found = datasets(arguments)?;
    if arguments.dry_run {
        return report(arguments, &found, &vec!["looked_through"; found.len()]);
    }
    let installation = Installation {
        config: arguments.config.clone(),
        data: arguments.data.clone(),
        database_url: arguments.database_url.clone(),
    };
    let foundation = Foundation::open(installation.read()?).await?;
    let services = Services::build(&foundation)?;
    let outcome = take_in(&services, &found).await;
    foundation.close().await;
    report(arguments, &found, &outcome?)
}

/// The datasets of the file; a file that holds none is the wrong file.
fn datasets(arguments: &Arguments) -> Result<Vec<Harvested>> {
    let name = arguments.file.display();
    let format = Format::from_file_name(&name.to_string()).with_context(|| {
        format!("{name}: end the file's name in .ttl, .jsonld, .rdf or .nt, so that its format is known")
    })?;
    let text = fs::read(&arguments.file).with_context(|| format!("{name} cannot be read"))?;
    let document = read(&text, format, arguments.base.as_deref(), Limits::default())
        .with_context(|| format!("{name} cannot be taken; nothing was changed"))?;
    let (mut found, nameless) = harvest(&document.graph);
    if nameless > 0 {
        Out::say(&format!("{nameless} datasets have no address and are left out: they could not be recognised again"));
    }
    if found.is_empty() {
        bail!("{name} describes no dataset (dcat:Dataset) with an address; nothing was changed");
    }
    for one in &mut found {
        one.source.holder = arguments.holder;
    }
    Ok(found)
}

/// One draft each; the same content as before changes nothing.
async fn take_in(services: &Services, found: &[Harvested]) -> Result<Vec<&'static str>> {
    let actor = Actor::system(Component::CommandLine);
    let mut outcomes = Vec::with_capacity(found.len());
    for one in found {
        let imported = services.catalogue.import(&actor, &one.source, "dcat").await;
        let imported = imported.with_context(|| format!("{} cannot be taken", one.address))?;
        outcomes.push(match (imported.unchanged, imported.difference) {
            (true, _) => "unchanged",
            (false, Some(_)) => "changed",
            (false, None) => "new",
        });
    }
    Ok(outcomes)
}

fn report(arguments: &Arguments, found: &[Harvested], outcomes: &[&str]) -> Result<ExitCode> {
    for (one, outcome) in found.iter().zip(outcomes) {
        if arguments.json {
            let line = json!({ "source": one.source.path, "address": one.address, "outcome": outcome, "lacking": one.lacking });
            Out::result(&line.to_string())?;
            continue;
        }
        let lacking =
            if one.lacking.is_empty() { String::new() } else { format!(", lacks {}", one.lacking.join(", ")) };
        Out::result(&format!("{}: {}{lacking} ({})", one.source.path, outcome.replace('_', " "), one.address))?;
    }
    let drafts = outcomes.iter().filter(|o| ["new", "changed"].contains(o)).count();
    Out::say(&format!("{} datasets, {drafts} drafts to look at and publish", found.len()));
    Ok(ExitCode::SUCCESS)
}
