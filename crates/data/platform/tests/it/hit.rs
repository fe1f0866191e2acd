//! Another process, of this same binary of tests, that is begun with a task and killed (`kill -9`).

use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    thread::sleep,
    time::Duration,
};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::postgres::PgPoolOptions;
use varde_core::{Randomness, SimulatedClock};
use varde_store::Store;

/// The signal that nobody can catch (signal(7)).
const SIGKILL: i32 = 9;

/// What another process does: a test that has nothing to do but for the task in a file, which the variable
/// names.
pub(crate) struct Other {
    /// The test's name.
    pub(crate) test: &'static str,
    /// The environment's variable.
    pub(crate) variable: &'static str,
}

/// What the other process was given, and where it says that it has begun.
pub(crate) struct Given<T> {
    pub(crate) task: T,
    begun: PathBuf,
}

impl<T> Given<T> {
    pub(crate) fn begins(&self) {
        fs::write(&self.begun, "").unwrap();
    }
}

impl Other {
    /// The task, when this is the other process.
    pub(crate) fn task<T: DeserializeOwned>(&self) -> Option<Given<T>> {
        let path = PathBuf::from(std::env::var_os(self.variable)?);
        let task = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        Some(Given { task, begun: path.with_extension("begun") })
    }

    /// Begins the process, and waits until it says so.
    pub(crate) fn begin(&self, task: &Path) -> Child {
        let begun = task.with_extension("begun");
        let _ = fs::remove_file(&begun);
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", self.test, "--nocapture"]).env(self.variable, task);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while !begun.exists() {
            assert!(child.try_wait().unwrap().is_none(), "the other process ended before it began");
            sleep(Duration::from_millis(2));
        }
        child
    }

    /// Begins the process and kills it after a while. Whether it was hit: else it had ended, well.
    pub(crate) fn hit(&self, task: &Path, after: Duration) -> bool {
        let mut child = self.begin(task);
        sleep(after);
        child.kill().unwrap();
        let status = child.wait().unwrap();
        let hit = status.signal() == Some(SIGKILL);
        assert!(hit || status.success(), "it failed by itself: {status}");
        hit
    }
}

/// The store of the other process, whose clock stands still.
pub(crate) async fn store(database: &str, now: Timestamp) -> Store {
    let pool = PgPoolOptions::new().max_connections(4).connect(database).await.unwrap();
    Store::new(pool, Arc::new(SimulatedClock::new(now)), Randomness::from_system())
}

/// How many kills: `few`, unless `VARDE_KILLS` says otherwise.
pub(crate) fn kills(few: u32) -> u32 {
    std::env::var("VARDE_KILLS").ok().map_or(few, |text| text.parse().unwrap())
}

/// A number from 0 to 1.
pub(crate) fn share(randomness: &Randomness) -> f64 {
    f64::from(u32::from_be_bytes(randomness.bytes())) / f64::from(u32::MAX)
}
