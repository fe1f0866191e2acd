//! When opt-outs count, what an extract is held against, and how it ends without a delivery.

use std::{fs, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, civil::date};
use serde_json::json;
use varde_core::{
    Actor, Clock as _, Component, Digest, ExtractId, LoginLevel, OrganisationId, PersonId, Problem, ProblemKind, Role,
};
use varde_permit::{Manifest, Permit, RuleSet};
use varde_platform::{ExtractStatus, MakeExtract, PlatformError, canonical, engine::extract::Finding};
use varde_store::jobs;

use crate::{
    service::{delivered, person, stays, wanted},
    support::{World, system},
    world::uuid,
};

async fn world() -> World {
    let world = World::new().await;
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    world.approved(&stay).await;
    world
}

fn later(world: &World) -> Timestamp {
    world.database.clock().advance(Duration::from_secs(60));
    world.store.clock().now()
}

async fn people(world: &World, id: ExtractId) -> u64 {
    world.platform.extract(&system(), id).await.unwrap().manifest.unwrap().people
}

async fn entries(world: &World, kind: &str) -> i64 {
    let count = sqlx::query_scalar("SELECT count(*) FROM log.entry WHERE kind = $1").bind(kind);
    count.fetch_one(&mut world.database.owner().await).await.unwrap()
}

#[tokio::test]
async fn an_opt_out_between_preparing_and_making_is_not_missed_under_norwegian_law() {
    for (rule_set, left) in [(RuleSet::Norway, 29), (RuleSet::Ehds, 30)] {
        let world = world().await;
        let permit = wanted(&world, rule_set);
        let id = world.prepared(&permit).await;
        let (_, index) = person(&world, "p2").await;
        world.preferences.opt_out(index, later(&world));
        later(&world);
        world.platform.make(&system(), id, None).await.unwrap();
        assert_eq!(people(&world, id).await, left, "{rule_set:?}");
        assert!(world.platform.verify(&system(), id).await.unwrap().is_good());
    }
}

#[tokio::test]
async fn a_clock_that_jumped_back_behind_an_opt_out_misses_nobody() {
    let world = world().await;
    let permit = wanted(&world, RuleSet::Norway);
    let (_, index) = person(&world, "p2").await;
    world.preferences.opt_out(index, later(&world));
    let clock = world.database.clock();
    clock.set(clock.now() - SignedDuration::from_secs(30));
    let id = delivered(&world, &permit).await;
    assert_eq!(people(&world, id).await, 29);
}

#[tokio::test]
async fn a_making_that_begins_again_asks_for_opt_outs_anew_and_the_replay_keeps_what_was_settled_last() {
    let world = world().await;
    let id = world.prepared(&wanted(&world, RuleSet::Norway)).await;
    // A run that stops after it has begun: its release is away.
    let releases = world.folder.path().join("platform/releases");
    let away = world.folder.path().join("away");
    fs::rename(&releases, &away).unwrap();
    world.platform.make(&system(), id, None).await.unwrap_err();
    let begun = world.platform.extract(&system(), id).await.unwrap();
    assert_eq!((begun.status, entries(&world, "platform.extract.begun").await), (ExtractStatus::Making, 1));
    assert_eq!(begun.specification.preferences_at, world.store.clock().now());
    fs::rename(&away, &releases).unwrap();
    later(&world);
    let settled = world.store.clock().now();
    let made = world.platform.make(&system(), id, None).await.unwrap();
    assert_eq!((made.status, made.specification.preferences_at), (ExtractStatus::Delivered, settled));
    assert_eq!(entries(&world, "platform.extract.begun").await, 2, "begun again, and entered again");
    later(&world);
    assert!(world.platform.verify(&system(), id).await.unwrap().is_good());
}

