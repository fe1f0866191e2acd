//! `varde product`: data products by the command line: check a declaration, declare it, make it, see what it is
//! made of.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result};
use varde_core::{Actor, CataloguePath, Component, ReleaseId};
use varde_platform::{Platform, PlatformError, VersionState, product::Flaw};

use super::{Installation, Out};
use crate::app::Services;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List the products and how they stand to their sources.
    List {
        #[command(flatten)]
        installation: Installation,
        /// The products as JSON on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Check a declaration without changing anything.
    Check {
        /// The declaration: JSON (docs/stewards.md shows it).
        declaration: PathBuf,
        #[command(flatten)]
        installation: Installation,
        /// What is wrong, as JSON on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Put a declaration in force: the product is made by the service, and again when its sources change.
    #[command(after_help = "Where others answer for some of its sources, they are asked first:\n\n  \
                            varde product check heart.json --config varde.toml\n  \
                            varde product declare heart.json --config varde.toml\n\n\
                            The same once more does nothing.")]
    Declare {
        /// The declaration: JSON (docs/stewards.md shows it).
        declaration: PathBuf,
        /// Keep it as a draft, also when something is wrong with it.
        #[arg(long)]
        draft: bool,
        #[command(flatten)]
        installation: Installation,
        /// The product as JSON on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Let the service make a product as its sources are now.
    Build {
        /// The product: source/dataset.
        dataset: CataloguePath,
        #[command(flatten)]
        installation: Installation,
    },
    /// Show what a release is made of, and what is made of it.
    Lineage {
        /// The release.
        release: ReleaseId,
        #[command(flatten)]
        installation: Installation,
        /// The lineage as JSON on standard output.
        #[arg(long)]
        json: bool,
    },
}

pub(crate) async fn run(command: Command) -> Result<ExitCode> {
    let installation = match &command {
        Command::List { installation, .. }
        | Command::Check { installation, .. }
        | Command::Declare { installation, .. }
        | Command::Build { installation, .. }
        | Command::Lineage { installation, .. } => installation.clone(),
    };
    // Before the database: a file that is not there is no reason to wait for it.
    let text = match &command {
        Command::Check { declaration, .. } | Command::Declare { declaration, .. } => read(declaration)?,
        Command::List { .. } | Command::Build { .. } | Command::Lineage { .. } => String::new(),
    };
    let foundation = installation.open().await?;
    let outcome = match Services::build(&foundation) {
        Ok(services) => done(&services.platform, command, &text).await,
        Err(error) => Err(error),
    };
    foundation.close().await;
    outcome
}

async fn done(platform: &Platform, command: Command, text: &str) -> Result<ExitCode> {
    match command {
        Command::List { json, .. } => list(platform, json).await,
        Command::Check { json, .. } => check(platform, text, json).await,
        Command::Declare { draft, json, .. } => declare(platform, text, draft, json).await,
        Command::Build { dataset, .. } => {
            let wanted = platform.want_product(&actor(), &dataset).await?;
            Out::say(if wanted {
                "The service makes it."
            } else {
                "Nothing to do: it waits to be made, or is not in force."
            });
            Ok(ExitCode::SUCCESS)
        }
        Command::Lineage { release, json, .. } => lineage(platform, release, json).await,
    }
}

fn actor() -> Actor {
    Actor::system(Component::CommandLine)
}

fn read(path: &std::path::Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

async fn list(platform: &Platform, json: bool) -> Result<ExitCode> {
    let products = platform.products(&actor()).await?;
    if json {
        Out::json(&products)?;
    } else if products.is_empty() {
        Out::say("There are no data products yet: varde product declare FILE");
    }
    for (product, freshness) in products.iter().filter(|_| !json) {
        Out::result(&format!("{}  {}", product.dataset, freshness.name()))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn check(platform: &Platform, text: &str, json: bool) -> Result<ExitCode> {
    let flaws = match platform.check_product(&actor(), text).await {
        Ok((_, flaws)) | Err(PlatformError::Declaration(flaws)) => flaws,
        Err(error) => return Err(error.into()),
    };
    if json {
        Out::json(&flaws)?;
    } else {
        flaws.iter().try_for_each(|flaw| Out::result(&flaw.to_string()))?;
        if flaws.is_empty() {
            Out::say("The declaration can be made of its sources.");
        }
    }
    Ok(if flaws.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is wrong with a declaration: words beside the result, which is the product.
fn told(flaws: &[Flaw]) {
    flaws.iter().for_each(|flaw| Out::say(&flaw.to_string()));
}

async fn declare(platform: &Platform, text: &str, draft: bool, json: bool) -> Result<ExitCode> {
    let (mut record, flaws) = match platform.draft_product(&actor(), text, None).await {
        Ok(drafted) => drafted,
        Err(PlatformError::Declaration(flaws)) => {
            told(&flaws);
            return Ok(ExitCode::FAILURE);
        }
        Err(error) => return Err(error.into()),
    };
    if !draft && record.draft().is_some() {
        if !flaws.is_empty() {
            told(&flaws);
            Out::say("It is kept as a draft. Put right what is named and declare it once more.");
            return Ok(ExitCode::FAILURE);
        }
        match platform.declare_product(&actor(), &record.dataset).await? {
            VersionState::Asked => {
                Out::say("The others who answer for its sources are asked; it comes into force when they let it be.")
            }
            _ => Out::say("It is in force. The service makes it."),
        }
        record = platform.product(&actor(), &record.dataset).await?.record;
    } else if record.draft().is_none() {
        Out::say("It is in force already: nothing is new.");
    } else {
        told(&flaws);
        Out::say("It is kept as a draft.");
    }
    if json {
        Out::json(&record)?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn lineage(platform: &Platform, release: ReleaseId, json: bool) -> Result<ExitCode> {
    let (record, view) = platform.lineage(&actor(), release).await?;
    if json {
        Out::json(&view)?;
        return Ok(ExitCode::SUCCESS);
    }
    Out::result(&format!("{} {} {}", record.dataset, record.id, record.digest))?;
    for step in &view.made_of {
        Out::result(&format!("  made of  {} {} {} {}", step.dataset, step.release, step.status.name(), step.digest))?;
    }
    for column in view.made.iter().flat_map(|made| &made.lineage.columns) {
        let of: Vec<&str> = column.of.iter().map(CataloguePath::as_str).collect();
        Out::result(&format!("  {} of {}", column.column, of.join(", ")))?;
    }
    for step in &view.made_from_it {
        Out::result(&format!("  makes    {} {} {}", step.dataset, step.release, step.status.name()))?;
    }
    Ok(ExitCode::SUCCESS)
}
