//! Releases and deliveries kept in a store beside the data directory: a folder that machines share, and an
//! object store of others' make. What is made is the same to the byte.

use std::{fs, path::Path, time::Duration};

use varde_core::{Actor, Component, Problem as _, ProblemKind};
use varde_objects::{
    Objects, Place,
    testing::{Server, gone},
};
use varde_permit::RuleSet;
use varde_platform::{ExtractRecord, Imported, Platform, PlatformError, ReleaseRecord, Swept, Verification};

use crate::{
    service::{delivered, stays, wanted},
    support::{World, platform, system},
};

const GOOD: Verification = Verification { findings: Vec::new(), replayed: Some(true), other_edition: None };

/// A world whose platform keeps what it makes there.
async fn world(place: &Place) -> (World, Objects) {
    let mut world = World::new().await;
    let objects = Objects::open(place).unwrap();
    world.platform = world.platform.clone().kept_in(objects.clone());
    (world, objects)
}

/// A platform on the same database with a data directory of its own, as another machine has it.
fn elsewhere(world: &World, folder: &Path) -> Platform {
    platform(&world.store, folder, &world.preferences, &world.permits)
}

fn names(objects: &Objects, under: &str) -> Vec<String> {
    objects.list(under).unwrap().into_iter().map(|one| one.name).collect()
}

async fn released(world: &World) -> ReleaseRecord {
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    world.approved(&stay).await
}

/// Puts the release and the delivery where a platform without a store has them.
fn bring(objects: &Objects, release: &ReleaseRecord, record: &ExtractRecord, folder: &Path) {
    let file = &names(objects, "releases")[0];
    objects.fetch(file, &folder.join(format!("releases/{}.parquet", release.id))).unwrap();
    let id = record.specification.extract;
    let to = folder.join(format!("deliveries/{id}"));
    fs::create_dir(&to).unwrap();
    for name in names(objects, &format!("deliveries/{id}")) {
        objects.fetch(&name, &to.join(name.rsplit('/').next().unwrap())).unwrap();
    }
}

async fn is_kept_there(place: &Place) {
    let (world, objects) = world(place).await;
    let release = released(&world).await;
    assert_eq!(world.release_files(), 1, "the list of faults stays here");
    let digest = release.digest.bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(names(&objects, "releases"), [format!("releases/{}/{digest}.parquet", release.id)]);
    let usual = World::new().await;
    assert_eq!(released(&usual).await.digest, release.digest, "the same bytes as without a store");

    let permit = wanted(&world, RuleSet::Norway);
    let id = delivered(&world, &permit).await;
    let record = world.platform.extract(&system(), id).await.unwrap();
    assert!(!world.platform.delivery(id).exists());
    assert!(world.platform.whereabouts(&record).starts_with(&format!("{objects}/deliveries/{id}/")));
    let listed = record.manifest.as_ref().unwrap().files.len();
    assert_eq!(names(&objects, "deliveries").len(), listed + 2, "and the manifest with its signature");
    assert_eq!(world.platform.verify(&system(), id).await.unwrap(), GOOD);

    // Whoever needs its files gets a copy that goes.
    let lying = world.platform.lying(&record).await.unwrap();
    let copy = lying.path().to_owned();
    assert_eq!(fs::read_dir(&copy).unwrap().count(), listed + 2);
    drop(lying);
    assert!(!copy.exists());

    // Another machine, and one that has the same files and no store.
    let folder = tempfile::tempdir().unwrap();
    let other = elsewhere(&world, &folder.path().join("other")).kept_in(objects.clone());
    assert_eq!(other.verify(&system(), id).await.unwrap(), GOOD);
    let plain = elsewhere(&world, &folder.path().join("plain"));
    bring(&objects, &release, &record, &folder.path().join("plain"));
    assert_eq!(plain.verify(&system(), id).await.unwrap(), GOOD, "made from a folder it is the same to the byte");

    // What is gone or was exchanged is found.
    let name = format!("{}/hospital_stay.parquet", delivery(&objects, id));
    let file = folder.path().join("file");
    objects.fetch(&name, &file).unwrap();
    objects.delete(std::slice::from_ref(&name)).unwrap();
    let found = world.platform.verify(&system(), id).await.unwrap().findings;
    assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), ["hospital_stay.parquet: the file is gone"]);
    objects.put(&name, &file).unwrap();
    exchange(&objects, &names(&objects, "releases")[0], &file);
    let altered = world.platform.verify(&system(), id).await.unwrap_err();
    assert!(altered.to_string().contains("is not the file that was registered"), "{altered}");

    // At its end nothing of it is left.
    world.permits.revoke(permit.id, world.store.clock().now());
    assert!(world.platform.delete_delivery(&Actor::system(Component::Flows), id, None).await.unwrap());
    assert_eq!(names(&objects, "deliveries"), Vec::<String>::new());
    assert_eq!(names(&objects, "releases").len(), 1);
}

/// The folder of the delivery in the store.
fn delivery(objects: &Objects, id: impl std::fmt::Display) -> String {
    let first = names(objects, &format!("deliveries/{id}")).remove(0);
    first.rsplit_once('/').unwrap().0.to_owned()
}

