//! From a file to a delivery and a citizen's proof, on a real PostgreSQL.

use std::{fs, sync::Arc, time::Duration};

use varde_core::{Actor, Component, LoginLevel, PersonId, Problem, ProblemKind};
use varde_ledger::{SecretKey, key::KeyKind};
use varde_permit::{Cohort, Granularity, Permit, RuleSet};
use varde_platform::{About, ExtractStatus, Imported, MakeExtract, PlatformError, ReleaseStatus, Verification};
use varde_store::log::Sequencer;

use crate::{
    support::{World, system},
    world::{path, permit, year},
};

/// Thirty people with two stays each.
pub(crate) fn stays() -> String {
    let row = |n: i32| format!("p{n},2024-03-{:02},I501,{}\np{n},2024-05-01,J18,{}\n", n % 28 + 1, 60, 60);
    format!("pid,in_date,code,age\n{}", (1..=30).map(row).collect::<String>())
}

pub(crate) fn wanted(world: &World, rule_set: RuleSet) -> Permit {
    let rule = Cohort::HasCode { variable: path("hospital/stay/code"), prefixes: vec!["I50".to_owned()] };
    let variables = [("hospital/stay/in_date", Granularity::Month), ("hospital/stay/code", Granularity::Prefix(3))];
    Permit { rule_set, decided_at: world.store.clock().now(), period: year(2024), ..permit(rule, &variables, 5) }
}

pub(crate) async fn person(world: &World, number: &str) -> (PersonId, u32) {
    let found = world.basedata.enrol_batch(&system(), &"local:h".parse().unwrap(), &[number]).await.unwrap();
    (found[0].person, found[0].index)
}

pub(crate) async fn delivered(world: &World, permit: &Permit) -> varde_core::ExtractId {
    let id = world.prepared(permit).await;
    let made = world.platform.make(&system(), id, None).await.unwrap();
    assert_eq!(made.status, ExtractStatus::Delivered);
    id
}

#[tokio::test]
async fn a_permit_becomes_a_delivery_that_everybody_can_check() {
    let world = World::new().await;
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    let release = world.approved(&stay).await;
    assert_eq!((release.rows, release.people), (60, 30));
    let ((early, early_index), (late, late_index)) = (person(&world, "p1").await, person(&world, "p2").await);
    world.preferences.opt_out(early_index, world.store.clock().now());
    world.database.clock().advance(Duration::from_secs(60));
    let permit = wanted(&world, RuleSet::Ehds);
    let about = world
        .platform
        .count(&system(), &permit.cohort, &permit.design, permit.period, &[path("hospital/stay")])
        .await
        .unwrap();
    assert_eq!(about.about, About::People(30));
    world.database.clock().advance(Duration::from_secs(60));
    // After the decision: under EHDS article 71 it leaves this extract as it is.
    world.preferences.opt_out(late_index, world.store.clock().now());
    let prepared = world.prepared(&permit).await;
    let with = async |variable: &str| world.platform.delivered_with(&path(variable)).await.unwrap();
    assert_eq!(with("hospital/stay/code").await, 0, "what is only prepared was not delivered");
    let id = delivered(&world, &permit).await;
    assert_eq!(id, prepared);
    // Everybody may know how many deliveries had a variable: one that the extract has, and one that it has not.
    assert_eq!((with("hospital/stay/code").await, with("hospital/stay/age").await), (1, 0));
    let record = world.platform.extract(&system(), id).await.unwrap();
    let manifest = record.manifest.unwrap();
    assert_eq!(manifest.people, 29);
    let folder = world.platform.delivery(id);
    assert!(folder.join("manifest.jws").is_file());

    // Preparing and making again is the same, and the replay gives the same bytes.
    assert_eq!(delivered(&world, &permit).await, id);
    let good = Verification { findings: Vec::new(), replayed: Some(true), other_edition: None };
    assert_eq!(world.platform.verify(&system(), id).await.unwrap(), good);
    let file = folder.join("hospital_stay.parquet");
    let mut bytes = fs::read(&file).unwrap();
    bytes[100] ^= 1;
    fs::write(&file, bytes).unwrap();
    assert!(!world.platform.verify(&system(), id).await.unwrap().is_good());

    // The citizens see it, and get a proof that is checked without us.
    let key = SecretKey::generate("varde.test/log", KeyKind::Log, world.store.randomness()).unwrap();
    Sequencer::new(&world.store, Arc::new(key)).catch_up().await.unwrap();
    for (who, status) in [(early, "opted_out"), (late, "included")] {
        let citizen = Actor::citizen(who, LoginLevel::High);
        let own = world.platform.own(&system(), who).await.unwrap();
        assert_eq!(own.datasets, [path("hospital/stay")]);
        assert_eq!(own.extracts.len(), 1);
        assert_eq!(own.extracts[0].status, status);
        let (told, proof) = world.platform.was_in(&system(), who, id).await.unwrap();
        assert_eq!(told.as_deref(), Some(status));
        assert_eq!(proof.person(), who);
        // Nobody else may ask.
        let other = if who == early { late } else { early };
        let refused = world.platform.own(&citizen, other).await.unwrap_err();
        assert_eq!(refused.kind(), ProblemKind::Forbidden);
    }

    // When the project ends its key is destroyed: the files can be checked, not made again.
    let command_line = Actor::system(Component::CommandLine);
    let running = world.platform.destroy_key(&command_line, permit.id).await.unwrap_err();
    assert!(matches!(running, PlatformError::ProjectRunning), "{running}");
    world.permits.revoke(permit.id, world.store.clock().now());
    let refused = world.platform.destroy_key(&Actor::system(Component::Flows), permit.id).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Forbidden);
    assert!(world.platform.destroy_key(&command_line, permit.id).await.unwrap());
    assert!(!world.platform.destroy_key(&command_line, permit.id).await.unwrap(), "once");
    assert_eq!(world.platform.verify(&system(), id).await.unwrap().replayed, None);
    // The citizen's answer and proof do not need it: the tree's secret stays with the log.
    let (told, proof) = world.platform.was_in(&system(), late, id).await.unwrap();
    assert_eq!((told.as_deref(), proof.person()), (Some("included"), late));
}

