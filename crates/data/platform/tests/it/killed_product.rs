//! A process that makes a data product is killed (`kill -9`) at any moment: no release is ever half there, the
//! next attempt goes on, and what it makes is what an undisturbed one makes.

use std::{fs, path::PathBuf, time::Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::Randomness;
use varde_platform::{BuildState, engine::release};

use crate::{
    hit::{Other, kills, share, store},
    products::Products,
    service::person,
    support::{Permitted, Preferences, platform, system},
    world::path,
};

/// Kills of an ordinary run of the tests.
const FEW: u32 = 8;
const OTHER: Other = Other { test: "killed_product::the_process_that_is_killed", variable: "VARDE_KILLED_PRODUCT" };

/// All that the other process needs to know; the rest it finds in the database and the folder.
#[derive(Serialize, Deserialize)]
struct Task {
    database: String,
    folder: PathBuf,
    opted_out: u32,
    now: Timestamp,
}

/// Not a test of its own: the process that the other test kills. Without a task it has nothing to do.
#[tokio::test]
async fn the_process_that_is_killed() {
    let Some(given) = OTHER.task::<Task>() else { return };
    let task = &given.task;
    let store = store(&task.database, task.now).await;
    let preferences = Preferences::default();
    preferences.opt_out_of("pharmacy", task.opted_out, task.now);
    let platform = platform(&store, &task.folder, &preferences, &Permitted::default());
    given.begins();
    platform.make_product(&system(), &path("heart/failure"), 1, None).await.unwrap();
}

/// A world whose product another process makes.
async fn to_be_made() -> (Products, PathBuf) {
    let world = Products::in_force().await;
    let inner = &world.world;
    let (_, opted_out) = person(inner, "p2").await;
    inner.preferences.opt_out_of("pharmacy", opted_out, inner.store.clock().now());
    let (database, folder) = (inner.database.url(), inner.folder.path().join("platform"));
    let task = Task { database, folder, opted_out, now: inner.store.clock().now() };
    let place = inner.folder.path().join("task.json");
    fs::write(&place, serde_json::to_vec(&task).unwrap()).unwrap();
    (world, place)
}

#[tokio::test]
async fn killed_at_any_moment_a_product_is_whole_or_not_there_and_ends_as_if_undisturbed() {
    let of_heart = async |world: &Products| {
        let all = world.platform.releases(&system()).await.unwrap();
        all.into_iter().filter(|release| release.dataset == path("heart/failure")).collect::<Vec<_>>()
    };
    let (undisturbed, task) = to_be_made().await;
    let mut child = OTHER.begin(&task);
    let started = Instant::now();
    assert!(child.wait().unwrap().success());
    let whole = started.elapsed();
    let expected = of_heart(&undisturbed).await.remove(0);

    let (mut hits, randomness) = (0, Randomness::seeded(5));
    while hits < kills(FEW) {
        let (world, task) = to_be_made().await;
        loop {
            let hit = OTHER.hit(&task, whole.mul_f64(share(&randomness)));
            for release in of_heart(&world).await {
                let file = world.world.folder.path().join(format!("platform/releases/{}.parquet", release.id));
                assert_eq!(release::digest(&file).unwrap(), release.digest, "what is registered is whole");
            }
            hits += u32::from(hit);
            if !hit || hits >= kills(FEW) {
                break;
            }
        }
        let made = world.made(1).await;
        assert_eq!(made.state, BuildState::Done);
        let releases = of_heart(&world).await;
        assert_eq!(releases.len(), 1);
        // The same declaration of the same sources, about the same people: the same bytes.
        let (one, other) = (&releases[0], &expected);
        assert_eq!((one.digest, one.rows, one.people), (other.digest, other.rows, other.people));
        world.platform.sweep(&system()).await.unwrap();
        assert_eq!(world.world.release_files(), 3 + 2, "three releases, and the lists of two deliveries' faults");
    }
    println!("{hits} kills of a process that made a product ({whole:?} undisturbed)");
}
