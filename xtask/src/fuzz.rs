//! `cargo xtask fuzz jose`: see `crates/foundation/jose/examples/fuzz`.

use std::process::Command;

use anyhow::{Result, bail};

use crate::program;

/// What, for how long, and which damage.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// jose.
    what: String,
    /// For how long.
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// Decides on the damage.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// One case alone, as a finding names it.
    #[arg(long)]
    case: Option<u64>,
    /// The cargo profile.
    #[arg(long, default_value = "dev")]
    profile: String,
}

/// Fuzzes until the time is over or something is found.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.what != "jose" {
        bail!("there is only one thing to fuzz: jose");
    }
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--package", "varde-jose", "--example", "fuzz", "--profile", &arguments.profile]);
    let numbers = [Some(arguments.seconds), Some(arguments.seed), arguments.case];
    program::run(command.arg("--").args(numbers.iter().flatten().map(u64::to_string)))
}

/// What `cargo verify` has time for.
pub(crate) fn short() -> Result<()> {
    run(&Arguments { what: "jose".to_owned(), seconds: 20, seed: 1, case: None, profile: "dev".to_owned() })
}
