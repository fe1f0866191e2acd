//! `cargo xtask bench NAME`: one line a figure, the peer in the same run.

use std::{ffi::OsString, path::PathBuf, process::Command};

use anyhow::Result;

use crate::{assets, program};

/// Which benchmark.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// catalogue, explore, extract, ledger, start or token.
    name: String,
    /// One JSON object a line instead of words.
    #[arg(long)]
    json: bool,
    /// A part of the full size, such as 0.01 for a quick run.
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// Where data, peers and the private database lie, to be used again by the next run; it also
    /// decides which disk is measured.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// `start`: the data directory of an existing demonstration.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Only whether it works: a two-hundredth of the full size. Its figures say nothing.
    #[arg(long, conflicts_with = "scale")]
    smoke: bool,
    /// The cargo profile of the program.
    #[arg(long, default_value = "release")]
    profile: String,
}

/// The benchmarks of the crate `varde-bench`.
const DATA_PLANE: [&str; 2] = ["explore", "extract"];
/// The scale of `--smoke`.
const SMOKE: f64 = 0.005;

impl Arguments {
    /// Whether the crate of its own is built for it: an optimised build of the whole program takes many
    /// times as long. In `dev` the whole program is there already.
    fn alone(&self) -> bool {
        DATA_PLANE.contains(&self.name.as_str()) && self.profile != "dev"
    }

    /// What `varde` or `varde-bench` is called with.
    fn passed(&self) -> Vec<OsString> {
        let scale = if self.smoke { SMOKE } else { self.scale }.to_string();
        let command: &[&str] = if self.alone() { &["run"] } else { &["admin", "bench"] };
        let mut passed: Vec<OsString> = command.iter().map(Into::into).collect();
        passed.extend([&self.name, "--scale", &scale].map(OsString::from));
        for (flag, folder) in [("--folder", &self.folder), ("--data", &self.data)] {
            if let Some(folder) = folder {
                passed.extend([flag.into(), folder.into()]);
            }
        }
        passed.extend(self.json.then(|| "--json".into()));
        if self.name == "token" {
            let (node, script) = (assets::node(), assets::root().join("web/tests/bench/oidc-provider.mjs"));
            passed.extend(["--node".into(), node.get_program().to_owned(), "--peer".into(), script.into()]);
        }
        passed
    }
}

/// Builds in release, or as asked, and runs `varde admin bench NAME`, or what is the same in `varde-bench`.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    program::ensure_runtime()?;
    let built = match arguments.alone() {
        true => program::build_bench(&arguments.profile)?,
        false => program::build(&arguments.profile)?,
    };
    program::run(Command::new(built).args(arguments.passed()))
}

/// The benchmark of tokens at its smallest, with the program that the tests are built with: that it works.
pub(crate) fn smoke() -> Result<()> {
    smallest("token")
}

/// The same of the extract.
pub(crate) fn smoke_extract() -> Result<()> {
    smallest("extract")
}

/// The same of safe tables.
pub(crate) fn smoke_explore() -> Result<()> {
    smallest("explore")
}

/// The same of the catalogue.
pub(crate) fn smoke_catalogue() -> Result<()> {
    smallest("catalogue")
}

fn smallest(name: &str) -> Result<()> {
    let (name, profile) = (name.to_owned(), "dev".to_owned());
    run(&Arguments { name, json: false, scale: 1.0, folder: None, data: None, smoke: true, profile })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_passed_on() {
        let (folder, data) = (Some("a folder".into()), Some("data".into()));
        let of = |name: &str, json, scale, folder, data| {
            let (name, profile) = (name.to_owned(), "release".to_owned());
            Arguments { name, json, scale, folder, data, smoke: false, profile }
        };
        let arguments = of("start", true, 0.01, folder, data);
        let expected =
            ["admin", "bench", "start", "--scale", "0.01", "--folder", "a folder", "--data", "data", "--json"];
        assert_eq!(arguments.passed(), expected);
        assert_eq!(of("extract", false, 1.0, None, None).passed(), ["run", "extract", "--scale", "1"]);
        let smoke = Arguments { profile: "dev".to_owned(), ..of("extract", false, 1.0, None, None) }.passed();
        assert_eq!(smoke[..3], ["admin", "bench", "extract"]);
        assert_eq!(of("ledger", false, 1.0, None, None).passed(), ["admin", "bench", "ledger", "--scale", "1"]);
        let token = Arguments { smoke: true, ..of("token", false, 1.0, None, None) }.passed();
        assert_eq!(token[..5], ["admin", "bench", "token", "--scale", "0.005"]);
        assert_eq!((token[5].to_str(), token[7].to_str()), (Some("--node"), Some("--peer")));
    }
}
