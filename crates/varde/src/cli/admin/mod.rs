//! `varde admin`: what operators and developers need now and then. One file for each thing.

mod bench;
mod room;

use std::process::ExitCode;

use anyhow::Result;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Run a benchmark: one line a figure, its peer in the same run.
    Bench(bench::Arguments),
    /// Project rooms: close one.
    Room {
        #[command(subcommand)]
        command: room::Command,
    },
    /// One contestant of the benchmark `extract`, in a process of its own.
    #[command(hide = true)]
    BenchExtract(bench::Contest),
}

pub(crate) async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Room { command } => room::run(command).await?,
        Command::Bench(arguments) => bench::run(&arguments).await?,
        Command::BenchExtract(arguments) => bench::contest(&arguments)?,
    }
    Ok(ExitCode::SUCCESS)
}
