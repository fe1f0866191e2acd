//! `cargo xtask bench NAME`: one line a figure, the peer in the same run.

use std::process::Command;

use anyhow::Result;

use crate::program;

/// Which benchmark.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// extract, ledger or start.
    name: String,
    /// One JSON object a line instead of words.
    #[arg(long)]
    json: bool,
    /// A part of the full size, such as 0.01 for a quick run.
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
}

/// Builds in release and runs `varde admin bench NAME`.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    program::ensure_runtime()?;
    let varde = program::build("release")?;
    let mut bench = Command::new(varde);
    bench.args(["admin", "bench", &arguments.name, "--scale", &arguments.scale.to_string()]);
    if arguments.json {
        bench.arg("--json");
    }
    program::run(&mut bench)
}
