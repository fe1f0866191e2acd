//! `cargo xtask crash`: kill -9 at a random moment of the demo, again and again. Each time it must
//! resume or start clean, and in the end the log must verify. With `--what` the killed process takes in a
//! delivery or makes an extract instead, and what it leaves is held against an undisturbed one: those are
//! tests of the platform, which here kill as often as is asked.

use std::{
    fs,
    io::{Read as _, Seek as _},
    os::unix::process::{CommandExt as _, ExitStatusExt as _},
    path::Path,
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::program;

/// The signal that nobody can catch (signal(7)).
const SIGKILL: i32 = 9;

/// What is killed.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// The demo, from its first moment to its last.
    Demo,
    /// A process that takes in a delivery.
    Import,
    /// A process that makes an extract.
    Extract,
}

/// How often and how large.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What is killed.
    #[arg(long, value_enum, default_value_t = What::Demo)]
    what: What,
    /// How many times to kill.
    #[arg(long, default_value_t = 50)]
    times: u32,
    /// How many people live in the demo world.
    #[arg(long, default_value_t = 2_000)]
    people: u32,
    /// Decides on the moments.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The cargo profile of the program.
    #[arg(long, default_value = "dev")]
    profile: String,
}

impl Arguments {
    /// What `cargo verify` has time for.
    pub(crate) fn short() -> Self {
        Self { what: What::Demo, times: 10, people: 500, seed: 1, profile: "dev".to_owned() }
    }
}

/// Kills, resumes, and looks at what is left.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    match arguments.what {
        What::Demo => demo_killed(arguments),
        What::Import => test_killed("killed_import::", arguments.times),
        What::Extract => test_killed("killed::", arguments.times),
    }
}

/// Lets a test of the platform kill its other process so many times.
fn test_killed(tests: &str, times: u32) -> Result<()> {
    let mut command = Command::new("cargo");
    // The selection that all tests are built with: one package alone would have other features, and the heavy
    // dependencies would be compiled again. The other packages have no tests of these names.
    command.args(["test", "--workspace", "--test", "it", "--", tests, "--nocapture"]);
    program::run(command.env("VARDE_KILLS", times.to_string()))
}

fn demo_killed(arguments: &Arguments) -> Result<()> {
    let varde = program::build(&arguments.profile)?;
    // The user that root lends the database may enter it, so that the database lies in it and goes with it.
    let enter = std::os::unix::fs::PermissionsExt::from_mode(0o711);
    let folder = tempfile::Builder::new().prefix("varde-crash").permissions(enter).tempdir()?;
    // How long an undisturbed run takes settles where the moments lie.
    let data = folder.path().join("undisturbed");
    let started = Instant::now();
    finish(&varde, &data, arguments)?;
    let whole = started.elapsed();
    verify_log(&varde, &data)?;
    eprintln!("An undisturbed run takes {:.1} s", whole.as_secs_f64());
    let data = folder.path().join("killed");
    let mut random = arguments.seed;
    let (mut hits, mut late) = (0, 0);
    while hits < arguments.times {
        random = next(random);
        let moment = whole.mul_f64((random >> 11) as f64 / (1_u64 << 53) as f64);
        let with_database = random.is_multiple_of(4);
        let hit = kill_at(&varde, &data, arguments, moment, with_database)?;
        if hit {
            hits += 1;
            let what = if with_database { ", and its database" } else { "" };
            eprintln!("kill {hits} of {} at {:.2} s{what}", arguments.times, moment.as_secs_f64());
        } else {
            // A resumed run is shorter: it ended before the moment, which proves nothing.
            late += 1;
        }
        // A finished world has nothing left to hit, and early moments belong to new ones.
        if !hit || hits % 5 == 0 {
            settle(&varde, &data, arguments).with_context(|| format!("after kill {hits}"))?;
        }
    }
    settle(&varde, &data, arguments)?;
    eprintln!("{hits} kills of a running demo: always resumed, and the log verifies ({late} came too late to count)");
    Ok(())
}

/// Lets the world finish, checks its log and makes room for the next.
fn settle(varde: &Path, data: &Path, arguments: &Arguments) -> Result<()> {
    if !data.exists() {
        return Ok(());
    }
    finish(varde, data, arguments)?;
    verify_log(varde, data)?;
    fs::remove_dir_all(data).context("the folder of a finished world cannot be removed")
}

/// xorshift64*: moments need no better.
fn next(state: u64) -> u64 {
    let mut x = state.max(1);
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    x.wrapping_mul(0x2545_F491_4F6C_DD1D)
}

fn demo(varde: &Path, data: &Path, arguments: &Arguments) -> Command {
    let mut command = Command::new(varde);
    command.args(["demo", "--exit", "--json", "--port", "0", "--people"]).arg(arguments.people.to_string());
    command.arg("--data").arg(data).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    command
}

fn finish(varde: &Path, data: &Path, arguments: &Arguments) -> Result<()> {
    let out = demo(varde, data, arguments).output().context("cannot start varde demo")?;
    if !out.status.success() {
        bail!("varde demo did not finish: {}\n{}", out.status, String::from_utf8_lossy(&out.stderr));
    }
    Ok(())
}

/// Whether the signal is what ended the demo: one that has ended by itself was not hit.
fn kill_at(varde: &Path, data: &Path, arguments: &Arguments, moment: Duration, with_database: bool) -> Result<bool> {
    let mut command = demo(varde, data, arguments);
    // Into a file: a pipe that nobody empties would stop the demo.
    let mut words = tempfile::tempfile().context("cannot make a file for what the demo says")?;
    let said = words.try_clone().context("cannot use the file for what the demo says")?;
    let mut child = command.stdout(Stdio::null()).stderr(said).spawn().context("cannot start varde demo")?;
    sleep(moment);
    // It may end while the signal is on its way: how it ended says whether it was hit.
    child.kill().context("cannot kill varde demo")?;
    let status = child.wait()?;
    if status.success() {
        return Ok(false);
    }
    if status.signal() != Some(SIGKILL) {
        let mut said = String::new();
        words.rewind().and_then(|()| words.read_to_string(&mut said)).context("cannot read what the demo said")?;
        bail!("varde demo failed by itself before it was killed: {status}\n{said}");
    }
    // Mostly only the program: its PostgreSQL is left to be found again. Sometimes both, as when the
    // power goes.
    if with_database {
        kill_database(data);
    }
    Ok(true)
}

/// Kills the private database's first process, if there is one; its others end with it.
fn kill_database(data: &Path) {
    let cluster = data.join("postgres/cluster");
    let Ok(text) = fs::read_to_string(cluster.join("postmaster.pid")) else { return };
    let Some(process) = text.lines().next().map(str::trim) else { return };
    // An earlier kill leaves the file behind, and its number may be somebody else's by now.
    let runs_there = fs::read_link(format!("/proc/{process}/cwd"))
        .is_ok_and(|folder| cluster.canonicalize().is_ok_and(|cluster| cluster == folder));
    if runs_there {
        let _ = Command::new("kill").args(["-9", process]).status();
    }
}

fn verify_log(varde: &Path, data: &Path) -> Result<()> {
    let out = Command::new(varde).args(["ledger", "verify", "--data"]).arg(data).output()?;
    if !out.status.success() {
        bail!("varde ledger verify failed:\n{}", String::from_utf8_lossy(&out.stderr));
    }
    Ok(())
}
