//! Counting what a release holds: nobody who may not be read is in a number, and it can end anywhere.

use std::{fs, sync::Arc, time::Duration};

use jiff::Timestamp;
use proptest::prelude::*;
use varde_core::{Actor, LoginLevel, PersonId, Problem, ProblemKind, ReleaseId};
use varde_metadata::{Filled, Groups, ObservedDataset};
use varde_permit::Exclusion;
use varde_platform::{
    ObserveRelease, ReleaseRecord,
    engine::{Exclusions, Release, Scan},
    observe::observe,
};
use varde_store::jobs;

use crate::{
    service::person,
    support::{World, system},
    world::{Contact, bitmap, contact_schema, contacts, path, release, uuid},
};

/// Sixty people: forty with a stay in 2023, all with one in 2024; a few with a rare code, some without an age.
fn stays() -> String {
    let age = |n: usize| if n.is_multiple_of(3) { String::new() } else { (20 + n).to_string() };
    let old = (0..40).map(|n| format!("p{n},2023-02-01,I501,{}\n", age(n)));
    let new = (0..60).map(|n| format!("p{n},2024-05-01,{},{}\n", if n < 4 { "Z99" } else { "J18" }, age(n)));
    format!("pid,in_date,code,age\n{}", old.chain(new).collect::<String>())
}

async fn approved(world: &World, text: &str) -> ReleaseRecord {
    let request = world.request(world.file("stay.csv", text), "stay", "pid", "local:h");
    world.approved(&request).await
}

async fn told(world: &World, variable: Option<&str>) -> Option<ObservedDataset> {
    world.platform.observed(&system(), &path("hospital/stay"), variable).await.unwrap()
}

async fn entries(world: &World, kind: &str) -> i64 {
    let count = sqlx::query_scalar("SELECT count(*) FROM log.entry WHERE kind = $1").bind(kind);
    count.fetch_one(&mut world.database.owner().await).await.unwrap()
}

#[tokio::test]
async fn an_approved_release_is_counted_by_its_job() {
    let world = World::new().await;
    let record = approved(&world, &stays()).await;
    assert_eq!(told(&world, None).await, None, "not yet");
    let handler: Arc<dyn jobs::Handler> = Arc::new(ObserveRelease(world.platform.clone()));
    let done = async {
        while told(&world, None).await.is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let run = jobs::run(world.store.clone(), vec![handler], jobs::Settings::default(), done);
    tokio::time::timeout(Duration::from_secs(60), run).await.unwrap();
    let whole = told(&world, None).await.unwrap();
    assert_eq!(whole.release, record.id);
    let years: Vec<_> = whole.years.iter().map(|year| (year.year, year.total.map(|t| (t.rows, t.people)))).collect();
    assert_eq!(years, [(Some(2023), Some((40, 40))), (Some(2024), Some((60, 60)))]);
    assert!(whole.variables.iter().all(|variable| variable.distribution.is_none()), "asked for one by one");

    let code = told(&world, Some("code")).await.unwrap();
    assert_eq!(code.variables.len(), 1);
    let distribution = code.variables[0].distribution.as_ref().unwrap();
    assert_eq!(code.variables[0].filled, [Filled::NearlyAll, Filled::NearlyAll]);
    let (Groups::Codes(codes) | Groups::SomeCodes(codes)) = &distribution.groups else { panic!("codes") };
    let count = |year: usize, code: &str| {
        let at = codes.iter().position(|known| known == code);
        at.and_then(|at| distribution.years[year][at]).map(|count| count.rows)
    };
    assert_eq!(count(0, "I501"), Some(40));
    assert_eq!((count(1, "Z99"), count(1, "J18")), (None, None), "four people, and what would give them back");
    let age = told(&world, Some("age")).await.unwrap();
    assert!(
        matches!(age.variables[0].filled[1], Filled::Counted { with, without } if with.rows == 40 && without.rows == 20)
    );
    assert_eq!(entries(&world, "platform.release.observed").await, 1);
    assert!(!world.platform.observe(&system(), record.id, None).await.unwrap(), "once");
    assert_eq!(told(&world, Some("nothing")).await.unwrap().variables, []);
}

#[tokio::test]
async fn nobody_who_opted_out_is_counted() {
    let world = World::new().await;
    let record = approved(&world, &stays()).await;
    for n in 0..20 {
        let (_, index) = person(&world, &format!("p{n}")).await;
        world.preferences.opt_out(index, world.store.clock().now());
    }
    assert!(world.platform.observe(&system(), record.id, None).await.unwrap());
    let whole = told(&world, None).await.unwrap();
    let people: Vec<_> = whole.years.iter().map(|year| year.total.map(|total| total.people)).collect();
    assert_eq!(people, [Some(20), Some(40)]);
    // Later opt-outs count in the next release: the same rows counted twice would tell of one person.
    let (_, index) = person(&world, "p30").await;
    world.preferences.opt_out(index, world.store.clock().now());
    assert!(!world.platform.observe(&system(), record.id, None).await.unwrap());
}

#[tokio::test]
async fn a_year_of_few_people_is_not_told_of() {
    let world = World::new().await;
    let early = (0..9).map(|n| format!("p{n},1999-02-01,I501,30\n")).collect::<String>();
    let record = approved(&world, &(stays() + &early)).await;
    world.platform.observe(&system(), record.id, None).await.unwrap();
    let years: Vec<_> = told(&world, None).await.unwrap().years.iter().map(|year| year.year).collect();
    assert_eq!(years, [Some(2023), Some(2024)]);
}

#[tokio::test]
async fn what_was_approved_before_releases_were_counted_is_counted_later() {
    let world = World::new().await;
    let record = approved(&world, &stays()).await;
    assert_eq!(world.platform.plan_observations(&system()).await.unwrap(), 0, "approving enqueued it");
    sqlx::query("DELETE FROM work.job").execute(&mut world.database.owner().await).await.unwrap();
    assert_eq!(world.platform.plan_observations(&system()).await.unwrap(), 1);
    assert_eq!(world.platform.plan_observations(&system()).await.unwrap(), 0, "once");
    world.platform.observe(&system(), record.id, None).await.unwrap();
    sqlx::query("DELETE FROM work.job").execute(&mut world.database.owner().await).await.unwrap();
    assert_eq!(world.platform.plan_observations(&system()).await.unwrap(), 0, "nothing is left to count");
}

#[tokio::test]
async fn two_that_count_at_once_leave_one_count() {
    let world = World::new().await;
    let record = approved(&world, &stays()).await;
    let actor = system();
    let count = || world.platform.observe(&actor, record.id, None);
    let (one, other) = tokio::join!(count(), count());
    assert!(one.unwrap() ^ other.unwrap(), "one was first");
    assert_eq!(entries(&world, "platform.release.observed").await, 1);
}

#[tokio::test]
async fn a_file_that_was_changed_is_not_counted_and_leaves_nothing() {
    let world = World::new().await;
    let record = approved(&world, &stays()).await;
    let file = world.folder.path().join(format!("platform/releases/{}.parquet", record.id));
    let mut bytes = fs::read(&file).unwrap();
    bytes[60] ^= 1;
    fs::write(&file, bytes).unwrap();
    let refused = world.platform.observe(&system(), record.id, None).await.unwrap_err();
    assert_eq!(refused.code(), "platform.extract");
    assert_eq!(told(&world, None).await, None);
    assert_eq!(entries(&world, "platform.release.observed").await, 0);
    let nobody = world.platform.observe(&system(), ReleaseId::from_uuid(uuid(9)), None).await.unwrap_err();
    assert_eq!(nobody.kind(), ProblemKind::NotFound);
}

#[tokio::test]
async fn a_superseded_release_is_not_counted_and_the_newest_is_told() {
    let world = World::new().await;
    let first = approved(&world, &stays()).await;
    world.platform.observe(&system(), first.id, None).await.unwrap();
    world.database.clock().advance(Duration::from_secs(60));
    let more = (60..90).map(|n| format!("p{n},2024-05-01,I501,30\n")).collect::<String>();
    let second = approved(&world, &(stays() + &more)).await;
    assert_eq!(told(&world, None).await.unwrap().release, first.id, "until the new one is counted");
    world.database.clock().advance(Duration::from_secs(60));
    world.platform.observe(&system(), second.id, None).await.unwrap();
    assert_eq!(told(&world, None).await.unwrap().release, second.id);
    assert!(!world.platform.observe(&system(), first.id, None).await.unwrap());
}

#[tokio::test]
async fn people_do_not_count_releases() {
    let world = World::new().await;
    let record = approved(&world, &stays()).await;
    let citizen = Actor::citizen(PersonId::from_uuid(uuid(1)), LoginLevel::High);
    let refused = world.platform.observe(&citizen, record.id, None).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Forbidden);
}

