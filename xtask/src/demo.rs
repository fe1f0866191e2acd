//! `cargo demo`: what is lacking is installed, the program is built, and it takes over.

use std::{os::unix::process::CommandExt as _, process::Command};

use anyhow::Result;

use crate::program;

/// The words after `cargo demo` go to `varde demo`.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    /// Handed to `varde demo`: --exit, --people N, --seed S, --data DIR, --port P, --json, --help.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// Builds with the profile `demo` and becomes `varde demo`.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    program::ensure_runtime()?;
    eprintln!("Building Varde (the first time takes up to twenty minutes on two cores)");
    let program = program::build("demo")?;
    Err(Command::new(program).arg("demo").args(&arguments.words).exec().into())
}
