//! A process that makes an extract is killed (`kill -9`) at any moment: nothing half is ever at the
//! delivery's place, the next process goes on, and what it delivers is what an undisturbed one makes.
//!
//! `VARDE_KILLS=100 cargo nextest run -p varde-platform -E 'test(killed::)' --no-capture` does a hundred.

use std::{collections::BTreeMap, fs, path::PathBuf, time::Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{ExtractId, PermitId, Randomness};
use varde_permit::{Permit, RuleSet};
use varde_platform::{ExtractStatus, engine::extract::check_files};

use crate::{
    hit::{Other, kills, share, store},
    service::wanted,
    support::{Permitted, Preferences, World, platform, system},
};

/// Kills of an ordinary run of the tests.
const FEW: u32 = 12;
const OTHER: Other = Other { test: "killed::the_process_that_is_killed", variable: "VARDE_KILLED_TASK" };

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

/// Not a test of its own: the process that the other test kills. Without a task it has nothing to do.
#[tokio::test]
async fn the_process_that_is_killed() {
    let Some(given) = OTHER.task::<Task>() else { return };
    let task = &given.task;
    let store = store(&task.database, task.now).await;
    let (preferences, permits) = (Preferences::default(), Permitted::default());
    task.opted_out.iter().for_each(|person| preferences.opt_out(*person, task.now));
    permits.issue(&task.permit, task.now);
    let platform = platform(&store, &task.folder, &preferences, &permits);
    given.begins();
    platform.make(&system(), task.extract, None).await.unwrap();
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
    let mut undisturbed = OTHER.begin(&task);
    let started = Instant::now();
    assert!(undisturbed.wait().unwrap().success());
    let whole = started.elapsed();

    let (mut hits, mut late, mut hit_in) = (0, 0, BTreeMap::new());
    while hits < kills(FEW) {
        // The databases of the tests end when nobody has asked for one for ten minutes.
        drop(varde_store::testing::database(&[]).await);
        let extract = prepare().await;
        // Until it is through: an extract may be killed several times.
        loop {
            // Every other one near the end, where it is entered on the log and moved to its place.
            let share = share(&randomness);
            let hit = OTHER.hit(&task, whole.mul_f64(if hits % 2 == 0 { share } else { 0.75 + share * 0.3 }));
            let found = nothing_half(&world, extract).await;
            if hit {
                hits += 1;
                *hit_in.entry(found.name()).or_insert(0) += 1;
            } else {
                late += 1;
            }
            if !hit || hits >= kills(FEW) {
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
