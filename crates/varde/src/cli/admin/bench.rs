//! `varde admin bench`: the benchmarks, each beside its peer.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::{
    bench::{self, Figure},
    cli::Out,
};
use varde_bench::Ourselves;

#[derive(clap::Args)]
#[command(after_long_help = figures())]
pub(crate) struct Arguments {
    /// Which.
    name: Name,
    /// A part of the full size, such as 0.01 for a quick run.
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// One JSON object a line instead of words.
    #[arg(long)]
    json: bool,
    /// Where data, peers and the private database lie; a folder that is here is used again. Without
    /// one everything is made in a temporary folder and removed.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// `start`: the data directory of an existing demonstration, instead of a new one.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// `start`: the database of that demonstration, when it is not a private one.
    #[arg(long, env = "VARDE_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    /// `token`: Node.js, for the peer.
    #[arg(long, value_name = "PROGRAM", requires = "peer")]
    node: Option<PathBuf>,
    /// `token`: the script that runs the peer, beside the packages it needs.
    #[arg(long, value_name = "FILE", requires = "node")]
    peer: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    /// Safe tables, against DuckDB without checks.
    Explore,
    /// A permitted extract, against DuckDB and Polars.
    Extract,
    /// Durable entries a second, checkpoint delay, proof size.
    Ledger,
    /// Time until the service is ready, idle memory.
    Start,
    /// What a token costs the authorisation server, against oidc-provider.
    Token,
    /// Searching and importing the catalogue, against SQLite's FTS5.
    Catalogue,
}

/// What each benchmark tells, one line a figure.
fn figures() -> String {
    let of = |(name, figures): (&str, &[&str])| format!("  {name}: {}\n", figures.join("; "));
    format!("Figures:\n{}", bench::FIGURES.map(of).concat())
}

/// Varde's own part of a benchmark, in a process of its own.
#[derive(clap::Args)]
pub(crate) struct Contest {
    /// Which.
    name: Contested,
    /// Where the prepared data lies.
    folder: PathBuf,
    /// Where what is made goes.
    output: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Contested {
    /// Safe tables.
    Explore,
    /// A permitted extract.
    Extract,
}

pub(crate) fn contest(arguments: &Contest) -> Result<()> {
    let Contest { name, folder, output } = arguments;
    let done = match name {
        Contested::Explore => serde_json::to_string(&bench::explore::contest(folder, output)?)?,
        Contested::Extract => serde_json::to_string(&bench::extract::contest(folder, output)?)?,
    };
    Out::result(&done)
}

pub(crate) async fn run(arguments: &Arguments) -> Result<()> {
    if !(arguments.scale > 0.0 && arguments.scale <= 1.0) {
        bail!("--scale is a part of the full size: more than 0 and at most 1");
    }
    let temporary = tempfile::Builder::new().prefix("varde-bench-").tempdir()?;
    let folder = arguments.folder.as_deref().unwrap_or(temporary.path());
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let folder = folder.canonicalize()?;
    measure(arguments, &folder).await
}

async fn measure(arguments: &Arguments, folder: &Path) -> Result<()> {
    let json = arguments.json;
    let mut tell = move |figure: &Figure| match json {
        true => Out::result(&serde_json::to_string(figure)?),
        false => Out::result(&figure.to_string()),
    };
    let ourselves = Ourselves::with(&["admin", "bench-contest"])?;
    match arguments.name {
        Name::Explore => bench::explore::run(folder, arguments.scale, &ourselves, &mut Out::say, &mut tell),
        Name::Extract => bench::extract::run(folder, arguments.scale, &ourselves, &mut Out::say, &mut tell),
        Name::Ledger => {
            // Always an empty log, on the disk that was chosen.
            let empty = tempfile::tempdir_in(folder)?;
            bench::ledger::run(empty.path(), arguments.scale, &mut tell).await
        }
        Name::Start => {
            let url = arguments.database_url.as_deref();
            bench::start::run(folder, arguments.data.as_deref(), url, arguments.scale, &mut tell).await
        }
        Name::Token => {
            let peer = arguments.node.clone().zip(arguments.peer.clone());
            let peer = peer.map(|(node, script)| bench::token::Peer { node, script });
            // Always a new installation, on the disk that was chosen.
            let empty = tempfile::tempdir_in(folder)?;
            bench::token::run(empty.path(), arguments.scale, peer.as_ref(), &mut Out::say, &mut tell).await
        }
        Name::Catalogue => {
            let empty = tempfile::tempdir_in(folder)?;
            bench::catalogue::run(empty.path(), arguments.scale, &mut Out::say, &mut tell).await
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Args as _;

    use super::*;

    #[test]
    fn the_help_names_every_figure() {
        let help = Arguments::augment_args(clap::Command::new("bench")).render_long_help().to_string();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for (bench, figures) in bench::FIGURES {
            for figure in figures {
                assert!(help.contains(figure), "{bench}: {figure}: {help}");
            }
        }
    }
}
