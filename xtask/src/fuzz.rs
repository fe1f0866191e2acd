//! `cargo xtask fuzz jose`: see `crates/foundation/jose/examples/fuzz`. `cargo xtask fuzz extract`: see
//! `crates/data/engine/examples/specifications`.

use std::process::Command;

use anyhow::{Result, bail};

use crate::program;

/// What, for how long, and which damage.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// jose, or extract.
    what: String,
    /// For how long: jose.
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// How many cases: extract.
    #[arg(long, default_value_t = 1_000_000)]
    cases: u64,
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

/// Fuzzes until the time is over, all cases are done, or something is found.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let (package, example, long) = match arguments.what.as_str() {
        "jose" => ("varde-jose", "fuzz", arguments.seconds),
        "extract" => ("varde-engine", "specifications", arguments.cases),
        other => bail!("{other:?} cannot be fuzzed: jose and extract can"),
    };
    let mut command = if arguments.profile == "dev" {
        Command::new(program::example(example)?)
    } else {
        let mut command = Command::new("cargo");
        command.args(["run", "--quiet", "--package", package, "--example", example]);
        command.args(["--profile", &arguments.profile, "--"]);
        command
    };
    let numbers = [Some(long), Some(arguments.seed), arguments.case];
    program::run(command.args(numbers.iter().flatten().map(u64::to_string)))
}

/// What `cargo verify` has time for.
pub(crate) fn short() -> Result<()> {
    let arguments = |what: &str| Arguments {
        what: what.to_owned(),
        seconds: 20,
        cases: 50_000,
        seed: 1,
        case: None,
        profile: "dev".to_owned(),
    };
    run(&arguments("jose"))?;
    run(&arguments("extract"))
}
