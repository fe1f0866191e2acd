//! `cargo xtask bench NAME`: one line a figure, the peer in the same run.

use std::{ffi::OsString, path::PathBuf, process::Command};

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
    /// Where data, peers and the private database lie, to be used again by the next run; it also
    /// decides which disk is measured.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// `start`: the data directory of an existing demonstration.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Arguments {
    /// What `varde` is called with.
    fn passed(&self) -> Vec<OsString> {
        let scale = self.scale.to_string();
        let mut passed: Vec<OsString> = ["admin", "bench", &self.name, "--scale", &scale].map(Into::into).to_vec();
        for (flag, folder) in [("--folder", &self.folder), ("--data", &self.data)] {
            if let Some(folder) = folder {
                passed.extend([flag.into(), folder.into()]);
            }
        }
        passed.extend(self.json.then(|| "--json".into()));
        passed
    }
}

/// Builds in release and runs `varde admin bench NAME`.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    program::ensure_runtime()?;
    let varde = program::build("release")?;
    program::run(Command::new(varde).args(arguments.passed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_passed_on() {
        let (folder, data) = (Some("a folder".into()), Some("data".into()));
        let arguments = Arguments { name: "start".to_owned(), json: true, scale: 0.01, folder, data };
        let expected =
            ["admin", "bench", "start", "--scale", "0.01", "--folder", "a folder", "--data", "data", "--json"];
        assert_eq!(arguments.passed(), expected);
        let few = Arguments { name: "ledger".to_owned(), json: false, scale: 1.0, folder: None, data: None };
        assert_eq!(few.passed(), ["admin", "bench", "ledger", "--scale", "1"]);
    }
}
