//! `cargo verify`: everything that must hold before a change lands, in the order in which a
//! failure is cheapest to find. `.ci/run` calls exactly this.

use std::{
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, Result, bail};

use crate::{assets, crash, debian, licences, program};

/// Which steps.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only the steps whose name contains this, such as `lints` or `browser`.
    #[arg(long)]
    only: Option<String>,
}

type Step = (&'static str, fn() -> Result<()>);

const STEPS: [Step; 9] = [
    ("packages", packages),
    ("assets", assets::run),
    ("format", format),
    ("licences", licences::run),
    ("lints", lints),
    ("tests", tests),
    ("national numbers", national_numbers),
    ("browser walk", browser),
    ("killed at random", killed),
];

/// Runs the steps; the first failure ends it and names the step.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let begun = Instant::now();
    for (name, step) in STEPS {
        if arguments.only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        let started = Instant::now();
        eprintln!("\n── {name}");
        step().with_context(|| format!("the step «{name}» failed"))?;
        eprintln!("── {name}: passed in {} s", started.elapsed().as_secs());
    }
    eprintln!("\nEverything holds ({} minutes).", begun.elapsed().as_secs().div_ceil(60));
    Ok(())
}

/// Everything that any step needs of the machine.
fn packages() -> Result<()> {
    program::ensure_runtime()?;
    debian::ensure_program("chromium", &["chromium"])?;
    debian::ensure_program("Rscript", &["r-base-core"])?;
    debian::ensure_program("pdfinfo", &["poppler-utils"])
}

fn format() -> Result<()> {
    program::run(Command::new("cargo").args(["fmt", "--all", "--check"]))
}

fn lints() -> Result<()> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"];
    program::run(Command::new("cargo").args(arguments))
}

fn tests() -> Result<()> {
    program::run(Command::new("cargo").args(["test", "--workspace", "--no-fail-fast"]))
}

/// 100,000 generated numbers, judged by us and by an independent library.
fn national_numbers() -> Result<()> {
    let arguments = ["run", "--quiet", "--package", "varde-core", "--example", "national_numbers", "--", "100000"];
    let mut ours = Command::new("cargo")
        .args(arguments)
        .current_dir(assets::root())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start the example national_numbers")?;
    let numbers = ours.stdout.take().context("the example has no output")?;
    let mut theirs = assets::node();
    theirs.arg("tests/national-numbers.mjs").current_dir(assets::root().join("web")).stdin(numbers);
    let status = theirs.status().context("cannot start node")?;
    if !ours.wait()?.success() || !status.success() {
        bail!("the two judges of national numbers differ, or one of them failed");
    }
    Ok(())
}

/// The main job as four people, in headless Chromium, with axe on every page.
fn browser() -> Result<()> {
    let varde = program::build("dev")?;
    let mut walk = assets::node();
    program::run(walk.arg("web/tests/walk.mjs").env("VARDE", varde))
}

fn killed() -> Result<()> {
    crash::run(&crash::Arguments::short())
}
