//! `varde admin`: what operators and developers need now and then. One file for each thing.

mod bench;

use std::process::ExitCode;

use anyhow::Result;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Run a benchmark: one line a figure, its peer in the same run.
    Bench(bench::Arguments),
    /// One contestant of the benchmark `extract`, in a process of its own.
    #[command(hide = true)]
    BenchExtract(bench::Contest),
}

pub(crate) async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Bench(arguments) => bench::run(&arguments).await?,
        Command::BenchExtract(arguments) => bench::contest(&arguments)?,
    }
    Ok(ExitCode::SUCCESS)
}
