//! The files of a delivery go when its permit ends, and not before.

use std::{fs, sync::Arc};

use jiff::{SignedDuration, civil::date};
use varde_core::{Actor, Component, ExtractId, Period, Problem as _, ProblemKind};
use varde_permit::{Permit, RuleSet};
use varde_platform::{DELETION_JOB, DeleteDelivery, ExtractStatus, PlatformError};
use varde_store::jobs;

use crate::{
    service::{delivered, stays, wanted},
    support::{World, system},
};

fn flows() -> Actor {
    Actor::system(Component::Flows)
}

/// A delivery under a permit whose last day is the day after the tests' first.
async fn world() -> (World, Permit, ExtractId) {
    let world = World::new().await;
    let stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
    world.approved(&stay).await;
    let valid = Period::new(date(2026, 1, 1), date(2026, 11, 23)).unwrap();
    let permit = Permit { valid, ..wanted(&world, RuleSet::Norway) };
    let id = delivered(&world, &permit).await;
    (world, permit, id)
}

/// Runs the job that is enqueued.
async fn run(world: &World) {
    let handler: Arc<dyn jobs::Handler> = Arc::new(DeleteDelivery(world.platform.clone()));
    let mut owner = world.database.owner().await;
    let done = async {
        let left = "SELECT count(*) FROM work.job WHERE kind = $1 AND state IN ('waiting', 'running')";
        while sqlx::query_scalar::<_, i64>(left).bind(DELETION_JOB).fetch_one(&mut owner).await.unwrap() > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let run = jobs::run(world.store.clone(), vec![handler], jobs::Settings::default(), done);
    tokio::time::timeout(std::time::Duration::from_secs(60), run).await.unwrap();
}

async fn entries(world: &World, kind: &str) -> Vec<String> {
    let bodies = sqlx::query_scalar("SELECT body FROM log.entry WHERE kind = $1").bind(kind);
    bodies.fetch_all(&mut world.database.owner().await).await.unwrap()
}

#[tokio::test]
async fn a_delivery_is_deleted_by_a_job_when_its_permit_has_run_out() {
    let (world, permit, id) = world().await;
    assert_eq!(world.platform.plan_deletions(&flows()).await.unwrap(), 0, "the permit lasts");
    let early = world.platform.delete_delivery(&flows(), id, None).await.unwrap_err();
    assert!(matches!(early, PlatformError::ProjectRunning) && early.kind() == ProblemKind::Conflict, "{early}");
    assert!(world.platform.delivery(id).exists());

    // The last day is Norway's: an hour before midnight there the permit still lasts.
    world.database.clock().set("2026-11-23T22:00:00Z".parse().unwrap());
    assert_eq!(world.platform.plan_deletions(&flows()).await.unwrap(), 0);
    world.database.clock().advance(SignedDuration::from_hours(2).unsigned_abs());
    assert_eq!(world.platform.plan_deletions(&flows()).await.unwrap(), 1);
    assert_eq!(world.platform.plan_deletions(&flows()).await.unwrap(), 0, "once");
    run(&world).await;
    assert!(!world.platform.delivery(id).exists());
    let record = world.platform.extract(&system(), id).await.unwrap();
    assert_eq!(record.status, ExtractStatus::Delivered);
    assert!(record.deleted_at.is_some() && record.manifest.is_some(), "what it was stays");
    let told = entries(&world, "platform.extract.deleted").await;
    assert_eq!((told.len(), entries(&world, "platform.extract.deletion_planned").await.len()), (1, 1));
    let manifest = record.manifest_digest.unwrap().to_string();
    for part in ["art. 68(12)", "permit_expired", &permit.id.to_string(), &manifest] {
        assert!(told[0].contains(part), "{part}: {}", told[0]);
    }
    let gone = world.platform.verify(&system(), id).await.unwrap_err();
    assert!(matches!(gone, PlatformError::Deleted), "{gone}");
    assert_eq!(world.platform.plan_deletions(&flows()).await.unwrap(), 0, "and that was all");
}

#[tokio::test]
async fn a_revoked_permit_ends_its_delivery_and_a_killed_deletion_goes_on() {
    let (world, permit, id) = world().await;
    world.permits.revoke(permit.id, world.store.clock().now());
    // Killed when the first file was gone.
    let first = fs::read_dir(world.platform.delivery(id)).unwrap().map(|file| file.unwrap().path());
    fs::remove_file(first.filter(|path| path.is_file()).min().unwrap()).unwrap();
    assert_eq!(world.platform.plan_deletions(&flows()).await.unwrap(), 1);
    run(&world).await;
    assert!(!world.platform.delivery(id).exists());
    assert!(entries(&world, "platform.extract.deleted").await[0].contains("permit_revoked"));
    assert!(!world.platform.delete_delivery(&flows(), id, None).await.unwrap(), "twice is once");
    assert_eq!(entries(&world, "platform.extract.deleted").await.len(), 1);
}

#[tokio::test]
async fn nobody_but_varde_deletes_a_delivery() {
    let (world, permit, id) = world().await;
    world.permits.revoke(permit.id, world.store.clock().now());
    for actor in [system(), Actor::system(Component::CommandLine)] {
        let refused = world.platform.delete_delivery(&actor, id, None).await.unwrap_err();
        assert_eq!(refused.kind(), ProblemKind::Forbidden, "{refused}");
    }
    let refused = world.platform.delete_delivery(&Actor::anonymous(), id, None).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Unauthenticated, "{refused}");
    assert!(world.platform.delivery(id).exists());
}
