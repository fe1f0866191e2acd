//! The command line. Words for people go to standard error, results to standard output; `--json`
//! makes the results fit for machines. Exit codes: 0 done, 1 something is wrong with what was
//! asked or found, 2 the command was not understood; an import that was to be approved has two of
//! its own (`import::taking`).

mod admin;
mod demo;
mod doctor;
mod extract;
mod import;
mod ledger;
mod out;
mod product;
mod serve;
mod tools;
mod witness;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand};

use crate::{app::Foundation, config::Config};

pub(crate) use out::Out;

/// How long an installation may take to open before a word is said about it.
const PATIENCE: Duration = Duration::from_secs(3);

/// Varde: find health data, apply, decide, extract, analyse, release – and let everybody check.
#[derive(Parser)]
#[command(
    name = "varde",
    version,
    about,
    max_term_width = 100,
    after_help = "To look around, with made-up people:  varde demo\n\
                  To see what a machine lacks:          varde doctor\n\n\
                  A command works on the installation of a data directory: --data, or `data` in the file that\n\
                  --config names. Without either it is varde-data in this folder.\n\n\
                  It answers 0 when all is done, 1 when something was refused, failed or was found wrong, and 2 when\n\
                  the command was not understood. docs/operators.md says more."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service.
    Serve(serve::Arguments),
    /// Make the demo world, run the main job in front of you, and leave the service running.
    Demo(demo::Arguments),
    /// Take in registers, people, organisations, code systems and catalogues; propose and check codebooks.
    #[command(after_help = "A register of your own, from the first look to data that can be applied for:\n\n  \
                            varde import propose rows.csv --id-column PATIENT --out book.csv\n  \
                            varde import check book.csv\n  \
                            varde import register --codebook book.csv --data rows.csv --id-column PATIENT \\\n    \
                            --id-kind national --approve --config varde.toml\n\n\
                            docs/stewards.md describes the files.")]
    Import {
        #[command(subcommand)]
        command: import::Command,
    },
    /// Extracts: make the one of a permit, verify a delivery, invent data of the same shape.
    Extract {
        #[command(subcommand)]
        command: extract::Command,
    },
    /// Data products: derived datasets that are declared, made again when their sources change.
    Product {
        #[command(subcommand)]
        command: product::Command,
    },
    /// The verifiable log: verify it, prove an entry, check a proof.
    Ledger {
        #[command(subcommand)]
        command: ledger::Command,
    },
    /// Run a witness that cosigns a log and refuses a rollback or a fork.
    Witness(witness::Arguments),
    /// Look whether this machine has what Varde needs, and say what is missing.
    Doctor(doctor::Arguments),
    /// What operators and developers need now and then: roles, keys, erasure, rooms, benchmarks.
    #[command(arg_required_else_help = true)]
    Admin {
        #[command(subcommand)]
        command: admin::Command,
    },
}

/// Flags that every command has which works on an installation.
#[derive(Args, Clone, Default)]
pub(crate) struct Installation {
    /// The configuration file.
    #[arg(long, env = "VARDE_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The data directory; wins over the configuration.
    #[arg(long, env = "VARDE_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// A PostgreSQL of your own; wins over the configuration.
    #[arg(long, env = "VARDE_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
}

impl Installation {
    /// The configuration with the flags over it. When none is named, `varde.toml` in the data
    /// directory is the configuration, if it is there.
    pub(crate) fn read(&self) -> Result<Config> {
        let data = self.data.clone().unwrap_or_else(|| Config::default().data);
        let beside = Some(data.join(Config::FILE)).filter(|path| path.is_file());
        let mut config = Config::read(self.config.clone().or(beside).as_deref())?;
        if let Some(data) = &self.data {
            config.data.clone_from(data);
        }
        if let Some(url) = &self.database_url {
            config.database_url = Some(url.clone());
        }
        config.data = whole(&config.data)?;
        Ok(config)
    }

    /// Opens the installation that the flags and the configuration name.
    pub(crate) async fn open(&self) -> Result<Foundation> {
        opened(self.read()?).await
    }
}

/// Opens an installation, and says what takes long or is hardly what was meant.
pub(crate) async fn opened(config: Config) -> Result<Foundation> {
    if !config.data.join("keys").is_dir() {
        say(&format!(
            "{} holds no installation yet: a new one is made there. For another, name its --data or --config",
            config.data.display()
        ));
    }
    let elsewhere = config.database_url.is_some();
    let mut opening = std::pin::pin!(Foundation::open(config));
    tokio::select! {
        opened = &mut opening => return opened,
        () = tokio::time::sleep(PATIENCE) => say(match elsewhere {
            true => "The database does not answer yet. It is waited for, half a minute at most",
            false => "The database is being started",
        }),
    }
    opening.await
}

/// The folder's whole path: the sandbox and the database look from elsewhere.
pub(crate) fn whole(folder: &Path) -> Result<PathBuf> {
    std::path::absolute(folder).with_context(|| format!("{} is no folder", folder.display()))
}

/// Runs the program; every error ends here, with its causes and what to do.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    match runtime.block_on(run(arguments.command)) {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Serve(arguments) => serve::run(arguments).await,
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::Import { command } => import::run(command).await,
        Command::Extract { command } => extract::run(command).await,
        Command::Product { command } => product::run(command).await,
        Command::Ledger { command } => ledger::run(command).await,
        Command::Witness(arguments) => witness::run(arguments).await,
        Command::Doctor(arguments) => doctor::run(arguments).await,
        Command::Admin { command } => admin::run(command).await,
    }
}

/// Words for people, on standard error.
pub(crate) fn say(text: &str) {
    Out::say(text);
}

fn fail(error: &anyhow::Error) -> ExitCode {
    Out::error(error);
    ExitCode::FAILURE
}
