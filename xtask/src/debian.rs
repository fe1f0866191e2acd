//! Debian packages that a developer command needs: installed when they lack and we may.

use std::process::Command;

use anyhow::{Result, bail};

/// Makes sure that the Debian packages are installed. Says what it does; when it may not install
/// (not root, no apt-get) it says what to run.
pub(crate) fn ensure(packages: &[&str]) -> Result<()> {
    let missing: Vec<&str> = packages.iter().copied().filter(|p| !is_installed(p)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if !is_root() || !on_path("apt-get") {
        bail!(
            "these packages are missing: {list}. Install them, for example by: sudo apt-get install --no-install-recommends {list}"
        );
    }
    eprintln!("Installing Debian packages: {list}");
    let install = || {
        Command::new("apt-get")
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .args(&missing)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .status()
    };
    if install()?.success() {
        return Ok(());
    }
    // A machine that was never updated has no package lists.
    eprintln!("Updating the package lists, then trying again");
    Command::new("apt-get").args(["update", "--quiet"]).status()?;
    if !install()?.success() {
        bail!("apt-get could not install {list}: see its message above");
    }
    Ok(())
}

/// Whether a program of that name is on the PATH.
pub(crate) fn on_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Makes sure that a program can be run: as it is, or by installing the packages that bring it.
pub(crate) fn ensure_program(program: &str, packages: &[&str]) -> Result<()> {
    if on_path(program) { Ok(()) } else { ensure(packages) }
}

fn is_installed(package: &str) -> bool {
    let answer = Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]).output();
    answer.is_ok_and(|out| out.status.success() && out.stdout == b"installed")
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.trim_ascii() == b"0")
}