#[tokio::test]
async fn under_norwegian_law_a_later_reservation_acts_on_the_extract() {
    let world = World::new().await;
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    world.approved(&stay).await;
    let permit = wanted(&world, RuleSet::Norway);
    world.database.clock().advance(Duration::from_secs(60));
    let (_, index) = person(&world, "p2").await;
    world.preferences.opt_out(index, world.store.clock().now());
    let id = delivered(&world, &permit).await;
    let manifest = world.platform.extract(&system(), id).await.unwrap().manifest.unwrap();
    assert_eq!(manifest.people, 29);
}

#[tokio::test]
async fn a_run_that_was_killed_goes_on() {
    let world = World::new().await;
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    world.approved(&stay).await;
    let permit = wanted(&world, RuleSet::Norway);
    let id = delivered(&world, &permit).await;
    let place = world.platform.delivery(id);
    // Killed between the entry and the move: what is in staging is moved, or made again.
    let mut owner = world.database.owner().await;
    let back = "UPDATE platform.extract SET status = 'entered', delivered_at = NULL";
    let staging = world.folder.path().join("platform/staging").join(id.to_string());
    for keep in [true, false] {
        sqlx::query(back).execute(&mut owner).await.unwrap();
        if keep {
            fs::rename(&place, &staging).unwrap();
        } else {
            fs::remove_dir_all(&place).unwrap();
        }
        assert_eq!(world.platform.make(&system(), id, None).await.unwrap().status, ExtractStatus::Delivered);
        assert!(world.platform.verify(&system(), id).await.unwrap().is_good());
    }
    let events: i64 = sqlx::query_scalar("SELECT count(*) FROM log.entry WHERE kind = 'platform.extract.delivered'")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(events, 1, "one delivery is one entry");
}