fn rows() -> impl Strategy<Value = Vec<Contact>> {
    let code = prop_oneof![Just("I50"), Just("J18"), Just("C34")];
    prop::collection::vec((0..40u32, 0..700i16, code, 0..90i64, Just("0301")), 1..300)
}

fn counted(rows: &[Contact], exclusions: &Exclusions, before: Option<&ObservedDataset>) -> ObservedDataset {
    let folder = tempfile::tempdir().unwrap();
    let schema = contact_schema();
    let (available, _) = release(&folder.path().join("r.parquet"), &schema, contacts(rows));
    let opened: Release = available.release;
    let scan = Scan::new(&opened, exclusions.for_dataset(&schema.dataset));
    let about = (opened.id(), Timestamp::UNIX_EPOCH);
    observe(&scan, &schema, about, before, &|| false).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whoever is excluded might as well not be in the data.
    #[test]
    fn an_excluded_person_changes_no_number(rows in rows(), excluded in prop::collection::btree_set(0..40u32, 0..12)) {
        let mut exclusions = Exclusions::default();
        exclusions.everywhere(Exclusion::OptedOut, bitmap(excluded.iter().copied()));
        let without: Vec<Contact> = rows.iter().filter(|row| !excluded.contains(&row.0)).copied().collect();
        prop_assert_eq!(counted(&rows, &exclusions, None), counted(&without, &Exclusions::default(), None));
    }

    /// The same release counted again, knowing what was told before, tells nothing more.
    #[test]
    fn counting_again_tells_nothing_more(rows in rows()) {
        let first = counted(&rows, &Exclusions::default(), None);
        let second = counted(&rows, &Exclusions::default(), Some(&first));
        for (first, second) in first.variables.iter().zip(&second.variables) {
            let counts = |variable: &varde_metadata::ObservedVariable| {
                variable.distribution.iter().flat_map(|d| d.years.concat()).collect::<Vec<_>>()
            };
            for (first, second) in counts(first).iter().zip(counts(second)) {
                prop_assert!(second.is_none() || *first == second);
            }
        }
    }
}
