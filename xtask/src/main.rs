//! Developer commands: one module each.

mod assets;
mod debian;

use clap::{Parser, Subcommand};

/// Developer commands of Varde.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the style, scripts and fonts of the pages into the target folder.
    Assets,
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Task::Assets => assets::run(),
    }
}
