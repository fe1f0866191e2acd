//! Developer commands: one module each.

mod assets;
mod bench;
mod crash;
mod debian;
mod demo;
mod disclosure;
mod fuzz;
mod interop;
mod licences;
mod objects;
mod program;
mod python;
mod readers;
mod shacl;
mod verify;

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
    /// Build Varde, make the demo world, run the main job and leave the service running.
    Demo(demo::Arguments),
    /// Check everything: format, lints, tests, browser walk, licences.
    Verify(verify::Arguments),
    /// Kill the demo at random moments and see that it always resumes or starts clean.
    Crash(crash::Arguments),
    /// Damage tokens and keys, and see that nothing breaks and nothing false is believed.
    Fuzz(fuzz::Arguments),
    /// Measure, with the peer in the same run.
    Bench(bench::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Task::Assets => assets::run(),
        Task::Demo(arguments) => demo::run(&arguments),
        Task::Verify(arguments) => verify::run(&arguments),
        Task::Crash(arguments) => crash::run(&arguments),
        Task::Fuzz(arguments) => fuzz::run(&arguments),
        Task::Bench(arguments) => bench::run(&arguments),
    }
}
