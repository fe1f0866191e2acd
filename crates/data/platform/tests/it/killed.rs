//! A process that makes an extract is killed (`kill -9`) at any moment: nothing half is ever at the
//! delivery's place, the next process goes on, and what it delivers is what an undisturbed one makes.
//!
//! `VARDE_KILLS=100 cargo nextest run -p varde-platform -E 'test(killed::)' --no-capture` does a hundred.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    thread::sleep,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgPoolOptions;
use varde_core::{ExtractId, PermitId, Randomness, SimulatedClock};
use varde_permit::{Permit, RuleSet};
use varde_platform::{ExtractStatus, engine::extract::check_files};
use varde_store::Store;

use crate::{
    service::wanted,
    support::{Permitted, Preferences, World, platform, system},
};

/// Kills of an ordinary run of the tests.
const FEW: u32 = 12;
/// What tells the other process what to make: a file with a [`Task`].
const TASK: &str = "VARDE_KILLED_TASK";
/// The signal that nobody can catch (signal(7)).
const SIGKILL: i32 = 9;

/// All that the other process needs to know; the rest it finds in the database and the folder.
#[derive(Serialize, Deserialize)]
struct Task {
    database: String,
    folder: PathBuf,
    permit: Permit,
    opted_out: Vec<u32>,
    now: Timestamp,
    extract: ExtractId,
}

/// Two thousand people with ten stays each: long enough to be hit in each of its phases.
fn stays() -> String {
    let row = |n: i32, stay: i32| format!("p{n},2024-{:02}-{:02},I50{},{}\n", stay + 1, n % 28 + 1, n % 10, 60 + n % 9);
    let rows = (1..=2_000).flat_map(|n| (0..10).map(move |stay| row(n, stay)));
    format!("pid,in_date,code,age\n{}", rows.collect::<String>())
}

fn kills() -> u32 {
    std::env::var("VARDE_KILLS").ok().map_or(FEW, |text| text.parse().unwrap())
}

/// Not a test of its own: the process that the other test kills. Without a task it has nothing to do.
#[tokio::test]
async fn the_process_that_is_killed() {
    let Some(path) = std::env::var_os(TASK) else { return };
    let task: Task = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let pool = PgPoolOptions::new().max_connections(4).connect(&task.database).await.unwrap();
    let store = Store::new(pool, Arc::new(SimulatedClock::new(task.now)), Randomness::from_system());
    let (preferences, permits) = (Preferences::default(), Permitted::default());
    task.opted_out.iter().for_each(|person| preferences.opt_out(*person, task.now));
    permits.issue(&task.permit, task.now);
    let platform = platform(&store, &task.folder, &preferences, &permits);
    fs::write(Path::new(&path).with_extension("begun"), "").unwrap();
    platform.make(&system(), task.extract, None).await.unwrap();
}

fn begin(path: &Path) -> Child {
    let begun = path.with_extension("begun");
    let _ = fs::remove_file(&begun);
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "killed::the_process_that_is_killed", "--nocapture"]).env(TASK, path);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !begun.exists() {
        assert!(child.try_wait().unwrap().is_none(), "the other process ended before it began");
        sleep(Duration::from_millis(2));
    }
    child
}

/// What stands at the delivery's place is whole, or nothing stands there.
async fn nothing_half(world: &World, extract: ExtractId) -> ExtractStatus {
    let record = world.platform.extract(&system(), extract).await.unwrap();
    let place = world.platform.delivery(extract);
    if place.exists() {
        assert!(matches!(record.status, ExtractStatus::Entered | ExtractStatus::Delivered), "{:?}", record.status);
        let manifest = record.manifest.as_ref().unwrap();
        assert_eq!(check_files(&place, manifest).unwrap(), [], "what lies there is whole");
    } else {
        assert_ne!(record.status, ExtractStatus::Delivered, "what is said to be delivered is there");
    }
    record.status
}

#[tokio::test]
async fn killed_at_any_moment_an_extract_is_whole_or_not_there_and_ends_as_if_undisturbed() {
    let world = World::new().await;
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    world.approved(&stay).await;
    let (now, opted_out) = (world.store.clock().now(), vec![3, 50, 1_000]);
    opted_out.iter().for_each(|person| world.preferences.opt_out(*person, now));
    let randomness = Randomness::seeded(9);
    let task = world.folder.path().join("task.json");
    let prepare = async || {
        let id = PermitId::new(&**world.store.clock(), world.store.randomness());
        let permit = Permit { id, ..wanted(&world, RuleSet::Norway) };
        let extract = world.prepared(&permit).await;
        let (database, folder) = (world.database.url(), world.folder.path().join("platform"));
        let whole = Task { database, folder, permit, opted_out: opted_out.clone(), now, extract };
        fs::write(&task, serde_json::to_vec(&whole).unwrap()).unwrap();
        extract
    };
    // How long an undisturbed process takes settles where the moments lie.
    prepare().await;
    let mut undisturbed = begin(&task);
    let started = Instant::now();
    assert!(undisturbed.wait().unwrap().success());
    let whole = started.elapsed();

    let (mut hits, mut late, mut hit_in) = (0, 0, BTreeMap::new());
    while hits < kills() {
        // The databases of the tests end when nobody has asked for one for ten minutes.
        drop(varde_store::testing::database(&[]).await);
        let extract = prepare().await;
        // Until it is through: an extract may be killed several times.
        loop {
            let mut child = begin(&task);
            // Every other one near the end, where it is entered on the log and moved to its place.
            let share = f64::from(u32::from_be_bytes(randomness.bytes())) / f64::from(u32::MAX);
            sleep(whole.mul_f64(if hits % 2 == 0 { share } else { 0.75 + share * 0.3 }));
            child.kill().unwrap();
            let status = child.wait().unwrap();
            let found = nothing_half(&world, extract).await;
            if status.signal() == Some(SIGKILL) {
                hits += 1;
                *hit_in.entry(found.name()).or_insert(0) += 1;
            } else {
                assert!(status.success(), "it failed by itself: {status}");
                late += 1;
            }
            if status.success() || hits >= kills() {
                break;
            }
        }
        let made = world.platform.make(&system(), extract, None).await.unwrap();
        assert_eq!(made.status, ExtractStatus::Delivered);
        assert_eq!(made.manifest.unwrap().people, 1_997);
        let verified = world.platform.verify(&system(), extract).await.unwrap();
        assert!(verified.is_good() && verified.replayed == Some(true), "{verified:?}");
        let left = fs::read_dir(world.folder.path().join("platform/staging")).unwrap().count();
        assert_eq!(left, 0, "nothing is left of what was killed");
    }
    println!(
        "{hits} kills of a process that made an extract ({whole:?} undisturbed): {hit_in:?}; {late} came too late"
    );
}