#[tokio::test]
async fn a_bad_file_changes_nothing_and_the_same_file_is_known() {
    let world = World::new().await;
    let good = world.file("stay.csv", &stays());
    let mut request = world.request(good.clone(), "stay", "pid", "local:h");
    request.from = world.file("halfway.csv", &format!("{}p9;2024-01-01;I50;3\n", stays())).into();
    let refused = world.platform.import(&system(), &request).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Invalid);
    assert!(refused.to_string().contains("line 62"), "{refused}");
    assert!(world.releases().await.is_empty());
    assert_eq!(world.release_files(), 0);
    assert_eq!(world.basedata.population(&system()).await.unwrap(), 0, "nobody was enrolled");

    request.from = good.into();
    let first = world.imported(&request).await;
    assert_eq!(first.status, ReleaseStatus::Draft);
    assert_eq!(world.platform.import(&system(), &request).await.unwrap(), Imported::Already(first.id));

    // National numbers that nobody knows: every row is named, and nothing is registered.
    request.namespace = "national".parse().unwrap();
    let unknown = stays().replace('p', "0").replacen("0id", "pid", 1);
    request.from = world.file("unknown.csv", &unknown).into();
    let nobody = world.platform.import(&system(), &request).await.unwrap_err();
    assert!(matches!(nobody, PlatformError::NothingUsable { reason: "person_malformed" }), "{nobody}");
    let looked = world.platform.stage(&system(), &request).await.unwrap_err();
    assert!(
        matches!(looked, PlatformError::NothingUsable { reason: "person_malformed" }),
        "found by looking: {looked}"
    );
    request.namespace = "local:other".parse().unwrap();
    request.from = world.file("values.csv", &stays().replace("2024-", "not a date ")).into();
    let looked = world.platform.stage(&system(), &request).await.unwrap_err();
    assert!(matches!(looked, PlatformError::NothingUsable { .. }), "{looked}");
    assert_eq!(world.releases().await, [first.id]);
    assert_eq!(world.platform.sweep(&system()).await.unwrap(), 0);
}

#[tokio::test]
async fn what_was_looked_through_is_what_is_taken_in() {
    let world = World::new().await;
    let request = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    let staged = world.platform.stage(&system(), &request).await.unwrap();
    // Somebody writes into the file meanwhile.
    world.file("stay.csv", "pid,in_date,code,age\nstranger,2024-01-01,I50,3\n");
    let Imported::New(record) = world.platform.import_staged(&system(), &request, staged).await.unwrap() else {
        panic!("it is new")
    };
    assert_eq!((record.rows, record.people), (60, 30));
    assert_eq!(record.source_digest, varde_core::Digest::of(stays().as_bytes()));
    assert_eq!(world.release_files(), 2, "the release and its list of faults; the copy is gone");
}

#[tokio::test]
async fn a_release_with_many_unusable_rows_is_held_back() {
    let world = World::new().await;
    let mut request = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    let bad: String = (0..10).map(|n| format!("q{n},no date,I50,3\n")).collect();
    request.from = world.file("bad.csv", &format!("{}{bad}", stays())).into();
    let record = world.imported(&request).await;
    assert_eq!(record.status, ReleaseStatus::Held);
    assert_eq!((record.quality.rows, record.quality.unusable()), (70, 10));
    let faults = world.platform.faults(&system(), record.id, 100).await.unwrap();
    assert_eq!(faults.len(), 10);
    assert_eq!(faults[0].line, 62);
}

#[tokio::test]
async fn without_a_role_nothing_is_allowed() {
    let world = World::new().await;
    let anonymous = Actor::anonymous();
    assert!(world.platform.releases(&anonymous).await.is_err());
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    let refused = world.platform.import(&anonymous, &stay).await.unwrap_err();
    assert!(matches!(refused, PlatformError::Refused(_)));
}

#[tokio::test]
async fn the_job_makes_the_extract_and_tells_the_flows() {
    let world = World::new().await;
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    world.approved(&stay).await;
    let permit = wanted(&world, RuleSet::Norway);
    let id = world.prepared(&permit).await;
    assert!(!world.platform.delivery(id).exists(), "nothing is visible before it is on the log");
    let handler: Arc<dyn varde_store::jobs::Handler> = Arc::new(MakeExtract(world.platform.clone()));
    let done = async {
        while world.platform.extract(&system(), id).await.unwrap().status != ExtractStatus::Delivered {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let jobs = varde_store::jobs::run(world.store.clone(), vec![handler], varde_store::jobs::Settings::default(), done);
    tokio::time::timeout(Duration::from_secs(60), jobs).await.unwrap();
    assert!(world.platform.delivery(id).join("manifest.json").is_file());
    let mut owner = world.database.owner().await;
    let (job, events): (String, i64) = sqlx::query_as(
        "SELECT (SELECT state FROM work.job WHERE kind = 'platform.extract'), \
         (SELECT count(*) FROM work.event WHERE name = 'platform.extract.delivered')",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert_eq!((job.as_str(), events), ("done", 1));
}