#[tokio::test]
async fn a_specification_beyond_the_permit_is_not_made() {
    let changes = [
        (&["period", "from"][..], json!("1900-01-01")),
        (&["variables", "1", "granularity"], json!("as_is")),
        (&["minimum_group"], json!(1)),
        (&["preferences_at"], json!("1970-01-01T00:00:00Z")),
        (&["rule_set"], json!("ehds")),
    ];
    for (place, (member, value)) in changes.into_iter().enumerate() {
        let world = world().await;
        let id = world.prepared(&wanted(&world, RuleSet::Norway)).await;
        sqlx::query("UPDATE platform.extract SET specification = jsonb_set(specification, $1, $2)")
            .bind(member)
            .bind(value)
            .execute(&mut world.database.owner().await)
            .await
            .unwrap();
        let refused = world.platform.make(&system(), id, None).await.unwrap_err();
        assert!(matches!(refused, PlatformError::NotWithinPermit(_)), "{place}: {refused}");
        assert!(!world.platform.delivery(id).exists() && entries(&world, "platform.extract.delivered").await == 0);
    }
    // A permit that was exchanged for another.
    let world = world().await;
    let permit = wanted(&world, RuleSet::Norway);
    let id = world.prepared(&permit).await;
    world.permits.change(permit.id, |issued| issued.sealed = "another".to_owned());
    let refused = world.platform.make(&system(), id, None).await.unwrap_err();
    assert!(matches!(refused, PlatformError::NotWithinPermit(_)), "{refused}");
}

#[tokio::test]
async fn a_table_changed_together_with_the_manifest_is_found_by_the_log() {
    let world = world().await;
    let id = delivered(&world, &wanted(&world, RuleSet::Norway)).await;
    let record = world.platform.extract(&system(), id).await.unwrap();
    let folder = world.platform.delivery(id);
    // Somebody who may write anywhere but on the log: the file, the manifest and the row agree.
    let mut manifest: Manifest = record.manifest.unwrap();
    let file = manifest.files.iter().position(|f| f.name == "hospital_stay.parquet").unwrap();
    fs::write(folder.join("hospital_stay.parquet"), b"something else").unwrap();
    manifest.files[file].digest = Digest::of(b"something else");
    let bytes = canonical(&manifest);
    fs::write(folder.join("manifest.json"), &bytes).unwrap();
    sqlx::query("UPDATE platform.extract SET manifest = $1, manifest_digest = $2")
        .bind(sqlx::types::Json(&manifest))
        .bind(Digest::of(&bytes).bytes().as_slice())
        .execute(&mut world.database.owner().await)
        .await
        .unwrap();
    let verified = world.platform.verify(&system(), id).await.unwrap();
    assert!(!verified.is_good());
    assert_eq!(verified.findings, [Finding::NotOnLog("manifest")]);
    assert_eq!(verified.replayed, Some(true), "made again it is what the log says, not what the table says");
    // Nor can the row name another entry.
    sqlx::query("UPDATE platform.extract SET entry = (SELECT id FROM log.entry WHERE kind = 'platform.extract.begun')")
        .execute(&mut world.database.owner().await)
        .await
        .unwrap();
    let verified = world.platform.verify(&system(), id).await.unwrap();
    assert!(verified.findings.contains(&Finding::NotOnLog("entry")) && !verified.is_good());
}

