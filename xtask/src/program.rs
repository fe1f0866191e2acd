//! Building and finding the program, and what it needs of the machine.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use crate::{assets, debian};

/// What the program needs to run the main job: PostgreSQL, and bubblewrap and Python for rooms.
pub(crate) fn ensure_runtime() -> Result<()> {
    if !has_postgres() {
        debian::ensure(&["postgresql"])?;
    }
    debian::ensure_program("bwrap", &["bubblewrap"])?;
    // Rooms use Debian's Python: one under somebody's home cannot be seen from inside.
    if !Path::new("/usr/bin/python3").exists() {
        debian::ensure(&["python3"])?;
    }
    // Debian has what makes environments in a package of its own; elsewhere it comes with Python.
    let makes_environments = Command::new("/usr/bin/python3").args(["-c", "import ensurepip, venv"]).output();
    if makes_environments.is_ok_and(|out| out.status.success()) {
        return Ok(());
    }
    debian::ensure(&["python3-venv"])
}

fn has_postgres() -> bool {
    let distribution = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    debian::on_path("initdb") || distribution.into_iter().any(|entry| entry.path().join("bin/initdb").is_file())
}

/// Builds the program with a profile and says where it is.
pub(crate) fn build(profile: &str) -> Result<PathBuf> {
    assets::run()?;
    let folder = if profile == "dev" { "debug" } else { profile };
    if profile == "dev" {
        // The selection that the tests are built with: another one has other features and would
        // compile the heavy dependencies again.
        run(Command::new("cargo").args(["test", "--workspace", "--no-run", "--quiet"]))?;
    } else {
        run(Command::new("cargo").args(["build", "--package", "varde", "--profile", profile]))?;
    }
    found(folder, "varde")
}

/// An example of one of our crates, as the tests built it: asked for by its package alone it would have
/// other features, and the heavy dependencies would be compiled again.
pub(crate) fn example(name: &str) -> Result<PathBuf> {
    build("dev")?;
    found("debug/examples", name)
}

/// The same of the benchmarks of the data plane, without the rest of the program.
pub(crate) fn build_bench(profile: &str) -> Result<PathBuf> {
    run(Command::new("cargo").args(["build", "--package", "varde-bench", "--profile", profile]))?;
    found(profile, "varde-bench")
}

fn found(folder: &str, name: &str) -> Result<PathBuf> {
    let program = assets::target().join(folder).join(name);
    if !program.is_file() {
        bail!("cargo built no program at {}", program.display());
    }
    Ok(program)
}

/// Runs a command in the workspace's folder with our standard streams; an error names it.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = format!("{command:?}");
    let status = command.current_dir(assets::root()).status().with_context(|| format!("cannot start {shown}"))?;
    if !status.success() {
        bail!("{shown} ended with {status}");
    }
    Ok(())
}
