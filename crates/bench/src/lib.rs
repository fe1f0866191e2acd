//! Benchmarks of the data plane, and what every benchmark is told with: one line a figure, its peer
//! measured in the same run on the same machine, CPU time beside wall time.
//!
//! - [`extract`]: a permitted extract, against DuckDB and Polars doing the same job.
//! - [`explore`]: safe tables, against DuckDB making the same ones without any check.
//!
//! A crate of its own, so that the engine is measured in an optimised build without building the rest
//! of the program. The program rests on it for its own benchmarks, and `varde admin bench` calls it too.

pub mod explore;
pub mod extract;
mod figure;
mod peers;
pub mod usage;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

pub use figure::{Figure, Listener, megabytes, misnamed};
pub use usage::Usage;

/// How this program is started again for Varde's own part, so that it has a process of its own as the peers
/// have: the program, and the arguments before the benchmark's name, the folder with the data and that for
/// what is made.
#[derive(Debug, Clone)]
pub struct Ourselves {
    program: PathBuf,
    arguments: Vec<OsString>,
}

impl Ourselves {
    /// The running program, with these arguments first.
    pub fn with(arguments: &[&str]) -> std::io::Result<Self> {
        let program = std::env::current_exe()?;
        Ok(Self { program, arguments: arguments.iter().map(OsString::from).collect() })
    }

    fn command(&self, name: &str, folder: &Path, output: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).arg(name).arg(folder).arg(output);
        command
    }
}
