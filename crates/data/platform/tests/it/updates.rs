//! A running project gets newer releases: the same people under the same pseudonyms, beside what it has.

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use datafusion::{arrow::array::AsArray as _, parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder};
use varde_core::{Actor, ExtractId, LoginLevel, PermitId, PersonId, Problem as _, ProblemKind, Role};
use varde_permit::{Handover, Permit, Rhythm, RuleSet, Updates};
use varde_platform::{
    ExtractRecord, ExtractStatus, PlatformError, Project, Standing,
    engine::{
        changes::{CHANGES, CHANGES_TO_READ, Changes, Counts},
        extract::check_files,
    },
};

use crate::{
    service::{delivered, person, stays, wanted},
    support::{World, system},
    world::uuid,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A permit of a year that allows updates, of a project with one researcher.
fn updatable(world: &World, rule_set: RuleSet, every: Rhythm, when_asked: bool) -> Permit {
    let updates = Some(Updates { every, months: 12, when_asked });
    let from = world.store.clock().today();
    let until = from.checked_add(jiff::Span::new().years(1)).ok();
    Permit {
        id: PermitId::new(&**world.store.clock(), world.store.randomness()),
        valid: varde_core::Period { from, until },
        persons: vec![PersonId::from_uuid(uuid(70))],
        handover: Handover { updates, ..Handover::default() },
        ..wanted(world, rule_set)
    }
}

fn researcher(permit: &Permit) -> Actor {
    Actor::employee(PersonId::from_uuid(uuid(70)), LoginLevel::High, permit.holder, [Role::Researcher])
}

/// The next release: a person who is new, one who is gone, five whose second stay was moved, which makes a group
/// that is large enough, the rest as they were.
fn later(gone: u32, moved: u32) -> String {
    let gone = format!("p{gone},");
    let moved: Vec<String> = (moved..moved + 5).map(|n| format!("p{n},")).collect();
    let edit = |line: &str| match moved.iter().any(|person| line.starts_with(person)) {
        true => format!("{}\n", line.replace("2024-05-01", "2024-07-01")),
        false => format!("{line}\n"),
    };
    let kept: String = stays().lines().filter(|line| !line.starts_with(&gone)).map(edit).collect();
    format!("{kept}p31,2024-03-09,I501,60\np31,2024-05-01,J18,60\n")
}

async fn released(world: &World, name: &str, text: &str) {
    let stay = world.request(world.file(name, text), "stay", "pid", "local:h");
    world.approved(&stay).await;
}

async fn project(world: &World, permit: &Permit) -> Project {
    world.platform.project(&system(), permit.id).await.unwrap()
}

/// Makes what was planned, as the job does.
async fn updated(world: &World) -> Vec<ExtractId> {
    let planned = world.platform.plan_updates(&system()).await.unwrap();
    assert!(planned.failed.is_empty(), "{:?}", planned.failed);
    for id in &planned.prepared {
        let made = world.platform.make(&system(), *id, None).await.unwrap();
        assert_eq!(made.status, ExtractStatus::Delivered);
    }
    planned.prepared
}

fn pseudonyms(folder: &Path) -> BTreeSet<String> {
    let file = fs::File::open(folder.join("hospital_stay.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let texts = |batch: datafusion::arrow::array::RecordBatch| {
        let column = batch.column_by_name("pseudonym").unwrap().clone();
        let column = datafusion::arrow::compute::cast(&column, &datafusion::arrow::datatypes::DataType::Utf8).unwrap();
        column.as_string::<i32>().iter().map(|text| text.unwrap().to_owned()).collect::<Vec<_>>()
    };
    reader.flat_map(|batch| texts(batch.unwrap())).collect()
}

async fn record(world: &World, id: ExtractId) -> ExtractRecord {
    world.platform.extract(&system(), id).await.unwrap()
}

#[tokio::test]
async fn an_update_has_the_same_pseudonyms_and_tells_what_changed() {
    let world = World::new().await;
    released(&world, "first.csv", &stays()).await;
    let permit = updatable(&world, RuleSet::Norway, Rhythm::EachRelease, false);
    let first = delivered(&world, &permit).await;
    assert_eq!(project(&world, &permit).await.standing, Standing::NothingNew);
    assert!(updated(&world).await.is_empty(), "nothing is newer");

    let (out, out_index) = person(&world, "p2").await;
    world.database.clock().advance(DAY);
    world.preferences.opt_out(out_index, world.store.clock().now());
    released(&world, "second.csv", &later(3, 4)).await;
    assert_eq!(project(&world, &permit).await.standing, Standing::Now);
    let [update] = updated(&world).await[..] else { panic!("one update") };
    assert!(updated(&world).await.is_empty(), "once for a release");

    // Beside the earlier delivery, which is untouched, and each is made again to the same bytes.
    for id in [first, update] {
        let kept = record(&world, id).await;
        assert_eq!(check_files(&world.platform.delivery(id), &kept.manifest.unwrap()).unwrap(), []);
        let verified = world.platform.verify(&system(), id).await.unwrap();
        assert_eq!((verified.is_good(), verified.replayed), (true, Some(true)), "{verified:?}");
    }
    let made = record(&world, update).await;
    assert_eq!((made.number(), made.specification.update.unwrap().of, made.asked_by), (1, first, None));
    assert_eq!(made.specification.key, record(&world, first).await.specification.key);

    // p2 has opted out and p3 is gone; p31 is new; everybody else has the pseudonym that they had.
    let folder = world.platform.delivery(update);
    let (before, after) = (pseudonyms(&world.platform.delivery(first)), pseudonyms(&folder));
    assert_eq!((before.len(), after.len()), (30, 29));
    assert_eq!(before.intersection(&after).count(), 28);
    let told = world.platform.own(&system(), out).await.unwrap();
    let told: Vec<_> = told.extracts.iter().map(|one| one.status.as_str()).collect();
    assert_eq!(told, ["included", "opted_out"], "the citizen is told of each");

    let changes: Changes = serde_json::from_slice(&fs::read(folder.join(CHANGES)).unwrap()).unwrap();
    assert_eq!((changes.number, changes.previous, changes.extract), (1, first, update));
    assert_ne!(changes.releases[0].before, changes.releases[0].after);
    // Rounded: 30 and 29 people are 30, and one or two are ten.
    let people = Counts { before: 30, after: 30, added: 10, removed: 10, changed: 10 };
    let rows = Counts { before: 60, after: 60, added: 10, removed: 10, changed: 10 };
    assert_eq!((changes.files[0].people, changes.files[0].rows), (people, rows));
    assert!(fs::read_to_string(folder.join(CHANGES_TO_READ)).unwrap().contains("| hospital_stay.parquet | 30 | 30 |"));
    assert_eq!(project(&world, &permit).await.changes, [changes]);
}

#[tokio::test]
async fn under_ehds_an_opt_out_after_the_decision_leaves_updates_as_it_leaves_the_first() {
    let world = World::new().await;
    released(&world, "first.csv", &stays()).await;
    let permit = updatable(&world, RuleSet::Ehds, Rhythm::EachRelease, false);
    delivered(&world, &permit).await;
    world.database.clock().advance(DAY);
    let (_, index) = person(&world, "p2").await;
    world.preferences.opt_out(index, world.store.clock().now());
    released(&world, "second.csv", &later(3, 4)).await;
    let [update] = updated(&world).await[..] else { panic!("one update") };
    let made = record(&world, update).await;
    assert_eq!(made.specification.preferences_at, permit.decided_at);
    assert_eq!(made.manifest.unwrap().people, 30, "p31 is new, p3 is gone, p2 stays");
}

#[tokio::test]
async fn a_term_has_one_update_and_those_that_are_asked_for_wait_for_somebody_of_the_project() {
    let world = World::new().await;
    released(&world, "first.csv", &stays()).await;
    let permit = updatable(&world, RuleSet::Norway, Rhythm::Quarterly, true);
    delivered(&world, &permit).await;
    let ours = researcher(&permit);
    released(&world, "second.csv", &later(3, 4)).await;
    let early = world.platform.ask_for_update(&ours, permit.id).await.unwrap_err();
    let PlatformError::NoUpdate(Standing::From(day)) = early else { panic!("{early}") };
    assert_eq!(day, permit.valid.from.checked_add(jiff::Span::new().months(3)).unwrap());
    world.database.clock().advance(DAY * 93);
    assert!(updated(&world).await.is_empty(), "not by itself");

    let stranger = Actor::employee(PersonId::from_uuid(uuid(71)), LoginLevel::High, permit.holder, [Role::Researcher]);
    let weak =
        Actor::employee(PersonId::from_uuid(uuid(70)), LoginLevel::Substantial, permit.holder, [Role::Researcher]);
    for refused in [&stranger, &weak, &system()] {
        let problem = world.platform.ask_for_update(refused, permit.id).await.unwrap_err();
        assert_eq!(problem.kind(), ProblemKind::Forbidden, "{refused:?}");
    }
    let asked = world.platform.ask_for_update(&ours, permit.id).await.unwrap();
    let twice = world.platform.ask_for_update(&ours, permit.id).await.unwrap_err();
    assert!(matches!(twice, PlatformError::NoUpdate(Standing::Underway)), "{twice}");
    world.platform.make(&system(), asked, None).await.unwrap();
    assert_eq!(record(&world, asked).await.asked_by, ours.person());
    released(&world, "third.csv", &later(5, 6)).await;
    assert!(matches!(project(&world, &permit).await.standing, Standing::From(_)), "the term has had its own");
}

#[tokio::test]
async fn nothing_is_updated_without_leave_or_after_the_end() {
    let world = World::new().await;
    released(&world, "first.csv", &stays()).await;
    let without = Permit { handover: Handover::default(), ..updatable(&world, RuleSet::Norway, Rhythm::Yearly, false) };
    delivered(&world, &without).await;
    let permit = updatable(&world, RuleSet::Norway, Rhythm::EachRelease, false);
    delivered(&world, &permit).await;
    released(&world, "second.csv", &later(3, 4)).await;
    assert_eq!(project(&world, &without).await.standing, Standing::NotPermitted);
    // One that is prepared when the permit is revoked is not made, and no other follows.
    let planned = world.platform.plan_updates(&system()).await.unwrap().prepared;
    assert_eq!(planned.len(), 1);
    world.permits.revoke(permit.id, world.store.clock().now());
    assert!(world.platform.stop(&system(), permit.id).await.unwrap());
    let stopped = world.platform.make(&system(), planned[0], None).await.unwrap();
    assert_eq!(stopped.status, ExtractStatus::Stopped);
    assert_eq!(project(&world, &permit).await.standing, Standing::Over);
    assert!(updated(&world).await.is_empty());
}

#[tokio::test]
async fn one_that_was_cut_off_begins_again_and_an_altered_earlier_delivery_is_named() {
    let world = World::new().await;
    released(&world, "first.csv", &stays()).await;
    let permit = updatable(&world, RuleSet::Norway, Rhythm::EachRelease, false);
    let first = delivered(&world, &permit).await;
    released(&world, "second.csv", &later(3, 4)).await;
    let update = world.platform.plan_updates(&system()).await.unwrap().prepared[0];

    let table = world.platform.delivery(first).join("hospital_stay.parquet");
    let whole = fs::read(&table).unwrap();
    let mut altered = whole.clone();
    altered[100] ^= 1;
    fs::write(&table, altered).unwrap();
    let problem = world.platform.make(&system(), update, None).await.unwrap_err();
    assert!(problem.to_string().contains("verify that delivery first"), "{problem}");
    fs::write(&table, whole).unwrap();

    // Files that a killed process had made whole as at another time are made again.
    let staging = world.folder.path().join("platform/staging").join(update.to_string());
    fs::create_dir_all(&staging).unwrap();
    fs::copy(world.platform.delivery(first).join("manifest.json"), staging.join("manifest.json")).unwrap();
    world.database.clock().advance(DAY);
    let made = world.platform.make(&system(), update, None).await.unwrap();
    assert_eq!(made.status, ExtractStatus::Delivered);
    assert!(world.platform.verify(&system(), update).await.unwrap().is_good());
}
