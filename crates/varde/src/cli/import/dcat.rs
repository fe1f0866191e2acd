//! `varde import dcat`: another catalogue's datasets as one proposal that somebody can look at and publish.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use varde_core::{Actor, Component, OrganisationId};
use varde_exchange::{Became, Harvested, Origin, Paths, TakenIn, harvest};
use varde_rdf::{Format, Graph, Limits, read};

use crate::{
    app::Services,
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
    let graph = graph(arguments)?;
    if arguments.dry_run {
        let (found, nameless) = harvest(&graph, &mut Paths::default());
        let looked_through = found.into_iter().map(|one| (one, "looked through")).collect::<Vec<_>>();
        return report(arguments, &looked_through, nameless, None);
    }
    let installation = Installation {
        config: arguments.config.clone(),
        data: arguments.data.clone(),
        database_url: arguments.database_url.clone(),
    };
    let foundation = installation.open().await?;
    let services = Services::build(&foundation)?;
    let outcome = take_in(&services, arguments, &graph).await;
    foundation.close().await;
    let taken = outcome?;
    let became: Vec<_> = taken.datasets.into_iter().map(|(one, became)| (one, word(became))).collect();
    report(arguments, &became, taken.nameless, taken.proposal.map(|id| id.to_string()))
}

/// What the file says.
fn graph(arguments: &Arguments) -> Result<Graph> {
    let name = arguments.file.display();
    let format = Format::from_file_name(&name.to_string()).with_context(|| {
        format!("{name}: end the file's name in .ttl, .jsonld, .rdf or .nt, so that its format is known")
    })?;
    let text = fs::read(&arguments.file).with_context(|| format!("{name} cannot be read"))?;
    let document = read(&text, format, arguments.base.as_deref(), Limits::default())
        .with_context(|| format!("{name} cannot be taken; nothing was changed"))?;
    Ok(document.graph)
}

/// All that is new in one proposal; the same content as before changes nothing.
async fn take_in(services: &Services, arguments: &Arguments, graph: &Graph) -> Result<TakenIn> {
    let file = arguments.file.file_name().unwrap_or_default().display().to_string();
    // A file may be a part of a catalogue: what is not in it is not gone.
    let origin = Origin { title: &file, holder: arguments.holder, harvest: None, allow_loss: true };
    let actor = Actor::system(Component::CommandLine);
    let taken = services.exchange.take_in(&actor, graph, origin).await;
    taken.with_context(|| format!("{file} cannot be taken; nothing was changed"))
}

const fn word(became: Became) -> &'static str {
    match became {
        Became::New => "new",
        Became::Changed => "changed",
        Became::Withdrawn => "withdrawn",
        Became::Unchanged => "unchanged",
        Became::SomebodyElses => "left out: somebody else answers for it here",
    }
}

/// What became of each; a file that holds none is the wrong file.
fn report(
    arguments: &Arguments,
    found: &[(Harvested, &str)],
    nameless: usize,
    proposal: Option<String>,
) -> Result<ExitCode> {
    if nameless > 0 {
        Out::say(&format!("{nameless} datasets have no address and are left out: they could not be recognised again"));
    }
    if found.is_empty() {
        bail!("{} describes no dataset (dcat:Dataset) with an address; nothing was changed", arguments.file.display());
    }
    for (one, outcome) in found {
        if arguments.json {
            let line = json!({
                "source": one.source.path, "address": one.address, "outcome": outcome, "lacking": one.lacking,
                "proposal": proposal,
            });
            Out::result(&line.to_string())?;
            continue;
        }
        let lacking =
            if one.lacking.is_empty() { String::new() } else { format!(", lacks {}", one.lacking.join(", ")) };
        Out::result(&format!("{}: {outcome}{lacking} ({})", one.source.path, one.address))?;
    }
    match proposal {
        Some(id) => Out::say(&format!("{} datasets, one proposal to look at and publish: {id}", found.len())),
        None => Out::say(&format!("{} datasets, nothing to publish", found.len())),
    }
    Ok(ExitCode::SUCCESS)
}
