//! How long `varde serve` takes until it is ready while its database is up, and what it holds when
//! nobody asks for anything.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use tokio::time::sleep;
use varde_store::launcher::Cluster;

use super::{
    Figure, Listener, megabytes,
    usage::{cpu_seconds, memory},
};

const BENCH: &str = "start";
/// How often it is started; the median counts.
const TIMES: usize = 5;
/// How long it idles before its memory is read.
const IDLE: Duration = Duration::from_secs(5);
/// How long is waited for a service that does not become ready.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often is asked whether it is ready.
const ASK: Duration = Duration::from_millis(2);
/// The name in the peer's column: about the least that a program with a web server can be.
const PEER: &str = "python3 -m http.server";
/// People in a demo world at full scale.
const PEOPLE: f64 = 20_000.0;

/// Measures on an existing demo installation; without one, a demo world is made below `folder`
/// first. `database_url` is a database that is up; without one the private cluster is run beside.
pub async fn run(
    folder: &Path,
    data: Option<&Path>,
    database_url: Option<&str>,
    scale: f64,
    tell: Listener<'_>,
) -> Result<()> {
    let made = folder.join("demo");
    let data = match data {
        Some(data) => data,
        None => {
            make(&made, ((PEOPLE * scale) as u32).max(500))?;
            &made
        }
    };
    // Beside a process that holds the cluster, `varde serve` uses that cluster.
    let cluster = if database_url.is_none() { Some(Cluster::launch(data).await?) } else { None };
    let outcome = measure(data, database_url, folder, tell).await;
    if let Some(cluster) = cluster {
        cluster.stop().await;
    }
    outcome
}

/// Makes a demo world and does the main job in it.
fn make(data: &Path, people: u32) -> Result<()> {
    let mut demo = Command::new(std::env::current_exe()?);
    demo.args(["demo", "--exit", "--plain-rooms", "--port", "0", "--people", &people.to_string(), "--data"]).arg(data);
    let made = demo.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
    if !made.status.success() {
        bail!("the demo world could not be made: {}", String::from_utf8_lossy(&made.stderr));
    }
    Ok(())
}

async fn measure(data: &Path, database_url: Option<&str>, folder: &Path, tell: Listener<'_>) -> Result<()> {
    let program = std::env::current_exe()?;
    let serve = |port: u16| {
        let mut serve = Command::new(&program);
        serve.arg("serve").arg("--data").arg(data).arg("--listen").arg(format!("127.0.0.1:{port}"));
        if let Some(url) = database_url {
            serve.env("VARDE_DATABASE_URL", url);
        }
        serve
    };
    let ours = starts(&serve, "/ready").await?;
    let peer = |port: u16| {
        let mut peer = Command::new("python3");
        peer.args(["-m", "http.server", "--bind", "127.0.0.1", &port.to_string()]).current_dir(folder);
        peer
    };
    let theirs = match starts(&peer, "/").await {
        Ok(theirs) => Some(theirs),
        Err(error) => {
            tracing::warn!("no figures of {PEER}: {error:#}");
            None
        }
    };
    figures(&ours, theirs.as_ref()).iter().try_for_each(tell)
}

/// What is told, by names.
pub(super) const FIGURES: [&str; 4] = [
    "time until ready, database up, median of five",
    "longest time until ready",
    "CPU time until ready",
    "idle resident memory after five seconds",
];

fn figures(ours: &Start, theirs: Option<&Start>) -> Vec<Figure> {
    let new = |name, unit, of: fn(&Start) -> f64| {
        let figure = Figure::new(BENCH, name, of(ours), unit);
        theirs.map_or(figure.clone(), |theirs| figure.beside(PEER, of(theirs)))
    };
    vec![
        new("time until ready, database up, median of five", "s", |s| s.ready).at_most(0.3),
        new("longest time until ready", "s", |s| s.longest),
        new("CPU time until ready", "s", |s| s.cpu),
        new("idle resident memory after five seconds", "MB", |s| megabytes(s.idle)).at_most(80.0),
    ]
}

/// What was measured of a service.
struct Start {
    ready: f64,
    longest: f64,
    cpu: f64,
    idle: u64,
}

/// Starts a service several times, the last time for long enough to idle.
async fn starts(service: &dyn Fn(u16) -> Command, path: &str) -> Result<Start> {
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(1)).build()?;
    let mut times = Vec::with_capacity(TIMES);
    let (mut cpu, mut idle) = (0.0, 0);
    for time in 1..=TIMES {
        let port = free_port()?;
        let began = Instant::now();
        let mut running = Running::start(service(port))?;
        running.ready(&client, &format!("http://127.0.0.1:{port}{path}")).await?;
        times.push(began.elapsed().as_secs_f64());
        let process = running.id();
        cpu = cpu_seconds(&process)?;
        if time == TIMES {
            sleep(IDLE).await;
            idle = memory(&process, "VmRSS")?;
        }
    }
    times.sort_by(f64::total_cmp);
    Ok(Start { ready: times[TIMES / 2], longest: times[TIMES - 1], cpu, idle })
}

/// A port that nobody uses now.
pub(super) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// A process that is ended with this value.
pub(super) struct Running(Child);

impl Running {
    pub(super) fn start(mut command: Command) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Self(quiet.spawn().with_context(|| format!("{program} cannot be started"))?))
    }

    /// The process, as `/proc` names it.
    pub(super) fn id(&self) -> String {
        self.0.id().to_string()
    }

    /// Waits until it answers well at that address.
    pub(super) async fn ready(&mut self, client: &reqwest::Client, address: &str) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Ok(answer) = client.get(address).send().await
                && answer.status().is_success()
            {
                return Ok(());
            }
            if let Some(status) = self.0.try_wait()? {
                bail!("the service ended before it was ready ({status}): start it by hand to see why");
            }
            sleep(ASK).await;
        }
        bail!("the service was not ready within {} s", PATIENCE.as_secs())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nobody left to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_named() {
        let start = Start { ready: 0.2, longest: 0.3, cpu: 0.1, idle: 50_000_000 };
        crate::bench::assert_named(&figures(&start, None), &FIGURES);
    }
}