#[tokio::test]
async fn an_extract_with_nobody_left_ends_clearly_and_its_job_with_it() {
    let world = world().await;
    let permit = Permit { minimum_group: 31, ..wanted(&world, RuleSet::Norway) };
    let mut owner = world.database.owner().await;
    // Everybody has opted out.
    for n in 1..=30 {
        let (_, index) = person(&world, &format!("p{n}")).await;
        world.preferences.opt_out(index, world.store.clock().now());
    }
    let id = world.prepared(&permit).await;
    let handler: Arc<dyn jobs::Handler> = Arc::new(MakeExtract(world.platform.clone()));
    let done = async {
        while !world.platform.extract(&system(), id).await.unwrap().status.has_ended() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let run = jobs::run(world.store.clone(), vec![handler], jobs::Settings::default(), done);
    tokio::time::timeout(Duration::from_secs(60), run).await.unwrap();
    assert_eq!(world.platform.extract(&system(), id).await.unwrap().status, ExtractStatus::Empty);
    assert_eq!(entries(&world, "platform.extract.empty").await, 1);
    let job: String = sqlx::query_scalar("SELECT state FROM work.job WHERE kind = 'platform.extract'")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(job, "done", "it is an answer, not a failure");
    assert_eq!(world.platform.make(&system(), id, None).await.unwrap().status, ExtractStatus::Empty, "and it stays");
    assert!(!world.platform.delivery(id).exists());
}

#[tokio::test]
async fn nothing_is_made_of_a_permit_that_has_ended() {
    let world = world().await;
    let permit = wanted(&world, RuleSet::Norway);
    let id = world.prepared(&permit).await;
    world.permits.revoke(permit.id, world.store.clock().now());
    assert_eq!(world.platform.make(&system(), id, None).await.unwrap().status, ExtractStatus::Stopped);
    assert_eq!(entries(&world, "platform.extract.stopped").await, 1);
    assert!(!world.platform.stop(&system(), permit.id).await.unwrap(), "once");

    // On the log, not yet at its place: it is thrown away.
    let world = self::world().await;
    let permit = wanted(&world, RuleSet::Norway);
    let id = delivered(&world, &permit).await;
    let back = "UPDATE platform.extract SET status = 'entered', delivered_at = NULL";
    sqlx::query(back).execute(&mut world.database.owner().await).await.unwrap();
    let staging = world.folder.path().join("platform/staging").join(id.to_string());
    fs::rename(world.platform.delivery(id), &staging).unwrap();
    assert!(world.platform.stop(&system(), permit.id).await.unwrap());
    assert!(!staging.exists());
    assert_eq!(world.platform.make(&system(), id, None).await.unwrap().status, ExtractStatus::Stopped);

    // One that ran out yesterday; a permit whose first day lies ahead is only waited for.
    let world = self::world().await;
    let ended = varde_core::Period::new(date(2026, 1, 1), date(2026, 11, 21)).unwrap();
    let permit = Permit { valid: ended, ..wanted(&world, RuleSet::Norway) };
    let id = world.prepared(&permit).await;
    assert_eq!(world.platform.make(&system(), id, None).await.unwrap().status, ExtractStatus::Stopped);
}

#[tokio::test]
async fn a_manifest_is_read_by_those_it_concerns() {
    let world = World::new().await;
    let (body, holder) = (OrganisationId::from_uuid(uuid(31)), OrganisationId::from_uuid(uuid(32)));
    let mut stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    stay.holder = Some(holder);
    world.approved(&stay).await;
    let named = PersonId::from_uuid(uuid(33));
    let permit = Permit { access_body: body, persons: vec![named], ..wanted(&world, RuleSet::Norway) };
    let id = delivered(&world, &permit).await;
    let at =
        |organisation, role| Actor::employee(PersonId::from_uuid(uuid(34)), LoginLevel::High, organisation, [role]);
    let elsewhere = OrganisationId::from_uuid(uuid(35));
    for (actor, reads, verifies) in [
        (at(body, Role::Handler), true, true),
        (at(elsewhere, Role::Handler), false, false),
        (at(holder, Role::Steward), true, true),
        (at(elsewhere, Role::Steward), false, false),
        (at(elsewhere, Role::Operator), false, true),
        (at(permit.holder, Role::Researcher), false, false),
        (Actor::employee(named, LoginLevel::High, permit.holder, [Role::Researcher]), true, false),
        (Actor::employee(named, LoginLevel::High, elsewhere, [Role::Researcher]), false, false),
        (Actor::system(Component::CommandLine), true, true),
    ] {
        assert_eq!(world.platform.extract(&actor, id).await.is_ok(), reads, "{actor:?}");
        let verified = world.platform.verify(&actor, id).await;
        assert_eq!(verified.is_ok(), verifies, "{actor:?}");
        if let Err(refused) = verified {
            assert_eq!(refused.kind(), ProblemKind::Forbidden);
        }
    }
}
