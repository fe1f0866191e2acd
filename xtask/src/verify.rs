//! `cargo verify`: everything that must hold before a change lands, in the order in which a
//! failure is cheapest to find. `.ci/run` calls exactly this.

use std::{
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::{assets, bench, crash, debian, disclosure, fuzz, interop, licences, objects, program, readers, shacl};

/// Which steps.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only the steps whose name contains this, such as `lints` or `browser`.
    #[arg(long)]
    only: Option<String>,
}

type Step = (&'static str, fn() -> Result<()>);

const STEPS: [Step; 19] = [
    ("packages", packages),
    ("assets", assets::run),
    ("format", format),
    ("licences", licences::run),
    ("lints", lints),
    ("documentation", documentation),
    ("tests", tests),
    ("national numbers", national_numbers),
    ("damaged tokens", fuzz::short),
    ("other libraries", interop::run),
    ("readers of deliveries", readers::run),
    ("shapes", shacl::run),
    ("disclosure", disclosure::run),
    ("token benchmark", bench::smoke),
    ("catalogue benchmark", bench::smoke_catalogue),
    ("extract benchmark", bench::smoke_extract),
    ("explore benchmark", bench::smoke_explore),
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
    readers::ensure_r()?;
    objects::ensure()?;
    debian::ensure_program("pdfinfo", &["poppler-utils"])
}

fn format() -> Result<()> {
    program::run(Command::new("cargo").args(["fmt", "--all", "--check"]))
}

fn lints() -> Result<()> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"];
    program::run(Command::new("cargo").args(arguments))
}

/// Every link and code block in the documentation of our own crates, private items too, since most of
/// what a developer reads is private. With the examples the dependencies have the features that tests give
/// them, as for the lints: without, all of them would be checked again.
fn documentation() -> Result<()> {
    let all = ["doc", "--workspace", "--lib", "--bins", "--examples", "--quiet"];
    let mut command = Command::new("cargo");
    command.args(all).args(["--no-deps", "--document-private-items"]);
    program::run(command.env("RUSTDOCFLAGS", "--deny warnings"))
}

fn tests() -> Result<()> {
    program::run(Command::new("cargo").args(["test", "--workspace", "--no-fail-fast"]))
}

/// 100,000 generated numbers, judged by us and by an independent library.
fn national_numbers() -> Result<()> {
    let mut ours = Command::new(program::example("national_numbers")?);
    let ours = ours.arg("100000").stdout(Stdio::piped());
    let mut ours = ours.spawn().context("cannot start the example national_numbers")?;
    let numbers = ours.stdout.take().context("the example has no output")?;
    let mut theirs = assets::node();
    theirs.arg("tests/national-numbers.mjs").current_dir(assets::root().join("web")).stdin(numbers);
    let status = theirs.status().context("cannot start node")?;
    if !ours.wait()?.success() || !status.success() {
        bail!("the two judges of national numbers differ, or one of them failed");
    }
    Ok(())
}

/// The components and error pages, and the main job as four people and three citizens, in headless
/// Chromium, with axe on every page.
fn browser() -> Result<()> {
    let varde = program::build("dev")?;
    gallery(&varde.with_file_name("examples").join("gallery"))?;
    let mut walk = assets::node();
    program::run(walk.arg("web/tests/walk.mjs").env("VARDE", varde))
}

/// The example that the tests built serves the gallery while it is walked.
fn gallery(program: &Path) -> Result<()> {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).context("no free port")?.port();
    let mut site = Command::new(program)
        .arg(port.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let walked = answers(port, &mut site)
        .and_then(|()| program::run(assets::node().args(["web/tests/shell.mjs", &format!("http://127.0.0.1:{port}")])));
    site.kill().context("the gallery does not stop")?;
    site.wait().context("the gallery does not stop")?;
    walked
}

/// Waits until the site answers; an error when it ends or a minute passes.
fn answers(port: u16, site: &mut Child) -> Result<()> {
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if let Some(status) = site.try_wait().context("the gallery is lost")? {
            bail!("the gallery ended with {status}");
        }
        if begun.elapsed() > Duration::from_secs(60) {
            bail!("the gallery does not answer");
        }
        thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

fn killed() -> Result<()> {
    crash::run(&crash::Arguments::short())
}
