//! `varde-bench`: the benchmarks of the data plane alone, quick to build in release.
//! `varde admin bench` offers the same from the whole program.

use std::{
    io::{Write as _, stderr, stdout},
    path::PathBuf,
};

use anyhow::{Context as _, Result, bail};
use clap::{Parser, Subcommand, ValueEnum};
use varde_bench::{Figure, Ourselves, explore, extract};

#[derive(Parser)]
#[command(about = "What the data plane costs, beside who does the same")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a benchmark: one line a figure, its peer in the same run.
    Run {
        /// Which.
        name: Name,
        /// A part of the full size, such as 0.01 for a quick run.
        #[arg(long, default_value_t = 1.0)]
        scale: f64,
        /// One JSON object a line instead of words.
        #[arg(long)]
        json: bool,
        /// Where data and peers lie, to be used again by the next run. Without one everything is made in
        /// a temporary folder and removed.
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Varde's own part, in a process of its own.
    #[command(hide = true)]
    Contest {
        /// Which.
        name: Name,
        /// Where the prepared data lies.
        folder: PathBuf,
        /// Where what is made goes.
        output: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    /// A permitted extract, against DuckDB and Polars.
    Extract,
    /// Safe tables, against DuckDB without checks.
    Explore,
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Run { name, scale, json, folder } => run(name, scale, json, folder),
        Command::Contest { name: Name::Extract, folder, output } => {
            say_line(&serde_json::to_string(&extract::contest(&folder, &output)?)?)
        }
        Command::Contest { name: Name::Explore, folder, output } => {
            say_line(&serde_json::to_string(&explore::contest(&folder, &output)?)?)
        }
    }
}

fn run(name: Name, scale: f64, json: bool, folder: Option<PathBuf>) -> Result<()> {
    if !(scale > 0.0 && scale <= 1.0) {
        bail!("--scale is a part of the full size: more than 0 and at most 1");
    }
    let temporary = tempfile::Builder::new().prefix("varde-bench-").tempdir()?;
    let folder = folder.unwrap_or_else(|| temporary.path().to_owned());
    std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let folder = folder.canonicalize()?;
    let mut say = |text: &str| drop(writeln!(stderr(), "{text}"));
    let mut tell = |figure: &Figure| match json {
        true => say_line(&serde_json::to_string(figure)?),
        false => say_line(&figure.to_string()),
    };
    let ourselves = Ourselves::with(&["contest"])?;
    match name {
        Name::Extract => extract::run(&folder, scale, &ourselves, &mut say, &mut tell),
        Name::Explore => explore::run(&folder, scale, &ourselves, &mut say, &mut tell),
    }
}

fn say_line(line: &str) -> Result<()> {
    Ok(writeln!(stdout(), "{line}")?)
}
