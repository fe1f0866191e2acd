//! The peers: Python scripts with DuckDB and Polars, in an environment of their own.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

const SCRIPTS: [(&str, &str); 6] = [
    ("duckdb_extract.py", include_str!("peers/duckdb_extract.py")),
    ("duckdb_dense_extract.py", include_str!("peers/duckdb_dense_extract.py")),
    ("polars_extract.py", include_str!("peers/polars_extract.py")),
    ("duckdb_explore.py", include_str!("peers/duckdb_explore.py")),
    ("job.py", include_str!("peers/job.py")),
    ("compare.py", include_str!("peers/compare.py")),
];

/// Python with the peers' packages, in a folder of its own.
pub(crate) struct Peers {
    folder: PathBuf,
}

impl Peers {
    /// Makes the environment below `folder` unless it is there. Packages come as wheels only: nothing
    /// is built.
    pub(crate) fn prepare(folder: &Path, say: &mut dyn FnMut(&str)) -> Result<Self> {
        let peers = Self { folder: folder.join("peers") };
        fs::create_dir_all(&peers.folder)?;
        for (name, text) in SCRIPTS {
            fs::write(peers.folder.join(name), text)?;
        }
        let whole = peers.folder.join("installed");
        if !whole.exists() {
            say("Installing DuckDB and Polars for Python, once in this folder");
            output(Command::new("python3").args(["-m", "venv", "--clear"]).arg(peers.folder.join("venv")))
                .context("Python's venv is needed (Debian: python3-venv)")?;
            output(
                Command::new(peers.python())
                    .args(["-m", "pip", "install", "--quiet", "--only-binary", ":all:"])
                    .args(["duckdb", "polars"]),
            )
            .context("the peers cannot be installed: is the package index reachable?")?;
            fs::write(whole, "")?;
        }
        let versions = output(Command::new(peers.python()).args(["-c", VERSIONS]))?;
        say(&format!("Peers: {}", versions.trim()));
        Ok(peers)
    }

    /// What the script says; its complaint as an error when it fails.
    pub(crate) fn run<'a>(&self, script: &str, arguments: impl IntoIterator<Item = &'a OsStr>) -> Result<String> {
        output(Command::new(self.python()).arg(self.folder.join(script)).args(arguments))
    }

    fn python(&self) -> PathBuf {
        self.folder.join("venv/bin/python")
    }
}

const VERSIONS: &str = "import duckdb, polars; print('DuckDB', duckdb.__version__, 'and Polars', polars.__version__)";

/// Standard output of a command that must succeed; its complaint when it does not.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command.stdin(Stdio::null()).output().with_context(|| format!("{name} cannot be started"))?;
    if !done.status.success() {
        bail!("{name} failed ({}): {}", done.status, String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}
