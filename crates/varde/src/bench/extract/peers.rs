//! The contestants as processes: our own, and Python scripts with the peers' packages.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use super::{Outcome, job::KEY, world::Place};

/// The peers; the goals speak of the first.
pub(super) const NAMES: [&str; 2] = ["DuckDB", "Polars"];

const SCRIPTS: [(&str, &str); 4] = [
    ("duckdb_extract.py", include_str!("../peers/duckdb_extract.py")),
    ("polars_extract.py", include_str!("../peers/polars_extract.py")),
    ("job.py", include_str!("../peers/job.py")),
    ("compare.py", include_str!("../peers/compare.py")),
];

/// Python with the peers' packages, in a folder of its own.
pub(super) struct Peers {
    folder: PathBuf,
}

impl Peers {
    /// Makes the environment below `folder` unless it is there. Packages come as wheels only: nothing
    /// is built.
    pub(super) fn prepare(folder: &Path, say: &mut dyn FnMut(&str)) -> Result<Self> {
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

    fn python(&self) -> PathBuf {
        self.folder.join("venv/bin/python")
    }

    /// Lets a peer do the job.
    pub(super) fn contest(&self, name: &str, place: &Place) -> Result<Outcome> {
        let made = emptied(place, name)?;
        fs::create_dir_all(&made)?;
        let script = format!("{}_extract.py", name.to_lowercase());
        let said = self.run(&script, [place.folder().as_os_str(), made.as_os_str(), OsStr::new(&hex::encode(KEY))])?;
        let last = said.lines().last().unwrap_or_default();
        serde_json::from_str(last).with_context(|| format!("{script} did not say what it did"))
    }

    /// Fails when the results are not the same rows.
    pub(super) fn compare(&self, place: &Place) -> Result<()> {
        let folders = ["Varde", NAMES[0], NAMES[1]].map(|name| place.output(name));
        self.run("compare.py", folders.iter().map(|folder| folder.as_os_str())).map(drop)
    }

    fn run<'a>(&self, script: &str, arguments: impl IntoIterator<Item = &'a OsStr>) -> Result<String> {
        output(Command::new(self.python()).arg(self.folder.join(script)).args(arguments))
    }
}

const VERSIONS: &str = "import duckdb, polars; print('DuckDB', duckdb.__version__, 'and Polars', polars.__version__)";

/// Varde's contest, in a process of its own as the peers have theirs.
pub(super) fn our_own(place: &Place) -> Result<Outcome> {
    let made = emptied(place, "Varde")?;
    let mut command = Command::new(std::env::current_exe()?);
    let said = output(command.args(["admin", "bench-extract"]).arg(place.folder()).arg(&made))?;
    Ok(serde_json::from_str(said.trim())?)
}

/// Where a contestant's files go, without those of an earlier run.
fn emptied(place: &Place, name: &str) -> Result<PathBuf> {
    let made = place.output(name);
    if made.exists() {
        fs::remove_dir_all(&made)?;
    }
    Ok(made)
}

/// Standard output of a command that must succeed; its complaint when it does not.
fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command.stdin(Stdio::null()).output().with_context(|| format!("{name} cannot be started"))?;
    if !done.status.success() {
        bail!("{name} failed ({}): {}", done.status, String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}