/// Alters a byte of a file's first column.
fn exchange(objects: &Objects, name: &str, file: &Path) {
    objects.fetch(name, file).unwrap();
    let mut bytes = fs::read(file).unwrap();
    bytes[20] ^= 1;
    fs::write(file, bytes).unwrap();
    objects.delete(&[name.to_owned()]).unwrap();
    objects.put(name, file).unwrap();
}

#[tokio::test]
async fn a_folder_keeps_releases_and_deliveries() {
    let folder = tempfile::tempdir().unwrap();
    is_kept_there(&Place::Folder(folder.path().to_owned())).await;
}

#[tokio::test]
async fn an_object_store_keeps_releases_and_deliveries() {
    let server = Server::start();
    is_kept_there(&server.place("health")).await;
}

#[tokio::test]
async fn a_store_that_is_away_is_waited_for_and_nothing_half_is_registered() {
    let folder = tempfile::tempdir().unwrap();
    let (mut world, objects) = world(&Place::Folder(folder.path().to_owned())).await;
    world.platform = world.platform.clone().kept_in(Objects::open(&gone()).unwrap());
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    let away = world.platform.import(&system(), &stay).await.unwrap_err();
    assert!(matches!(away, PlatformError::Kept(_)) && away.kind() == ProblemKind::Unavailable, "{away}");
    assert!(world.releases().await.is_empty());
    // The store is back: the same delivery is gone on with.
    world.platform = world.platform.clone().kept_in(objects.clone());
    let release = world.approved(&stay).await;
    assert_eq!((world.releases().await, names(&objects, "releases").len()), (vec![release.id], 1));

    let lost = world.platform.clone().kept_in(Objects::open(&gone()).unwrap());
    let unread = lost.open_approved(&Actor::system(Component::Flows), release.id).await.unwrap_err();
    assert_eq!(unread.kind(), ProblemKind::Unavailable, "{unread}");

    // Away again when a delivery is to be put there: it is entered, and put there when the store is back.
    let id = world.prepared(&wanted(&world, RuleSet::Norway)).await;
    let back = world.platform.clone();
    let broken = folder.path().join("deliveries");
    fs::write(&broken, b"in the way").unwrap();
    world.platform.make(&system(), id, None).await.unwrap_err();
    assert!(!world.platform.extract(&system(), id).await.unwrap().lies());
    fs::remove_file(&broken).unwrap();
    assert!(back.make(&system(), id, None).await.unwrap().lies());
    assert_eq!(back.verify(&system(), id).await.unwrap(), GOOD);
}

#[tokio::test]
async fn two_who_make_the_same_release_leave_one() {
    let folder = tempfile::tempdir().unwrap();
    let (world, objects) = world(&Place::Folder(folder.path().join("kept"))).await;
    let other = elsewhere(&world, &folder.path().join("other")).kept_in(objects.clone());
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    let (actor, platform) = (system(), world.platform.clone());
    let (one, two) = tokio::join!(platform.import(&actor, &stay), other.import(&actor, &stay));
    let ids = [one.unwrap(), two.unwrap()].map(|imported| match imported {
        Imported::New(record) => record.id,
        Imported::Already(id) => id,
    });
    assert_eq!(ids[0], ids[1]);
    assert_eq!((world.releases().await.len(), names(&objects, "releases").len()), (1, 1));
}

#[tokio::test]
async fn what_nobody_knows_of_is_swept_away_after_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let (world, objects) = world(&Place::Folder(folder.path().to_owned())).await;
    let release = released(&world).await;
    let id = delivered(&world, &wanted(&world, RuleSet::Norway)).await;
    let (kept, deliveries) = (names(&objects, "releases"), names(&objects, "deliveries"));
    let left = world.file("left", "of a process that was killed");
    let unknown = uuid::Uuid::from_u128(7);
    for name in [
        format!("releases/{unknown}/aa.parquet"),
        format!("releases/{}/aa.parquet", release.id),
        format!("deliveries/{unknown}/bb/data.parquet"),
        format!("deliveries/{id}/bb/data.parquet"),
        "tried/00aa".to_owned(),
    ] {
        objects.put(&name, &left).unwrap();
    }
    // As the store's clock has it: what was put just now is left alone.
    let put_at = objects.list("releases").unwrap()[0].put_at;
    world.database.clock().set(jiff::Timestamp::from_second(put_at + 3_600).unwrap());
    let swept = async || world.platform.sweep_store(&system()).await.unwrap().unwrap();
    let before = swept().await;
    assert_eq!(before.removed, 0, "somebody may be at it");
    world.database.clock().advance(Duration::from_secs(24 * 3_600));
    let after = swept().await;
    assert_eq!((after.removed, after.files), (5, before.files - 5));
    assert_eq!(before.bytes - after.bytes, 5 * left.metadata().unwrap().len());
    assert_eq!((names(&objects, "releases"), names(&objects, "deliveries")), (kept, deliveries));
    assert_eq!(names(&objects, "tried"), Vec::<String>::new());
    assert_eq!(swept().await, Swept { removed: 0, ..after });
}
