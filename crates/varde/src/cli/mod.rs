//! The command line. Words for people go to standard error, results to standard output; `--json`
//! makes the results fit for machines. Exit codes: 0 done, 1 something is wrong with what was
//! asked or found, 2 the command was not understood.

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
};

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand};

use crate::config::Config;

pub(crate) use out::Out;

/// Varde: find health data, apply, decide, extract, analyse, release – and let everybody check.
#[derive(Parser)]
#[command(name = "varde", version, about, max_term_width = 100)]
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
    /// Bring your own register: import, propose a codebook, compare editions.
    Import {
        #[command(subcommand)]
        command: import::Command,
    },
    /// Extracts: make the one of a permit, verify a delivery.
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
